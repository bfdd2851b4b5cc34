import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { IMPORT, printed, Workspace } from "../recorder/support.ts";

Deno.test("data of every kind is fingerprinted; what cannot be read is named and holds nothing up", async () => {
  await using workspace = Workspace.make();
  const { work } = workspace;
  Deno.writeTextFileSync(`${work}/a.csv`, "x,y\n1,2\n3,4\n");
  Deno.writeTextFileSync(`${work}/empty.csv`, "");
  Deno.writeTextFileSync(`${work}/line.txt`, "z".repeat(20_000_000));
  Deno.mkdirSync(`${work}/loop/inner`, { recursive: true });
  Deno.writeTextFileSync(`${work}/loop/f.txt`, "f");
  Deno.symlinkSync(`${work}/loop`, `${work}/loop/inner/again`);
  await using kernel = await workspace.kernel();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const reply = await kernel.execute(
    `${IMPORT}\nconst run = await track("data", { data: {
       csv: "a.csv", missing: "not-here.csv", empty: "empty.csv", line: "line.txt", loop: "loop", glob: "*.csv",
       silent: "http://127.0.0.1:${listener.addr.port}/x.csv", rows: [{ a: 1, b: "x" }, { a: 2, b: null }],
       numbers: new Float64Array([1, 2, 3]), columns: { p: [1, 2], q: ["a", "b"] },
     } });
     await run.logDataset("later", "a.csv", { context: "test" });
     await run.logDataset("gone", "gone.parquet");
     run.logMetric("a", 1); await run.end(); "went on"`,
  );
  assertEquals(reply.status, "ok", JSON.stringify(reply));
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics], ["FINISHED", { a: 1 }]);
  const by = new Map(record.datasets.map((d) => [d.name, d]));
  assertEquals([by.get("csv")?.rows, by.get("csv")?.size], [2, 12]);
  assertEquals(by.get("later")?.context, "test");
  assertEquals(by.get("later")?.digest, by.get("csv")?.digest);
  assertEquals(by.get("line")?.size, 20_000_000);
  assertEquals(by.get("rows")?.rows, 2);
  assertEquals(by.get("columns")?.rows, 2);
  assert(by.get("glob")?.digest && by.get("loop")?.digest);
  assert(by.get("numbers")?.digest && by.get("empty")?.digest);
  const missing = new Map(record.missing.map((m) => [m.what, m.why]));
  for (const name of ["missing", "silent", "gone"]) {
    assertEquals(by.get(name)?.digest, null, name);
    const why = missing.get(`dataset "${name}"`) ?? "";
    assert(why !== "" && !why.includes("\n"), `${name}: ${why}`);
  }
  assert(!missing.has(`dataset "csv"`));
});

Deno.test("a path alone is a dataset by its file's name", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(`${workspace.work}/penguins.csv`, "a\n1\n");
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("one", { data: "penguins.csv" }); await run.end();`,
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(
    record.datasets.map((d) => [d.name, d.rows, d.found]),
    [["penguins", 1, "named"]],
  );
});

Deno.test("artifacts are taken as texts, bytes, files and folders, and stored as they were", async () => {
  await using workspace = Workspace.make();
  const { work } = workspace;
  Deno.mkdirSync(`${work}/out put/deep`, { recursive: true });
  Deno.writeTextFileSync(`${work}/out put/a %20.txt`, "in a folder");
  Deno.writeTextFileSync(`${work}/out put/deep/b.txt`, "deeper");
  Deno.writeTextFileSync(`${work}/out put/table.csv`, "a,b");
  Deno.writeTextFileSync(`${work}/out put/c#1?.txt`, "hash");
  Deno.symlinkSync(`${work}/model.bin`, `${work}/out put/deep/link.bin`);
  Deno.writeFileSync(`${work}/model.bin`, new Uint8Array([0, 255, 7]));
  await using kernel = await workspace.kernel();
  const reply = await kernel.execute(
    `${IMPORT}\nconst run = await track("artifacts", { quiet: true });
     await run.logArtifact("text.txt", "just a text");
     await run.logArtifact("two-lines.txt", "model.bin\\n");
     await run.logArtifact("bytes.bin", new Uint8Array([1, 2, 3]).subarray(1));
     await run.logArtifact("file.bin", "model.bin");
     await run.logArtifact("by/url.bin", new URL("file://${work}/model.bin"));
     await run.logArtifact("folder", "out put");
     await run.logArtifact("empty.txt", "");
     await run.logArtifact("text.txt", "replaced");
     await run.logArtifact("out put/table.csv");
     await run.logArtifact("${work}/model.bin");
     await run.logArtifact("floats.bin", new Float32Array([1]));
     await run.logArtifact("rows", [1, 2]);
     await run.logArtifact("nowhere.csv");
     await run.logArtifact("gone", new URL("file://${work}/gone.bin"));
     await run.end();`,
  );
  assertEquals([reply.status, printed(reply)], ["ok", ""]);
  await kernel.shutdown();
  const record = await workspace.finalised();
  const content = (path: string) => {
    const row = workspace.journal.artifacts.get(record.run_id, path);
    assert(row !== undefined, path);
    return Deno.readFileSync(workspace.journal.artifacts.file(row.digest));
  };
  const text = (path: string) => new TextDecoder().decode(content(path));
  assertEquals(text("text.txt"), "replaced");
  assertEquals(text("two-lines.txt"), "model.bin\n");
  assertEquals(text("empty.txt"), "");
  assertEquals(text("folder/a %20.txt"), "in a folder");
  assertEquals(text("folder/deep/b.txt"), "deeper");
  assertEquals(text("out put/table.csv"), "a,b");
  assertEquals([...content("model.bin")], [0, 255, 7]);
  assertEquals([...content("floats.bin")], [0, 0, 128, 63]);
  assertEquals(text("folder/c#1?.txt"), "hash");
  assertEquals([...content("bytes.bin")], [2, 3]);
  assertEquals([...content("file.bin")], [0, 255, 7]);
  assertEquals([...content("by/url.bin")], [0, 255, 7]);
  const why = (name: string) =>
    record.missing.find((m) => m.what === `artifact "${name}"`)?.why;
  assertStringIncludes(
    why("rows") ?? "",
    "a text, bytes, or the path of a file",
  );
  assertStringIncludes(why("nowhere.csv") ?? "", "no file nowhere.csv");
  assertEquals(
    why("gone"),
    `There is no file ${work}/gone.bin; nothing was stored.`,
  );
  assertEquals(
    why("folder"),
    "Links in a folder are not followed; left out: folder/deep/link.bin.",
  );
});

