import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { placeholderOf } from "../../src/redaction/placeholders.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { restoreRedacted } from "../../src/reproduce/redacted_values.ts";
import type { PlannedCell } from "../../src/reproduce/replay/plan.ts";
import type { Manifest } from "../../src/record/bundle/manifest.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";

Deno.test("no two of 5,000 secrets of a kind have the same placeholder", () => {
  using home = temporary();
  // Of drawn keys and secrets one set in some 350 has two that are alike by chance.
  Deno.writeFileSync(
    `${home.path}/redaction.key`,
    Uint8Array.from({ length: 32 }, (_, i) => i),
  );
  const all = Array.from({ length: 5000 }, (_, i) => `secret ${i}`);
  const placeholders = all.map((value) =>
    placeholderOf(home.path, { kind: "key", value }).placeholder
  );
  assertEquals(new Set(placeholders).size, all.length);
});

Deno.test("a placeholder is no secret, whatever stands behind it", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const kind of ["password", "token", "key", "GitLab token"]) {
    const { placeholder } = placeholderOf(home.path, { kind, value: kind });
    for (const behind of ["", ".bin", "abcdef1x", "; x=1", "</td>"]) {
      const text = `m-${placeholder}${behind}`;
      assertEquals(redaction.text(text).text, text);
      const json = JSON.stringify({ password: placeholder, text });
      assertEquals(redaction.json(json).text, json);
    }
  }
});

Deno.test("of two variables with different values under one placeholder neither is put into a cell", () => {
  const placeholder = "[redacted key 00000000]";
  const cell = { name: "[1]", source: `use("${placeholder}")` } as PlannedCell;
  const redactions = ["NBTRACK_TEST_A_KEY", "NBTRACK_TEST_B_KEY"].map((
    name,
  ) => ({ where: "cell 1", kind: "key", placeholder, name }));
  const restored = (values: readonly string[]) => {
    for (const [i, { name }] of redactions.entries()) {
      Deno.env.set(name, values[i] ?? "");
    }
    try {
      return restoreRedacted([cell], { redactions } as unknown as Manifest, {
        sandbox: false,
      });
    } finally {
      for (const { name } of redactions) Deno.env.delete(name);
    }
  };
  const [same, other] = [crypto.randomUUID(), crypto.randomUUID()];
  assertEquals(restored([same, same]).cells[0]?.source, `use("${same}")`);
  assertNotEquals(same, other);
  const { cells, warnings } = restored([same, other]);
  assertEquals(cells[0]?.source, cell.source);
  assert(
    warnings.some((one) =>
      one.includes("NBTRACK_TEST_A_KEY and NBTRACK_TEST_B_KEY have different")
    ),
    warnings.join("\n"),
  );
});

Deno.test("a token has the same digits where a file's ending follows it", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const github = ["gh", "p_", random(36)].join("");
  for (const token of [gitlabToken(), github]) {
    const { text: plain } = redaction.text(`it is ${token}, see`);
    for (const ending of ["txt", "csv", "mp4", "tar.gz", "parquet"]) {
      const { text } = redaction.text(`f-${token}.${ending}`);
      assertEquals(text, `f-${plain.slice(6, -5)}.${ending}`);
    }
  }
  // The parts of one that says where it leads belong to it.
  const parts = `${gitlabToken()}${random(8)}.01.0w1a2b3c4`;
  assertEquals(/[\da-z]$/.test(redaction.text(parts).text), false);
});
