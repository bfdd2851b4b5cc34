import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { TRACKED } from "../test_kernel.ts";
import { IMPORT, Workspace } from "./support.ts";

const CSV = "a,b\n1,2\n";

function serve(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/gone") return new Response("no", { status: 404 });
      if (pathname === "/page") {
        return new Response("<p>", {
          headers: { "content-type": "text/html" },
        });
      }
      return new Response(CSV, { headers: { "content-type": "text/csv" } });
    },
  );
}

/** What a notebook asks after its run was opened, and before. */
const early = (url: string) => `await (await fetch("${url}/early.csv")).text()`;
const asked = (url: string, secret: string) =>
  `for (let i = 0; i < 3; i++) await (await fetch("${url}/table?n=1")).text();
await (await fetch("${url}/table?n=1&private_token=${secret}#part")).bytes();
await (await fetch("${url}/page", { method: "POST", body: "x" })).text();
await (await fetch("${url}/gone")).body?.cancel();
(await fetch("${url}/unread.csv")).status;`;

function expected(url: string) {
  const csv = { status: 200, digest: sha256(CSV), size: CSV.length };
  return [
    { method: "GET", url: `${url}/table?n=1`, ...csv, kept: false, count: 3 },
    {
      method: "GET",
      url: `${url}/table?n=1&private_token=[redacted]`,
      ...csv,
      kept: false,
      count: 1,
    },
    {
      method: "POST",
      url: `${url}/page`,
      status: 200,
      digest: sha256("<p>"),
      size: 3,
      kept: false,
      count: 1,
    },
    {
      method: "GET",
      url: `${url}/gone`,
      status: 404,
      digest: null,
      size: 0,
      kept: false,
      count: 1,
    },
    {
      method: "GET",
      url: `${url}/unread.csv`,
      status: 200,
      digest: null,
      size: null,
      kept: false,
      count: 1,
    },
  ];
}

for (const tracked of TRACKED ? [true] : [false, true]) {
  const kind = tracked ? "the tracked kernel" : "Deno's own kernel";
  Deno.test(`what fetch answers in ${kind} is listed without its secrets, and what is data is a dataset`, async () => {
    await using space = Workspace.make();
    await using server = serve();
    const url = `http://127.0.0.1:${server.addr.port}`;
    const secret = ["glpat", "Zq7hB2xWv9LmNc4RtYpK"].join("-");
    const cells = [
      early(url),
      `${IMPORT}\nconst run = await track("e", { quiet: true });`,
      asked(url, secret),
      "await run.end()",
    ];
    if (tracked) {
      await using front = await FrontEnd.start(space);
      for (const cell of cells) await front.execute(cell);
    } else {
      await using kernel = await space.kernel();
      for (const cell of cells) await kernel.execute(cell);
      await kernel.shutdown();
    }
    const record = await space.finalised();
    assertEquals(
      space.journal.entries.document(record.run_id, "network_reach") ?? null,
      tracked ? '"everything"' : null,
    );
    const json = JSON.stringify(record);
    assert(!json.includes(secret.slice(6)), "the token is in the record");
    assert(
      record.redactions.some((r) =>
        r.where === "network" && record.network[tracked ? 2 : 1]?.url
          .includes(r.placeholder)
      ),
      JSON.stringify(record.redactions),
    );
    const network = record.network.map((answer) => ({
      ...answer,
      url: answer.url.replace(/\[redacted [^\]]*\]/, "[redacted]"),
    }));
    const first = {
      method: "GET",
      url: `${url}/early.csv`,
      status: 200,
      digest: sha256(CSV),
      size: CSV.length,
      kept: false,
      count: 1,
    };
    assertEquals(network, [...tracked ? [first] : [], ...expected(url)]);
    assertEquals(record.hosts, [`127.0.0.1:${server.addr.port}`]);
    const datasets = record.datasets.map(({ uri, digest, found }) => [
      uri?.replace(/\[redacted [^\]]*\]/, "[redacted]"),
      digest,
      found,
    ]);
    assertEquals(
      datasets,
      [
        ...tracked ? [`${url}/early.csv`] : [],
        `${url}/table?n=1`,
        `${url}/table?n=1&private_token=[redacted]`,
      ].map((uri) => [uri, sha256(CSV), "detected"]),
    );
    if (!tracked) return; // two cells were not seen there
    // The server is asked again, and so by the notebook.
    const { code, stdout } = await space.nbtrack([
      "reproduce",
      record.run_id,
      "--json",
    ]);
    const { verdict, causes } = JSON.parse(stdout);
    assertEquals([code, verdict, causes], [0, "REPRODUCED", []], stdout);
  });
}

