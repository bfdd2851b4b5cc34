/**
 * What the network answered, then and now: an answer that is another one is other data, though nobody named it so.
 *
 * @module
 */
import type { z } from "../base/zod.ts";
import type { answerSchema } from "../record/schema/documents.ts";
import type { Difference } from "./replay/types.ts";

type Answers = readonly z.infer<typeof answerSchema>[];

/** Asks a network in a way that no record lists. */
const UNSEEN =
  /\bWebSocket\b|\bEventSource\b|\bDeno\s*\.\s*connect|["'](?:node:)?(?:https?|net|tls|dgram)["']|\baxios\b/;
/** Opens a run; asks an address. */
const [TRACKS, FETCHES] = [/\btrack\s*\(/, /\bfetch\s*\(/] as const;
/** Ports that the system chose, at addresses of this machine: each is another one every time. */
const CHOSEN_PORTS =
  /\b(https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])):(?:3[2-9]|[45]\d|6[0-5])\d{3}(?=\/)/gi;

/** Addresses that answered otherwise. @param known Sentences that name differences already */
export function otherAnswers(
  then: Answers,
  now: Answers,
  known: readonly string[],
): Difference[] {
  const after = byAddress(now);
  return [...byAddress(then)].flatMap(([address, before]) => {
    const others = after.get(address);
    const url = address.slice(address.indexOf(" ") + 1);
    // Of an answer that was not read to its end nothing is known.
    const same = others === undefined || before.has(null) ||
      others.has(null) || isSame(before, others);
    const isKnown = known.some((what) => withoutPorts(what).includes(url));
    return same || isKnown ? [] : [{
      dimension: "data" as const,
      what: `${address} was answered otherwise`,
      contradiction: false,
    }];
  });
}

/** Cells that may ask the network. */
export interface AskingCells {
  /** In the order they are executed. */
  sources: readonly string[];
  /** Whether what they asked before `track()` was called was seen, too. */
  fromStart: boolean;
}

/** Whether the network is known to have answered now as it did then. */
export function answersAreSame(
  then: Answers | undefined,
  now: Answers,
  cells: AskingCells,
): boolean {
  if (then === undefined) return false;
  if (cells.sources.some((source) => UNSEEN.test(source))) return false;
  if (asksEarly(then, cells)) return false;
  const after = byAddress(now);
  return [...byAddress(then)].every(([address, before]) => {
    const others = after.get(address);
    return !before.has(null) && others !== undefined && isSame(before, others);
  });
}

/** Whether the network was asked before `track()` was called, or where it never is: in Deno's own kernel nobody sees that. */
export function asksEarly(
  then: Answers,
  { sources, fromStart }: AskingCells,
): boolean {
  if (fromStart && then.length > 0) return false;
  for (const source of sources) {
    const opens = source.search(TRACKS);
    const early = opens < 0 ? source : source.slice(0, opens);
    if (FETCHES.test(early)) return true;
    if (opens >= 0) return false;
  }
  return false;
}

/** Digests of the answers of each address; null among them where one was not read. */
function byAddress(answers: Answers): Map<string, Set<string | null>> {
  const found = new Map<string, Set<string | null>>();
  for (const { method, url, digest } of answers) {
    const address = `${method} ${withoutPorts(url)}`;
    found.set(address, (found.get(address) ?? new Set()).add(digest));
  }
  return found;
}

function withoutPorts(text: string): string {
  return text.replace(CHOSEN_PORTS, "$1:…");
}

function isSame(
  then: ReadonlySet<string | null>,
  now: ReadonlySet<string | null>,
): boolean {
  return then.size === now.size && then.isSubsetOf(now);
}
