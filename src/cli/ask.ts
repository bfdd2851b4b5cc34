/**
 * Asking for a yes on a terminal. Unlike `confirm` it lets a signal through while it waits, and keeps stdout for results.
 *
 * @module
 */
import { plainLine } from "./text.ts";

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** Asks; anything but a yes is a no, and where nobody can be asked it is one too. */
export async function agrees(question: string): Promise<boolean> {
  if (!canAsk()) return false;
  Deno.stderr.writeSync(
    new TextEncoder().encode(`${plainLine(question)} [y/N] `),
  );
  const bytes = new Uint8Array(1024);
  const n = await Deno.stdin.read(bytes);
  const answer = new TextDecoder().decode(bytes.subarray(0, n ?? 0));
  return /^y(?:es)?$/i.test(answer.trim());
}
