import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { nbtrack, nbtrackJson, type NbtrackOptions } from "./nbtrack.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(
  /[/\\]$/,
  "",
);

interface Datasets {
  datasets: {
    uri: string;
    digest: string;
    size: number;
    files: number;
    rows: number | null;
    columns: { name: string; type: string }[] | null;
    message: string | null;
  }[];
}

async function newFolder() {
  const root = await Deno.makeTempDir({ prefix: "nbtrack-fingerprint-" });
  await Deno.mkdir(`${root}/home`);
  const options: NbtrackOptions = { home: `${root}/home`, cwd: root };
  return {
    root,
    options,
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

const sha256 = (text: string) =>
  `sha256:${createHash("sha256").update(text).digest("hex")}`;

Deno.test("nbtrack fingerprint prints digest, size, rows and columns of each path", async () => {
  await using at = await newFolder();
  const csv = "species,mass\nAdelie,3750\nGentoo,5000\n";
  await Deno.writeTextFile(`${at.root}/penguins.csv`, csv);
  await Deno.mkdir(`${at.root}/folder`);
  await Deno.writeTextFile(`${at.root}/folder/a.txt`, "a");
  await Deno.writeTextFile(`${at.root}/folder/b.txt`, "bb");
  const { datasets } = await nbtrackJson([
    "fingerprint",
    "penguins.csv",
    "folder",
  ], at.options) as Datasets;
  const [file, folder] = datasets;
  assertEquals([file?.digest, file?.size, file?.files, file?.rows], [
    sha256(csv),
    csv.length,
    1,
    2,
  ]);
  assertEquals(file?.columns?.map((c) => c.name), ["species", "mass"]);
  assertEquals([folder?.files, folder?.size], [2, 3]);
  const lines = ["a", "bb"].map((text, i) =>
    `${sha256(text).slice(7)}  ./${"ab"[i]}.txt\n`
  );
  assertEquals(folder?.digest, sha256(lines.join("")));
});

Deno.test("contents that are no table have a digest, no columns and a message, and end with 0", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.root}/ragged.csv`, "a,b\n1,2,3\n");
  await Deno.writeTextFile(`${at.root}/empty.csv`, "");
  const { datasets } = await nbtrackJson([
    "fingerprint",
    "ragged.csv",
    "empty.csv",
  ], at.options) as Datasets;
  assertEquals(datasets.map((d) => d.digest), [
    sha256("a,b\n1,2,3\n"),
    sha256(""),
  ]);
  for (const dataset of datasets) {
    assertEquals(dataset.columns, null);
    assertEquals(typeof dataset.message, "string");
  }
});

Deno.test("a missing path ends with 2 and names the nearest file", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.root}/penguins.csv`, "a\n1\n");
  const { code, stderr } = await nbtrack(
    ["fingerprint", "pinguins.csv"],
    at.options,
  );
  assertEquals(code, 2);
  assertStringIncludes(stderr, "penguins.csv");
});

Deno.test("without a journal to remember it, data is still fingerprinted", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.root}/data.txt`, "x");
  await Deno.writeTextFile(
    `${at.root}/home/journal.db`,
    "no database ".repeat(100),
  );
  const { code, stdout, stderr } = await nbtrack([
    "fingerprint",
    "data.txt",
    "--json",
  ], at.options);
  assertEquals(code, 0);
  assertEquals(
    (JSON.parse(stdout) as Datasets).datasets[0]?.digest,
    sha256("x"),
  );
  assertStringIncludes(stderr, "Nothing is remembered");
});

Deno.test("paths are meant from where the user stood only when a task of this project moved us", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.root}/here.txt`, "stood here");
  await Deno.mkdir(`${at.root}/elsewhere`);
  await Deno.writeTextFile(`${at.root}/elsewhere/here.txt`, "another");
  const digest = async (options: NbtrackOptions) =>
    (await nbtrackJson(["fingerprint", "here.txt"], options) as Datasets)
      .datasets[0]?.digest;
  const env = { INIT_CWD: at.root };
  assertEquals(
    await digest({ ...at.options, cwd: ROOT, env }),
    sha256("stood here"),
  );
  assertEquals(
    await digest({ ...at.options, cwd: `${at.root}/elsewhere`, env }),
    sha256("another"),
  );
});