Deno.test("other data under the name of a dataset is not stored and is named, the same data again is fine", async () => {
  await using workspace = Workspace.make();
  const { work } = workspace;
  Deno.writeTextFileSync(`${work}/a.csv`, "a\n1\n");
  Deno.writeTextFileSync(`${work}/b.csv`, "a\n2\n");
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("again", { data: { first: "a.csv" } });
     await run.logDataset("rows", [{ a: 1 }]); await run.logDataset("rows", [{ a: 2 }]);
     await run.logDataset("same", [{ a: 1 }]); await run.logDataset("same", [{ a: 1 }]);
     await run.logDataset("file", "a.csv"); await run.logDataset("file", "b.csv");
     await run.logDataset("rewritten", "a.csv"); Deno.writeTextFileSync("a.csv", "a\\n1\\n"); await run.logDataset("rewritten", "a.csv");
     await run.logDataset("first", "b.csv");
     await run.end();`,
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  const digests = new Map(record.datasets.map((d) => [d.name, d.digest]));
  assertEquals(digests.get("rows"), digests.get("same"));
  for (const name of ["file", "rewritten"]) {
    assertEquals(digests.get(name), digests.get("first"), name);
  }
  assertEquals(
    record.missing.map(({ what }) => what).filter((w) => w.endsWith("again")),
    ["file", "first", "rows"].map((name) => `dataset "${name}" again`),
  );
});

Deno.test("of a small file that is appended to right after it was named nothing is missing, as it begins with what it was", async () => {
  await using workspace = Workspace.make();
  for (const name of ["d.txt", "d.csv"]) {
    Deno.writeTextFileSync(`${workspace.work}/${name}`, "a\n1\n");
  }
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("one", { data: { d: "d.txt", t: "d.csv" }, quiet: true });
     for (const file of ["d.txt", "d.csv"]) Deno.writeTextFileSync(file, "2\\n", { append: true });
     await run.end();`,
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(
    record.datasets.map(({ digest }) => digest),
    [sha256("a\n1\n"), sha256("a\n1\n")],
  );
  const missing = record.missing.filter(({ what }) =>
    what.startsWith("dataset ")
  );
  assertEquals(missing.map(({ what }) => what), ['dataset "t"']);
  assertStringIncludes(
    missing[0]?.why ?? "",
    "it still begins with what it was, but that was not read as a table",
  );
});

Deno.test("a small file that a cell writes anew right after it was named has its first digest, and what it became beside it", async () => {
  await using workspace = Workspace.make();
  const [first, then] = ["a\n1\n", "2\na\n1\n"];
  Deno.writeTextFileSync(`${workspace.work}/d.csv`, first);
  await using kernel = await workspace.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("one", { data: "d.csv", quiet: true });
     const text = Deno.readTextFileSync("d.csv"); Deno.writeTextFileSync("d.csv", "2\\n" + text);
     await run.end();`,
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  const [dataset] = record.datasets;
  assertEquals(
    [dataset?.digest, dataset?.size, dataset?.changed, dataset?.rows],
    [sha256(first), first.length, sha256(then), null],
  );
  assertStringIncludes(
    record.missing.find((m) => m.what === 'dataset "d"')?.why ?? "",
    "its digest and size alone are known",
  );
});
