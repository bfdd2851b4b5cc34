/**
 * Answers of `fetch` that are data: each is a dataset of the runs that were open. Its contents are not kept, and so only
 * what tells them apart is known.
 *
 * @module
 */
import {
  type SessionAnswer,
  SessionAnswers,
} from "../../journal/session_answers.ts";
import { ownAddresses } from "../../record/own_server.ts";
import type { ReadingRun } from "./reading_run.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** More answers than these are listed, and are no datasets. */
const MAX_ANSWERS = 50;
const DATA_TYPE =
  /^(?:text\/(?:csv|tab-separated-values)|application\/(?:(?:[\w.+-]*\+)?json|x-ndjson|jsonl|csv|geopackage\+sqlite3|vnd\.(?:apache\.(?:parquet|arrow\.(?:file|stream))|sqlite3|ms-excel|openxmlformats-officedocument\.spreadsheetml\.sheet)|x-(?:parquet|hdf5?|netcdf|sqlite3))|image\/tiff)\s*(?:;|$)/i;
const DATA_NAME =
  /\.(?:csv|tsv|psv|json|jsonl|ndjson|geojson|topojson|parquet|arrow|feather|avro|orc|xlsx?|ods|npy|npz|h5|hdf5|nc|db|sqlite3?|duckdb|gpkg|arff|libsvm|idx\d?(?:-ubyte)?|bin|safetensors|onnx)(?:\.(?:gz|zst|bz2|xz|zip))?$|\.(?:zip|gz|zst|tgz|tar)$/i;

/** Whether an answer is data: it was asked for, came, was read to its end, and its type or name is one of data. */
export function isData(answer: SessionAnswer): boolean {
  const { method, status, digest, size, url, content_type } = answer;
  return method === "GET" && status >= 200 && status < 300 &&
    digest !== null && size !== null && size > 0 &&
    (DATA_TYPE.test(content_type) || DATA_NAME.test(pathOf(url)));
}

/**
 * Adds the answers that are data to one of a session's runs, but for those of a server that the notebook starts itself.
 *
 * @param last The last execution that belongs to it.
 * @param modules Sources of its local modules, which are known once it has ended.
 */
export function addAnswers(
  { journal, session, run_id }: ReadingRun,
  last: number | null,
  modules: readonly string[] = [],
): void {
  const { datasets } = journal;
  const { session_id } = session;
  const all = new SessionAnswers(journal).list(session_id, last).filter(isData);
  if (all.length === 0) return;
  const own = ownAddresses({
    sources: [...sourcesOf(journal, session_id), ...modules],
    hosts: new SessionReads(journal).list(session_id, last)
      .filter(({ kind }) => kind === "host").map(({ name }) => name),
  });
  const answers = all.filter(({ url }) => own?.(url) !== true);
  for (const { name, found, fingerprint } of datasets.list(run_id)) {
    if (found === "detected" && isAnswer(fingerprint) && own?.(name) === true) {
      datasets.remove(run_id, name);
    }
  }
  if (answers.length === 0) return;
  const rows = datasets.list(run_id);
  const known = new Map(
    rows.map((row) => [row.input ?? row.name, {
      name: row.name,
      digest: row.found === "detected" ? digestOf(row.fingerprint) : null,
    }]),
  );
  let room = MAX_ANSWERS -
    rows.filter((row) => isAnswer(row.fingerprint)).length;
  let more = 0;
  for (const answer of answers) {
    const row = known.get(answer.url);
    if (row === undefined && room-- > 0) {
      datasets.put(run_id, answer.url, {
        found: "detected",
        input: answer.url,
        cwd: session.cwd,
        fingerprint: fingerprintOf(answer),
      });
      known.set(answer.url, { name: answer.url, digest: answer.digest });
    } else if (row === undefined) more++;
    else if (row.digest !== null && row.digest !== answer.digest) {
      datasets.setChanged(run_id, row.name, answer.digest ?? "");
    }
  }
  if (more > 0) {
    journal.entries.setMissing(
      run_id,
      `${more} more answers that are data`,
      `only ${MAX_ANSWERS} of a run are datasets; all are listed as network`,
    );
  }
}

function sourcesOf(
  { executions }: ReadingRun["journal"],
  session_id: string,
): string[] {
  return executions.list(session_id).map(({ source }) => source ?? "");
}

function fingerprintOf({ url, digest, size }: SessionAnswer): string {
  return JSON.stringify({
    uri: url,
    kind: "url",
    digest,
    digest_algorithm: "sha256",
    size,
    files: 0,
    rows: null,
    columns: null,
    profile: null,
    message: "Its contents were not kept",
    answered: true,
  });
}

function isAnswer(fingerprint: string | null): boolean {
  return fingerprint !== null && JSON.parse(fingerprint).answered === true;
}

function digestOf(fingerprint: string | null): string | null {
  return fingerprint === null ? null : JSON.parse(fingerprint).digest;
}

/** The path of an address, which may hold a placeholder. */
function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, "");
}
