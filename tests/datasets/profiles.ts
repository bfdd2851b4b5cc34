/** Profiles without what tests of other things would repeat. */
import type { ColumnProfile } from "../../src/datasets/types.ts";

/** A profile without how its columns' numbers are spread. */
export function withoutSpread(
  profile: readonly ColumnProfile[] | null,
): Omit<ColumnProfile, "histogram">[] | undefined {
  return profile?.map(({ histogram: _, ...column }) => column);
}
