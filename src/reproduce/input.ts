/**
 * From what a user names to the bundle of a run: a run of the journal or of a server, a file, or an address.
 *
 * @module
 */
import { isFile } from "../base/files.ts";
import { messageOf } from "../base/errors.ts";
import { IdleTimeout, piecesOf } from "../base/idle_timeout.ts";
import type { Journal } from "../journal/journal.ts";
import { isAddressError } from "../gitlab/errors.ts";
import { buildBundle } from "../record/bundle/pack.ts";
import { type ReadableBundle, readBundle } from "../record/bundle/read.ts";
import { collectBundle } from "../record/collect_bundle.ts";
import { OWN_TEXT_LIMITS, TEXT_LIMITS } from "../record/bundle/text_limits.ts";
import { LIMITS } from "../record/bundle/zip_read.ts";
import { findRun } from "../record/find.ts";
import type { FoundRun } from "../record/reader.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { isRunNotFoundError, isUnknownNameError } from "../record/errors.ts";
import { hasRecorder } from "../record/session_processes.ts";
import { ReproduceError } from "./replay/errors.ts";

/** How long an address may stay silent, milliseconds. */
const IDLE_MS = 60_000;
/** How long a recorder may take to complete the record of a run that has ended, milliseconds. */
const COMPLETE_MS = 60_000;
const POLL_MS = 50;

/** A bundle, and where it came from. */
export interface BundleInput {
  bundle: ReadableBundle;
  /** Whether this machine recorded just these bytes, and not in a sandbox. */
  own: boolean;
  /** What was named, for messages. */
  from: string;
}

/** How to find a run. */
export interface InputOptions {
  /** The experiment in which a name is meant. */
  experiment?: string | undefined;
  /** Makes a path absolute. */
  resolve?: ((path: string) => string) | undefined;
  /**
   * How long an address may stay silent, milliseconds.
   * @default {60000}
   */
  idle_ms?: number | undefined;
  /**
   * Largest file that is read, bytes.
   * @default {1073741824}
   */
  most_bytes?: number | undefined;
}

/**
 * Finds and reads the bundle that a text means.
 *
 * @throws {BundleError} when it cannot be read
 * @throws {ReproduceError} when the run has not ended, or the address does not answer
 */
