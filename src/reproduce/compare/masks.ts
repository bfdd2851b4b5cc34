/**
 * What may differ between two equal runs. A mask is used only where the texts differ without it, and each use is kept
 * with both texts. It hides as little as it can:
 *
 * | mask | what it forgives | where | it never hides |
 * | --- | --- | --- | --- |
 * | run | ids of the runs, and names that nbtrack made for them | everywhere | another run's id, a name that was given |
 * | folder | the work folder, home, temporary folder and cache of then and of now | everywhere | any other folder |
 * | temporary name | the random part of a name right in the temporary folder, as `Deno.makeTempDir()` draws it | inputs are equal | a name that was given, a name elsewhere |
 * | redaction | the digits of a placeholder, which depend on a machine's key | records of another machine | another kind of secret |
 * | progress bar | what a carriage return or backspace overwrote | streams whose cell does not write it itself without a clock | what can still be read |
 * | memory address | `at 0x…` of an object without a text | inputs are equal | any other hexadecimal number |
 * | pending promise | whether a promise that a cell shows without awaiting it was done already | inputs are equal | a promise with a value, a rejected one |
 * | date | dates and times of day within the run | inputs are equal, and the cell reads a clock, draws no numbers and has no input that nobody saw | any other date |
 * | run time | a duration that is not longer than the run | the same, and no clock chose what the cell has | a longer one, a number without a unit, a value that a clock's reading picked |
 * | generated id | an id of HTML or SVG that looks random, wherever it is used alike | inputs are equal | a word, an id that people read |
 * | writing of JSON | order of keys, white space, how a number or text is written | JSON files | a value, the order of items, a key that is there twice |
 * | sign of zero | that of a metric | bundles of earlier versions, which kept none | any other value |
 *
 * Where data, packages, code, order or seed are known to differ, times and ids are not forgiven: a number of milliseconds
 * or an id may then be a result that changed, unless a replay with nothing changed differs in it too. Colours are never masked: see {@linkcode withoutColours}.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import {
  type FolderFinder,
  maskFolders,
  maskTemporaryNames,
} from "./folders.ts";
import { ADDRESS, isSameKind, PENDING, PLACEHOLDERS } from "./patterns.ts";
import { asShown, movesBack } from "./terminal.ts";
import {
  DATES,
  DURATIONS,
  isDurationWithin,
  isMomentWithin,
  type TimeSpan,
} from "./times.ts";
import type { MaskKind, MaskUse } from "./types.ts";

/** Longest text of a use that is kept, characters; and most uses of one kind in one text. */
const [MAX_SHOWN_CHARS, MAX_USES] = [500, 20] as const;

/** What decides which masks may be used. */
export interface MaskOptions {
  /** Texts that name the run itself, then and now. */
  identities: readonly (readonly [recorded: string, reproduced: string])[];
  /** Finders of the runs' own folders. */
  folders: { recorded: FolderFinder; reproduced: FolderFinder };
  /** Whether nothing but chance may differ. */
  equalInputs: boolean;
  /** Whether the placeholders of secrets were made with another machine's key. @default {false} */
  otherKey?: boolean | undefined;
  /** When each of them ran. */
  spans: { recorded: TimeSpan; reproduced: TimeSpan };
}

/** What is compared, and what is known of the code that made it. */
export interface MaskPosition {
  /** The cell execution; null outside of cells. */
  cell: number | null;
  /** The artifact. */
  artifact?: string;
  /** Whether that code reads a clock. */
  readsClock: boolean;
  /** Whether a clock's reading chose something there: a time need not be one that passed. @default {false} */
  clockChose?: boolean | undefined;
  /** Whether it is a stream in which a library may draw a progress bar. */
  drawsProgress?: boolean;
}

/** What is known of the clock where something was made. */
export type ClockUse = Pick<MaskPosition, "readsClock" | "clockChose">;

type Pair = [recorded: string, reproduced: string];
interface Masked {
  texts: Pair;
  used: Pair[];
}

/** Masks of one comparison of two runs, and what they forgave. */
export class Masks {
  readonly options: MaskOptions;
  /** Every use, in the order of comparing. */
  readonly uses: MaskUse[] = [];

  constructor(options: MaskOptions) {
    this.options = options;
  }

  /** The masks for what one cell or artifact holds. */
  at(position: MaskPosition): Mask {
    return new Mask(this, position);
  }
}

/** Masks at one position. */
export class Mask {
  readonly #masks: Masks;
  readonly #position: MaskPosition;

  constructor(masks: Masks, position: MaskPosition) {
    this.#masks = masks;
    this.#position = position;
  }

  /** Whether nothing but chance may differ. */
  get equalInputs(): boolean {
    return this.#masks.options.equalInputs;
  }

  /** The same masks for a stream. */
  stream(): Mask {
    return this.#masks.at({ ...this.#position, drawsProgress: true });
  }

