/**
 * What may differ between two equal runs, and how it is masked. A mask is used only where the texts differ without it,
 * and each use is counted.
 *
 * | rule | what it forgives | when |
 * | --- | --- | --- |
 * | run id | ids and names of the run itself | always |
 * | colour | colours of a terminal | always |
 * | path | the folders in front of a file's name | always |
 * | progress bar | what a carriage return overwrote | always |
 * | memory address | `0x` and 6 to 16 hex digits | inputs are equal |
 * | date | ISO dates and times, times of day, dates as JavaScript prints them | inputs are equal, and the code reads a clock |
 * | run time | a number with a unit of time (ns, µs, ms, s, min, h) | inputs are equal, and the code reads a clock |
 *
 * Where data, packages, code, order or seed are known to differ, times are not forgiven: a number of milliseconds may
 * then be a result that changed.
 *
 * @module
 */
import type { MaskCounts } from "../types.ts";

/** What decides which masks may be used. */
export interface MaskOptions {
  /** Texts that name the run itself, then and now. */
  identities: readonly (readonly [recorded: string, reproduced: string])[];
  /** Whether nothing but chance may differ. */
  equalInputs: boolean;
  /** Whether the code reads a clock. */
  readsClock: boolean;
}

interface Rule {
  name: string;
  when: (options: MaskOptions) => boolean;
  apply: (text: string) => string;
}

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
const DATES = new RegExp(
  [
    String
      .raw`\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?`,
    String
      .raw`\b${DAY}[a-z]*,? (?:\d{1,2} ${MONTH}|${MONTH} \d{1,2}),? \d{4}(?: \d{2}:\d{2}:\d{2})?(?: GMT[+-]?\d*)?(?: \([^)]*\))?`,
    String
      .raw`\b\d{1,2}[./]\d{1,2}[./]\d{4}(?:,? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?)?`,
    String.raw`\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?: [AP]M)?\b`,
  ].join("|"),
  "g",
);
const RUN_TIMES =
  /(?<![\w.]|\d,)\d+(?:[.,]\d+)*(?:e[+-]?\d+)? ?(?:ns|µs|μs|us|ms|s|sec|secs|second|seconds|min|mins|minutes?|h|hours?)\b/gi;
const ANSI = new RegExp(String.raw`\u001b\[[0-9;]*[A-Za-z]`, "g");

/** Rules in the order they are tried: those that forgive least first. */
const RULES: readonly Rule[] = [
  {
    name: "colour",
    when: () => true,
    apply: (text) => text.replace(ANSI, ""),
  },
  {
    name: "progress bar",
    when: () => true,
    apply: (text) =>
      text.includes("\r")
        ? text.replaceAll("\r\n", "\n").split("\n")
          .map((line) => line.slice(line.lastIndexOf("\r") + 1)).join("\n")
        : text,
  },
  {
    name: "path",
    when: () => true,
    apply: (text) =>
      text.replace(
        /(?<![\w<.:/-])(?:file:\/\/)?(?:[A-Za-z]:)?(?:[/\\][\w.@+~-]+)*[/\\](?=[\w.@+~-]+)/g,
        "…/",
      ),
  },
  {
    name: "memory address",
    when: ({ equalInputs }) => equalInputs,
    apply: (text) => text.replace(/\b0x[0-9a-f]{6,16}\b/gi, "0x…"),
  },
  {
    name: "date",
    when: ({ equalInputs, readsClock }) => equalInputs && readsClock,
    apply: (text) => text.replace(DATES, "<date>"),
  },
  {
    name: "run time",
    when: ({ equalInputs, readsClock }) => equalInputs && readsClock,
    apply: (text) => text.replace(RUN_TIMES, "<time>"),
  },
];

/** Whether code reads a clock. */
export function readsClock(sources: Iterable<string>): boolean {
  const clock =
    /\bperformance\s*\.\s*(?:now|mark|measure|timeOrigin)|\bDate\b|\bTemporal\b|\bconsole\s*\.\s*time|\bhrtime\b|\bprocess\s*\.\s*uptime|\bsetTimeout\b|\bsetInterval\b/;
  for (const source of sources) if (clock.test(source)) return true;
  return false;
}

/** Compares texts with masks, and counts the masks that were needed. */
export class Masks {
  readonly #options: MaskOptions;
  readonly #counts: MaskCounts = {};

  constructor(options: MaskOptions) {
    this.#options = options;
  }

  /** How often each rule was needed. */
  get counts(): MaskCounts {
    return { ...this.#counts };
  }

  /** Counts the use of a rule. */
  count(rule: string): void {
    this.#counts[rule] = (this.#counts[rule] ?? 0) + 1;
  }

  /** Whether two texts are the same, up to what may be masked. */
  same(recorded: string, reproduced: string): boolean {
    if (recorded === reproduced) return true;
    let [then, now] = this.#named(recorded, reproduced);
    const used = then === recorded && now === reproduced ? [] : ["run id"];
    for (const rule of RULES) {
      if (then === now) break;
      if (!rule.when(this.#options)) continue;
      const masked = [rule.apply(then), rule.apply(now)] as const;
      if (masked[0] === then && masked[1] === now) continue;
      [then, now] = masked;
      used.push(rule.name);
    }
    if (then !== now) return false;
    for (const rule of used) this.count(rule);
    return true;
  }

  /** Two texts with all that may be masked masked, for showing what remains. */
  shown(recorded: string, reproduced: string): [string, string] {
    let texts = this.#named(recorded, reproduced);
    for (const rule of RULES) {
      if (!rule.when(this.#options)) continue;
      texts = [rule.apply(texts[0]), rule.apply(texts[1])];
    }
    return texts;
  }

  #named(recorded: string, reproduced: string): [string, string] {
    let [then, now] = [recorded, reproduced];
    this.#options.identities.forEach(([before, after], i) => {
      const name = `<run ${i}>`;
      if (before.length >= 6) then = then.replaceAll(before, name);
      if (after.length >= 6) now = now.replaceAll(after, name);
    });
    return [then, now];
  }
}