export async function findBundle(
  text: string,
  journal: Journal,
  options: InputOptions = {},
): Promise<BundleInput> {
  const path = options.resolve?.(text) ?? text;
  if (!/^https?:/i.test(text) && isFile(path)) {
    const { size } = await Deno.stat(path);
    refuseLarge(text, size, options);
    return read(await Deno.readFile(path), journal, text);
  }
  if (/^https?:/i.test(text) && /\.(?:zip|ipynb|json)(?:[?#]|$)/i.test(text)) {
    return read(await download(text, options), journal, text);
  }
  try {
    return await ofRun(text, journal, options);
  } catch (error) {
    if (isRunNotFoundError(error) && /[/\\]|\.(?:zip|ipynb)$/i.test(text)) {
      throw new ReproduceError(`There is no file ${path}.`, {
        cause: error,
        hint:
          "Give a run, the path of its bundle or logged notebook, or an address.",
      });
    }
    if (!isAddressError(error)) throw error;
    return read(await download(text, options), journal, text);
  }
}

/** The bundle of a run of the journal as it was recorded, or as it is now when none was. */
export async function bundleOfRun(
  journal: Journal,
  run_id: string,
): Promise<Uint8Array> {
  refuseOpen(journal, run_id);
  await recordIsComplete(journal, run_id);
  const recorded = journal.artifacts.get(run_id, "bundle.zip");
  if (recorded?.origin === "record") {
    return await Deno.readFile(journal.artifacts.file(recorded.digest));
  }
  return (await buildBundle(collectBundle(journal, run_id))).zip;
}

/** Waits for the recorder that still writes down a run which ended a moment ago: its packages and data, say. */
async function recordIsComplete(
  journal: Journal,
  run_id: string,
): Promise<void> {
  const deadline = Date.now() + COMPLETE_MS;
  while (Date.now() < deadline) {
    const run = journal.runs.get(run_id);
    if (run === undefined || run.finalised_time !== null) return;
    const session = journal.sessions.get(run.session_id);
    if (session === undefined || !hasRecorder(session)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The bundle of a run that was found, in the journal or on a server. */
export async function bundleOf(
  { run_id, reader }: FoundRun,
  journal: Journal,
): Promise<Uint8Array> {
  if (reader instanceof JournalReader) {
    return await bundleOfRun(journal, run_id);
  }
  return await take(await reader.artifact(run_id, "bundle.zip"), run_id, {});
}

async function ofRun(
  text: string,
  journal: Journal,
  { experiment }: InputOptions,
): Promise<BundleInput> {
  const found = await findRun(text, journal, { experiment });
  const { run_id, reader } = found;
  if (reader instanceof JournalReader) {
    const bytes = await bundleOf(found, journal);
    const own = isOwn(journal, run_id);
    const limits = own ? OWN_TEXT_LIMITS : TEXT_LIMITS;
    return { bundle: await readBundle(bytes, limits), own, from: text };
  }
  for (const path of ["bundle.zip", "session.ipynb"]) {
    try {
      const stream = await reader.artifact(run_id, path);
      return await read(await take(stream, text, {}), journal, text);
    } catch (error) {
      if (!isUnknownNameError(error)) throw error;
    }
  }
  throw new ReproduceError(
    `The run at ${text} has neither bundle.zip nor session.ipynb among its artifacts.`,
    { hint: "Only runs that nbtrack recorded can be reproduced." },
  );
}

async function read(
  bytes: Uint8Array,
  journal: Journal,
  from: string,
): Promise<BundleInput> {
  const bundle = await readBundle(bytes);
  const { run_id } = bundle.manifest.run;
  const own = isOwn(journal, run_id) &&
    ["bundle.zip", "session.ipynb"].some((path) => {
      const recorded = journal.artifacts.get(run_id, path);
      return recorded?.origin === "record" &&
        recorded.digest === bundle.digest;
    });
  return { bundle, own, from };
}

/** Whether a run was recorded here, by code that had the user's rights. */
function isOwn(journal: Journal, run_id: string): boolean {
  return journal.runs.get(run_id)?.provenance === "here";
}

function refuseOpen(journal: Journal, run_id: string): void {
  const run = journal.runs.get(run_id);
  if (run === undefined || run.end_time !== null) return;
  throw new ReproduceError(
    `Run ${
      run_id.slice(0, 8)
    } is still ${run.status}: what it will have done is not known yet.`,
    { hint: "End it with run.end(), or shut its kernel down, and try again." },
  );
}

async function download(
  url: string,
  options: InputOptions,
): Promise<Uint8Array> {
  const { idle_ms = IDLE_MS } = options;
  const idle = new IdleTimeout(idle_ms);
  try {
    const response = await idle.wait(fetch(url, { signal: idle.signal }));
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new ReproduceError(
        `${url} answered with status ${response.status}.`,
      );
    }
    const size = Number(response.headers.get("content-length") ?? 0);
    if (size > mostBytes(options)) await response.body.cancel();
    refuseLarge(url, size, options);
    return await take(piecesOf(response.body, idle), url, options);
  } catch (cause) {
    if (cause instanceof ReproduceError) throw cause;
    const why = idle.late
      ? `nothing came for ${idle_ms / 1000} s`
      : messageOf(cause);
    throw new ReproduceError(`Cannot fetch ${url}: ${why}`, { cause });
  } finally {
    idle.end();
  }
}

function mostBytes({ most_bytes = LIMITS.bytes }: InputOptions): number {
  return most_bytes;
}

/** @throws {ReproduceError} when there is more than a bundle may have */
function refuseLarge(from: string, size: number, options: InputOptions): void {
  const most = mostBytes(options);
  if (size <= most) return;
  throw new ReproduceError(
    `${from} has ${size} bytes: a bundle has at most ${most}.`,
  );
}

const FIRST_BYTES = 1 << 20;

/** Reads a stream up to the limit. Pieces are copied: each may be a view of a buffer that is much larger. */
async function take(
  stream: AsyncIterable<Uint8Array>,
  from: string,
  options: InputOptions,
): Promise<Uint8Array> {
  const most = mostBytes(options);
  let bytes = new Uint8Array(Math.min(FIRST_BYTES, most));
  let size = 0;
  for await (const part of stream) {
    const end = size + part.length;
    if (end > most) {
      throw new ReproduceError(
        `${from} has more than ${most} bytes: a bundle has at most so many.`,
      );
    }
    if (end > bytes.length) {
      const larger = new Uint8Array(
        Math.min(most, Math.max(end, 2 * bytes.length)),
      );
      larger.set(bytes.subarray(0, size));
      bytes = larger;
    }
    bytes.set(part, size);
    size = end;
  }
  return bytes.subarray(0, size);
}
