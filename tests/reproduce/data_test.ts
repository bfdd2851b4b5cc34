import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { findBundle } from "../../src/reproduce/input.ts";
import { ReproduceError } from "../../src/reproduce/replay/errors.ts";
import {
  bundleBytes,
  changed,
  edit,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";
import {
  assertReproduced,
  bundleOf,
  causesOf,
  TRACK,
  tracked,
  writeFiles,
} from "./data_cells.ts";

const LIST = (folder: string) =>
  `console.log([...Deno.readDirSync("${folder}")].map((e) => e.name).sort().join(" "));`;

Deno.test("a glob in a folder with special characters in its name travels and is reproduced", async () => {
  const folder = "data@v1+(old)";
  const bundle = await bundleOf([
    tracked({ train: `${folder}/*.csv` }),
    LIST(folder),
  ], { [`${folder}/a.csv`]: "x\n1\n", [`${folder}/b.csv`]: "x\n2\n" });
  const verdict = await verdictOf(bundle);
  assertReproduced(verdict);
  assertEquals(
    verdict.warnings.filter((text) => text.includes("train")),
    [],
  );
});

Deno.test("data in a cell that also writes is put in place, whatever words the cell holds", async () => {
  const cells = [
    `${TRACK}const run = await track("s", { quiet: true, data: "in.json" });
const t = Deno.readTextFileSync("in.json"); // later: Deno.writeTextFile("in.json", t)
Deno.writeTextFileSync("out.json", t);
console.log(t.length);`,
  ];
  assertReproduced(
    await verdictOf(await bundleOf(cells, { "in.json": "[1]" })),
  );
});

Deno.test("data that a cell made is left to the cell to make again", async () => {
  const cells = [
    'await Deno.mkdir("made"); await Deno.writeTextFile("made/d.csv", "x\\n1\\n", { createNew: true });',
    tracked("made/d.csv"),
    'console.log(await Deno.readTextFile("made/d.csv"));',
  ];
  const verdict = await verdictOf(await bundleOf(cells, {}));
  assertReproduced(verdict);
  assert(
    verdict.warnings.some((text) => text.includes("written by the notebook")),
  );
});

Deno.test("a file more or less in a folder given as data is a difference, and a cause where it shows", async () => {
  using other = temporary();
  const bundle = await bundleOf(
    [tracked({ samples: "samples" }), LIST("samples")],
    { "samples/a.csv": "x\n1\n", "samples/b.csv": "x\n2\n" },
  );
  const withFiles = async (files: Record<string, string>) => {
    const folder = Deno.makeTempDirSync({ dir: other.path });
    writeFiles(folder, files);
    return await verdictOf(bundle, { data: { samples: folder } });
  };
  const [a, b] = ["x\n1\n", "x\n2\n"];
  assertReproduced(await withFiles({ "a.csv": a, "b.csv": b }));
  assertEquals(
    causesOf(
      await withFiles({ "a.csv": a, "b.csv": b, "sub/c.csv": "x\n3\n" }),
    ),
    ["DRIFTED", "data: samples: file count 2 → 3 with samples/sub/c.csv"],
  );
  assertEquals(causesOf(await withFiles({ "a.csv": a })), [
    "DRIFTED",
    "data: samples: file count 2 → 1 without samples/b.csv",
  ]);
  const unseen = await withFiles({ "a.csv": a, "b.csv": "x\n9\n" });
  assertReproduced(unseen);
  assert(unseen.warnings.some((text) => text.includes("samples/b.csv")));
});

Deno.test("of a folder given for a glob only the files count that the glob matches", async () => {
  using other = temporary();
  const bundle = await bundleOf(
    [
      tracked({ train: "train/*.csv" }),
      '[...Deno.readDirSync("train")].filter((e) => e.name.endsWith(".csv")).length',
    ],
    { "train/a.csv": "x\n1\n", "train/notes.txt": "n" },
  );
  writeFiles(other.path, { "a.csv": "x\n1\n", "other.txt": "o" });
  const verdict = await verdictOf(bundle, { data: { train: other.path } });
  assertEquals(
    verdict.warnings.filter((text) => text.includes("train")),
    [],
  );
  writeFiles(other.path, { "b.csv": "x\n1\n" });
  const more = await verdictOf(bundle, {
    data: { train: `${other.path}/*.csv` },
  });
  assertEquals(
    more.causes[0]?.what,
    "train: file count 1 → 2 with train/b.csv",
  );
});

Deno.test("an absolute path is put in place where nothing is, and nothing stays there", async () => {
  using elsewhere = temporary();
  const path = `${elsewhere.path}/deep/abs.csv`;
  writeFiles(elsewhere.path, { "deep/abs.csv": "x\n1\n2\n" });
  const bundle = await bundleOf([
    tracked({ d: path }),
    `console.log((await Deno.readTextFile(${JSON.stringify(path)})).length);`,
  ], {});
  assertReproduced(await verdictOf(bundle));
  Deno.removeSync(`${elsewhere.path}/deep`, { recursive: true });
  const verdict = await verdictOf(bundle);
  assertReproduced(verdict);
  assert(
    verdict.warnings.some((text) => text.includes("put there for the replay")),
  );
  assertEquals([...Deno.readDirSync(elsewhere.path)], []);
  writeFiles(elsewhere.path, { "deep/abs.csv": "x\n9\n" });
  const other = await verdictOf(bundle);
  assertEquals([other.verdict, other.causes[0]?.dimension], ["FAILED", "data"]);
  assertEquals(Deno.readTextFileSync(path), "x\n9\n");
});

Deno.test("in the sandbox the cells that name an absolute path read a copy, and what they print names the path again", async () => {
  using elsewhere = temporary();
  const path = `${elsewhere.path}/deep/abs.csv`;
  writeFiles(elsewhere.path, { "deep/abs.csv": "x\n1\n2\n" });
  const bundle = await bundleOf([
    tracked({ d: path }),
    `const folder = ${JSON.stringify(`${elsewhere.path}/deep`)};
     console.log(folder, (await Deno.readTextFile(folder + "/abs.csv")).length, new URL("abs.csv", \`file://\${folder}/\`).pathname);
     run.logParam("data", folder + "/abs.csv"); folder`,
    `[...Deno.readDirSync(${
      JSON.stringify(`${elsewhere.path}/deep`)
    })].map((entry) => entry.name)`,
  ], {});
  assertReproduced(await verdictOf(bundle));
  writeFiles(elsewhere.path, { "deep/abs.csv": "x\n9\n" });
  const boxed = await verdictOf(bundle, { sandbox: true });
  assertReproduced(boxed);
  assertStringIncludes(
    boxed.warnings.join("\n"),
    `the cells read a copy of ${path}`,
  );
  assertEquals(Deno.readTextFileSync(path), "x\n9\n");
});

Deno.test("an absolute path that no text of a cell names is refused in the sandbox, in a sentence", async () => {
  using elsewhere = temporary();
  writeFiles(elsewhere.path, { "abs.csv": "x\n1\n" });
  const backwards = [...`${elsewhere.path}/abs.csv`].reverse().join("");
  const bundle = await bundleOf([
    `${TRACK}const path = [...${
      JSON.stringify(backwards)
    }].reverse().join(""); const run = await track("s", { quiet: true, data: path });`,
    "console.log(await Deno.readTextFile(path));",
  ], {});
  const { verdict, causes } = await verdictOf(bundle, { sandbox: true });
  assertEquals(verdict, "FAILED");
  assertStringIncludes(
    causes[0]?.what ?? "",
    "no text of a cell names that path",
  );
});

Deno.test("an absolute path in the notebook's own folder is read from there or from the cell's own folder", async () => {
  const bundle = await bundleOf([
    `${TRACK}const run = await track("s", { quiet: true, data: Deno.cwd() + "/sub/d.csv" });`,
    'console.log(await Deno.readTextFile(Deno.cwd() + "/sub/d.csv"));',
  ], { "sub/d.csv": "x\n1\n" });
  assertReproduced(await verdictOf(bundle));
});

Deno.test("data for a name that the run does not have is refused with the names it has, in the sandbox too", async () => {
  const bundle = await bundleOf([tracked({ train: "a.csv" })], {
    "a.csv": "x\n1\n",
  });
  for (const sandbox of [false, true]) {
    const error = await assertRejects(() =>
      verdictOf(bundle, { sandbox, data: { trian: "/x.csv" } })
    );
    assert(error instanceof ReproduceError, String(error));
    assertStringIncludes(error.message, "no dataset trian");
    assertStringIncludes(error.hint ?? "", "train");
  }
});

Deno.test("neither a manifest's path nor a link leads to a file outside of the data that was given", async () => {
  using other = temporary();
  writeFiles(other.path, { "given/a.csv": "x\n1\n", "secret.csv": "x\n2\n" });
  const bundle = await bundleOf(
    [tracked({ d: "d" }), LIST("d")],
    { "d/a.csv": "x\n1\n", "d/b.csv": "x\n2\n" },
  );
  const given = { data: { d: `${other.path}/given` }, sandbox: true };
  const crooked = await changed(
    bundle,
    (files) =>
      edit(files, "manifest.json", ({ datasets }) => {
        const file = datasets[0]?.files[1];
        if (file !== undefined) file.path = "d/../secret.csv";
      }),
  );
  const verdict = await verdictOf(crooked, given).catch((error) => error);
  assertEquals(JSON.stringify(verdict).includes("secret.csv holds"), false);
  if (!(verdict instanceof Error)) {
    assert(verdict.verdict !== "REPRODUCED");
  }
  Deno.symlinkSync("../secret.csv", `${other.path}/given/b.csv`);
  const linked = await verdictOf(bundle, given);
  assertEquals(linked.verdict, "FAILED");
  assertStringIncludes(linked.causes[0]?.what ?? "", "leads out of it");
});

Deno.test("data that must not travel leaves no digest of its lines and no value in the bundle", async () => {
  const secret = "Zbigniew";
  const bundle = await bundleOf([
    `${TRACK}const run = await track("s", { quiet: true, data: { d: "d.csv", m: [{ who: "${"Zbig"}" + "niew" }], embed: false } });`,
  ], { "d.csv": `who\n${secret}\nAnna\n` });
  await changed(bundle, (files) => {
    for (const [path, bytes] of files) {
      const text = new TextDecoder().decode(bytes);
      assertEquals(text.includes(secret), false, path);
      if (path === "manifest.json") {
        const { datasets } = JSON.parse(text);
        assertEquals(datasets[0].files[0].lines, null);
      }
    }
  });
});

Deno.test("an address that sends slowly is read to its end, one that falls silent is given up", async () => {
  const held = Promise.withResolvers<void>();
  const pieces = async function* (silent: boolean) {
    yield new TextEncoder().encode("not a");
    // Longer together than one silence may last, and each much shorter.
    for (let i = 0; i < 25; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield new TextEncoder().encode(".");
    }
    if (silent) await held.promise;
  };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      new Response(
        ReadableStream.from(pieces(request.url.includes("silent"))),
      ),
  );
  using home = temporary();
  using journal = journalIn(home.path);
  const { port } = server.addr;
  const error = async (name: string) => {
    const thrown = await assertRejects(() =>
      findBundle(`http://127.0.0.1:${port}/${name}.zip`, journal, {
        idle_ms: 2000,
      })
    );
    return (thrown as Error).message;
  };
  const whole = await error("slow");
  assertEquals(whole.includes("nothing came"), false, whole);
  assertEquals(whole.includes("Cannot fetch"), false, whole);
  assertStringIncludes(await error("silent"), "nothing came for 2 s");
  held.resolve();
});

