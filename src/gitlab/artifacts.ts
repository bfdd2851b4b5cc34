/**
 * Artifacts: sent, listed, read.
 *
 * @module
 */
import { urlPath } from "../base/file_urls.ts";
import {
  type ArtifactName,
  artifactName,
  isReplaced,
  NAMES_FILE,
  parseNames,
} from "./artifact_names.ts";
import {
  type ArtifactLocation,
  artifactLocation,
} from "./artifact_locations.ts";
import type { Connection } from "./connection.ts";
import { listStored } from "./artifact_lists.ts";
import { isNotFoundError, isTrackingError } from "./errors.ts";
import type { RunInfo } from "./schemas.ts";
import { z } from "../base/zod.ts";

/** A server may take long to store a large file after its last byte. */
const UPLOAD_TIMEOUT_MS = 300_000;
const NAMES_LIMIT = 10_000_000;

/** What of a run says where its files are. */
export type RunLocation = Pick<
  RunInfo,
  "artifact_uri" | "experiment_id" | "run_id"
>;

/** A file to send. */
export interface Upload {
  /** The run. */
  run: RunLocation;
  /** The artifact's path, any text; see {@linkcode artifactName}. */
  path: string;
  /** Its bytes, or the path of the file that holds them, which is read as it is sent. */
  body: Uint8Array<ArrayBuffer> | string;
  /** @default {"application/octet-stream"} */
  content_type?: string;
}

/** A file on the server. */
export interface Artifact {
  /** Its path as logged. */
  path: string;
  /** Its path on the server. */
  stored: string;
  /** Bytes, null where the server does not say. */
  size: number | null;
}

/**
 * Sends a file with its length, however large, without holding it in memory. GitLab keeps what is sent twice
 * twice: after an error with `retry` "unsure" compare sizes with {@linkcode listArtifacts} first.
 *
 * @returns the names, to be listed in `NAMES_FILE` where they differ
 */
export async function uploadArtifact(
  connection: Connection,
  upload: Upload,
): Promise<ArtifactName> {
  const location = artifactLocation(await connection.server(), upload.run);
  return await putFile(connection, { ...upload, location });
}

/** Sends a file to a location. */
export async function putFile(
  connection: Connection,
  upload: Omit<Upload, "run"> & { location: ArtifactLocation },
): Promise<ArtifactName> {
  const { location, path, body, content_type = "application/octet-stream" } =
    upload;
  const name = artifactName(path, location);
  await connection.http.json("PUT", location.base + urlPath(name.stored), {
    attempted: `upload the artifact "${path}"`,
    upload: { body, content_type },
    schema: z.unknown(),
    repeat: location.replaces ? "safe" : "unsafe",
    timeout_ms: UPLOAD_TIMEOUT_MS,
  });
  return name;
}

/** The files of a run, each once, under the names they were logged by. */
export async function listArtifacts(
  connection: Connection,
  run: RunLocation,
): Promise<Artifact[]> {
  const files = await listStored(connection, run);
  const known = files.some((f) => f.stored === NAMES_FILE) &&
      files.some((f) => isReplaced(f.stored))
    ? await readNames(connection, run)
    : null;
  return files.map(({ stored, size }) => ({
    path: known?.get(stored) ?? stored,
    stored,
    size,
  }));
}

async function readNames(
  connection: Connection,
  run: RunLocation,
): Promise<Map<string, string> | null> {
  const location = artifactLocation(await connection.server(), run);
  const { text } = await connection.http.text(location.base + NAMES_FILE, {
    attempted: `read the artifact "${NAMES_FILE}"`,
    limit: NAMES_LIMIT,
  });
  return parseNames(text);
}

/**
 * A file of a run as a stream, by its path as logged or as stored. A redirect to the storage is followed
 * without the token.
 */
export async function downloadArtifact(
  connection: Connection,
  run: RunLocation,
  options: { path: string },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { path } = options;
  const server = await connection.server();
  const attempted = `read the artifact "${path}" of run ${run.run_id}`;
  if (server.kind === "mlflow" && !run.artifact_uri.startsWith("mlflow-art")) {
    const url = `${server.root}/get-artifact?${new URLSearchParams({
      path,
      run_uuid: run.run_id,
    })}`;
    return await connection.http.stream(url, { attempted });
  }
  const there = artifactLocation(server, run);
  const { stored } = artifactName(path, there);
  try {
    return await connection.http.stream(there.base + urlPath(stored), {
      attempted,
    });
  } catch (error) {
    // It may be a stored name itself, or one that another program logged.
    const again = stored !== path && !path.split("/").includes("..") &&
      isTrackingError(error) && isNotFoundError(error);
    if (!again) throw error;
    return await connection.http.stream(there.base + urlPath(path), {
      attempted,
    });
  }
}
