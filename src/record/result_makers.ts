/**
 * Which executions logged something: by the times, else by what the sources say.
 *
 * @module
 */

/** An execution as far as it is read for that. */
export interface MakerCell {
  source: string;
  /** Milliseconds since 1970; null where they are not known. */
  start_time: number | null;
  end_time: number | null;
}

/** How metrics are logged. */
export const LOGS_METRICS: RegExp = /\blogMetrics?\b/;
/** How runs are opened. */
export const OPENS_RUN: RegExp = /\btrack\s*\(/;

/** Executions by the time at which something happened. */
export class ExecutionTimes {
  readonly #spans: { start: number; end: number }[];

  constructor(cells: readonly Omit<MakerCell, "source">[]) {
    this.#spans = cells.map(({ start_time, end_time }) => ({
      start: start_time ?? Infinity,
      end: end_time ?? (start_time === null ? -Infinity : Infinity),
    }));
  }

  /** The execution that was running at a time; null when none was, or it is not known. */
  at(time: number | null): number | null {
    if (time === null) return null;
    const index = this.#spans.findLastIndex(({ start, end }) =>
      start <= time && time <= end
    );
    return index < 0 ? null : index;
  }
}

/** The executions in which something was logged. @param found Those that were running when it was, null for not known */
export function loggersOf(
  cells: readonly Pick<MakerCell, "source">[],
  found: readonly (number | null)[],
  name: string,
  method: RegExp,
): number[] {
  const executions = new Set(found.filter((index) => index !== null));
  if (!found.includes(null) && executions.size > 0) return [...executions];
  const named = cells.flatMap(({ source }, i) =>
    method.test(source) && source.includes(name) ? [i] : []
  );
  for (const index of named.length > 0 ? named : mentioning(cells, method)) {
    executions.add(index);
  }
  return executions.size > 0 ? [...executions] : [...cells.keys()];
}

/** The executions whose sources fit. */
export function mentioning(
  cells: readonly Pick<MakerCell, "source">[],
  what: RegExp,
): number[] {
  return cells.flatMap(({ source }, i) => what.test(source) ? [i] : []);
}
