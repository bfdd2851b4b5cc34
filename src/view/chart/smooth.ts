/**
 * Lines that are smoothed for the eye.
 *
 * @module
 */

/**
 * The exponential moving average of values, corrected for its start: with 0.9 a value counts a tenth. Gaps stay gaps.
 */
export function smoothed(
  values: readonly (number | null)[],
  weight: number,
): (number | null)[] {
  const w = Math.min(0.999, Math.max(0, weight));
  let mean = 0;
  let share = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = mean * w + value * (1 - w);
    share = share * w + (1 - w);
    return mean / share;
  });
}
