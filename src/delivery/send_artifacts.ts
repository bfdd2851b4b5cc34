/**
 * Sends artifacts. GitLab keeps a file that is sent again as another one, so what another process may have sent is
 * searched for first: by its name and size, then by its content.
 *
 * @module
 */
import { type Digest, newSha256, sha256 } from "../base/digest.ts";
import {
  artifactName,
  NAMES_FILE,
  namesManifest,
} from "../gitlab/artifact_names.ts";
import {
  isNetworkError,
  isRefusedError,
  isTooLargeError,
  isTrackingError,
  type TrackingError,
} from "../gitlab/errors.ts";
import type { RunLocation } from "../gitlab/artifacts.ts";
import type { ArtifactRow } from "../journal/artifacts.ts";
import { isOfKind, isPageOfFirewall, MOST_REFUSALS } from "./divide.ts";
import { assertRunThere } from "./run_there.ts";
import {
  type FileThere,
  inFlight,
  inFlightOver,
  locationOf,
  type Sending,
  sentenceOf,
  someAtOnce,
} from "./sending.ts";

/** How many uploads are under way at once. */
const AT_ONCE = 3;

/** A file to send. */
interface Outgoing {
  /** The artifact's path. */
  path: string;
  /** Its name on the server. */
  stored: string;
  size: number;
  digest: Digest;
  /** Its bytes, or the file that holds them. */
  body: Uint8Array<ArrayBuffer> | string;
  content_type: string;
}

/**
 * Sends every artifact that is not on the server. Where it takes none at all, they are left out together, and the
 * run goes on without them.
 */
export async function sendArtifacts(sending: Sending): Promise<void> {
  try {
    await sendAll(sending);
  } catch (error) {
    if (!isOfKind(error)) throw error;
    await assertRunThere(sending);
    const { journal: { artifacts, deliveries }, run } = sending;
    const unsent = artifacts.list(run.run_id).filter((a) => !a.sent);
    deliveries.leaveOut(run.run_id, {
      what: "artifacts",
      why: sentenceOf(error),
    });
    deliveries.markSent(
      "artifacts",
      run.run_id,
      unsent.map((a) => ({ key: a.path, was: a.digest })),
      { leftOut: true },
    );
  }
}

async function sendAll(sending: Sending): Promise<void> {
  const { journal, run } = sending;
  const all = journal.artifacts.list(run.run_id);
  const unsent = all.filter((a) => !a.sent);
  if (unsent.length === 0) return;
  const info = await locationOf(sending);
  const storedAs = namer(sending, info);
  const wanted = unsent.map((a) => storedAs(a.path).stored);
  const there = await filesThere(sending, info, wanted);
  sending.lease.set({ files_unsure: 1 });
  // The list of replaced names goes first and names all of them: a pass may end anywhere.
  const names = namesManifest(all.map((a) => storedAs(a.path)));
  let pages = 0;
  /** Whether another content stands in the place of an artifact by now, whose own file is gone: the next pass sends that. */
  const isReplaced = ({ path, digest }: Pick<ArtifactRow, "path" | "digest">) =>
    journal.artifacts.get(run.run_id, path)?.digest !== digest;
  /** Sends a file. @returns whether the server took it; what it does not take alone is left out by name */
  const sent = async (file: Outgoing): Promise<boolean> => {
    try {
      await ensure(sending, there, file);
      return true;
    } catch (error) {
      if (isGone(error) && isReplaced(file)) return true;
      if (!isOfThisFile(error)) throw error;
      // A firewall that refuses every file refuses all that follow.
      if (isPageOfFirewall(error) && ++pages > MOST_REFUSALS) throw error;
      journal.deliveries.leaveOut(run.run_id, {
        what: `artifact "${file.path}"`,
        why: sentenceOf(error),
      });
      return false;
    }
  };
  if (names !== null) {
    await sent({
      path: NAMES_FILE,
      stored: NAMES_FILE,
      size: names.byteLength,
      digest: sha256(names),
      body: names,
      content_type: "application/json",
    });
  }
  const sendOne = async (artifact: ArtifactRow) => {
    if (isReplaced(artifact)) return;
    const leftOut = !await sent({
      ...artifact,
      ...storedAs(artifact.path),
      body: journal.artifacts.file(artifact.digest),
    });
    journal.deliveries.markSent("artifacts", run.run_id, [
      { key: artifact.path, was: artifact.digest },
    ], { leftOut });
  };
  // The first file of a run makes its package on GitLab: that must not happen twice at once.
  const first = there.size === 0 ? unsent.splice(0, 1) : [];
  for (const artifact of first) await sendOne(artifact);
  await someAtOnce(unsent, AT_ONCE, sendOne);
}

/** Makes sure that a file is on the server. */
async function ensure(
  sending: Sending,
  there: Map<string, FileThere>,
  file: Outgoing,
): Promise<void> {
  const { client, lease } = sending;
  const info = await locationOf(sending);
  const known = there.get(file.stored);
  if (known !== undefined && known.digest === null) {
    known.digest = known.size === null || known.size === file.size
      ? await digestThere(client, info, file.path)
      : null;
  }
  if (known?.digest === file.digest) return;
  lease.set(inFlight(sending));
  try {
    await client.uploadArtifact({
      run: info,
      path: file.path,
      body: file.body,
      content_type: file.content_type,
    });
  } catch (error) {
    // It may be there or not: the next pass asks what is there.
    if (isTrackingError(error) && error.retry === "unsure") {
      there.delete(file.stored);
      lease.set(inFlight(sending));
    }
    throw error;
  }
  there.set(file.stored, { size: file.size, digest: file.digest });
}

/**
 * The files on the server. They are asked for in each pass, as another process may have sent some meanwhile; what
 * this one knows of their contents stays known.
 */
async function filesThere(
  sending: Sending,
  info: RunLocation,
  wanted: readonly string[],
): Promise<Map<string, FileThere>> {
  const { journal, run, client, memory } = sending;
  const known = memory.files;
  const list = async () =>
    new Map((await client.listArtifacts(info)).map(({ stored, size }) => {
      const before = known.get(stored);
      const digest = before?.size === size ? before.digest : null;
      return [stored, { size, digest }] as const;
    }));
  memory.files = await list();
  const { files_unsure } = journal.deliveries.get(run.run_id);
  const lacking = wanted.some((stored) => !memory.files.has(stored));
  if (files_unsure === 1 && lacking && await inFlightOver(sending)) {
    memory.files = await list();
  }
  return memory.files;
}

async function digestThere(
  client: Sending["client"],
  info: RunLocation,
  path: string,
): Promise<Digest> {
  const hash = newSha256();
  for await (const bytes of await client.downloadArtifact(info, path)) {
    hash.update(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Names as the server takes them. GitLab 16 has no folders; a plain server takes more letters. */
function namer(
  { server }: Sending,
  info: RunLocation,
): (path: string) => { original: string; stored: string } {
  const options = {
    folders: !info.artifact_uri.includes("/packages/generic/"),
    wide: server.kind === "mlflow",
  };
  return (path) => artifactName(path, options);
}

/** Whether the server, or the disk, only refuses this one file. */
function isOfThisFile(error: unknown): error is TrackingError {
  return isTooLargeError(error) || isRefusedError(error) ||
    isPageOfFirewall(error) || isGone(error);
}

/** Whether the file itself could not be read. */
function isGone(error: unknown): error is TrackingError {
  return isNetworkError(error) && error.failure === "file";
}
