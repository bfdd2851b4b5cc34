/**
 * Asking for a secret on a terminal, without showing it.
 *
 * @module
 */
import { atExit } from "../base/at_exit.ts";

/** A terminal, as much of it as a hidden prompt needs. */
export interface Terminal {
  /** Switches echo and line editing off or on. */
  setRaw(raw: boolean): void;
  /** Reads what was typed; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Shows a text. */
  write(text: string): void;
}

/** The process's own terminal; the prompt goes to stderr. */
const processTerminal: Terminal = {
  setRaw: (raw) => Deno.stdin.setRaw(raw),
  read: (into) => Deno.stdin.read(into),
  write: (text) => {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  },
};

/** Enter, and the end of input (Ctrl-D). */
const ENTER = "\r\n\u0004";
/** Ctrl-C. */
const CANCEL = "\u0003";
/** Begins what is no text. */
const ESCAPE = "\u001b";
const BACK = "\u007f\b";
/** Ctrl-U: the whole line. */
const WIPE = "\u0015";

/** What a terminal puts around text that is pasted, and what keys such as arrows send. */
// deno-lint-ignore no-control-regex
const SEQUENCE = /\u001b\[[0-9;]*[~A-Za-z]/g;

/** A text without what a terminal put around it as it was pasted. */
export function withoutPasteMarks(text: string): string {
  return text.replace(SEQUENCE, "");
}

/** Asks for a secret; null when the user gave up with Ctrl-C. */
export async function askSecret(
  question: string,
  terminal: Terminal = processTerminal,
): Promise<string | null> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let typed = "";
  terminal.write(question);
  terminal.setRaw(true);
  using _ = atExit(() => terminal.setRaw(false));
  try {
    for (;;) {
      const n = await terminal.read(buffer);
      if (n === null) return withoutPasteMarks(typed);
      for (
        const char of decoder.decode(buffer.subarray(0, n), { stream: true })
      ) {
        if (char === CANCEL) return null;
        if (ENTER.includes(char)) return withoutPasteMarks(typed);
        if (char === WIPE) typed = "";
        else if (BACK.includes(char)) typed = typed.slice(0, -1);
        else if (char >= " " || char === ESCAPE) typed += char;
      }
    }
  } finally {
    terminal.setRaw(false);
    terminal.write("\n");
  }
}