Deno.test("data at an address that changed is a cause, in the sandbox where it may be asked", async () => {
  let text = "x\n1\n2\n";
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(text),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const url = `http://${host}/d.csv`;
  const bundle = await bundleOf([
    tracked({ d: url }),
    `console.log(await (await fetch("${url}")).text());`,
  ], {});
  text = "x\n1\n";
  const plain = await verdictOf(bundle);
  assertEquals(causesOf(plain), [
    "DRIFTED",
    `data: d: row count 2 → 1 at ${url}`,
  ]);
  const boxed = await verdictOf(bundle, {
    sandbox: true,
    grants: { net: [host], env: [] },
  });
  assertEquals(causesOf(boxed), causesOf(plain));
  const shut = await verdictOf(bundle, { sandbox: true });
  assertEquals(shut.verdict, "FAILED");
  assert(shut.warnings.some((warning) => warning.includes("was not asked")));
});

Deno.test("a folder that a cell lists holds what the recorded one held, and nothing of nbtrack's", async () => {
  const cells = [
    tracked("sub/d.csv"),
    LIST("."),
    LIST("sub"),
    "console.log(Deno.cwd());",
  ];
  const bundle = await bundleOf(cells, { "sub/d.csv": "x\n1\n" });
  using place = temporary();
  for (
    const options of [{}, { dir: `${place.path}/other name` }, {
      sandbox: true,
    }, { sandbox: true, dir: `${place.path}/boxed` }]
  ) {
    const verdict = await verdictOf(bundle, options);
    const shown = verdict.outputs.map(({ cell, same, diff }) => [
      cell,
      same,
      diff,
    ]);
    assertEquals(
      verdict.verdict,
      "REPRODUCED",
      JSON.stringify([options, shown, verdict.warnings]),
    );
  }
});

