/**
 * The addresses of pages that are files beside each other, and the files themselves.
 *
 * @module
 */
import { urlPath } from "../base/file_urls.ts";
import { sha256 } from "../base/digest.ts";
import type { Links } from "./parts/links.ts";

/** Charts that the page of a run holds; those of more metrics have pages of their own. */
const CHARTS = 60;
/** Longest name of a file, bytes: those of most file systems are at most 255. */
const MAX_NAME = 200;

/** Paths below the site's folder. */
export const SITE_PATHS = {
  home: (): string => "index.html",
  experiment: (name: string): string =>
    `experiments/${fileNameOf(name)}/index.html`,
  run: (run_id: string): string => `runs/${fileNameOf(run_id)}/index.html`,
  metric: (run_id: string, key: string): string =>
    `runs/${fileNameOf(run_id)}/metrics/${fileNameOf(key)}/index.html`,
  csv: (run_id: string, key: string): string =>
    `runs/${fileNameOf(run_id)}/metrics/${fileNameOf(key)}.csv`,
  artifact: (run_id: string, path: string): string =>
    `runs/${fileNameOf(run_id)}/artifacts/${
      path.split("/").map(fileNameOf).join("/")
    }/index.html`,
  download: (run_id: string, path: string): string =>
    `runs/${fileNameOf(run_id)}/files/${fileNameOf(path)}${
      isActive(path) ? ".txt" : ""
    }`,
  compare: (experiment: string): string =>
    `compare/${fileNameOf(experiment)}/index.html`,
  comparedCsv: (experiment: string, key: string): string =>
    `compare/${fileNameOf(experiment)}/${fileNameOf(key)}.csv`,
  sessions: (): string => "sessions/index.html",
} as const;

/** What is there of a site, so that no link leads to nothing. */
export interface SiteContents {
  /** Paths below the site's folder. */
  has(path: string): boolean;
  /** The experiment whose comparison has these runs; null when none has. */
  compared(run_ids: readonly string[]): string | null;
  /** What a path is called in the folder: no two are one where letters of both cases are the same. */
  file(path: string): string;
  /** Whether there is a page of sessions. */
  sessions: boolean;
}

/** The links of a page of the site. @param page Its path below the site's folder. */
export function siteLinks(page: string, contents: SiteContents): Links {
  const up = "../".repeat(page.split("/").length - 1);
  const to = (path: string) => `${up}${urlPath(contents.file(path))}`;
  const known = (path: string) => contents.has(path) ? to(path) : null;
  return {
    home: () => to(SITE_PATHS.home()),
    experiment: (name) => to(SITE_PATHS.experiment(name)),
    run: (run_id) => to(SITE_PATHS.run(run_id)),
    metric: (run_id, key) => known(SITE_PATHS.metric(run_id, key)),
    csv: (run_id, key) => known(SITE_PATHS.csv(run_id, key)),
    artifact: (run_id, path) => to(SITE_PATHS.artifact(run_id, path)),
    download: (run_id, path) => known(SITE_PATHS.download(run_id, path)),
    star: (run_id) => to(SITE_PATHS.run(run_id)),
    compare: (run_ids) => {
      const experiment = contents.compared(run_ids);
      return experiment === null ? null : to(SITE_PATHS.compare(experiment));
    },
    comparedCsv: (run_ids, key) => {
      const experiment = contents.compared(run_ids);
      return experiment === null
        ? null
        : known(SITE_PATHS.comparedCsv(experiment, key));
    },
    sessions: () => contents.sessions ? to(SITE_PATHS.sessions()) : null,
    asset: (name) => to(`assets/${name}`),
    hasRun: (run_id) => contents.has(SITE_PATHS.run(run_id)),
    live: false,
    news: false,
    charts: CHARTS,
  };
}

/** Names of files that no server takes for a page, and no browser acts on. */
const PASSIVE =
  /\.(?:txt|csv|tsv|json|jsonl|ndjson|ipynb|parquet|arrow|feather|avro|png|jpe?g|gif|webp|avif|bmp|zip|gz|tgz|bz2|xz|zst|7z|tar|npy|npz|bin|onnx|pt|pth|ckpt|safetensors|h5|tflite|pb|pkl|joblib|gguf|sqlite|db|xlsx|log|ya?ml|toml)$/i;

/** Whether a browser may act on what a file holds, such as where a server guesses what it is: its copy is a text. */
function isActive(path: string): boolean {
  return !PASSIVE.test(path);
}

/** What Windows makes no file of, whatever stands behind a point: devices; and a point at the end, which it takes away. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)|\.$/i;

/** The last character by its number. */
function encodedEnd(text: string): string {
  return text.slice(0, -1) +
    `%${text.slice(-1).charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * A name as a folder or file has it: everything but letters, digits, `.`, `_` and `-` percent-encoded, `.` and `..`
 * too. One that is too long ends with the digest of what is left out.
 */
function fileNameOf(name: string): string {
  const plain = /^\.{1,2}$/.test(name) ? name.replaceAll(".", "%2E") : [
    ...new TextEncoder().encode(name.toWellFormed()),
  ].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("").replace(RESERVED, encodedEnd);
  if (plain === "") return "%";
  return plain.length <= MAX_NAME
    ? plain
    : `${plain.slice(0, MAX_NAME - 17)}-${sha256(name).slice(7, 23)}`;
}

/**
 * Gives each path a name that no other has in a folder of Windows or macOS, which do not tell `Loss` from `loss`, and
 * that is no folder of another one's.
 */
export function distinctPaths(): (path: string) => string {
  const given = new Map<string, string>();
  const files = new Set<string>();
  const folders = new Set<string>();
  return (path) => {
    const known = given.get(path);
    if (known !== undefined) return known;
    const taken = files.has(path.toLowerCase()) ||
      folders.has(path.toLowerCase()) ||
      foldersOf(path).some((folder) => files.has(folder));
    const name = taken ? withDigest(path) : path;
    files.add(name.toLowerCase());
    for (const folder of foldersOf(name)) folders.add(folder);
    given.set(path, name);
    return name;
  };
}

/** The folders above a path, as a file system that does not tell letters' cases has them. */
function foldersOf(path: string): string[] {
  const parts = path.toLowerCase().split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** A path whose last name but that of a page has the path's digest behind it. */
function withDigest(path: string): string {
  const digest = sha256(path).slice(7, 15);
  return path.endsWith("/index.html")
    ? path.replace(/\/index\.html$/, `-${digest}/index.html`)
    : path.replace(/(\.[^./]*)?$/, `-${digest}$1`);
}
