/**
 * Sends the files of a model's version. GitLab keeps a file that is sent again as another one: what an earlier pass
 * may have sent is searched for first, by its name and size, then by its content.
 *
 * @module
 */
import { type Digest, newSha256, sha256 } from "../base/digest.ts";
import {
  artifactName,
  NAMES_FILE,
  namesManifest,
} from "../gitlab/artifact_names.ts";
import type { Artifact } from "../gitlab/artifacts.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import type { RunInfo } from "../gitlab/schemas.ts";
import type { VersionThere } from "./model_version.ts";
import type { ModelRow } from "../journal/models.ts";
import { inFlight, inFlightOver, type Sending } from "./sending.ts";

/** Sends every file that is not on the server. */
export async function sendModelFiles(
  sending: Sending,
  model: ModelRow,
  location: VersionThere,
): Promise<void> {
  const { journal, client, lease } = sending;
  const { version } = location;
  const all = journal.models.files(model);
  const unsent = all.filter((file) => !file.sent);
  if (unsent.length === 0) return;
  const wide = await client.kind() === "mlflow";
  const storedAs = (path: string) => artifactName(path, { wide });
  let there = await FilesThere.of(client, location);
  const lacking = unsent.some((f) => !there.names(storedAs(f.path).stored));
  if (lacking && !location.fresh && await inFlightOver(sending)) {
    there = await FilesThere.of(client, location);
  }
  // The list of replaced names goes first and names all of them: a pass may end anywhere.
  const names = namesManifest(all.map((file) => storedAs(file.path)));
  if (names !== null) {
    const digest = sha256(names);
    const size = names.byteLength;
    if (!await there.has(NAMES_FILE, { size, digest })) {
      lease.set(inFlight(sending));
      await client.uploadModelFile({
        version,
        path: NAMES_FILE,
        body: names,
        content_type: "application/json",
      });
    }
  }
  for (const file of unsent) {
    if (!await there.has(storedAs(file.path).stored, file)) {
      lease.set(inFlight(sending));
      await client.uploadModelFile({
        version,
        path: file.path,
        body: journal.artifacts.file(file.digest),
        content_type: file.content_type,
      });
    }
    journal.models.fileSent(model, file);
  }
}

/** What a version has already. */
class FilesThere {
  readonly #client: TrackingClient;
  readonly #info: RunInfo | null;
  readonly #files: readonly Artifact[];

  private constructor(
    client: TrackingClient,
    info: RunInfo | null,
    files: readonly Artifact[],
  ) {
    this.#client = client;
    this.#info = info;
    this.#files = files;
  }

  static async of(
    client: TrackingClient,
    { version, fresh }: VersionThere,
  ): Promise<FilesThere> {
    const { run_id } = version;
    // A plain server replaces a file that is sent again.
    if (fresh || run_id === null || await client.kind() === "mlflow") {
      return new FilesThere(client, null, []);
    }
    const { info } = await client.getRun(run_id);
    try {
      return new FilesThere(client, info, await client.listArtifacts(info));
    } catch (error) {
      // GitLab before 17.5 lists no files of a version: what is in doubt is sent again.
      if (!isNotFoundError(error)) throw error;
      return new FilesThere(client, info, []);
    }
  }

  /** Whether a file of that name is there. */
  names(stored: string): boolean {
    return this.#files.some((file) => file.stored === stored);
  }

  /** Whether a file is there with its content. */
  async has(
    stored: string,
    wanted: { size: number; digest: Digest },
  ): Promise<boolean> {
    const found = this.#files.find((file) => file.stored === stored);
    if (found === undefined || this.#info === null) return false;
    if (found.size !== null && found.size !== wanted.size) return false;
    const hash = newSha256();
    const stream = await this.#client.downloadArtifact(this.#info, stored);
    for await (const bytes of stream) hash.update(bytes);
    return `sha256:${hash.digest("hex")}` === wanted.digest;
  }
}