  /** What would be masked here if nothing but chance may differ; it keeps nothing. */
  ofEqualInputs(): Mask {
    return new Masks({ ...this.#masks.options, equalInputs: true })
      .at(this.#position);
  }

  /** Keeps what a mask forgave. */
  keep(kind: MaskKind, pairs: readonly (readonly [string, string])[]): void {
    const { cell, artifact } = this.#position;
    const known = new Set<string>();
    for (const [recorded, reproduced] of pairs) {
      if (recorded === reproduced || known.size >= MAX_USES) continue;
      const key = `${recorded}\0${reproduced}`;
      if (known.has(key)) continue;
      known.add(key);
      this.#masks.uses.push({
        kind,
        cell,
        ...artifact === undefined ? {} : { artifact },
        recorded: shortened(recorded, MAX_SHOWN_CHARS),
        reproduced: shortened(reproduced, MAX_SHOWN_CHARS),
      });
    }
  }

  /** Whether two texts are the same, up to what may be masked. */
  same(recorded: string, reproduced: string): boolean {
    if (recorded === reproduced) return true;
    const { texts: [then, now], used } = this.#masked(recorded, reproduced);
    if (then !== now) return false;
    for (const [kind, pairs] of used) this.keep(kind, pairs);
    return true;
  }

  /** Two texts with all that may be masked masked, for showing what remains. */
  shown(recorded: string, reproduced: string): Pair {
    return this.#masked(recorded, reproduced).texts;
  }

  #masked(
    recorded: string,
    reproduced: string,
  ): { texts: Pair; used: [MaskKind, Pair[]][] } {
    const plain = this.#applied([recorded, reproduced]);
    const { drawsProgress = false } = this.#position;
    if (plain.texts[0] === plain.texts[1] || !drawsProgress) return plain;
    if (![recorded, reproduced].some(movesBack)) return plain;
    const shown = this.#applied([asShown(recorded), asShown(reproduced)]);
    shown.used.unshift(["progress bar", [[recorded, reproduced]]]);
    return shown;
  }

  #applied(pair: Pair): { texts: Pair; used: [MaskKind, Pair[]][] } {
    const used: [MaskKind, Pair[]][] = [];
    let texts = pair;
    for (const [kind, apply] of this.#rules()) {
      if (texts[0] === texts[1]) break;
      const masked = apply(texts);
      if (masked === null || masked.used.length === 0) continue;
      texts = masked.texts;
      used.push([kind, masked.used]);
    }
    return { texts, used };
  }

  /** What may be masked here, beginning with what forgives least. */
  *#rules(): Generator<[MaskKind, (texts: Pair) => Masked | null]> {
    const { identities, folders, equalInputs, spans } = this.#masks.options;
    yield ["run", (texts) => maskIdentities(texts, identities)];
    yield [
      "folder",
      (texts) => maskFolders(texts, folders.recorded, folders.reproduced),
    ];
    if (this.#masks.options.otherKey) {
      yield [
        "redaction",
        (texts) => maskMatches(texts, PLACEHOLDERS, "[redacted]", isSameKind),
      ];
    }
    if (!equalInputs) return;
    yield [
      "temporary name",
      (texts) =>
        maskTemporaryNames(texts, folders.recorded, folders.reproduced),
    ];
    yield ["memory address", (texts) => maskMatches(texts, ADDRESS, "0x…")];
    yield [
      "pending promise",
      (texts) => maskMatches(texts, PENDING, "Promise { … }"),
    ];
    if (!this.#position.readsClock) return;
    const both =
      (fits: (text: string, span: TimeSpan) => boolean) =>
      ([then, now]: Pair) =>
        fits(then, spans.recorded) && fits(now, spans.reproduced);
    yield [
      "date",
      (texts) => maskMatches(texts, DATES, "<date>", both(isMomentWithin)),
    ];
    if (this.#position.clockChose) return;
    yield [
      "run time",
      (texts) =>
        maskMatches(texts, DURATIONS, "<time>", both(isDurationWithin)),
    ];
  }
}

/** Masks what a pattern finds as often in one text as in the other, where it differs and may be masked. */
function maskMatches(
  texts: Pair,
  pattern: RegExp,
  placeholder: string,
  mayBe: (pair: Pair) => boolean = () => true,
): Masked | null {
  const [then, now] = texts.map((text) =>
    [...text.matchAll(pattern)].map(([match]) => match)
  ) as [string[], string[]];
  if (then.length !== now.length) return null;
  const masked = then.map((text, i) =>
    text !== now[i] && mayBe([text, now[i] ?? ""])
  );
  const hide = (text: string) => {
    let n = 0;
    return text.replace(pattern, (all) => masked[n++] ? placeholder : all);
  };
  return {
    texts: [hide(texts[0]), hide(texts[1])],
    used: then.flatMap((text, i) => masked[i] ? [[text, now[i] ?? ""]] : []),
  };
}

function maskIdentities(
  [recorded, reproduced]: Pair,
  identities: MaskOptions["identities"],
): Masked {
  let [then, now] = [recorded, reproduced];
  const used: Pair[] = [];
  for (const [i, [before, after]] of identities.entries()) {
    if (before === after || !then.includes(before) || !now.includes(after)) {
      continue;
    }
    then = then.replaceAll(before, `<run ${i}>`);
    now = now.replaceAll(after, `<run ${i}>`);
    used.push([before, after]);
  }
  return { texts: [then, now], used };
}
