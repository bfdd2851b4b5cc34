/**
 * A gate for processes that only read: nothing passes it.
 *
 * @module
 */
import type { Gate } from "../journal/gate.ts";

/** Lets texts through as they are: they come from the journal, whose own gate has seen them. */
export const READING_GATE: Gate = {
  text: (text) => ({ text, kinds: [] }),
  named: (_name, text) => ({ text, kinds: [] }),
};
