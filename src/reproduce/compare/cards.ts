/**
 * The card that a run shows of itself: it tells name, id and delivery, which are never the same twice.
 *
 * @module
 */
import type { Output } from "../../record/bundle/canonical.ts";

const CARD = /^[^\n]+\n {2}run {2,}(.+) \([0-9a-f]{8}\)\n {2}status {2}/;

/** The name of the run whose card an output is; null when it is none. */
export function nameOnCard(output: Output): string | null {
  const data = output["data"];
  if (typeof data !== "object" || data === null) return null;
  const text = (data as Record<string, unknown>)["text/plain"];
  return typeof text === "string" ? CARD.exec(text)?.[1] ?? null : null;
}
