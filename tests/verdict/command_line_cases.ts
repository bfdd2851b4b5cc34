/** Runs that are recorded and reproduced by the command line in real kernels, and their right verdicts: two files run them. */
import { notebookJson } from "../notebook_file.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import type { Explained } from "../../src/reproduce/explain.ts";
import { nbtrack } from "../cli/nbtrack.ts";
import { temporary } from "../reproduce/recorded.ts";

export const MODULE = new URL("../../mod.ts", import.meta.url).href;

/** One notebook, how it is reproduced, and the right verdict. */
export interface Case {
  about: string;
  /** Options of `track()` in its first cell. */
  track?: string;
  /** The cells before that one. */
  before?: readonly string[];
  cells: readonly string[];
  /** Files beside the notebook. */
  files?: Readonly<Record<string, string>>;
  /** Files that are written once it has run. */
  later?: Readonly<Record<string, string>>;
  /** Environment of the recording. */
  env?: Record<string, string>;
  /** Whether the kernel does not survive the recording. */
  dies?: boolean;
  /** Environment of the reproduction. */
  again?: Record<string, string>;
  args?: readonly string[];
  verdict: Verdict["verdict"];
  /** Dimensions of the right causes. @default {none} */
  causes?: readonly string[];
  /** A part of a sentence among causes and warnings. */
  says?: string;
  /** Kinds of what is masked. @default {whatever it is} */
  masked?: readonly string[];
  check?: (verdict: Verdict & Partial<Explained>) => void;
}

const DRAWS = crypto.randomUUID();

/** Writes down what is drawn, one digit a run. @returns the name of the list */
function draws(digits: string): string {
  Deno.writeTextFileSync(`/tmp/nbtrack-draws-${DRAWS}`, digits);
  return DRAWS;
}

