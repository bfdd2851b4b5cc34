/**
 * Files of a kernel that nobody needs once its session is over.
 *
 * @module
 */
import type { RecorderLog } from "../base/log.ts";
import type { Session } from "../journal/sessions.ts";
import { removeLeftConnection } from "../jupyter/connection.ts";
import { removeAudit } from "./data/audit_files.ts";

/** Removes what a session's kernel has left behind; the record is complete without. */
export function removeLeft(
  { audit, connection_file }: Pick<Session, "audit" | "connection_file">,
  log: RecorderLog,
): void {
  try {
    removeAudit(audit);
    removeLeftConnection(connection_file);
  } catch (error) {
    log.write("what a kernel left", error);
  }
}
