/**
 * An axis of whatever values runs have: numbers where each value is one, else one position for each text.
 *
 * @module
 */
import { extent, type Scale, scaleOf } from "./scales.ts";
import { shownOfValues, type ShownRange } from "./shown_range.ts";

/** What a run can have on an axis; null where it has nothing. */
export type AxisValue = number | string | null;

/** An axis over values. */
export interface ValueAxis {
  /** The position of a value; null where it has none. */
  at(value: AxisValue): number | null;
  /** As scales have them; `value` is a position for texts. */
  scale: Scale;
  /** Whether all values are numbers. */
  numeric: boolean;
  /** The values that are shown; null for all. */
  shown: ShownRange | null;
}

/** Texts that an axis names. */
const MAX_TEXTS = 12;
const MAX_TEXT_CHARS = 14;
/** Of these so many are its beginning. */
const HEAD_CHARS = 4;

/** Makes the axis of values. */
export function valueAxis(
  values: readonly AxisValue[],
  { range, ticks, log = false, most = false }: {
    range: readonly [number, number];
    ticks: number;
    log?: boolean;
    /** Leaves out what would put all others in one place. @default {false} */
    most?: boolean;
  },
): ValueAxis {
  const given = values.filter((value) => value !== null);
  const numbers = given.map(numberOf);
  return numbers.every((value) => value !== null)
    ? numbersAxis(numbers, { range, ticks, log, most })
    : textsAxis(given.map(String), range, ticks);
}

/** The number that a value is; null for a text that is none. NaN and infinities are numbers without a position. */
export function numberOf(value: AxisValue): number | null {
  if (typeof value !== "string") return value;
  if (/^[+-]?(?:NaN|Infinity)$/.test(value)) return Number(value);
  return value.trim() !== "" && Number.isFinite(Number(value))
    ? Number(value)
    : null;
}

/** The value as a range, for what goes beyond an axis; nothing lies in that of a text. */
export function endsOfValue(value: AxisValue): [number, number] {
  const number = numberOf(value);
  return number === null || !Number.isFinite(number)
    ? [Infinity, -Infinity]
    : [number, number];
}

function numbersAxis(
  values: readonly number[],
  options: {
    range: readonly [number, number];
    ticks: number;
    log: boolean;
    most: boolean;
  },
): ValueAxis {
  const finite = values.filter(Number.isFinite);
  const log = options.log && finite.some((value) => value > 0);
  const shown = log ? finite.filter((value) => value > 0) : finite;
  const most = options.most && !log ? shownOfValues(shown) : null;
  const [low, high] = most ?? extent(shown);
  const scale = scaleOf({
    ...options,
    log,
    domain: shown.length === 0 ? [0, 1] : [low, high],
    nice: true,
  });
  return {
    scale,
    numeric: true,
    shown: most === null ? null : scale.domain,
    at: (value) => {
      const number = value === null ? null : numberOf(value);
      return number === null || !Number.isFinite(number)
        ? null
        : scale.at(number);
    },
  };
}

function textsAxis(
  texts: readonly string[],
  range: readonly [number, number],
  count: number,
): ValueAxis {
  const all = [...new Set(texts)].toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true })
  );
  const positions = new Map(all.map((text, i) => [text, i]));
  const scale = scaleOf({
    domain: [-0.5, all.length - 0.5],
    range,
    ticks: count,
  });
  const every = Math.ceil(all.length / Math.min(count, MAX_TEXTS));
  return {
    scale: {
      ...scale,
      ticks: all.flatMap((text, value) =>
        value % every === 0 ? [{ value, text: withoutMiddle(text) }] : []
      ),
    },
    numeric: false,
    shown: null,
    at: (value) => {
      const position = value === null
        ? undefined
        : positions.get(String(value));
      return position === undefined ? null : scale.at(position);
    },
  };
}

/** A text that fits: values that are alike, such as paths, often differ at their ends. */
function withoutMiddle(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_TEXT_CHARS
    ? text
    : `${characters.slice(0, HEAD_CHARS).join("")}…${
      characters.slice(HEAD_CHARS + 1 - MAX_TEXT_CHARS).join("")
    }`;
}
