/**
 * Artifact names that servers accept, and the way back. GitLab takes letters, digits and `. _ - +`
 * in file names; names that fit stay as they are, others are replaced and end with a part of their digest.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { sha256 } from "../base/digest.ts";
import { z } from "../base/zod.ts";

/** The artifact that lists the replaced names of a run. */
export const NAMES_FILE = "nbtrack-names.json";

/** A name and what is sent instead. */
export interface ArtifactName {
  /** The name on the server, with `/` between folders. */
  stored: string;
  /** The name as logged. */
  original: string;
}

/** Options of {@linkcode artifactName}. */
export interface ArtifactNameOptions {
  /** Whether the server has folders; GitLab 16 has none. @default {true} */
  folders?: boolean;
  /** Any letters of any script and spaces, as a plain MLflow server takes them. @default {false} */
  wide?: boolean;
}

/** Stored characters; the server keeps `/` as three. */
const LONGEST = 200;
const REPLACED = /-[0-9a-f]{12}(\.[A-Za-z0-9]{1,10})?$/;

/**
 * The name to store a file under. The same name always gives the same, different names give different ones.
 */
export function artifactName(
  path: string,
  options: ArtifactNameOptions = {},
): ArtifactName {
  const { folders = true, wide = false } = options;
  const allowed = wide
    ? /^[\p{L}\p{N}_][\p{L}\p{N}._+\- ]*$/u
    : /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/;
  const parts = path.split("/");
  const fits =
    parts.every((part) => allowed.test(part) && !part.endsWith(" ")) &&
    (folders || parts.length === 1) &&
    byteLength(path) + 2 * parts.length <= LONGEST && !REPLACED.test(path);
  return {
    stored: fits ? path : replaced(path, folders, wide),
    original: path,
  };
}

function replaced(path: string, folders: boolean, wide: boolean): string {
  const other = wide ? /[^\p{L}\p{N}._+\- ]/gu : /[^A-Za-z0-9._+-]/g;
  const parts = path.toWellFormed().split("/")
    .filter((part) => part !== "" && part !== ".")
    .map((part) =>
      part.normalize("NFKD").replace(/\p{M}/gu, "").replace(other, "_")
        .replace(/^[.\- +]+/, "_").trimEnd()
    );
  const file = parts.pop() || "artifact";
  const extension = /(?<=.)\.[A-Za-z0-9]{1,10}$/.exec(file)?.[0] ?? "";
  const end = `-${sha256(path).slice(7, 19)}${extension}`;
  const stem = cut(file.slice(0, file.length - extension.length), 80);
  const folder = parts.length === 0
    ? ""
    : parts.join(folders ? "/" : "_") + (folders ? "/" : "_");
  const whole = folder + stem + end;
  return byteLength(whole) + 2 * parts.length <= LONGEST ? whole : stem + end;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function cut(text: string, bytes: number): string {
  const kept = new Uint8Array(bytes);
  const { read } = new TextEncoder().encodeInto(text, kept);
  return text.slice(0, read);
}

const namesSchema = z.object({
  schema_version: z.literal(1),
  names: z.array(z.object({ stored: z.string(), original: z.string() })),
});

/** The contents of {@linkcode NAMES_FILE}: the names that were replaced. Null when none was. */
export function namesManifest(
  names: readonly ArtifactName[],
): Uint8Array<ArrayBuffer> | null {
  const changed = names.filter((n) => n.stored !== n.original);
  return changed.length === 0 ? null : new TextEncoder().encode(
    JSON.stringify({ schema_version: 1, names: changed }, null, 1),
  );
}

/** Original names by stored ones; null when the text is no such list. */
export function parseNames(text: string): Map<string, string> | null {
  const result = namesSchema.safeParse(parsedJson(text));
  return result.success
    ? new Map(result.data.names.map((n) => [n.stored, n.original]))
    : null;
}

/** Whether a stored name may stand for another. */
export function isReplaced(stored: string): boolean {
  return REPLACED.test(stored);
}
