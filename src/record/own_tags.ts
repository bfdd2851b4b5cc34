/**
 * Tags by whose names nbtrack itself says something of a run. A notebook may set them too: then what it set is kept
 * beside them, and is a result like any other tag.
 *
 * @module
 */
import { TAG } from "../gitlab/fields.ts";

/** The document of a run that holds what its notebook set by such a name. */
export const USER_TAGS = "user_tags";

/** The tag that says that a run is a sweep. */
export const SWEEP_TAG: string = TAG.sweep;

/** The tag of a run on a server that has its recorder's id of it. */
export const RUN_ID_TAG: string = TAG.runId;

/** The tag of a reproduction that has its original's id. */
export const REPRODUCES_TAG: string = TAG.reproduces;

/** The tag of a reproduction that says what it found. */
export const VERDICT_TAG = "nbtrack.verdict";

/** Tags that only a notebook sets, though nbtrack knows their names. */
const NOTEBOOKS: ReadonlySet<string> = new Set([
  TAG.note,
  TAG.user,
  TAG.runName,
]);
const OWN: ReadonlySet<string> = new Set([
  ...Object.values(TAG).filter((key) => !NOTEBOOKS.has(key)),
  "nbtrack.retried",
  "nbtrack.stopped",
  VERDICT_TAG,
]);
/** What the tags of a run begin with that name the versions of models it registered. */
export const MODEL_TAG = "nbtrack.model.";

/** Whether nbtrack itself sets a tag of this name. */
export function isOwnTag(key: string): boolean {
  return OWN.has(key) || key.startsWith(MODEL_TAG);
}
