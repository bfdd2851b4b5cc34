import { assert, assertEquals } from "@std/assert";
import { creator } from "npm:@secretlint/secretlint-rule-preset-recommend@13.0.7";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { planted } from "../bench/redaction/planted.ts";

/** Only comments in the text decide about it. */
const NO_SCANNER = "@secretlint/secretlint-rule-filter-comments";

type Range = readonly [start: number, end: number];

/** What secretlint's recommended rules report of a text. */
function reported(content: string): Range[] {
  const ranges: Range[] = [];
  const source = {
    content,
    filePath: "cell.ts",
    ext: ".ts",
    contentType: "text",
    hasBOM: false,
    getFilePath: () => "cell.ts",
  };
  for (const rule of creator.rules) {
    if (rule.meta.id === NO_SCANNER) continue;
    const context = {
      createTranslator: () => (id: string) => ({
        message: id,
        messageId: id,
        props: {},
      }),
      report: ({ range }: { range: Range }) => ranges.push(range),
      ignore: () => {},
    };
    // deno-lint-ignore no-explicit-any
    const made = rule.create(context as any, { enableIDScanRule: true } as any);
    // deno-lint-ignore no-explicit-any
    made.file?.(source as any);
  }
  return ranges;
}

Deno.test("whatever secretlint's recommended rules find in the corpus is found here, and more", () => {
  const missed: string[] = [];
  let theirs = 0;
  let ours = 0;
  for (const { kind, text } of planted(new Chance(11))) {
    const found = findSecrets(text, new KnownSecrets());
    ours += found.length > 0 ? 1 : 0;
    const ranges = reported(text);
    theirs += ranges.length > 0 ? 1 : 0;
    for (const [start, end] of ranges) {
      if (!found.some((f) => f.start < end && start < f.end)) {
        missed.push(`${kind}: ${text.slice(start, end)}`);
      }
    }
  }
  assertEquals(missed, []);
  assert(theirs > 150, `secretlint reports ${theirs}: the rules were called`);
  assert(ours > theirs * 1.5, `${ours} here, ${theirs} there`);
});