Deno.test("data of more files than a bundle lists is taken as it lies here, if it is the same", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder);
  Deno.mkdirSync(`${folder}/many`);
  for (let i = 0; i < 2001; i++) {
    Deno.writeTextFileSync(`${folder}/many/${String(i).padStart(5, "0")}`, "x");
  }
  const run_id = await record([
    tracked({ many: "many" }),
    '[...Deno.readDirSync("many")].length',
  ], { home, folder });
  const bundle = await bundleBytes(home, run_id);
  using journal = journalIn(home);
  assertReproduced(await verdictOf(bundle, { journal }));
  const elsewhere = await verdictOf(bundle);
  assertEquals(elsewhere.verdict, "FAILED");
  assertStringIncludes(
    elsewhere.causes[0]?.what ?? "",
    "more files than travel",
  );
  Deno.removeSync(`${folder}/many/02000`);
  const fewer = await verdictOf(bundle, { journal });
  assertEquals(fewer.verdict, "FAILED");
  assertStringIncludes(fewer.causes[0]?.what ?? "", "not the recorded ones");
});

Deno.test("a local module that is too large to travel is taken as it lies here, if it is the same", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  const module = (k: number) =>
    `export const k = ${k};\n// ${"x".repeat(1 << 20)}\n`;
  projectIn(folder, { "lib.ts": module(1), "d.csv": "x\n" });
  const run_id = await record([
    tracked("d.csv"),
    'import { k } from "./lib.ts"; console.log(k);',
  ], { home, folder });
  const bundle = await bundleBytes(home, run_id);
  using journal = journalIn(home);
  assertReproduced(await verdictOf(bundle, { journal }));
  const elsewhere = await verdictOf(bundle);
  assertEquals(elsewhere.verdict, "FAILED");
  Deno.writeTextFileSync(`${folder}/lib.ts`, module(2));
  const edited = await verdictOf(bundle, { journal });
  assertEquals(edited.verdict, "FAILED");
  assertStringIncludes(
    edited.causes[0]?.what ?? "",
    "module lib.ts does not travel",
  );
});

