/**
 * The gate of the journal: every text that is stored passes through here once, on its way in.
 *
 * @module
 */
import type { Admitted, Gate } from "../journal/gate.ts";
import { redacted, saysSecret } from "./secret_names.ts";

const NOTHING: readonly string[] = [];

/** Redacts values whose name says that they are secret; other texts pass as they are. */
export const standardGate: Gate = {
  named(name: string, value: string): Admitted {
    return saysSecret(name)
      ? { text: redacted("secret name"), kinds: ["secret name"] }
      : { text: value, kinds: NOTHING };
  },
  text(text: string): Admitted {
    return { text, kinds: NOTHING };
  },
};
