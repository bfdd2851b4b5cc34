/**
 * Creation times: microseconds, each later than the one before, so that what was made first sorts first.
 *
 * @module
 */
let last = 0;

/** Now, in microseconds since 1970. */
export function stamp(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}
