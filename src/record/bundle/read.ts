/**
 * Reading bundles and logged notebooks, whoever made them.
 *
 * @module
 */
import { type Digest, sha256 } from "../../base/digest.ts";
import { messageOf } from "../../base/errors.ts";
import { z } from "../../base/zod.ts";
import { codeCellsOf } from "../../notebook/saved_cells.ts";
import { notebookSchema } from "../../notebook/schema.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { BundleError } from "./errors.ts";
import { type Manifest, MANIFEST_VERSION, manifestSchema } from "./manifest.ts";
import { LIMITS, openZip } from "./zip_read.ts";

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

/** How long the JSON files of a bundle may be, bytes: once parsed they take several times as much. */
const MAX_TEXT_BYTES: Readonly<Record<string, number>> = {
  "manifest.json": 64 << 20,
  "deno.lock": 16 << 20,
  "deno.json": 1 << 20,
};

/**
 * Reads a bundle (zip) or a logged notebook (JSON). Nothing is executed or written.
 *
 * @throws {BundleError} when it is neither, damaged, newer than this nbtrack, or beyond a limit
 */
export async function readBundle(bytes: Uint8Array): Promise<ReadableBundle> {
  if (isZip(bytes)) return await readZip(bytes);
  if (
    !/^[\ufeff\s]*\{/.test(new TextDecoder().decode(bytes.subarray(0, 512)))
  ) {
    throw new BundleError(
      "It is neither a bundle, which is a zip archive, nor a notebook, which is JSON.",
      { hint: "Give a run's session.zip or session.ipynb, or its id." },
    );
  }
  return readLoggedNotebook(bytes);
}

async function readZip(bytes: Uint8Array): Promise<ReadableBundle> {
  const archive = await openZip(bytes);
  const text = async (path: string) => {
    const size = archive.sizes.get(path);
    if (size === undefined) return null;
    if (size > (MAX_TEXT_BYTES[path] ?? LIMITS.bytes)) {
      throw new BundleError(`Cannot read ${path}: it has ${size} bytes.`);
    }
    return decode(path, await archive.read(path));
  };
  const manifestText = await text("manifest.json");
  if (manifestText === null) {
    throw new BundleError("The archive has no manifest.json: it is no bundle.");
  }
  const manifest = parseManifest(parseJson("manifest.json", manifestText));
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
    cells: cellsOf(parseNotebook("session.ipynb", session)),
    lock: jsonText("deno.lock", await text("deno.lock")),
    config: jsonText("deno.json", await text("deno.json")),
    paths: new Set(archive.sizes.keys()),
    file: async (path) =>
      archive.sizes.has(path) ? await archive.read(path) : null,
  };
}

function readLoggedNotebook(bytes: Uint8Array): ReadableBundle {
  const notebook = parseNotebook("the notebook", decode("the file", bytes));
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
  const manifest = extras.manifest;
  return {
    kind: "notebook",
    digest: sha256(bytes),
    manifest: parseManifest(
      typeof manifest === "string"
        ? parseJson("the manifest", manifest)
        : manifest,
    ),
    cells: cellsOf(notebook),
    lock: jsonText("deno.lock", textOf(extras["deno.lock"])),
    config: jsonText("deno.json", textOf(extras["deno.json"])),
    paths: new Set(Object.keys(files)),
    file: (path) => Promise.resolve(contentOf(files[path])),
  };
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
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BundleError(
    `Cannot read the bundle's manifest at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message ?? "invalid"}.`,
    { cause: parsed.error },
  );
}

function parseNotebook(what: string, text: string): Notebook {
  const parsed = loggedSchema.safeParse(parseJson(what, text));
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
  if (bytes.length > LIMITS.file) {
    throw new BundleError(`Cannot read ${what}: it has ${bytes.length} bytes.`);
  }
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
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BundleError(`Cannot read ${what}: ${messageOf(cause)}.`, {
      cause,
    });
  }
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
