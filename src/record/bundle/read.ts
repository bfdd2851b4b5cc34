/**
 * Reading bundles and logged notebooks, whoever made them.
 *
 * @module
 */
import { type Digest, sha256 } from "../../base/digest.ts";
import { messageOf } from "../../base/errors.ts";
import { isTooDeep, MAX_DEPTH_OF_JSON } from "../../base/values.ts";
import { z } from "../../base/zod.ts";
import { codeCellsOf } from "../../notebook/saved_cells.ts";
import { notebookSchema } from "../../notebook/schema.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { BundleError } from "./errors.ts";
import {
  type Manifest,
  MANIFEST_VERSION,
  readManifestSchema,
} from "./manifest.ts";
import { refuseRepeated } from "./named_files.ts";
import {
  refuseLong,
  refuseLongTexts,
  refuseManyCells,
  refuseManyValues,
  TEXT_LIMITS,
  type TextLimits,
} from "./text_limits.ts";
import { openZip } from "./zip_read.ts";

/** A cell execution as the logged notebook has it. */
export interface LoggedCell {
  source: string;
  outputs: AnyOutput[];
  execution_count: number | null;
  /** Place in the recorded order, if the notebook says it. */
  index: number | null;
}

/** A bundle, or a logged notebook, that could be read. */
export interface ReadableBundle {
  kind: "bundle" | "notebook";
  /** Digest of the whole file. */
  digest: Digest;
  manifest: Manifest;
  /** The executions in the order of the logged notebook. */
  cells: LoggedCell[];
  /** The lock's text; null when there is none. */
  lock: string | null;
  /** The text of `deno.json`; null when there is none. */
  config: string | null;
  /** Paths of its files. */
  paths: ReadonlySet<string>;
  /** A file's contents, or null when it does not travel. */
  file(path: string): Promise<Uint8Array | null>;
}

/** What the metadata of a logged cell says of its position in the recorded order. */
const indexSchema = z.looseObject({
  nbtrack: z.looseObject({ index: z.number().optional() }).optional().catch(
    undefined,
  ),
});

const fileSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ base64: z.base64() }),
]);

const loggedSchema = notebookSchema.extend({
  metadata: z.looseObject({
    nbtrack: z.looseObject({
      manifest: z.unknown(),
      "deno.json": z.unknown(),
      "deno.lock": z.unknown(),
      files: z.record(z.string(), fileSchema).optional(),
    }).optional(),
  }),
});
type Notebook = z.infer<typeof loggedSchema>;

/**
 * Reads a bundle (zip) or a logged notebook (JSON). Nothing is executed or written.
 *
 * @throws {BundleError} when it is neither, damaged, newer than this nbtrack, or beyond a limit
 */
