/**
 * A `Math.random` that repeats.
 *
 * @module
 */
import { mersenne } from "npm:pure-rand@8.4.2/generator/mersenne";
import { uniformFloat64 } from "npm:pure-rand@8.4.2/distribution/uniformFloat64";

/**
 * Replaces `Math.random` by a generator that starts from `seed`. The Mersenne Twister mixes its seed: the
 * first values of small and neighbouring seeds are as good as any.
 */
export function seedMathRandom(seed: number): void {
  const generator = mersenne(seed);
  Math.random = () => uniformFloat64(generator);
}
