/**
 * The nearest of some names to a mistyped one.
 *
 * @module
 */

/** Of fewer characters every name begins alike. */
const MIN_BEGINNING = 4;

/** The nearest name by edit distance (Wagner and Fischer 1974), or null when none is near. */
export function nearest(typed: string, names: Iterable<string>): string | null {
  return within(Math.max(2, Math.floor(typed.length / 3)), typed, names);
}

/** As {@linkcode nearest}, else the last of the names of which the beginning is near: names are given in part, too. */
export function nearestBeginning(
  typed: string,
  names: readonly string[],
): string | null {
  const near = nearest(typed, names);
  if (near !== null || typed.length < MIN_BEGINNING) return near;
  const begun = new Map(
    names.map((name) => [name.slice(0, typed.length), name]),
  );
  const most = Math.floor(typed.length / MIN_BEGINNING);
  const beginning = within(most, typed, begun.keys());
  return beginning === null ? null : begun.get(beginning) ?? null;
}

/** The nearest name of those that are so many edits away, or fewer. */
function within(
  edits: number,
  typed: string,
  names: Iterable<string>,
): string | null {
  let best: string | null = null;
  let least = edits + 1;
  for (const name of names) {
    const far = distance(typed.toLowerCase(), name.toLowerCase());
    if (far < least) [best, least] = [name, far];
  }
  return best;
}

/** A sentence that asks whether the nearest name was meant, with a space before it; empty when none is near. */
export function didYouMean(typed: string, names: Iterable<string>): string {
  const near = nearest(typed, names);
  return near === null ? "" : ` Did you mean "${near}"?`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      ));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
