/**
 * Which params and metrics tell runs apart: the columns of a table of runs, in a cell, on a page and in a terminal.
 *
 * @module
 */
/** Names in a sentence; what is more is counted. */
const MAX_NAMED = 24;

/** Keys of runs, those first that say most. */
export interface TellingKeys {
  /** What decides, then what most of the runs have and is not the same in them, then what few have. */
  telling: string[];
  /** What is the same in all. */
  alike: string[];
}

/**
 * Puts keys in the order in which a table has them. Runs that have none of them say nothing: a sweep logs no metric, and
 * a run that has just begun has logged none.
 *
 * @param first What decides, whether it differs or not.
 */
export function tellingKeys(
  keys: readonly string[],
  runs: readonly Readonly<Record<string, unknown>>[],
  first: readonly string[] = [],
): TellingKeys {
  const columns = keys.map((key) =>
    runs.map((run) => Object.hasOwn(run, key) ? run[key] ?? null : null)
  );
  const used = runs.map((_, i) => columns.some((column) => column[i] !== null));
  const having = used.filter((has) => has).length;
  const usual = new Set<string>();
  const rare = new Set<string>();
  keys.forEach((key, k) => {
    const values = (columns[k] ?? []).filter((_, i) => used[i]);
    const [one] = values;
    if (values.every((value) => Object.is(value, one))) return;
    const has = values.filter((value) => value !== null).length;
    (2 * has >= having ? usual : rare).add(key);
  });
  const telling = new Set([
    ...first.filter((key) => keys.includes(key)),
    ...usual,
    ...rare,
  ]);
  return {
    telling: [...telling],
    alike: keys.filter((key) => !telling.has(key)),
  };
}

/** Names for a sentence. */
export function someNames(
  all: readonly string[],
  most: number = MAX_NAMED,
): string[] {
  const more = all.length - most;
  return [...all.slice(0, most), ...(more > 0 ? [`${more} more`] : [])];
}
