/**
 * The files of a model's version.
 *
 * @module
 */
import { mlflowLocation, versionLocation } from "./artifact_locations.ts";
import type { ArtifactName } from "./artifact_names.ts";
import { putFile, type Upload } from "./artifacts.ts";
import type { Connection } from "./connection.ts";
import type { ModelVersion } from "./schemas.ts";

/** A file of a model's version to send. */
export interface ModelFile extends Omit<Upload, "run"> {
  /** The version. */
  version: ModelVersion;
}

/** Sends a file to a model's version; on a plain server to its `source`. */
export async function uploadModelFile(
  connection: Connection,
  file: ModelFile,
): Promise<ArtifactName> {
  const { version, ...upload } = file;
  const server = await connection.server();
  return await putFile(connection, {
    ...upload,
    location: server.kind === "gitlab"
      ? versionLocation(server.project, packageReference(version))
      : mlflowLocation(
        server.root,
        version.source,
        `version ${version.version} of the model "${version.name}"`,
      ),
  });
}

/** The number that addresses a version's files on GitLab: its page, which `source` is, ends with it. */
function packageReference(version: ModelVersion): string {
  return /\/versions\/(\d+)$/.exec(version.source)?.[1] ?? version.version;
}