Deno.test("what a notebook's own server answers is no data, at whichever port it listens", async () => {
  await using space = Workspace.make();
  const notebook = space.notebook("server.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => Response.json([{ a: 1 }]));
const base = "http://127.0.0.1:" + server.addr.port;`,
    'console.log(await (await fetch(base + "/rows.json")).json()); await server.shutdown(); await run.end();',
  ]);
  for (let n = 0; n < 2; n++) await space.nbtrack(["run", notebook]);
  await space.finished();
  const records = await Promise.all(
    space.runs().map((run) => space.record(run.run_id)),
  );
  assertEquals(records.map((r) => [r.datasets, r.network.length]), [
    [[], 1],
    [[], 1],
  ]);
  assertEquals(records.flatMap((record) => record.changed), []);
  const { stdout } = await space.nbtrack([
    "reproduce",
    records[0]?.run_id ?? "",
    "--json",
  ]);
  const { verdict, causes, warnings } = JSON.parse(stdout);
  assertEquals([verdict, causes, warnings], ["REPRODUCED", [], []], stdout);
});

Deno.test("what a server of a local module answers is no data, and what a notebook names of its own server is made by it, in the sandbox too", async () => {
  await using space = Workspace.make();
  Deno.writeTextFileSync(
    `${space.work}/start.ts`,
    `export const start = () =>
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => Response.json([{ a: 1 }]));`,
  );
  const notebook = space.notebook("server.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `import { start } from "./start.ts";
const server = start();
const url = "http://127.0.0.1:" + server.addr.port + "/rows.json";`,
    "(await (await fetch(url)).json()).length",
    'await run.logDataset("rows", url);',
    "await server.shutdown(); await run.end();",
  ]);
  await space.nbtrack(["run", notebook]);
  const record = await space.finalised();
  assertEquals(record.datasets.map(({ name }) => name), ["rows"]);
  for (const args of [[], ["--sandbox", "--allow-net", "127.0.0.1"]]) {
    const { stdout } = await space.nbtrack([
      "reproduce",
      record.run_id,
      "--json",
      ...args,
    ]);
    const { verdict, causes } = JSON.parse(stdout);
    assertEquals([verdict, causes], ["REPRODUCED", []], stdout);
  }
});

Deno.test("what fetch answers to a script is listed, too", async () => {
  await using space = Workspace.make();
  await using server = serve();
  const url = `http://127.0.0.1:${server.addr.port}`;
  await space.script(`${IMPORT}
const run = await track("e", { quiet: true });
await (await fetch("${url}/table.csv")).text();
await run.end();`);
  const record = await space.finalised();
  assertEquals(record.network.map(({ url, count }) => [url, count]), [
    [`${url}/table.csv`, 1],
  ]);
});

for (
  const [kernel, program] of [
    ["Deno's own kernel", null],
    ["the tracked kernel", undefined],
  ] as const
) {
  Deno.test(`what comes over the network by something else than fetch is named in ${kernel}, an answer of fetch is not`, async () => {
    await using server = serve();
    const { port } = server.addr;
    const url = `http://127.0.0.1:${port}`;
    await using workspace = Workspace.make();
    await using front = await FrontEnd.start(workspace, {}, program);
    await front.execute(`${IMPORT}\nconst run = await track("other ways");`);
    await front.execute(`await (await fetch("${url}/a.csv")).text()`);
    await front.execute(
      `import http from "node:http";
      await new Promise((done) => http.get("http://localhost:${port}/b.csv", (answer) => {
        answer.resume().on("end", done);
      }));`,
    );
    await front.execute(`// new WebSocket("ws://example.com") is not opened`);
    await front.execute(
      `const connect = Deno["con" + "nect"];
      const line = await connect({ hostname: "127.0.0.2", port: ${port} }).catch(() => null);
      line?.close();`,
    );
    await front.execute("await run.end();");
    await front.shutdown();
    const { missing } = await workspace.finalised();
    assertEquals(
      missing.map(({ what }) => what).filter((w) => w.startsWith("network")),
      program === null
        ? ["network of cell [3]"] // it keeps no log of hosts
        : ["network of 127.0.0.2", "network of cell [3]"],
    );
  });
}
