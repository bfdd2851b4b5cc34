/**
 * Where the logs of permission checks lie, and what becomes of those that a crash left behind.
 *
 * @module
 */
import { ifThere } from "../../base/files.ts";
import type { Journal } from "../../journal/journal.ts";
import { isFollowed } from "../../record/session_processes.ts";
import { AuditLog } from "./audit_log.ts";

/** How long a kernel that starts may have a log and no session yet, milliseconds. */
const STARTING_MS = 60_000;

/** A new log in nbtrack's folder, for this user alone. */
export function newAudit(home: string): string {
  const path = `${home}/audit/${crypto.randomUUID()}.jsonl`;
  Deno.mkdirSync(`${home}/audit`, { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(path, "", { createNew: true, mode: 0o600 });
  return path;
}

/** Removes a log whose session has ended. */
export function removeAudit(path: string | null): void {
  if (path === null) return;
  ifThere(() => Deno.removeSync(path));
}

/** Removes the logs of sessions that are over, and takes the addresses out of those whose end was not recorded. */
export function tidyLeftAudits(journal: Journal, now = Date.now()): void {
  const folder = `${journal.home}/audit`;
  const open = new Map(
    journal.sessions.unended().map((session) => [session.audit, session]),
  );
  for (const { name } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    const session = open.get(path);
    if (session === undefined) {
      const changed = ifThere(() => Deno.statSync(path))?.mtime?.getTime();
      if (changed !== undefined && changed < now - STARTING_MS) {
        removeAudit(path);
      }
    } else if (!isFollowed(session)) new AuditLog(path).tidy();
  }
}
