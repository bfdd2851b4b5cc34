/**
 * Fingerprints of data that must not travel.
 *
 * @module
 */
import type { Fingerprint } from "./types.ts";

/** A fingerprint whose profile shows no value of the data, only counts. */
export function withoutValues(fingerprint: Fingerprint): Fingerprint {
  const { profile } = fingerprint;
  return {
    ...fingerprint,
    profile: profile?.map(({ histogram: _, ...column }) => ({
      ...column,
      min: null,
      max: null,
    })) ?? null,
  };
}
