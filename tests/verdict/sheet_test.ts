import { assert, assertEquals } from "@std/assert";
import { emptyJournal } from "../record/filled.ts";
import { OTHER_LOGGED, SAME_LOGGED } from "./logged.ts";
import { judgePair, type Pair } from "./pairs.ts";
import { OTHER_RICH, SAME_RICH } from "./rich.ts";
import { OTHER_TEXTS, SAME_TEXTS } from "./texts.ts";

const SHEET: readonly Pair[] = [
  ...SAME_TEXTS,
  ...OTHER_TEXTS,
  ...SAME_RICH,
  ...OTHER_RICH,
  ...SAME_LOGGED,
  ...OTHER_LOGGED,
];

Deno.test("each pair of the sheet has its right verdict, causes and masks", async () => {
  using place = emptyJournal();
  const wrong: string[] = [];
  for (const pair of SHEET) {
    const found = await judgePair(place.journal, pair);
    const is = {
      verdict: found.verdict,
      causes: [...new Set(found.causes.map(({ dimension }) => dimension))],
      masked: found.masked.map(({ kind }) => kind),
      said: pair.says === undefined ||
        [...found.warnings, ...found.causes.map(({ what }) => what)].some((
          sentence,
        ) => sentence.includes(pair.says ?? "")),
    };
    const right = {
      verdict: pair.verdict,
      causes: pair.causes ?? [],
      masked: pair.masked ?? [],
      said: true,
    };
    if (JSON.stringify(is) === JSON.stringify(right)) continue;
    wrong.push(
      `${pair.about}: ${JSON.stringify(is)} in place of ${
        JSON.stringify(right)
      }\n  ${found.warnings.join("\n  ")}\n  ${JSON.stringify(found.masked)}`,
    );
  }
  assertEquals(wrong, []);
});

Deno.test("the sheet has 120 pairs, and more than half of them must differ", () => {
  const differ = SHEET.filter(({ verdict }) => verdict !== "REPRODUCED");
  assert(SHEET.length >= 120, String(SHEET.length));
  assert(differ.length * 2 >= SHEET.length, String(differ.length));
  const names = SHEET.map(({ about, verdict }) => `${about} ${verdict}`);
  assertEquals(names.length, new Set(names).size);
});
