import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isHost, isName } from "../../src/reproduce/sandbox/permissions.ts";
import { ENDLESS } from "../endless_cell.ts";
import { printed, printedBy, reproduceWritten } from "../safety/bundles.ts";
import {
  bundleBytes,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

Deno.test("what the user grants to a sandbox is granted, and nothing beside it", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("answered"),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  Deno.env.set("NBTRACK_TEST_GRANTED", "yes");
  Deno.env.set("NBTRACK_TEST_OTHER", "no");
  try {
    const { verdict } = await reproduceWritten({
      cells: [{
        source:
          `console.log(Deno.env.get("NBTRACK_TEST_GRANTED"), Deno.env.get("NBTRACK_TEST_OTHER"), ` +
          `await (await fetch("http://${host}/")).text()); ` +
          `await fetch("http://127.0.0.2:8081/").catch((e) => console.log(e.name))`,
        outputs: [printed("yes undefined answered\nNotCapable\n")],
      }],
    }, { grants: { net: [host], env: ["NBTRACK_TEST_GRANTED"] } });
    assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  } finally {
    Deno.env.delete("NBTRACK_TEST_GRANTED");
    Deno.env.delete("NBTRACK_TEST_OTHER");
    await server.shutdown();
  }
});

Deno.test("a sandbox has an environment of its own, which cells read and change as they like", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source: `process.env.NODE_ENV ??= "test"; Deno.env.set("A", "b"); ` +
        `console.log(process.env.NODE_ENV, Deno.env.get("A"), Object.keys(process.env).includes("A"), ` +
        `Deno.env.get("USER"), (await import("node:os")).cpus().length > 0, navigator.hardwareConcurrency > 0, process.umask() > 0)`,
      outputs: [printed("test b true sandbox true true true\n")],
    }],
  });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
});

Deno.test("a grant that names no single host, and one that names no variable, is refused", () => {
  for (const host of ["*", "*.com", "*.example.org", "", "a,b", "a b", "-x"]) {
    assert(!isHost(host), host);
  }
  for (const host of ["a.org", "a.org:80", "127.0.0.1", "[::1]:8080"]) {
    assert(isHost(host), host);
  }
  for (const name of ["A=B", "", "A B", "1A", "A,B"]) {
    assert(!isName(name), name);
  }
  assert(isName("HF_TOKEN"));
});

Deno.test("a sandboxed cell that ends the process is known by its exit code", async () => {
  const { verdict } = await reproduceWritten({ cells: ["1;", "Deno.exit(3)"] });
  assertEquals(verdict.verdict, "FAILED");
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    "cell [2] ended the process",
  );
  assertStringIncludes(verdict.causes[0]?.what ?? "", "code 3");
});

Deno.test("a cell that does not end is ended in time, and the verdict names it", async () => {
  const { verdict } = await reproduceWritten({
    cells: ["1;", ENDLESS],
  }, { timeout_ms: 1500 });
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(
    verdict.causes[0]?.what,
    "cell [2] did not end within 2 s and was ended",
  );
});

Deno.test("an error in a microtask, which nobody caught, is not said to disturb the sandbox, and the next cell runs", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      {
        source:
          `queueMicrotask(() => { throw new TypeError("late") }); console.log("said");`,
        outputs: [printed("said\n")],
      },
      { source: "console.log(2);", outputs: [printed("2\n")] },
    ],
  });
  assertEquals(verdict.causes, []);
  assertEquals(verdict.outputs.at(-1)?.same, true);
});

Deno.test("errors that nobody caught, whenever they come, leave each cell with its own answer", async () => {
  const cells = Array.from({ length: 40 }, (_, i) => {
    const late = `() => { throw new TypeError("late") }`;
    const source = i % 8 === 0
      ? `queueMicrotask(${late}); console.log(${i});`
      : `setTimeout(${late}, ${(i % 8) - 1}); console.log(${i});`;
    return [
      { source, outputs: [printed(`${i}\n`)] },
      { source: `console.log("next");`, outputs: [printed("next\n")] },
    ];
  }).flat();
  for (let round = 0; round < 3; round++) {
    const { verdict } = await reproduceWritten({ cells });
    assertEquals(verdict.causes, []);
    assertEquals(verdict.outputs.filter(({ same }) => !same), []);
  }
});

Deno.test("a cell that waits for ever for a server that the sandbox lets nobody start names the host that is missing", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `import net from "node:net"; const server = net.createServer(); await new Promise<void>((done) => { const waiting = setInterval(() => {}, 50); server.listen(0, "127.0.0.1", () => { clearInterval(waiting); done(); }); });`,
    ],
  }, { timeout_ms: 2000 });
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      'cell [1]: the sandbox gives no access to "127.0.0.1:0": add --allow-net 127.0.0.1 to give it',
  }]);
  assertStringIncludes(verdict.warnings[0] ?? "", "did not end within 2 s");
});

Deno.test("a sandboxed cell reads and writes in its own folder, and what it imports there", async () => {
  const result = await reproduceWritten({
    cells: [
      `import { twice } from "./lib/twice.ts"; import three from "three"; Deno.writeTextFileSync("a.txt", String(twice(three)))`,
      `console.log(Deno.readTextFileSync("a.txt"), [...Deno.readDirSync(".")].some((e) => e.name === "a.txt"))`,
    ],
    modules: {
      "lib/twice.ts": "export const twice = (n: number) => 2 * n;",
      "three.ts": "export default 3;",
    },
    config: {
      imports: {
        three: "./three.ts",
        "@nbtrack/nbtrack": "jsr:@nbtrack/nbtrack",
      },
    },
    manifest: (manifest) =>
      Object.assign(manifest, { project_files: ["deno.json", "deno.lock"] }),
  });
  assertEquals(printedBy(result, 1), "6 true\n");
});

Deno.test("a run with params, metrics and artifacts has the same verdict in a sandbox", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack"; import { sum } from "npm:d3-array@3";',
    'const run = await track("shut in", { params: { k: 5 }, seed: 3, data: "penguins.csv", quiet: true });',
    "for (let i = 0; i < 50; i++) run.logMetric('loss', 1 / (i + 1), { step: i });",
    "run.logMetric('sum', sum([1, 2, 3])); run.logMetric('odd', NaN); console.log(Math.random())",
    "await run.logArtifact('a.txt', 'text'); await run.end();",
  ], { home, folder });
  const bundle = await bundleBytes(home, run_id);
  for (const sandbox of [true, false]) {
    const verdict = await verdictOf(bundle, { sandbox });
    assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
    assertEquals(verdict.metrics.map(({ key }) => key), ["loss", "sum", "odd"]);
    assertEquals(verdict.artifacts, [{ path: "a.txt", same: true }]);
  }
});
