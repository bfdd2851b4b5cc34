import { assert, assertEquals } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { FrontEnd } from "./front_end.ts";

Deno.test("data that cells read without naming it is found, whichever way it is read; what the run wrote is none", async () => {
  await using space = Workspace.make();
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(`${space.work}/${name}`, text);
  Deno.mkdirSync(`${space.work}/sub`);
  write("before.csv", "a,b\n1,2\n");
  write("named.csv", "a\n1\n");
  write("node.txt", "read by node:fs");
  write("sub/deep.json", "[1, 2, 3]");
  write("untouched.csv", "a\n1\n");
  write("helper.ts", "export const two = 2;");
  await using front = await FrontEnd.start(space);
  await front.execute(`const early = Deno.readTextFileSync("before.csv");`);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { data: "named.csv", quiet: true });`,
  );
  await front.execute(
    `import { readFileSync } from "node:fs";
import { two } from "./helper.ts";
readFileSync("node.txt");
await Deno.readTextFile("sub/../sub/deep.json");
await Deno.readTextFile("named.csv");
const onlyNamed = "untouched.csv";
try { await Deno.readTextFile("not-there.csv"); } catch { /* as it should be */ }
await Deno.writeTextFile("made.csv", "x\\n1\\n");
await Deno.readTextFile("made.csv");
two`,
  );
  await front.execute("await run.end()");
  const record = await space.finalised();
  assertEquals(
    record.datasets.map((d) => [d.name, d.found]).toSorted(),
    [
      ["before.csv", "detected"],
      ["named", "named"],
      ["node.txt", "detected"],
      ["sub/deep.json", "detected"],
    ],
  );
  const before = record.datasets.find((d) => d.name === "before.csv");
  assertEquals([before?.rows, before?.columns?.length], [1, 2]);
  assertEquals(record.missing, []);
  const { code, stdout } = await space.nbtrack([
    "reproduce",
    record.run_id,
    "--json",
  ]);
  assertEquals([code, JSON.parse(stdout).verdict], [0, "REPRODUCED"]);
});

Deno.test("a file that a command of a lesson is given is found, though the command is a Deno of its own", async () => {
  await using space = Workspace.make();
  Deno.writeTextFileSync(`${space.work}/given.csv`, "a\n1\n");
  const lessons = new URL("../../src/lessons/mod.ts", import.meta.url).href;
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nimport { nbtrack } from ${
      JSON.stringify(lessons)
    };\nconst run = await track("e", { quiet: true });`,
  );
  await front.execute(`await nbtrack("fingerprint", "given.csv")`);
  await front.execute("await run.end()");
  const record = await space.finalised();
  assertEquals(
    record.datasets.map((d) => [d.name, d.found]).toSorted(),
    [["given.csv", "detected"]],
  );
});

Deno.test("hosts that were reached and variables that were read are named, their values never", async () => {
  await using space = Workspace.make();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  const { port } = server.addr;
  await using front = await FrontEnd.start(space, { MY_REGION: "north-7" });
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const shown = await front.execute(
    `Deno.env.get("MY_REGION"); await (await fetch("http://127.0.0.1:${port}/x")).text()`,
  );
  assert(shown.value?.includes("hello"), JSON.stringify(shown));
  await front.execute("await run.end()");
  const record = await space.finalised();
  await server.shutdown();
  assertEquals(record.env_names, ["MY_REGION"]);
  assertEquals(record.hosts, [`127.0.0.1:${port}`]);
  assert(!JSON.stringify(record).includes("north-7"));
});

Deno.test("more than fifty files that are read in one folder are one dataset", async () => {
  await using space = Workspace.make();
  Deno.mkdirSync(`${space.work}/many`);
  for (let i = 0; i < 60; i++) {
    Deno.writeTextFileSync(`${space.work}/many/${i}.txt`, `${i}`);
  }
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  await front.execute(
    `for (let i = 0; i < 60; i++) Deno.readTextFileSync("many/" + i + ".txt");`,
  );
  await front.execute("await run.end()");
  const record = await space.finalised();
  assertEquals(record.datasets.map((d) => [d.name, d.found]), [
    ["many", "detected"],
  ]);
  assert(record.datasets[0]?.digest?.startsWith("sha256:"));
});

Deno.test("files within the command of a program and those of require are found, and one that is opened to be read and changed is named", async () => {
  await using space = Workspace.make();
  for (const name of ["given.csv", "other.csv", "state.json", "c.json"]) {
    Deno.writeTextFileSync(`${space.work}/${name}`, '{"n": 1}');
  }
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("programs", { quiet: true });`,
  );
  await front.execute(
    `new Deno.Command("sh", { args: ["-c", "wc -l < given.csv; echo x > made.csv; cat 'other.csv'"] }).outputSync().success`,
  );
  await front.execute(
    `import { createRequire } from "node:module";\ncreateRequire(\`file://\${Deno.cwd()}/x.js\`)("./c.json").n`,
  );
  await front.execute(
    `{ using file = Deno.openSync("state.json", { read: true, write: true }); file.readSync(new Uint8Array(3)); file.writeSync(new Uint8Array(1)); }`,
  );
  await front.execute("await run.end()");
  const record = await space.finalised();
  assertEquals(record.datasets.map(({ name }) => name).toSorted(), [
    "c.json",
    "given.csv",
    "other.csv",
  ]);
  assertEquals(record.missing.map(({ what }) => what), ['data "state.json"']);
});
