/**
 * The gate of the journal: every text that is stored passes through here once, on its way in.
 *
 * @module
 */
import type { Admitted, Gate } from "../journal/gate.ts";
import { redacted, saysSecret, stripUrlCredentials } from "./secret_names.ts";

const NOTHING: readonly string[] = [];

/** Redacts values whose name says that they are secret, and credentials in URLs that are values; other texts pass as they are. */
export const standardGate: Gate = {
  named(name: string, value: string): Admitted {
    if (saysSecret(name)) {
      return { text: redacted("secret name"), kinds: ["secret name"] };
    }
    const text = stripUrlCredentials(value);
    return { text, kinds: text === value ? NOTHING : ["URL credentials"] };
  },
  text(text: string): Admitted {
    return { text, kinds: NOTHING };
  },
};
