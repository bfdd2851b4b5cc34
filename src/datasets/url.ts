/**
 * The fingerprint of what a URL answers.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { sha256 } from "../base/digest.ts";
import { DatasetError } from "./errors.ts";
import { digestOf, sha256Hash } from "./hasher.ts";
import { openTablePass } from "./table_pass.ts";
import { formatOf, noTable, type TableFormat } from "./table_reader.ts";
import type {
  FileKey,
  Fingerprint,
  FingerprintOptions,
  TableFacts,
} from "./types.ts";
import { publicUrl } from "./url_text.ts";
import { IdleTimeout, piecesOf } from "../base/idle_timeout.ts";

const TIMEOUT_MS = 30_000;

const TYPES: Readonly<Record<string, TableFormat>> = {
  "text/csv": { name: "csv", gzip: false },
  "text/tab-separated-values": { name: "csv", gzip: false, delimiter: "\t" },
  "application/json": { name: "json", gzip: false },
  "application/x-ndjson": { name: "jsonl", gzip: false },
  "application/jsonl": { name: "jsonl", gzip: false },
  "application/vnd.apache.parquet": { name: "parquet", gzip: false },
  "application/vnd.apache.arrow.file": { name: "arrow", gzip: false },
  "application/vnd.apache.arrow.stream": { name: "arrow", gzip: false },
};

/**
 * The fingerprint of a URL's answer, read once as it comes. If the cache knows its ETag, the server is asked
 * whether that still holds, and nothing is sent again when it does.
 *
 * @throws {DatasetError} when the server does not answer, or not with the data
 */
export async function fingerprintUrl(
  url: URL,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const { cache, profile = true, timeout_ms = TIMEOUT_MS, signal } = options;
  signal?.throwIfAborted();
  const uri = publicUrl(url);
  const key = keyOf(url, uri);
  const known = cache?.get(key) ?? null;
  const usable =
    known !== null && known.etag && (!profile || known.digest_only !== true)
      ? known
      : null;
  const idle = new IdleTimeout(timeout_ms, signal);
  try {
    const response = await idle.wait(fetch(bareUrl(url), {
      headers: headersOf(url, usable?.etag ?? null),
      signal: idle.signal,
      redirect: options.redirect ?? "follow",
    }));
    if (response.status === 304 && usable !== null) return usable;
    if (!response.ok) throw await httpError(response, uri);
    const fingerprint = await readAnswer(response, {
      url,
      uri,
      idle,
      options,
    });
    if (fingerprint.etag) cache?.set(key, fingerprint);
    return fingerprint;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isNbtrackError(error)) throw error;
    throw noAnswer(error, { uri, late: idle.late, timeout_ms });
  } finally {
    idle.end();
  }
}

interface Answer {
  url: URL;
  uri: string;
  idle: IdleTimeout;
  options: FingerprintOptions;
}

async function readAnswer(
  response: Response,
  answer: Answer,
): Promise<Fingerprint> {
  const { url, uri, idle, options } = answer;
  const { profile = true, onProgress } = options;
  const length =
    isPacked(url) || response.headers.get("content-encoding") === null
      ? Number(response.headers.get("content-length") ?? NaN)
      : NaN;
  const total = Number.isInteger(length) ? length : null;
  const type =
    (response.headers.get("content-type") ?? "").split(";")[0]?.trim()
      .toLowerCase() ?? "";
  const format = profile ? formatOf(url.pathname) ?? TYPES[type] ?? null : null;
  const pass = format === null ? null : await openTablePass(format, total);
  const hash = sha256Hash();
  let size = 0;
  for await (const piece of piecesOf(response.body, idle)) {
    hash.update(piece);
    size += piece.length;
    await pass?.push(piece);
    onProgress?.(size, total);
  }
  const facts: TableFacts = !profile
    ? { rows: null, columns: null, profile: null, message: null, warnings: [] }
    : size === 0
    ? noTable("It is empty")
    : await pass?.finish() ??
      noTable("Neither its name nor its type is that of a table");
  const page = type === "text/html" && format !== null;
  return {
    uri,
    kind: "url",
    digest: digestOf(hash),
    digest_algorithm: "sha256",
    size,
    files: 0,
    ...facts,
    etag: response.headers.get("etag"),
    last_modified: response.headers.get("last-modified"),
    ...(!profile && { digest_only: true as const }),
    warnings: page
      ? [...facts.warnings, "The server answered with a web page (a login?)"]
      : facts.warnings,
  };
}

/** Where the cache keeps an answer: secrets in the URL are only part of a digest. */
function keyOf(url: URL, uri: string): FileKey {
  return {
    path: `${uri}#${sha256(url.href).slice(7, 23)}`,
    size: 0,
    mtime_ms: 0,
    ctime_ms: 0,
    inode: 0,
    dev: 0,
  };
}

function isPacked(url: URL): boolean {
  return /\.(?:b?gz|tgz)$/i.test(url.pathname);
}

function bareUrl(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

function headersOf(url: URL, etag: string | null): Headers {
  const headers = new Headers();
  if (url.username !== "" || url.password !== "") {
    const pair = `${decodeURIComponent(url.username)}:${
      decodeURIComponent(url.password)
    }`;
    const bytes = new TextEncoder().encode(pair);
    headers.set("authorization", `Basic ${bytes.toBase64()}`);
  }
  if (etag !== null) headers.set("if-none-match", etag);
  // Some servers send a packed file as a packed answer: it is wanted as it is stored, not unpacked on the way.
  if (isPacked(url)) headers.set("accept-encoding", "identity");
  return headers;
}

async function httpError(
  response: Response,
  uri: string,
): Promise<DatasetError> {
  await response.body?.cancel();
  const { status } = response;
  const hint = status === 401 || status === 403
    ? "The server wants to know who asks: download the file and name its path."
    : status === 404 || status === 410
    ? "Check the address: open it in a browser."
    : status === 429 || status >= 500
    ? "The server cannot answer now: try again later, or download the file and name its path."
    : "Download the file and name its path.";
  return new DatasetError(
    `Cannot read the data at ${uri}: the server answered ${status}${
      response.statusText === "" ? "" : ` ${response.statusText}`
    }`,
    { path: uri, kind: "http", hint },
  );
}

function noAnswer(
  cause: unknown,
  what: { uri: string; late: boolean; timeout_ms: number },
): DatasetError {
  const why = what.late
    ? `the server was silent for ${what.timeout_ms / 1000} s`
    : `the server does not answer (${withoutUrl(messageOf(cause), what.uri)})`;
  return new DatasetError(`Cannot read the data at ${what.uri}: ${why}`, {
    path: what.uri,
    kind: "no-answer",
    hint:
      "Check the address and the network, or download the file and name its path.",
    // What fetch throws holds the URL with its secrets.
    ...(what.late && { cause }),
  });
}

/** The last part of what `fetch` says, which starts with the URL as it was asked. */
function withoutUrl(message: string, uri: string): string {
  const short = /\(https?:\/\/[^)]*\):?\s*(.*)$/s.exec(message)?.[1] ?? message;
  return short.replace(/https?:\/\/\S+/g, uri);
}
