/**
 * What comes over the network by something else than `fetch` in the notebook's own thread: no answer of it is recorded,
 * and so it is named.
 *
 * @module
 */
import { withoutComments } from "../../notebook/literals.ts";
import type { LocalModule } from "../../packages/local_modules.ts";
import { ownAddresses } from "../../record/own_server.ts";
import type { ReadingRun } from "./reading_run.ts";
import { type SourceOfRun, sourcesOfRun } from "./sources_of_run.ts";
import { SessionAnswers } from "../../journal/session_answers.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** Calls that receive over the network, by what they are called here. */
const CALLS: readonly [name: string, call: RegExp][] = [
  ["WebSocket", /\bnew\s+WebSocket(?:Stream)?\s*\(/],
  ["EventSource", /\bnew\s+EventSource\s*\(/],
  ["XMLHttpRequest", /\bnew\s+XMLHttpRequest\s*\(/],
  ["Deno.connect", /\bDeno\s*\.\s*connect(?:Tls|Quic)?\s*\(/],
  ["node:net", /\b(?:net|tls)\s*\.\s*(?:connect|createConnection)\s*\(/],
  ["node:http", /\b(?:https?|http2)\s*\.\s*(?:get|request|connect)\s*\(/],
  [
    "a program",
    /\b(?:Command|spawn|exec|execFile)(?:Sync)?\s*\([^;]*\b(?:curl|wget|aria2c|scp|rsync)\b/,
  ],
  ["a worker", /\bnew\s+Worker\s*\([^;]*\bfetch\s*\(/],
];
const ADDRESS = /\b(?:https?|wss?|ftp):\/\/(\[[^\]]+\]|[^\s/"'`$?#:]+)/gi;
const THIS_MACHINE =
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)(?:$|:)/i;
const NAMES_HERE = /\blocalhost\b|\b127\.\d+\.\d+\.\d+\b|\[?::1\]?/i;
const WHY =
  "what came from there by something else than fetch in the notebook's own thread, if anything, is not recorded";

interface Use {
  /** What the code is called that it stands in. */
  label: string;
  call: string;
  /** The hosts that the code names. */
  hosts: string[];
}

/** Names on a run what its code receives by other ways, as far as its source or the kernel's log shows them. */
export function nameUnseenNetwork(
  reading: ReadingRun,
  modules: readonly LocalModule[],
): void {
  const { journal, session, run_id } = reading;
  const { session_id } = session;
  const last = journal.runs.get(run_id)?.last_execution ?? null;
  const sources = sourcesOfRun(reading, modules);
  const asked = new SessionReads(journal).list(session_id, last)
    .filter(({ kind }) => kind === "host").map(({ name }) => name);
  const serves = ownAddresses({
    sources: sources.map(({ source }) => source),
    hosts: asked,
  }) !== null;
  const isOwn = (host: string) => serves && THIS_MACHINE.test(host);
  // The kernel speaks to its recorders here, also to one that was replaced.
  const namesHere = sources.some(({ source }) => NAMES_HERE.test(source));

  const named = new Set<string>();
  for (const { label, call, hosts } of sources.flatMap(usesIn)) {
    const others = hosts.filter((host) => !isOwn(host));
    // A server of the notebook's own is all that such code is known to speak to.
    if (others.length === 0 && serves) continue;
    others.forEach((host) => named.add(nameOf(host)));
    const where = others.length === 0 ? "" : ` (${others.join(", ")})`;
    journal.entries.setMissing(
      run_id,
      `network of ${label}`,
      `${call}${where}: ${WHY}`,
    );
  }
  const answered = new Set(
    [
      ...new SessionAnswers(journal).list(session_id, last).map(({ url }) =>
        url
      ),
      ...journal.datasets.list(run_id).map(({ name, input }) => input ?? name),
    ].flatMap((url) => URL.parse(url)?.hostname ?? []).map(nameOf),
  );
  for (const host of new Set(asked.map(nameOf))) {
    if (
      host === "" || isOwn(host) || named.has(host) || answered.has(host) ||
      isListening(host) || THIS_MACHINE.test(host) && !namesHere
    ) continue;
    journal.entries.setMissing(run_id, `network of ${host}`, WHY);
  }
}

function usesIn({ label, source }: SourceOfRun): Use[] {
  const code = withoutComments(source);
  const calls = CALLS.filter(([, call]) => call.test(code))
    .map(([name]) => name);
  if (calls.length === 0) return [];
  const hosts = [...code.matchAll(ADDRESS)].map(([, host = ""]) => host);
  return [{ label, call: calls.join(", "), hosts: [...new Set(hosts)] }];
}

/** A host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

/** Where a server listens, nobody is asked. */
function isListening(host: string): boolean {
  return /^(?:0\.0\.0\.0|\[?::\]?)$/.test(host);
}
