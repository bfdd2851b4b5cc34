/**
 * Fingerprints of what is named by a path, a glob or a URL.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { fileURLToPath } from "node:url";
import { DatasetError } from "./errors.ts";
import { basename, isAbsolute, resolve } from "node:path";
import { isQuick } from "../base/quick_glob.ts";
import { quote } from "../base/quote.ts";
import { stateOf } from "./file_state.ts";
import { hasWildcards, matches, splitGlob } from "./glob.ts";
import { fingerprintFiles } from "./many_files.ts";
import { ownPath } from "./own_path.ts";
import { fingerprintFile, listedFile, refuseOther } from "./one_file.ts";
import type { Fingerprint, FingerprintOptions } from "./types.ts";
import { publicUrl } from "./url_text.ts";
import { walk, type WalkedFile } from "./walk.ts";

/** Two letters at least: one letter and a colon is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

/**
 * The fingerprint of named data: `http:` and `https:` URLs, `file:` URLs, paths, and globs where no file has
 * that very name.
 *
 * @throws {DatasetError} when it cannot be found or read
 */
export async function fingerprintNamed(
  data: string | URL,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const { cwd = Deno.cwd() } = options;
  if (data instanceof URL || SCHEME.test(data)) {
    const url = urlOf(data);
    if (url.protocol === "file:") {
      return await ofPath(fileURLToPath(url), url.href, options);
    }
    if (url.protocol === "http:" || url.protocol === "https:") {
      return await (await import("./url.ts")).fingerprintUrl(url, options);
    }
    throw new DatasetError(
      `Cannot read the data at ${
        publicUrl(url)
      }: ${url.protocol} is not supported`,
      {
        path: publicUrl(url),
        kind: "not-data",
        hint:
          "Name an http, https or file URL, or download the data and name its path.",
      },
    );
  }
  if (data.trim() === "") {
    throw new DatasetError("Cannot find the data: its path is empty", {
      path: data,
      kind: "missing",
      hint: "Name a path, a glob or a URL.",
    });
  }
  if (isGlob(data, cwd)) return await ofGlob(data, cwd, options);
  return await ofPath(data, data, options);
}

/** @param named the path, absolute or from `cwd`; `uri` is how it was written */
async function ofPath(
  named: string,
  uri: string,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const { cwd = Deno.cwd() } = options;
  const path = resolve(cwd, named);
  const state = stateOf(path, uri);
  if (state.kind === "other") refuseOther(uri);
  const named_at = {
    base: ownPath(named, options),
    absolute: isAbsolute(named) ? path : null,
  };
  if (state.kind === "file") {
    const { onProgress } = options;
    const onBytes = (bytes: number) => onProgress?.(bytes, state.key.size);
    const found = await fingerprintFile(
      { path, uri, state, onBytes },
      options,
    );
    return {
      ...found,
      listing: [listedFile(named_at.base, found, state)],
      base: null,
      pattern: null,
      absolute: named_at.absolute,
    };
  }
  const warnings: string[] = [];
  const files = walk(path, {
    shown: uri,
    warn: (text) => warnings.push(text),
    signal: options.signal,
  });
  const base = uri.replace(/[/\\]+$/, "");
  return await fingerprintFiles({
    uri,
    kind: "folder",
    ...named_at,
    pattern: null,
    files,
    warnings,
    shown: (one) => `${base}/${one}`,
  }, options);
}

async function ofGlob(
  data: string,
  cwd: string,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const warnings: string[] = [];
  const glob = splitGlob(data, cwd);
  const files = matches(glob, cwd, {
    shown: data,
    warn: (text) => warnings.push(text),
    signal: options.signal,
  });
  const base = glob.base === "."
    ? ""
    : glob.base.endsWith("/")
    ? glob.base
    : `${glob.base}/`;
  return await fingerprintFiles({
    uri: data,
    kind: "glob",
    base: ownPath(glob.base, options),
    pattern: glob.pattern,
    absolute: isAbsolute(glob.base) ? resolve(glob.base) : null,
    files,
    warnings,
    shown: (one) => base + one,
  }, options);
}

/** Whether a text has wildcards and is not the very name of something. */
function isGlob(data: string, cwd: string): boolean {
  return hasWildcards(data) && !/[\r\n]/.test(data) &&
    !isPresent(resolve(cwd, data));
}

/** Files that stand for those of a dataset. */
export interface StandIn {
  kind: "file" | "folder" | "glob";
  /** What is left out of them. */
  warnings: string[];
  /** Paths from the dataset's base. */
  files: WalkedFile[];
}

/**
 * The files at a path, folder or glob that stand for those of a dataset: of a folder, those that match the dataset's
 * own pattern.
 *
 * @throws {DatasetError} when there are none
 */
export function standIn(
  data: string,
  options: { cwd: string; pattern: string | null },
): StandIn {
  const { cwd, pattern } = options;
  const warnings: string[] = [];
  const walking = { shown: data, warn: (text: string) => warnings.push(text) };
  if (isGlob(data, cwd)) {
    const files = matches(splitGlob(data, cwd), cwd, walking);
    return { kind: "glob", warnings, files };
  }
  const path = resolve(cwd, data);
  const state = stateOf(path, data);
  if (state.kind === "other") refuseOther(data);
  if (state.kind === "file") {
    const file = { path: basename(path), absolute: path, state };
    return { kind: "file", warnings, files: [file] };
  }
  if (pattern !== null && !isQuick(pattern)) {
    throw new DatasetError(
      `The glob that a bundle names for the data has more wildcards than are matched for it: ${
        quote(pattern)
      }`,
      { path: data, kind: "no-match" },
    );
  }
  return {
    kind: "folder",
    warnings,
    files: pattern === null
      ? walk(path, walking)
      : matches({ base: path, pattern }, cwd, walking),
  };
}

function urlOf(data: string | URL): URL {
  const url = URL.parse(data);
  if (url !== null) return url;
  throw new DatasetError("Cannot read the data: its URL cannot be understood", {
    path: "",
    kind: "not-data",
    hint: "Check the URL: it starts with https:// and a host.",
  });
}