export const CASES: readonly Case[] = [
  {
    about:
      "charts, progress and a card that move are none of the results, whatever time they take",
    track: 'live: ["loss"], quiet: false',
    cells: [
      `const { progress } = await import(${JSON.stringify(MODULE)});
for (const i of progress(20, { name: "epochs" })) { run.logMetric("loss", 1 / (i + 1)); await new Promise((done) => setTimeout(done, 20)); }`,
      'await run.chart(["loss", "other"], { against: "last" });\nrun.callbacks().onEpochEnd(0, { other: 2 });',
      "run",
    ],
    verdict: "REPRODUCED",
    masked: [],
  },
  {
    about: "a value that a chart of Vega-Lite draws is a result",
    track: 'data: { d: "d.txt" }',
    cells: [
      `const value = Number(await Deno.readTextFile("d.txt"));
await Deno.jupyter.display({ "application/vnd.vegalite.v5+json": { mark: "bar", data: { values: [{ value }] } } }, { raw: true });`,
    ],
    files: { "d.txt": "1\n", "other.txt": "2\n" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    masked: [],
  },
  {
    about: "a class that is a folder of the data is a result",
    track: 'data: { d: "d.txt" }',
    cells: [
      'console.log("most similar:", (await Deno.readTextFile("d.txt")).trim())',
    ],
    files: {
      "d.txt": "/data/cat/001.png\n",
      "other.txt": "/data/dog/001.png\n",
    },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    masked: [],
  },
  {
    about: "addresses, links and numbered folders are results, in files too",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const n = (await Deno.readTextFile("d.txt")).trim();',
      "console.log(`GET /api/v${n}/users`)",
      'Deno.jupyter.html`<a href="/species/${n}/1.html">x</a>`',
      'await run.logArtifact("log.txt", new TextEncoder().encode(`saved to /out/run-${n}/model.json`))',
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ outputs, artifacts }) {
      assertEquals(outputs.filter(({ same }) => !same).map((o) => o.cell), [
        2,
        3,
      ]);
      assertEquals(artifacts, [{ path: "log.txt", same: false }]);
    },
  },
  {
    about:
      "a timestamp that data gave to a metric is a result, and one of a clock is none",
    track: 'data: { d: "d.txt" }',
    cells: [
      `const timestamp = Number(Deno.readTextFileSync("d.txt"));
run.logMetric("given", 1, { timestamp });
run.logMetric("asked", 1, { timestamp: Date.now() });
run.logMetric("seconds", 1, { timestamp: Math.floor(Date.now() / 1000) });
run.logMetric("plain", 1);`,
    ],
    files: { "d.txt": "1000000000000", "other.txt": "1100000000000" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ metrics }) {
      assertEquals(
        metrics.filter(({ same }) => !same).map(({ key }) => key),
        ["given"],
      );
    },
  },
  {
    about:
      "of a replay that fails nobody says that what changes one of its results changes none",
    track: 'data: { d: "d.txt" }',
    cells: [
      'Number(Deno.readTextFileSync("d.txt"))',
      'const lib = "lib"; (await import(`./${lib}.ts`)).default',
    ],
    files: { "d.txt": "1", "other.txt": "2", "lib.ts": "export default 1;" },
    args: ["--data", "d=other.txt"],
    verdict: "FAILED",
    causes: ["code"],
    says: "which changes a result and is not why it failed",
  },
  {
    about: "a derived dataset, a tag, a param and the end are results",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const n = Number(await Deno.readTextFile("d.txt"));',
      'await run.logDataset("clean", [{ n }]);',
      'run.setTag("best", `class ${n}`); run.logParam("n", n);',
      'await run.end(n === 1 ? "FINISHED" : "FAILED");',
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ params, logged }) {
      assertEquals(params, [{
        key: "n",
        recorded: "1",
        reproduced: "2",
        same: false,
      }]);
      assertEquals(
        logged.map(({ kind, dimension }) => [kind, dimension]).sort(),
        [["dataset", "data"], ["status", "data"], ["tag", "data"]],
      );
    },
  },
  {
    about:
      "each version of a model that is registered is a result, and its files are",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const n = Number(await Deno.readTextFile("d.txt"));',
      'await run.registerModel("same", { files: { "w.json": "[1]" } });',
      "await run.registerModel(`m-${n}`, { files: {} });",
      "await run.registerModel('v', { files: {}, version: `${n}.0.0` });",
      "await run.registerModel('d', { files: {}, description: `of ${n}` });",
      'await run.registerModel("f", { files: { "w.bin": new Uint8Array([n]) } });',
      "await run.end(); await run.registerModel('l', { files: {}, version: `0.${n}.0` });",
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    says: "model d description of 1 → of 2",
    check({ logged }) {
      assertEquals(
        logged.map(({ kind, key, dimension }) => [kind, key, dimension]).sort(),
        [
          ["model", "d description", "data"],
          ["model", "f/w.bin", "data"],
          ["model", "l version", "data"],
          ["model", "m-1", "data"],
          ["model", "m-2", "data"],
          ["model", "v version", "data"],
        ],
      );
    },
  },
  {
    about:
      "a model comes out the same in the sandbox, also one with its own folder in a file",
    cells: [
      'await run.registerModel("m", { description: "about", files: { "w.txt": `at ${Deno.cwd()}` } });',
      'await run.logArtifact("a.txt", `at ${Deno.cwd()}`); await run.registerModel("n");',
    ],
    args: ["--sandbox"],
    verdict: "REPRODUCED",
  },
  {
    about:
      "derived rows of a class are results by what they show, and what they hide is said",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const n = Number(await Deno.readTextFile("d.txt"));',
      "class Shown { #n = n; get n() { return this.#n } } class Hidden { #n = n; has(m) { return this.#n === m } }",
      'await run.logDataset("shown", [new Shown()]);',
      'await run.logDataset("hidden", [new Hidden()]);',
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    says:
      'dataset "hidden": its digest says nothing of this: Column value: an instance of Hidden',
    check({ logged }) {
      assertEquals(logged.map(({ kind, key }) => [kind, key]), [
        ["dataset", "shown"],
      ]);
    },
  },
  {
    about: "the experiment that a cell names by its data is a result",
    cells: [
      'await run.end(); const n = (await Deno.readTextFile("d.txt")).trim();',
      'const other = await track(`study-${n}`, { quiet: true, data: { d: "d.txt" } }); await other.end();',
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    says: "experiment study-1 → study-2",
  },
  {
    about:
      "what a notebook's own server answers is no cause beside the data that it is made from",
    track: 'data: { d: "d.json" }',
    cells: [
      'import { start } from "./serve.ts"; const server = start(); const url = `http://127.0.0.1:${server.addr.port}/rows.json`;',
      "(await (await fetch(url)).json()).length",
      'await run.logDataset("rows", url); await server.asked[1].promise;',
      "await run.end(); await server.shutdown();",
    ],
    files: {
      "d.json": "[1]",
      "e.json": "[1,2]",
      "serve.ts": `export function start() {
  const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let n = 0;
  const answer = async () => {
    const rows = await Deno.readTextFile("d.json");
    setTimeout(() => asked[n++]?.resolve(), 100);
    return new Response(rows, { headers: { "content-type": "application/json" } });
  };
  return Object.assign(Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer), { asked });
}`,
    },
    args: ["--data", "d=e.json"],
    verdict: "DRIFTED",
    causes: ["data"],
    says: "dataset rows 1 rows → 2 rows",
    check({ causes, logged }) {
      assertEquals(causes.map(({ what }) => what.slice(0, 2)), ["d:"]);
      assertEquals(logged.map(({ kind, key }) => [kind, key]), [
        ["dataset", "rows"],
      ]);
    },
  },
  {
    about:
      "the notebook's own file is read again as it was, byte for byte, in the sandbox too",
    cells: [
      'const text = await Deno.readTextFile("n.ipynb"); console.log(text.length, new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex())',
    ],
    args: ["--sandbox"],
    later: { "n.ipynb": "{}" },
    verdict: "REPRODUCED",
    masked: [],
  },
  {
    about:
      "a cell that read the notebook's own file before it was saved again is named with the reason",
    cells: [
      'const text = await Deno.readTextFile("n.ipynb"); console.log(text.length)',
      'await Deno.writeTextFile("n.ipynb", `${text} `);',
    ],
    verdict: "DRIFTED",
    says: "cell [2] reads the file of a notebook",
  },
  {
    about:
      "a metric, a param and a file's name that a clock gives depend on the time",
    cells: [
      'const began = performance.now(); run.logMetric("accuracy", 0.5);',
      'run.logMetric("seconds", performance.now() - began); run.logParam("took", performance.now()); run.setTag("stamp", `t${Date.now()}`);',
      'await run.logArtifact(`model-${Date.now()}.json`, new TextEncoder().encode("[1]"))',
    ],
    verdict: "DRIFTED",
    says: "metric seconds, param took, tag stamp depend on the time",
    check({ metrics, warnings }) {
      assertEquals(metrics.map(({ key, same }) => [key, same]), [
        ["accuracy", true],
        ["seconds", false],
      ]);
      assert(
        warnings.some((text) =>
          /^artifact model-\d+\.json, artifact model-\d+\.json may depend on the time$/
            .test(text)
        ),
        warnings.join("\n"),
      );
      assert(!warnings.some((text) => text.startsWith("nothing that was")));
    },
  },
  {
    about: "a table of times and a rate depend on the time",
    cells: [
      'const began = performance.now(); console.table([{ name: "a", ms: performance.now() - began }])',
      "console.log(`${Math.round(1e9 / (performance.now() - began))} it/s`)",
    ],
    verdict: "DRIFTED",
    says: "cell [3] depends on the time",
    masked: [],
    check({ warnings }) {
      assert(warnings.includes("cell [2] depends on the time"));
    },
  },
  {
    about: "console.time's duration is no result",
    cells: ['console.time("x"); console.timeEnd("x")'],
    verdict: "REPRODUCED",
  },
  {
    about: "a folder that is listed is not blamed on the order of things",
    cells: ["[...Deno.readDirSync('.')].map((e) => e.name).sort()"],
    files: { "unnamed.txt": "a" },
    verdict: "DRIFTED",
    says: "what lies there besides the run's data does not travel: unnamed.txt",
  },
  {
    about:
      "what a run derives, writes and draws comes out the same in the sandbox",
    before: ['import _ from "npm:lodash@4.17.21";'],
    track: 'seed: 5, description: "about", tags: { a: "b" }',
    cells: [
      "_.sample([1, 2, 3, 4, 5, 6, 7, 8, 9])",
      'await Deno.writeTextFile("made.csv", "a,b\\n1,2\\n"); await run.logDataset("made", "made.csv");',
      'await run.logDataset("clean", [{ n: 1 }]); await run.end();',
    ],
    args: ["--sandbox"],
    verdict: "REPRODUCED",
  },
  {
    about: "a file that the run wrote is a result, in the sandbox too",
    track: 'data: { d: "d.txt" }',
    cells: [
      'await Deno.writeTextFile("made.csv", `a\\n${await Deno.readTextFile("d.txt")}`); await run.logDataset("made", "made.csv");',
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--sandbox", "--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ logged }) {
      assertEquals(logged.map(({ kind, key }) => [kind, key]), [[
        "dataset",
        "made",
      ]]);
    },
  },
  {
    about:
      "a variable that the sandbox withholds is the cause, with the way out",
    cells: [
      'console.log(Deno.env.get("STUDY"), Deno.env.get("OTHER") === undefined ? 0 : 0)',
    ],
    env: { STUDY: "x", OTHER: "y" },
    again: { STUDY: "x", OTHER: "y" },
    args: ["--sandbox"],
    verdict: "DRIFTED",
    causes: ["environment"],
    says:
      "withholds the variable STUDY, which the run read: add --allow-env STUDY",
  },
  {
    about: "a variable that is not set here is named",
    cells: ['Deno.env.get("STUDY") ?? "none"'],
    env: { STUDY: "x" },
    verdict: "DRIFTED",
    causes: ["environment"],
    says: "environment variables that are not set here: STUDY",
  },
  {
    about: "a failure for want of a variable is the sandbox's",
    cells: ['console.log(Deno.env.get("STUDY").length)'],
    env: { STUDY: "x" },
    again: { STUDY: "x" },
    args: ["--sandbox"],
    verdict: "FAILED",
    causes: ["environment"],
    says: "add --allow-env STUDY",
  },
  {
    about: "a seed that does not reach a Worker is named, not chance alone",
    track: "seed: 5",
    cells: [
      `const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(Math.random())"])), { type: "module" });
const drawn = await new Promise((done) => worker.onmessage = ({ data }) => done(data)); worker.terminate(); drawn`,
      "Math.random()",
    ],
    verdict: "DRIFTED",
    says: "seed 5 does not reach the Worker of cell [2]",
    check({ outputs }) {
      assertEquals(
        outputs.filter(({ same }) => !same).map(({ name }) => name),
        ["[2]"],
      );
    },
  },
  {
    about: "chance is measured before data is blamed",
    track: 'seed: 4, data: { d: "d.csv" }',
    cells: [
      "crypto.randomUUID()",
      '(await Deno.readTextFile("d.csv")).length',
    ],
    files: { "d.csv": "a,b\n1,2\n", "same.csv": "a,b\n3,4\n" },
    args: ["--explain", "--data", "d=same.csv"],
    verdict: "DRIFTED",
    says: "cell [2] depends on random numbers",
    check({ explained }) {
      assertEquals(
        explained?.filter(({ dimension }) => dimension === "data").map((e) =>
          e.changes
        ),
        [false],
      );
    },
  },
  {
    about:
      "what is drawn from few values may come out alike by chance with data that it has nothing to do with",
    track: 'data: { d: "d.csv" }',
    cells: [
      // Draws are those of a list, so that each run of this test is the same.
      `const list = ["", "tmp", "nbtrack-draws-" + Deno.env.get("NBT_DRAWS")].join("/");
const draw = (random = Math.random()) => {
  const draws = Deno.readTextFileSync(list);
  Deno.writeTextFileSync(list, draws.slice(1));
  return draws === "" ? Math.floor(random * 2) : Number(draws[0]);
};`,
      'run.logMetric("fold", draw());',
      '(await Deno.readTextFile("d.csv")).length',
    ],
    files: { "d.csv": "a,b\n1,2\n", "same.csv": "a,b\n3,4\n" },
    get env() {
      return { NBT_DRAWS: draws("01011") };
    },
    again: { NBT_DRAWS: DRAWS },
    args: ["--data", "d=same.csv"],
    verdict: "DRIFTED",
    check: () => Deno.removeSync(`/tmp/nbtrack-draws-${DRAWS}`),
  },
  {
    about: "data that changes a result is blamed beside chance",
    track: 'seed: 4, data: { d: "d.csv" }',
    cells: [
      "crypto.randomUUID()",
      '(await Deno.readTextFile("d.csv")).length',
    ],
    files: { "d.csv": "a,b\n1,2\n", "longer.csv": "a,b\n3,4\n5,6\n" },
    args: ["--explain", "--data", "d=longer.csv"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ explained }) {
      assertEquals(
        explained?.filter(({ dimension }) => dimension === "data").map((e) =>
          e.changes
        ),
        [true],
      );
    },
  },
  {
    about:
      "data that changes a part of an output is blamed, chance for the other part",
    track: 'data: { d: "d.csv" }',
    cells: [
      'console.log(crypto.randomUUID(), (await Deno.readTextFile("d.csv")).trim())',
    ],
    files: { "d.csv": "1", "other.csv": "2" },
    args: ["--data", "d=other.csv"],
    verdict: "DRIFTED",
    causes: ["data"],
    says: "cell [2] depends on random numbers",
  },
  ...[
    "rows.toSorted(() => Math.random() - 0.5).join()",
    "`${rows.reduce((sum, x) => sum + Number(x), 0) + Math.random()}`",
    "rows[Math.floor(1e9 * Math.random()) % rows.length] + crypto.randomUUID()",
  ].map((cell): Case => ({
    about:
      `data that may change what chance decides, as in ${cell}, is not called harmless`,
    track: 'data: { d: "d.csv" }',
    cells: [
      'const rows = (await Deno.readTextFile("d.csv")).trim().split("\\n");',
      cell,
    ],
    files: {
      "d.csv": "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
      "other.csv": "9\n8\n7\n6\n5\n4\n3\n2\n1\n",
    },
    args: ["--data", "d=other.csv"],
    verdict: "DRIFTED",
    says: "which was not shown to change a result",
  })),
  {
    about: "of a number that is drawn anew nothing is said that was not shown",
    track: 'data: { d: "d.csv" }',
    cells: [
      'run.logMetric("r", Math.random() + Number(await Deno.readTextFile("d.csv")))',
    ],
    files: { "d.csv": "1", "other.csv": "2" },
    args: ["--data", "d=other.csv"],
    verdict: "DRIFTED",
    says: "which was not shown to change a result",
  },
  {
    about: "of two datasets only the guilty one is a cause",
    track: 'data: { a: "a.txt", b: "b.txt" }',
    cells: [
      'await Deno.readTextFile("a.txt"); Number(await Deno.readTextFile("b.txt"))',
    ],
    files: { "a.txt": "1", "b.txt": "1", "a2.txt": "2", "b2.txt": "2" },
    args: ["--data", "a=a2.txt", "--data", "b=b2.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ causes, warnings }) {
      assertEquals(causes.map(({ what }) => what.slice(0, 2)), ["b:"]);
      assert(warnings.some((w) => w.startsWith("data: a:")), String(warnings));
    },
  },
  {
    about: "how long a cell took is no result, whatever the data is",
    track: 'data: { d: "d.txt" }',
    cells: [
      "const t0 = performance.now();",
      "await new Promise((done) => setTimeout(done, 5)); console.log(`took ${performance.now() - t0} ms`);",
    ],
    files: { "d.txt": "1", "other.txt": "2" },
    args: ["--data", "d=other.txt"],
    verdict: "REPRODUCED",
    masked: ["run time"],
  },
  {
    about: "a time or a date of the data is a result beside those of the clock",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const t0 = performance.now(); const t = await Deno.readTextFile("d.txt"); console.log(`took ${performance.now() - t0} ms, latency ${t} ms`)',
      'console.log(new Date().toISOString(), "seen for", t, "s"); await run.logArtifact("log.txt", `${new Date().toISOString()} ${t} ms`); run.setTag("nbtrack.mine", `${Date.now()}: ${t} ms`)',
    ],
    files: { "d.txt": "0.5", "other.txt": "0.7" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ outputs, artifacts, logged }) {
      assertEquals(outputs.map(({ same }) => same), [false, false]);
      assertEquals(artifacts, [{ path: "log.txt", same: false }]);
      assertEquals(logged.map(({ key }) => key), ["nbtrack.mine"]);
    },
  },
  {
    about: "cards of two runs, and a track cell that is executed again",
    cells: [
      'const two = await track("two"); two',
      'const again = await track("two"); again',
      'again.logMetric("x", 1); await again.end(); again',
    ],
    verdict: "REPRODUCED",
  },
  {
    about: "a run's name and id in what it prints",
    cells: ["console.log(run.name, run.id)", "`run ${run.id.slice(0, 8)}`"],
    verdict: "REPRODUCED",
    masked: ["run", "run", "run"],
  },
  {
    about:
      "a run in what is printed says which run it is, and nothing that passes",
    cells: ["console.log(run)", "await run.end(); console.log(run)"],
    verdict: "REPRODUCED",
  },
  {
    about: "the work folder, whatever --dir is called",
    cells: [
      "console.log(Deno.cwd())",
      'await import("./nowhere.ts").catch((e) => console.log(e.message))',
    ],
    args: ["--dir", "another"],
    verdict: "REPRODUCED",
    masked: ["folder", "folder"],
  },
  {
    about: "colours are those of the record",
    cells: ['({ a: 1, b: "x" })'],
    env: { NO_COLOR: "" },
    again: { NO_COLOR: "1" },
    verdict: "REPRODUCED",
  },
  {
    about: "a date is one in the colours of a terminal, too",
    cells: ["({ started: new Date(), k: 5 })", "new Date()"],
    env: { NO_COLOR: "" },
    again: { NO_COLOR: "" },
    verdict: "REPRODUCED",
    masked: ["date", "date"],
  },
  {
    about: "text artifacts are compared as texts, whatever their names end in",
    cells: [
      `const text = \`\${Deno.cwd()} \${new Date().toISOString()} \${run.id}\`;
for (const name of ["train.log", "config.yaml", "history.jsonl", "model", "a.py"]) await run.logArtifact(name, text);`,
    ],
    verdict: "REPRODUCED",
  },
  {
    about: "colours that come out different are a difference of their own",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const colour = (await Deno.readTextFile("d.txt")).trim();',
      "console.log(`\\u001b[${colour}mhello\\u001b[39m`)",
    ],
    files: { "d.txt": "31", "other.txt": "32" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ outputs }) {
      assertStringIncludes(outputs.at(-1)?.diff ?? "", "colour");
    },
  },
  {
    about: "ids that are generated are no result",
    cells: [
      'const id = `clip-${crypto.randomUUID()}`; Deno.jupyter.svg`<svg><clipPath id="${id}"/><g clip-path="url(#${id})"/></svg>`',
    ],
    verdict: "REPRODUCED",
    masked: ["generated id"],
  },
  {
    about: "an id that is a word is a result",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const best = (await Deno.readTextFile("d.txt")).trim(); Deno.jupyter.html`<tr id="${best}"><td>best</td></tr>`',
    ],
    files: { "d.txt": "adelie", "other.txt": "gentoo" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
  },
  {
    about: "a seed reaches a library imported before track(), too",
    track: "seed: 7",
    before: ['import _ from "npm:lodash@4.17.21";'],
    cells: [
      'run.logMetric("sum", _.sum(_.times(50, () => _.random(0, 1, true))))',
    ],
    verdict: "REPRODUCED",
  },
  {
    about: "a seed that reaches a library imported after track()",
    track: "seed: 7",
    cells: [
      'const { default: _ } = await import("npm:lodash@4.17.21"); run.logMetric("sum", _.sum(_.times(50, () => _.random(0, 1, true))))',
    ],
    verdict: "REPRODUCED",
  },
  {
    about: "the module of a Worker, of import(name) and of a reload",
    cells: [
      'const name = "./m.ts"; (await import(name)).a',
      "let i = 0; const reload = (path: string) => import(`${path}#${i++}`);",
      '(await reload("./m.ts")).a',
      'const w = new Worker(new URL("./w.ts", `file://${Deno.cwd()}/`), { type: "module" }); const said = await new Promise((done) => w.onmessage = (e) => done(e.data)); w.terminate(); said',
    ],
    files: {
      "m.ts": "export const a = 5;",
      "w.ts": 'import { a } from "./m.ts"; self.postMessage(a);',
    },
    verdict: "REPRODUCED",
  },
  {
    about: "a Worker whose module is not known does not keep it waiting",
    cells: [
      'const folder = "."; const w = new Worker(new URL(`${folder}/w.ts`, `file://${Deno.cwd()}/`), { type: "module" }); const said = await new Promise((done) => w.onmessage = (e) => done(e.data)); w.terminate(); said',
    ],
    files: { "w.ts": "self.postMessage(1)" },
    verdict: "FAILED",
    causes: ["code"],
    says: "module of a Worker in cell",
    check({ causes, seconds }) {
      assertStringIncludes(causes[0]?.what ?? "", "was not found");
      assert(seconds < 45, `it took ${seconds} s`);
    },
  },
  {
    about: "a lock with two versions of a package",
    cells: [
      'import a from "npm:lodash"; const first = a.VERSION;',
      'import b from "npm:lodash@4.17.20"; [b.VERSION, first !== b.VERSION]',
      'import { max } from "npm:d3-array@^3.0.0"; max([1])',
      'import { min } from "npm:d3-array@3.2.0"; min([1])',
    ],
    verdict: "REPRODUCED",
  },
  {
    about: "a killed run whose reproduction goes further",
    cells: [
      'for (let i = 0; i < 60; i++) { if (i === 16 && Deno.env.get("DIE") === "1") { console.log("dies"); await new Promise((done) => setTimeout(done, 500)); Deno.kill(Deno.pid, "SIGKILL"); } run.logMetric("loss", 1 / (i + 1), { step: i }); }',
      "1 + 1",
    ],
    env: { DIE: "1" },
    dies: true,
    verdict: "DRIFTED",
    causes: ["environment"],
    says: "it ended after 16 of 60 points because it was killed",
  },
  {
    about: "--vary code takes edited local modules too",
    cells: ['import { a } from "./m.ts"; a'],
    files: { "m.ts": "export const a = 5;" },
    later: { "m.ts": "export const a = 6;" },
    args: ["--vary", "code"],
    verdict: "DRIFTED",
    causes: ["code"],
    says: "m.ts",
  },
  {
    about: "a file that was there before the run and was appended to is named",
    cells: [
      'const path = ["out", "csv"].join("."); Deno.writeTextFileSync(path, "new\\n", { append: true }); Deno.readTextFileSync(path)',
    ],
    files: { "out.csv": "old\n" },
    verdict: "DRIFTED",
    says:
      'data "out.csv": it was there before the run (4 bytes) and was appended to',
  },
  {
    about: "a file that was there before the run and was written anew is none",
    cells: [
      'Deno.writeTextFileSync("out.csv", "old\\nnew\\n"); Deno.readTextFileSync("out.csv")',
    ],
    files: { "out.csv": "old\n" },
    verdict: "REPRODUCED",
    check({ warnings }) {
      assertEquals(warnings, []);
    },
  },
  {
    about: "data that the run appends to travels as it was before",
    cells: [
      'await run.logDataset("out", "out.csv")',
      'Deno.writeTextFileSync("out.csv", "new\\n", { append: true }); Deno.readTextFileSync("out.csv")',
    ],
    files: { "out.csv": "old\n" },
    args: ["--sandbox"],
    verdict: "REPRODUCED",
    masked: [],
  },
  {
    about: "a variable with another value now is the cause, by its name",
    cells: [
      'const size = Number(Deno.env.get("FOO_SIZE") ?? "1");',
      "console.log(size * 2)",
    ],
    env: { FOO_SIZE: "2" },
    again: { FOO_SIZE: "3" },
    verdict: "DRIFTED",
    causes: ["environment"],
    says:
      "the variable FOO_SIZE, which the run read, has another value than then",
  },
  {
    about: "a variable that is not set now is the cause, by its name",
    cells: ['console.log(process.env.FOO_SIZE ?? "none")'],
    env: { FOO_SIZE: "2" },
    verdict: "DRIFTED",
    causes: ["environment"],
    says: "the variable FOO_SIZE, which the run read, is not set now",
  },
  {
    about: "a variable with another value now that changes no result",
    cells: ['const size = Deno.env.get("FOO_SIZE"); console.log(1)'],
    env: { FOO_SIZE: "2" },
    again: { FOO_SIZE: "3" },
    verdict: "REPRODUCED",
    says:
      "FOO_SIZE, which the run read, has another value than then, without changing a result",
  },
  {
    about: "a variable is not blamed for a cell that does not use it",
    cells: [
      'const width = Deno.env.get("FOO_SIZE");',
      'const { size: bytes } = Deno.statSync(["out", "csv"].join(".")); bytes',
      'Deno.writeTextFileSync(["out", "csv"].join("."), "new\\n", { append: true })',
    ],
    files: { "out.csv": "old, and longer\n" },
    env: { FOO_SIZE: "2" },
    again: { FOO_SIZE: "3" },
    verdict: "FAILED",
    causes: ["data"],
  },
  {
    about: "a variable that the notebook sets itself is its own",
    cells: [
      'Deno.env.set("FOO_SIZE", "5"); console.log(Deno.env.get("FOO_SIZE"))',
    ],
    verdict: "REPRODUCED",
    check({ warnings }) {
      assertEquals(
        warnings.filter((text) => text.includes("another value")),
        [],
      );
    },
  },
  {
    about: "minus zero and tags by names of nbtrack's own are results",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const text = (await Deno.readTextFile("d.txt")).trim(); run.logMetric("loss", Number(text)); run.logParam("loss", Number(text));',
      'run.setTags({ "nbtrack.reproduces": text, "nbtrack.version": text, "mlflow.source.name": text, "nbtrack.model.m": text })',
    ],
    files: { "d.txt": "-0", "other.txt": "0" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
    check({ metrics, params, logged }) {
      assertEquals(metrics.map(({ same }) => same), [false]);
      assertEquals(params.map(({ same }) => same), [false]);
      assertEquals(logged.map(({ key }) => key).toSorted(), [
        "mlflow.source.name",
        "nbtrack.model.m",
        "nbtrack.reproduces",
        "nbtrack.version",
      ]);
    },
  },
  {
    about:
      "minus zero and tags by names of nbtrack's own come out again in the sandbox",
    track: 'data: { d: "d.txt" }',
    cells: [
      'const text = (await Deno.readTextFile("d.txt")).trim(); run.logMetric("loss", Number(text)); run.logParam("loss", Number(text));',
      'run.setTags({ "nbtrack.reproduces": text, "nbtrack.version": text, "mlflow.source.name": text, "nbtrack.model.m": text })',
    ],
    files: { "d.txt": "-0", "other.txt": "0" },
    args: ["--sandbox"],
    verdict: "REPRODUCED",
    masked: [],
    check({ metrics }) {
      assertEquals(metrics.map(({ recorded }) => recorded), [-0]);
    },
  },
  {
    about: "a cell that reads the configuration beside it finds its own",
    cells: [
      'const text = await Deno.readTextFile("deno.json"); console.log(text)',
    ],
    verdict: "REPRODUCED",
    masked: [],
  },
  {
    about: "a cell that reads the configuration beside it in the sandbox",
    cells: [
      'const config = JSON.parse(await Deno.readTextFile("deno.json"));',
      "console.log(Object.keys(config))",
    ],
    args: ["--sandbox"],
    verdict: "DRIFTED",
    says:
      "cell [3] reads deno.json: a sandbox has one with the members that decide how imports resolve",
  },
  {
    about: "what a cell shows before it ends its kernel",
    cells: [
      'run.logMetric("loss", 1); console.log("the last line"); Deno.exit(3)',
      "1",
    ],
    dies: true,
    verdict: "REPRODUCED",
    says: "did not come to its end now either",
    check({ metrics, outputs }) {
      assertEquals(metrics.map(({ reproduced }) => reproduced), [1]);
      assertEquals(outputs.map(({ cell }) => cell), [1]);
    },
  },
  {
    about: "what a cell shows before it ends its process in the sandbox",
    cells: [
      'run.logMetric("loss", 1); console.log("the last line"); Deno.exit(3)',
      "1",
    ],
    dies: true,
    args: ["--sandbox"],
    verdict: "REPRODUCED",
    says: "did not come to its end now either",
    check({ metrics, outputs }) {
      assertEquals(metrics.map(({ reproduced }) => reproduced), [1]);
      assertEquals(outputs.map(({ cell }) => cell), [1]);
    },
  },
  {
    about: "--vary code with an edited module in the sandbox names the module",
    cells: ['import { a } from "./m.ts"; a'],
    files: { "m.ts": "export const a = 5;" },
    later: { "m.ts": "export const a = 6;" },
    args: ["--vary", "code", "--sandbox"],
    verdict: "REPRODUCED",
    says: "module m.ts was edited, and a sandbox executes the recorded one",
  },
  {
    about: "newer packages are the cause in the sandbox, too",
    cells: [
      'import pkg from "npm:ms@2/package.json" with { type: "json" }; import ms from "npm:ms@2"; console.log(pkg.version, ms("2 days"))',
    ],
    files: {
      "deno.lock": JSON.stringify({
        version: "5",
        specifiers: { "npm:ms@2": "2.1.2" },
        npm: {
          "ms@2.1.2": {
            integrity:
              "sha512-sGkPx+VjMtmA6MX27oA4FBFELFCZZ4S4XqeGOXCv68tT+jb3vk/RyaKWP0PTKyWtmLSM0b+adUTEvbs1PEaH2w==",
          },
        },
      }),
    },
    args: ["--vary", "packages", "--sandbox"],
    verdict: "DRIFTED",
    causes: ["packages"],
    says: "ms 2.1.2 → ",
  },
  {
    about: "a JSON file whose numbers a double cannot tell apart",
    track: 'data: { d: "d.txt" }',
    cells: [
      'await run.logArtifact("n.json", new TextEncoder().encode(`[${(await Deno.readTextFile("d.txt")).trim()}]`))',
    ],
    files: { "d.txt": "9007199254740993", "other.txt": "9007199254740992" },
    args: ["--data", "d=other.txt"],
    verdict: "DRIFTED",
    causes: ["data"],
  },
];