Deno.test("data that bears the name of a settings file is put in place in the sandbox, but for what would act on the replay, which the verdict names", async () => {
  const files = {
    "p/a.csv": "x\n1\n",
    "p/.DS_Store": "zz",
    "p/raw/.gitkeep": "",
    "p/weights.pth": "w",
    "p/Makefile": "all:",
    "p/package.json": "{}",
    "p/sub/deno.json": "{}",
  };
  const [list, names] = [LIST("p"), ["a.csv", ".DS_Store", "weights.pth"]];
  const read = `${JSON.stringify(names)}.map((name) => ` +
    'Deno.readTextFileSync(`p/${name}`)).join("")';
  using place = temporary();
  const dir = `${place.path}/kept`;
  const reads = await bundleOf([tracked("p"), read], files);
  const verdict = await verdictOf(reads, { sandbox: true, dir });
  assertReproduced(verdict);
  const leftOut = "data: p: p/package.json and 1 more file would configure " +
    "or start a program and was left out";
  assert(
    verdict.warnings.includes(`${leftOut}, without changing a result`),
    JSON.stringify(verdict.warnings),
  );
  assertEquals(
    [...Deno.readDirSync(`${dir}/p`)].map(({ name }) => name).toSorted(),
    ["a.csv", "raw"],
  );
  assertEquals([...Deno.readDirSync(`${dir}/p/raw`)], []);
  const lists = await bundleOf([tracked("p"), list], files);
  const drifted = await verdictOf(lists, { sandbox: true });
  assertEquals(drifted.verdict, "DRIFTED");
  assertEquals(
    drifted.warnings[0],
    `${leftOut}, which was not shown to change a result`,
  );
  assertReproduced(await verdictOf(lists));
});

Deno.test("data has the time of its last change and the right to be executed that it had", async () => {
  const time = new Date("2020-09-13T12:26:40Z");
  const cells = [
    tracked({ d: "d.csv", tool: "tool.sh" }),
    'Deno.statSync("d.csv").mtime',
    "((Deno.statSync('tool.sh').mode ?? 0) & 0o100) + ((Deno.statSync('d.csv').mode ?? 0) & 0o111)",
  ];
  const bundle = await bundleOf(
    cells,
    { "d.csv": "x\n1\n", "tool.sh": "#!/bin/sh\necho ran\n" },
    (folder) => {
      Deno.chmodSync(`${folder}/tool.sh`, 0o755);
      Deno.utimeSync(`${folder}/d.csv`, time, time);
    },
  );
  assertReproduced(await verdictOf(bundle));
  assertReproduced(await verdictOf(bundle, { sandbox: true }));
});

Deno.test("folders that a path only passes through, or that a cell goes to, are there in a replay", async () => {
  const bundle = await bundleOf([
    tracked("d.txt"),
    'Deno.readTextFileSync("sub/../d.txt")',
    'Deno.chdir("other"); const text = Deno.readTextFileSync("../d.txt"); Deno.chdir(".."); text',
    'Deno.mkdirSync("made"); Deno.readTextFileSync("made/../d.txt")',
  ], { "d.txt": "1", "sub/x": "", "other/y": "" });
  assertReproduced(await verdictOf(bundle));
  assertReproduced(await verdictOf(bundle, { sandbox: true }));
});
