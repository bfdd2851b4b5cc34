/**
 * What files a run has on the server: by the tracking API where it lists them, else by GitLab's packages API.
 *
 * @module
 */
import { PageWalk } from "./page_walk.ts";
import {
  type ArtifactLocation,
  artifactLocation,
} from "./artifact_locations.ts";
import type { Connection, GitLabServer } from "./connection.ts";
import { decodeText } from "./decode.ts";
import { isNotFoundError } from "./errors.ts";
import {
  artifactsAnswer,
  packageFilesAnswer,
  packagesAnswer,
  type RunInfo,
} from "./schemas.ts";

/** A file under its stored name. */
export interface StoredFile {
  /** The path on the server, decoded. */
  stored: string;
  /** Bytes, null where the server does not say. */
  size: number | null;
}

const PAGE = 100;

/** The files of a run; of files sent twice the newest. */
export async function listStored(
  connection: Connection,
  run: Pick<RunInfo, "artifact_uri" | "experiment_id" | "run_id">,
): Promise<StoredFile[]> {
  const server = await connection.server();
  if (server.kind === "mlflow") return await listMlflow(connection, run.run_id);
  const there = artifactLocation(server, run);
  const listed = there.reference === null
    ? null
    : await listGitLab(connection, there.reference);
  return listed ?? await listPackage(connection, server, there);
}

/** GitLab's flat listing, or null where it has none for this kind of run. */
async function listGitLab(
  connection: Connection,
  reference: string,
): Promise<StoredFile[] | null> {
  const server = await connection.server();
  try {
    const { files } = await connection.http.json(
      "GET",
      `${server.tracking}/api/2.0/mlflow-artifacts/artifacts`,
      {
        attempted: `list the artifacts of ${reference}`,
        query: { path: reference },
        schema: artifactsAnswer,
      },
    );
    return newest(
      files.map((f) => ({ stored: decodeText(f.path), size: f.file_size })),
    );
  } catch (error) {
    if (!isNotFoundError(error)) throw error;
    // A run without files has no package to list; 17.5 to 17.8 know only model versions here.
    return null;
  }
}

async function listPackage(
  connection: Connection,
  server: GitLabServer,
  there: ArtifactLocation,
): Promise<StoredFile[]> {
  if (there.package === null) return [];
  const { type, name, version } = there.package;
  const attempted = `list the artifacts of ${name}/${version}`;
  const files: { id: number; stored: string; size: number | null }[] = [];
  const walk = new PageWalk(attempted, server.project);
  for (let page = 1;; page++) {
    const packages = await connection.http.json(
      "GET",
      `${server.project}/packages`,
      {
        attempted,
        query: {
          package_type: type,
          package_name: name,
          package_version: version,
          per_page: PAGE,
          page,
        },
        schema: packagesAnswer,
      },
    );
    // The name is matched loosely there: ml_experiment_1 also finds ml_experiment_12.
    const found = packages.filter((p) =>
      p.name === name && p.version === version && p.package_type === type
    );
    for (const { id } of found) {
      files.push(...await packageFiles(connection, server, { id, attempted }));
    }
    if (packages.length < PAGE) break;
    walk.next(null, packages.map(({ id }) => id));
  }
  return newest(files.sort((a, b) => a.id - b.id));
}

async function packageFiles(
  connection: Connection,
  server: GitLabServer,
  options: { id: number; attempted: string },
): Promise<{ id: number; stored: string; size: number | null }[]> {
  const all: { id: number; stored: string; size: number | null }[] = [];
  const walk = new PageWalk(options.attempted, server.project);
  for (let page = 1;; page++) {
    const files = await connection.http.json(
      "GET",
      `${server.project}/packages/${options.id}/package_files`,
      {
        attempted: options.attempted,
        query: { per_page: PAGE, page },
        schema: packageFilesAnswer,
      },
    );
    for (const { id, file_name, size } of files) {
      all.push({ id, stored: decodeText(file_name), size });
    }
    if (files.length < PAGE) return all;
    walk.next(null, files.map(({ id }) => id));
  }
}

/** MLflow's listing, folder by folder and page by page. */
async function listMlflow(
  connection: Connection,
  run_id: string,
): Promise<StoredFile[]> {
  const url = await connection.endpoint("artifacts/list");
  const attempted = `list the artifacts of run ${run_id}`;
  const found: StoredFile[] = [];
  // Each once, whatever the server says lies in them.
  const folders = new Set<string | undefined>([undefined]);
  for (const path of folders) {
    const walk = new PageWalk(attempted, url);
    let page_token: string | null = null;
    do {
      const page: {
        files: { path: string; file_size: number | null; is_dir: boolean }[];
        next_page_token: string | null;
      } = await connection.http.json("GET", url, {
        attempted,
        query: { run_id, path, page_token: page_token ?? undefined },
        schema: artifactsAnswer,
      });
      for (const file of page.files) {
        if (file.is_dir) folders.add(file.path);
        else found.push({ stored: file.path, size: file.file_size });
      }
      page_token = page.next_page_token;
      if (page_token !== null) {
        walk.next(page_token, page.files.map((file) => file.path));
      }
    } while (page_token !== null);
  }
  return found;
}

function newest(files: readonly StoredFile[]): StoredFile[] {
  return [
    ...new Map(files.map(({ stored, size }) => [stored, { stored, size }]))
      .values(),
  ];
}
