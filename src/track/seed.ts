/**
 * A `Math.random` that repeats.
 *
 * @module
 */
import { mersenne } from "npm:pure-rand@8.4.2/generator/mersenne";
import { randomSource } from "../base/random_hook.ts";
import { uniformFloat64 } from "npm:pure-rand@8.4.2/distribution/uniformFloat64";

/**
 * Makes `Math.random` draw from a generator that starts from `seed`. The Mersenne Twister mixes its seed: the
 * first values of small and neighbouring seeds are as good as any.
 *
 * @returns Whether it also reaches libraries that took `Math.random` before.
 */
export function seedMathRandom(seed: number): boolean {
  const generator = mersenne(seed);
  const next = () => uniformFloat64(generator);
  const source = randomSource();
  if (source === null) Math.random = next;
  else source.next = next;
  return source !== null;
}
