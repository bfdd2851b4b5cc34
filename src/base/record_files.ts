/**
 * The names under which nbtrack stores its own record of a run beside the user's artifacts.
 *
 * @module
 */

const RECORD_FILES =
  /^(bundle\.zip|session\.ipynb|manifest\.json|deno\.lock|verdict\.json|report\.html|nbtrack-names\.json|nbtrack\/.*)$/s;

/** What a lesson's `check()` found last, beside the run that it was about. */
export const CHECK_FILE = "nbtrack/check.json";

/** Whether an artifact's path is one of nbtrack's own. */
export function isRecordFile(path: string): boolean {
  return RECORD_FILES.test(path);
}
