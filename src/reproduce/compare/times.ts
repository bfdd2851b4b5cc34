/**
 * Times and dates in texts that a run can have read from the clock: a duration is not longer than the run, a moment
 * lies within it. All others are results.
 *
 * @module
 */

/** From when to when something ran, milliseconds since 1970. */
export interface TimeSpan {
  start: number;
  end: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Zones lie a multiple of this from UTC. */
const ZONE_STEP = 15 * MINUTE;
/** And at most so far from it. */
const ZONE_MAX = 14 * HOUR;
/** What a kernel takes before its first cell, and a clock may be off. */
const SLACK = 2 * SECOND;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  μs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: SECOND,
  sec: SECOND,
  secs: SECOND,
  second: SECOND,
  seconds: SECOND,
  min: MINUTE,
  mins: MINUTE,
  minute: MINUTE,
  minutes: MINUTE,
  h: HOUR,
  hour: HOUR,
  hours: HOUR,
};
/** Numbers with a unit of time. */
export const DURATIONS =
  /(?<![\w.]|\d,)\d+(?:[.,]\d+)*(?:e[+-]?\d+)? ?(?:ns|µs|μs|us|ms|secs|sec|seconds|second|s|mins|minutes|minute|min|hours|hour|h)\b/g;

/** Whether a run of that span can have measured a duration. */
export function isDurationWithin(text: string, span: TimeSpan): boolean {
  const [, number = "", unit = ""] = /^([\d.,e+-]+) ?(\D+)$/.exec(text) ?? [];
  const value = Number(number.replace(/,(?=\d{3}\b)/g, "").replace(",", "."));
  return value * (UNITS[unit] ?? Infinity) <= span.end - span.start + SLACK;
}

/** Whether a number of milliseconds since 1970 lies within a span. */
export function isTimeWithin(time_ms: number, span: TimeSpan): boolean {
  return time_ms >= span.start - SLACK && time_ms <= span.end + SLACK;
}

/** Whether a number can be what a program read from a clock within a span: seconds since 1970, or milliseconds since the program began. */
export function isClockReading(value: number, span: TimeSpan): boolean {
  return isTimeWithin(value * SECOND, span) ||
    value >= 0 && value <= span.end - span.start + SLACK;
}

const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
/** Where a word begins, or the sign of a colour before it ends. */
const BEGINS = String.raw`(?:\b|(?<=\x1b\[[\d;]{0,12}m))`;
/** Dates, with a time of day or without, and times of day. */
export const DATES = new RegExp(
  [
    String
      .raw`${BEGINS}\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?`,
    String
      .raw`${BEGINS}${DAY_NAME},? (?:\d{1,2} ${MONTH}|${MONTH} \d{1,2}),? \d{4}(?: \d{2}:\d{2}:\d{2})?(?: GMT(?:[+-]\d{4})?)?(?: \([^)\n]*\))?`,
    String
      .raw`${BEGINS}\d{1,2}[./]\d{1,2}[./]\d{4}(?:,? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?)?`,
    String.raw`${BEGINS}\d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?: [AP]M)?(?!\w)`,
  ].join("|"),
  "g",
);

/** Whether a date or a time of day can mean a moment within a span. */
export function isMomentWithin(text: string, span: TimeSpan): boolean {
  return readings(text).some((reading) => {
    const { moment, precision, zone, daily } = reading;
    const step = zone ? null : daily ? ZONE_STEP : null;
    const from = span.start - SLACK - precision;
    const to = span.end + SLACK;
    if (step !== null) {
      // The time of day alone, in a zone that is not said: the minutes within a quarter of an hour tell.
      const first = moment + Math.ceil((from - moment) / step) * step;
      return first <= to;
    }
    if (zone) return moment >= from && moment <= to;
    for (let offset = -ZONE_MAX; offset <= ZONE_MAX; offset += ZONE_STEP) {
      if (moment + offset >= from && moment + offset <= to) return true;
    }
    return false;
  });
}

interface Reading {
  /** As if it were UTC. */
  moment: number;
  /** How much later it may have been, milliseconds. */
  precision: number;
  /** Whether it says its zone. */
  zone: boolean;
  /** Whether it is a time without a day. */
  daily: boolean;
}

/** What a date can mean: of 03/04/2026 nobody knows which is the month. */
function readings(text: string): Reading[] {
  const clock = /(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ([AP])M)?/.exec(
    text,
  );
  const precision = clock === null
    ? DAY
    : clock[3] === undefined
    ? MINUTE
    : SECOND;
  const time = clock === null
    ? 0
    : hourOf(Number(clock[1]), clock[5]) * HOUR + Number(clock[2]) * MINUTE +
      Number(`${clock[3] ?? 0}${clock[4] ?? ""}`) * SECOND;
  const offset = /\d{2}:\d{2}.*?(?:(Z)|(?:GMT)?([+-])(\d{2}):?(\d{2})|(GMT))/
    .exec(text);
  const shift = offset === null || offset[2] === undefined
    ? 0
    : (offset[2] === "-" ? -1 : 1) *
      (Number(offset[3]) * HOUR + Number(offset[4]) * MINUTE);
  const at = (day: number, daily = false): Reading => ({
    moment: day + time - shift,
    precision,
    zone: offset !== null,
    daily,
  });
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  if (iso !== null) return [at(utc(iso[1], iso[2], iso[3]))];
  const numbers = /^(\d{1,2})[./](\d{1,2})[./](\d{4})/.exec(text);
  if (numbers !== null) {
    const [, a, b, year] = numbers;
    return [at(utc(year, b, a)), at(utc(year, a, b))];
  }
  const named = /(\d{1,2})?\s*([A-Z][a-z]{2})[a-z]*\s*(\d{1,2})?,? (\d{4})/
    .exec(text.replace(/^[A-Z][a-z]+,? /, ""));
  if (named !== null) {
    const month =
      "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(named[2] ?? "") / 3;
    return [at(utc(named[4], String(month + 1), named[1] ?? named[3]))];
  }
  return clock === null ? [] : [at(0, true)];
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return hour % 12 + (half === "P" ? 12 : 0);
}

function utc(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
): number {
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}
