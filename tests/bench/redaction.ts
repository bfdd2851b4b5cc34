/**
 * What the redaction finds, and what it costs.
 *
 * @module
 */
import process from "node:process";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "./redaction/chance.ts";
import { type Count, measure } from "./redaction/corpus.ts";
import { type Figure, median } from "./report.ts";

/** The best scanner that was measured on such a corpus. */
const BARS = { recall: 0.97, precision: 0.985, gitlab: 1 };
/** An output of this length is the longest that is kept of a cell, characters. */
const LONG_CHARS = 2_000_000;
/** How often each is measured. */
const TIMES = 5;

/** Recall and precision on the whole corpus and on the part that no rule was made with. */
export function redactionFigures(): Figure[] {
  const all = measure("all");
  table("planted secrets by kind", all.found);
  table("planted secrets by form", all.forms);
  table("texts without a secret", all.quiet);
  return ([["", all], [", part kept aside", measure("held out")]] as const)
    .flatMap(([part, { recall, precision, gitlab }]) => [
      figure(`redaction: recall${part}`, recall, BARS.recall),
      figure(`redaction: precision${part}`, precision, BARS.precision),
      figure(
        `redaction: recall on GitLab's tokens${part}`,
        gitlab,
        BARS.gitlab,
      ),
    ]);
}

function figure(what: string, value: number, limit: number): Figure {
  return { what, value, unit: "", bar: { limit, of: "value", side: "above" } };
}

function table(title: string, counts: Map<string, Count>): void {
  console.log(`${title}:`);
  for (const [kind, { all, right }] of counts) {
    console.log(`  ${kind.padEnd(24)} ${right} of ${all}`);
  }
}

/** What a short value costs a cell, and a long output the recorder. */
export function redactionCosts(home: string): Figure[] {
  const redactor = new StandardRedaction({ home });
  const chance = new Chance(7);
  const values = Array.from({ length: 20_000 }, (_, i) =>
    [
      `param${i % 40}`,
      chance.pick([
        String(i / 7),
        `${chance.word()}-${chance.word()}`,
        `data/${chance.word()}.csv`,
        chance.text(40),
      ]),
    ] as const);
  const times = Array.from({ length: TIMES }, () => {
    const begin = performance.now();
    for (const [name, value] of values) redactor.named(name, value);
    return (performance.now() - begin) * 1000 / values.length;
  });
  const known = new KnownSecrets();
  known.add("A_TOKEN", chance.text(26));
  const longest = Math.max(
    ...longTexts(chance).map((text) =>
      Math.min(...Array.from({ length: TIMES }, () => {
        const before = process.cpuUsage();
        findSecrets(text, known);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      }))
    ),
  );
  return [
    {
      what: "redaction: one value of a param",
      value: median(times),
      unit: "µs",
      bar: { limit: 20, of: "value", side: "below" },
    },
    {
      what:
        `redaction: an output of ${LONG_CHARS} characters, processor's time`,
      value: longest,
      unit: "ms",
      bar: { limit: 200, of: "value", side: "below" },
    },
  ];
}

/** Outputs as notebooks have them: lines of numbers, prose, JSON, coloured lines, Base64, bytes. */
function longTexts(chance: Chance): string[] {
  const line: (() => string)[] = [
    () => `epoch ${chance.below(900)} loss ${chance.below(1e9) / 1e9}\n`,
    () =>
      `The ${chance.word()} has a token limit of ${
        chance.below(4096)
      } and a key. `,
    () =>
      `{"id":"${chance.uuid()}","tags":["a"],"url":"https://example.org/a?b=1"},`,
    () =>
      `\x1b[33m${
        chance.below(1e6)
      }\x1b[39m \x1b[32m'${chance.word()}'\x1b[39m\n`,
    () => `${chance.text(76)}\n`,
    () => `${chance.below(256)}, `,
  ];
  return line.map((make) => {
    let text = "";
    while (text.length < LONG_CHARS) text += make();
    return text.slice(0, LONG_CHARS);
  });
}
