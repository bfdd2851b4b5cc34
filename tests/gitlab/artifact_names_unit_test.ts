import { assert, assertEquals } from "@std/assert";
import {
  artifactName,
  namesManifest,
  parseNames,
} from "../../src/gitlab/artifact_names.ts";

const FINE = [
  "confusion.svg",
  "figures/epoch-1/loss_curve.v2.png",
  "a+b.txt",
  "_private",
  "model.tar.gz",
];

const ODD = [
  "",
  " ",
  "../x",
  "a/../b",
  "..",
  ".",
  "/etc/passwd",
  "C:\\data\\x.csv",
  ".hidden",
  "dir/.env",
  "...",
  "two words.txt",
  "größe.csv",
  "数据/模型.onnx",
  "🐧.png",
  "a//b",
  "a/",
  "./a",
  "what?#%2F&.txt",
  "line\nbreak",
  "nul\0",
  "\ud800.bin",
  "-rf",
  "x".repeat(500),
  `${"folder/".repeat(70)}x.txt`,
  `${"ü".repeat(500)}.csv`,
  "a-0123456789ab.txt",
  "x".repeat(500) + ".parquet",
];

Deno.test("names that servers accept stay as they are", () => {
  for (const path of FINE) {
    assertEquals(artifactName(path), { stored: path, original: path });
  }
});

Deno.test("every other name is stored under permitted characters, short, inside its folder, and unlike any other", () => {
  const stored = new Set<string>();
  for (const path of [...FINE, ...ODD]) {
    const name = artifactName(path);
    assert(
      name.stored.split("/").every((part) =>
        /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(part)
      ),
      name.stored,
    );
    assert(encodeURIComponent(name.stored).length <= 200, name.stored);
    assertEquals(name.original, path);
    assertEquals(artifactName(path), name);
    stored.add(name.stored);
  }
  assertEquals(stored.size, FINE.length + ODD.length);
});

Deno.test("names that differ only in what is replaced stay different", () => {
  const paths = ["a b", "a_b", "a?b", "a/b", "a%b", "A b", "a  b"];
  const stored = paths.map((p) => artifactName(p, { folders: false }).stored);
  assertEquals(new Set(stored).size, paths.length);
});

Deno.test("a replaced name keeps its extension", () => {
  assert(artifactName("my plot.svg").stored.endsWith(".svg"));
  assert(
    artifactName("x".repeat(500) + ".parquet").stored.endsWith(".parquet"),
  );
});

Deno.test("a server without folders gets flat names", () => {
  const { stored } = artifactName("a/b.txt", { folders: false });
  assertEquals(stored.includes("/"), false);
  assertEquals(artifactName("b.txt", { folders: false }).stored, "b.txt");
});

Deno.test("a plain server keeps spaces and letters of all scripts, and no way out of its folder", () => {
  for (const path of ["two words.txt", "größe.csv", "数据/模型.onnx"]) {
    assertEquals(artifactName(path, { wide: true }).stored, path);
  }
  for (const path of ["../x", "/x", "a/../../b", "a\\b", "a%2e%2e", "x "]) {
    const { stored } = artifactName(path, { wide: true });
    assert(stored !== path);
    assert(!/(^|\/)\.\.?(\/|$)|[\\%]|^\//.test(stored), stored);
  }
});

Deno.test("the list of replaced names gives the original names back", () => {
  const names = [...FINE, ...ODD].map((p) => artifactName(p));
  const manifest = namesManifest(names);
  assert(manifest !== null);
  const back = parseNames(new TextDecoder().decode(manifest));
  for (const { stored, original } of names) {
    assertEquals(
      back?.get(stored) ?? stored,
      original.toWellFormed() === original ? original : back?.get(stored),
    );
  }
  assertEquals(namesManifest(FINE.map((p) => artifactName(p))), null);
});

Deno.test("somebody else's file of the same name is no list of names", () => {
  assertEquals(parseNames("{}"), null);
  assertEquals(parseNames("not json"), null);
});
