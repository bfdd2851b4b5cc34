/**
 * A run's own folders as its manifest names them: by digests, because a user's name is often part of them. Whoever has
 * a text of the run can find them in it.
 *
 * @module
 */
import { type Digest, sha256 } from "../../base/digest.ts";
import type { FolderKind, OwnFolder } from "../../base/own_folders.ts";
import { z } from "../../base/zod.ts";
import { digestSchema } from "../schema/documents.ts";

const KINDS = [
  "work folder",
  "home",
  "temporary folder",
  "cache",
] as const satisfies readonly FolderKind[];

/** A folder of the run in one spelling. */
export const namedFolderSchema = z.object({
  kind: z.enum(KINDS),
  /** Characters of the path. */
  length: z.int().positive().max(4096),
  /** SHA-256 of the run's id, a line end and the path. */
  digest: digestSchema,
});
/** A folder of the run in one spelling. */
export type NamedFolder = z.infer<typeof namedFolderSchema>;

/** A run's own folders as the journal keeps them. */
export const ownFoldersSchema = z.array(
  z.object({ kind: z.enum(KINDS), path: z.string() }),
);

/** Names folders by digests, in each spelling that programs print. */
export function nameFolders(
  folders: readonly OwnFolder[],
  run_id: string,
): NamedFolder[] {
  return folders.flatMap(({ kind, path }) =>
    spellings(path).map((spelling) => ({
      kind,
      length: spelling.length,
      digest: folderDigest(spelling, run_id),
    }))
  );
}

/** The digest of a folder's path among those of a run. */
export function folderDigest(path: string, run_id: string): Digest {
  return sha256(`${run_id}\n${path}`);
}

/** A path as it is, as it stands in a `file:` URL, and with backslashes as JSON writes them. */
export function spellings(path: string): string[] {
  const slashed = path.replaceAll("\\", "/");
  return [
    ...new Set([
      path,
      slashed,
      encodeURI(slashed).replace(/[?#]/g, encodeURIComponent),
      path.replaceAll("\\", "\\\\"),
    ]),
  ];
}
