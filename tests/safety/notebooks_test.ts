import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { NOTEBOOKS } from "../runner/public_notebooks.ts";

const FOLDER = fileURLToPath(
  new URL("../reproduce/notebooks/", import.meta.url),
);
const TEN = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
  .filter((name) => name.endsWith(".ipynb")).toSorted();

interface Verdict {
  verdict: string;
  causes: { what: string }[];
  outputs: { same: boolean; diff: string | null }[];
}

/** The verdicts of a notebook's last run, reproduced plainly and in the sandbox. */
async function verdicts(
  space: Workspace,
  notebook: string,
): Promise<[plain: Verdict, sandboxed: Verdict]> {
  const ran = await space.nbtrack(["run", notebook, "--allow-errors"]);
  assertEquals(ran.code, 0, ran.stderr);
  const [run] = space.journal.runs.list({ reproductions: false });
  const reproduce = async (...args: string[]): Promise<Verdict> => {
    const { stdout, stderr } = await space.nbtrack([
      "reproduce",
      run?.run_id ?? "",
      "--json",
      ...args,
    ]);
    assert(stdout !== "", stderr);
    return JSON.parse(stdout);
  };
  return [await reproduce(), await reproduce("--sandbox")];
}

function assertSame([plain, sandboxed]: [Verdict, Verdict]): void {
  assertEquals(
    [
      sandboxed.verdict,
      sandboxed.outputs.map((output) => output.same),
    ],
    [plain.verdict, plain.outputs.map((output) => output.same)],
    JSON.stringify({
      causes: sandboxed.causes,
      outputs: sandboxed.outputs.filter((output) => !output.same),
    }),
  );
}

/** Cells as practitioners write them, with libraries that read the environment, their own WebAssembly or the processor. */
const LIBRARIES: readonly string[] = [
  `import * as echarts from "npm:echarts@6.1.0";
const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 300, height: 200 });
chart.setOption({ animation: false, xAxis: { data: ["a", "b"] }, yAxis: {}, series: [{ type: "bar", data: [3, 5] }] });
console.log(chart.renderToSVGString().length > 500);`,
  `import { createElement as h } from "npm:react@19.3.1";
import { renderToStaticMarkup } from "npm:react-dom@19.3.1/server";
renderToStaticMarkup(h("ul", null, [1, 2, 3].map((n) => h("li", { key: n }, n))))`,
  `import mean from "npm:@stdlib/stats-base-mean@0.2.2";
mean(4, new Float64Array([1, 2, 3, 6]), 1)`,
  `import initSqlJs from "npm:sql.js@1.17.0";
const SQL = await initSqlJs(); const db = new SQL.Database();
db.run("create table t(a, b); insert into t values (1, 'x'), (2, 'y')");
db.exec("select sum(a), count(*) from t")[0].values`,
  `import * as Plot from "npm:@observablehq/plot@0.6.17";
import { parseHTML } from "npm:linkedom@0.18.15";
const { document } = parseHTML("<html></html>");
console.log(Plot.plot({ document, marks: [Plot.dot([[1, 2], [3, 4]])] }).outerHTML.length > 500);`,
  `import { Matrix, inverse } from "npm:ml-matrix@6.15.1";
inverse(new Matrix([[2, 0], [0, 4]])).to2DArray()`,
  `import * as d3 from "npm:d3@7.9.2";
[...d3.rollup([{ k: "a", n: 1 }, { k: "a", n: 3 }], (v) => d3.mean(v, (d) => d.n), (d) => d.k)]`,
  `import Papa from "npm:papaparse@5.7.1";
Deno.writeTextFileSync("d.csv", "a,b\\n1,2\\n3,4\\n"); Papa.parse(Deno.readTextFileSync("d.csv"), { header: true, dynamicTyping: true }).data`,
  `import * as ort from "npm:onnxruntime-web@1.30.0/wasm";
new ort.Tensor("float32", new Float32Array([1, 2]), [2]).dims`,
];

Deno.test("a notebook with the libraries of practitioners has the same verdict in the sandbox as without it", async () => {
  await using space = Workspace.make();
  const front = `${IMPORT}\nconst tracked = await track("p", { quiet: true });`;
  const both = await verdicts(
    space,
    space.notebook("libraries.ipynb", [front, ...LIBRARIES]),
  );
  assertSame(both);
  assertEquals(both[0].verdict, "REPRODUCED", JSON.stringify(both[0]));
  const [run] = space.journal.runs.list({ reproductions: false });
  assertEquals(
    space.journal.executions.list(run?.session_id ?? "")
      .map(({ status }) => status),
    ["ok", ...LIBRARIES.map(() => "ok")],
  );
});

/** With each test every second notebook is tried; with `deno task notebooks` all are. */
const EVERY = Deno.env.get("NBTRACK_TEST_EVERY_NOTEBOOK") === "1";

for (const name of TEN.filter((_, i) => EVERY || i % 2 === 0)) {
  Deno.test(`${name} has the same verdict in the sandbox as without it`, async () => {
    await using space = Workspace.make();
    for (const entry of Deno.readDirSync(FOLDER)) {
      if (entry.isFile) {
        Deno.copyFileSync(FOLDER + entry.name, `${space.work}/${entry.name}`);
      }
    }
    Deno.writeTextFileSync(
      `${space.work}/deno.json`,
      JSON.stringify({
        imports: {
          "@nbtrack/nbtrack": new URL("../../mod.ts", import.meta.url),
        },
      }),
    );
    const both = await verdicts(space, `${space.work}/${name}`);
    assertSame(both);
    assertEquals(both[0].verdict, "REPRODUCED", JSON.stringify(both[0]));
  });
}

for (const [name, cells] of Object.entries(NOTEBOOKS)) {
  Deno.test(`a notebook about ${name} as people write them has the same verdict in the sandbox as without it`, async () => {
    await using space = Workspace.make();
    const front =
      `${IMPORT}\nconst tracked = await track("p", { quiet: true });`;
    const notebook = space.notebook(`${name}.ipynb`, [front, ...cells]);
    assertSame(await verdicts(space, notebook));
  });
}

Deno.test("a notebook that reads the imports of its own deno.json has the same verdict in the sandbox as without it", async () => {
  await using space = Workspace.make();
  Deno.writeTextFileSync(
    `${space.work}/deno.json`,
    JSON.stringify({
      imports: {
        "@nbtrack/nbtrack": new URL("../../mod.ts", import.meta.url),
      },
    }),
  );
  const notebook = space.notebook("own.ipynb", [
    `import { track } from "@nbtrack/nbtrack"; const run = await track("own", { quiet: true });`,
    `run.logMetric("imports", Object.keys(JSON.parse(Deno.readTextFileSync("deno.json")).imports).length);`,
  ]);
  const both = await verdicts(space, notebook);
  assertSame(both);
  assertEquals(both[0].verdict, "REPRODUCED", JSON.stringify(both[0]));
});
