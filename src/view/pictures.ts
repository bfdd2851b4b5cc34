/**
 * The pictures among the artifacts of a run.
 *
 * @module
 */
import type { RecordedArtifact } from "../record/schema/record.ts";

/** The media type of a drawing: its file is a text, in which a browser may find something to do. */
export const DRAWING_TYPE = "image/svg+xml";

const TYPES: Readonly<Record<string, string>> = {
  svg: DRAWING_TYPE,
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};
/** How large a picture may be that is shown beside its name, bytes. */
const MAX_BYTES = 2_000_000;
/** A drawing stands in the page itself. */
const MAX_DRAWING_BYTES = 250_000;

/** The media type of a picture, by its file's name; null for other files. */
export function pictureType(path: string): string | null {
  return TYPES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""] ?? null;
}

/** Whether an artifact is a picture that is shown beside its name. */
export function isShownPicture(
  { path, size }: Pick<RecordedArtifact, "path" | "size">,
): boolean {
  const type = pictureType(path);
  return type === DRAWING_TYPE
    ? (size ?? Infinity) <= MAX_DRAWING_BYTES
    : type !== null && (size ?? 0) <= MAX_BYTES;
}
