/**
 * A `Math.random` that repeats.
 *
 * @module
 */
import { xoroshiro128plus } from "npm:pure-rand@^8.4.2/generator/xoroshiro128plus";
import { uniformFloat64 } from "npm:pure-rand@^8.4.2/distribution/uniformFloat64";

/** Puts a generator that starts from `seed` in the place of `Math.random`. */
export function seedMathRandom(seed: number): void {
  const generator = xoroshiro128plus(seed);
  Math.random = () => uniformFloat64(generator);
}