/** Records a case's notebook, and holds its reproduction against the right verdict. */
export function testCase(one: Case): void {
  Deno.test(`recorded and reproduced: ${one.about}`, async () => {
    using place = temporary();
    const home = `${place.path}/home`;
    const folder = `${place.path}/study`;
    await Deno.mkdir(folder);
    await write(folder, {
      ...one.files,
      "deno.json": JSON.stringify({
        imports: { "@nbtrack/nbtrack": MODULE },
        nodeModulesDir: "none",
      }),
      "n.ipynb": notebookJson(cellsOf(one)),
    });
    const env = { NBTRACK_OFFLINE: "1", ...one.env };
    const options = { home, cwd: folder };
    const run = await nbtrack(["run", "n.ipynb"], { ...options, env });
    assertEquals(run.code, one.dies === true ? 1 : 0, run.stderr);
    await write(folder, one.later ?? {});
    const { code, stdout, stderr } = await nbtrack(
      ["reproduce", "last", "--json", ...one.args ?? []],
      { ...options, env: { NBTRACK_OFFLINE: "1", ...one.again } },
    );
    const verdict: Verdict & Partial<Explained> = JSON.parse(stdout);
    const shown = `${stderr}\n${JSON.stringify(verdict, null, 1)}`;
    assertEquals(verdict.verdict, one.verdict, shown);
    assertEquals(code, one.verdict === "REPRODUCED" ? 0 : 1, shown);
    assertEquals(
      [...new Set(verdict.causes.map(({ dimension }) => String(dimension)))],
      [...one.causes ?? []],
      shown,
    );
    const said = [
      ...verdict.causes.map(({ what }) => what),
      ...verdict.warnings,
    ];
    if (one.says !== undefined) {
      assert(said.some((text) => text.includes(one.says ?? "")), shown);
    }
    if (one.masked !== undefined) {
      assertEquals(verdict.masked.map(({ kind }) => String(kind)), [
        ...one.masked,
      ], shown);
    }
    one.check?.(verdict);
  });
}

/** The sources of a case's notebook. */
export function cellsOf({ before = [], track = "", cells }: Case): string[] {
  return [
    ...before,
    `import { track } from "@nbtrack/nbtrack"; const run = await track("s", { quiet: true, ${track} });`,
    ...cells,
  ];
}

/** Writes files into a folder. */
export async function write(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}
