/**
 * Times as the machine counts them, for people. By hand: the first use of `Intl` takes a cell 20 ms.
 *
 * @module
 */

/** A time of day: `12:30:05`. */
export function clockText(time: number): string {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits)
    .join(":");
}

/** A day and a time of day: `2026-01-31 12:30:05`. */
export function dateTimeText(time: number): string {
  const at = new Date(time);
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(
    twoDigits,
  );
  return `${day.join("-")} ${clockText(time)}`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}