export async function readBundle(
  bytes: Uint8Array,
  limits: TextLimits = TEXT_LIMITS,
): Promise<ReadableBundle> {
  if (isZip(bytes)) return await readZip(bytes, limits);
  if (
    !/^[\ufeff\s]*\{/.test(new TextDecoder().decode(bytes.subarray(0, 512)))
  ) {
    throw new BundleError(
      "It is neither a bundle, which is a zip archive, nor a notebook, which is JSON.",
      { hint: "Give a run's session.zip or session.ipynb, or its id." },
    );
  }
  return readLoggedNotebook(bytes, limits);
}

async function readZip(
  bytes: Uint8Array,
  limits: TextLimits,
): Promise<ReadableBundle> {
  const archive = await openZip(bytes);
  refuseLongTexts(archive.sizes, limits);
  const file = async (path: string) => {
    if (!archive.sizes.has(path)) return null;
    const content = await archive.read(path);
    if (path in limits.bytes) refuseManyValues(path, content, limits);
    return content;
  };
  const text = async (path: string) => {
    const content = await file(path);
    return content === null ? null : decode(path, content);
  };
  const manifestText = await text("manifest.json");
  if (manifestText === null) {
    throw new BundleError("The archive has no manifest.json: it is no bundle.");
  }
  const manifest = limitedManifest(
    parseJson("manifest.json", manifestText),
    limits,
  );
  refuseRepeated(manifest, (path) => archive.sizes.get(path));
  for (const [one, other] of archive.alike) {
    if (one in manifest.files && other in manifest.files) continue;
    throw new BundleError(
      `The bundle has the entries ${one} and ${other}, which are one file on some systems.`,
      { hint: "Do not use it: it was not made by nbtrack." },
    );
  }
  const session = await text("session.ipynb");
  if (session === null) {
    throw new BundleError("The bundle has no session.ipynb.");
  }
  return {
    kind: "bundle",
    digest: sha256(bytes),
    manifest,
    cells: cellsOf(parseNotebook("session.ipynb", session, limits)),
    lock: jsonText("deno.lock", await text("deno.lock")),
    config: jsonText("deno.json", await text("deno.json")),
    paths: new Set(archive.sizes.keys()),
    file,
  };
}

function readLoggedNotebook(
  bytes: Uint8Array,
  limits: TextLimits,
): ReadableBundle {
  refuseLong("the notebook", bytes.length, limits.logged);
  refuseManyValues("the notebook", bytes, limits);
  const notebook = parseNotebook(
    "the notebook",
    decode("the file", bytes),
    limits,
  );
  const extras = notebook.metadata.nbtrack;
  if (extras === undefined) {
    throw new BundleError(
      "The notebook carries no record: its metadata has no member nbtrack.",
      {
        hint:
          "Reproduce the session.ipynb of a run; nbtrack run executes any other notebook.",
      },
    );
  }
  const files = extras.files ?? {};
  const manifest = limitedManifest(
    typeof extras.manifest === "string"
      ? parseJson("the manifest", limitedText(extras.manifest, limits))
      : extras.manifest,
    limits,
  );
  refuseRepeated(manifest, (path) => contentOf(files[path])?.length);
  return {
    kind: "notebook",
    digest: sha256(bytes),
    manifest,
    cells: cellsOf(notebook),
    lock: jsonText("deno.lock", textOf(extras["deno.lock"])),
    config: jsonText("deno.json", textOf(extras["deno.json"])),
    paths: new Set(Object.keys(files)),
    file: (path) => Promise.resolve(contentOf(files[path])),
  };
}

function limitedText(text: string, limits: TextLimits): string {
  refuseManyValues("the manifest", text, limits);
  return text;
}

function limitedManifest(value: unknown, limits: TextLimits): Manifest {
  refuseManyCells("the bundle's manifest", value, limits);
  return parseManifest(value);
}

/** Parses a manifest. @throws {BundleError} when it is newer or has another shape */
export function parseManifest(value: unknown): Manifest {
  const version = z.looseObject({ schema_version: z.number() }).safeParse(
    value,
  );
  if (version.success && version.data.schema_version > MANIFEST_VERSION) {
    throw new BundleError(
      `The bundle was written by a newer nbtrack: its schema_version is ${version.data.schema_version}, ` +
        `this one reads ${MANIFEST_VERSION}.`,
      { hint: "Update nbtrack." },
    );
  }
  const parsed = readManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BundleError(
    `Cannot read the bundle's manifest at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message ?? "invalid"}.`,
    { cause: parsed.error },
  );
}

function parseNotebook(
  what: string,
  text: string,
  limits: TextLimits,
): Notebook {
  const value = parseJson(what, text);
  refuseManyCells(what, value, limits);
  const parsed = loggedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BundleError(
    `Cannot read ${what} as a notebook at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message ?? "invalid"}.`,
    { cause: parsed.error },
  );
}

function cellsOf(notebook: Notebook): LoggedCell[] {
  return codeCellsOf(notebook).map((cell) => ({
    source: cell.source,
    outputs: [...cell.outputs],
    execution_count: cell.execution_count,
    index: indexSchema.safeParse(cell.metadata).data?.nbtrack?.index ?? null,
  }));
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function decode(what: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BundleError(
      `Cannot read ${what}: it is neither a zip archive nor text.`,
      { cause },
    );
  }
}

function parseJson(what: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`Cannot read ${what}: ${messageOf(cause)}.`, {
      cause,
    });
  }
  if (isTooDeep(value)) {
    throw new BundleError(
      `Cannot read ${what}: its JSON is nested more than ${MAX_DEPTH_OF_JSON} levels deep.`,
    );
  }
  return value;
}

/** A text that is a JSON object. */
function jsonText(what: string, text: string | null): string | null {
  if (text === null) return null;
  const value = z.looseObject({}).safeParse(parseJson(what, text));
  if (value.success) return text;
  throw new BundleError(`Cannot read ${what}: it is no JSON object.`);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string"
    ? value
    : `${JSON.stringify(value, null, 2)}\n`;
}

function contentOf(
  file: z.infer<typeof fileSchema> | undefined,
): Uint8Array | null {
  if (file === undefined) return null;
  return "text" in file
    ? new TextEncoder().encode(file.text)
    : Uint8Array.fromBase64(file.base64);
}
