/**
 * The run's own folders in texts: its work folder, the home, the temporary folder and the cache, then and now. No
 * other path is masked: a folder's name is often a result.
 *
 * @module
 */
import type { FolderKind, OwnFolder } from "../../base/own_folders.ts";
import {
  folderDigest,
  type NamedFolder,
  spellings,
} from "../../record/bundle/folders.ts";

/** A folder that stands in a text. */
export interface FoundFolder {
  start: number;
  end: number;
  kinds: FolderKind[];
}

/** Finds own folders in a text. */
export interface FolderFinder {
  find(text: string): FoundFolder[];
}

/** Begins an absolute path: not inside of a word or of a longer path, or behind `file://`. */
const STARTS =
  /(?<=^|[^\w.~+@%/\\-]|file:\/\/)(?:\/(?=[^/\s])|[A-Za-z]:[/\\])/g;
/** Goes on with the same name: then it is another folder. */
const GOES_ON = /^(?:[\w@+~%-]|\.\w)/;

/** So much of a stranger's texts is digested in all, characters: what stands behind it is not found. */
const MOST_DIGESTED = 100_000_000;
/** Each digest counts as so many at least. */
const LEAST_DIGESTED = 64;

/** A part of a text, and what stands in its place. */
interface Span {
  start: number;
  end: number;
  by: string;
}

/** A text with parts replaced, which come in their order. */
function replaced(text: string, parts: readonly Span[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, by } of parts) {
    result += text.slice(at, start) + by;
    at = end;
  }
  return result + text.slice(at);
}

/** Finds folders that are known by their digests: a record does not say how they are called. */
export function finderOfDigests(
  folders: readonly NamedFolder[],
  run_id: string,
): FolderFinder {
  const lengths = [...new Set(folders.map(({ length }) => length))].sort((
    a,
    b,
  ) => b - a);
  const kinds = new Map<string, FolderKind[]>();
  for (const { kind, digest } of folders) {
    kinds.set(digest, [...kinds.get(digest) ?? [], kind]);
  }
  let left = MOST_DIGESTED;
  const kindsOf = (part: string) => {
    left -= Math.max(part.length, LEAST_DIGESTED);
    return left < 0 ? undefined : kinds.get(folderDigest(part, run_id));
  };
  return { find: (text) => scan(text, lengths, kindsOf) };
}

/** Finds folders by their paths. */
export function finderOfPaths(folders: readonly OwnFolder[]): FolderFinder {
  const kinds = new Map<string, FolderKind[]>();
  for (const { kind, path } of folders) {
    for (const spelling of spellings(path)) {
      kinds.set(spelling, [...kinds.get(spelling) ?? [], kind]);
    }
  }
  const lengths = [...new Set([...kinds.keys()].map((path) => path.length))]
    .sort((a, b) => b - a);
  return { find: (text) => scan(text, lengths, (part) => kinds.get(part)) };
}

function scan(
  text: string,
  lengths: readonly number[],
  kindsOf: (part: string) => FolderKind[] | undefined,
): FoundFolder[] {
  const found: FoundFolder[] = [];
  let end = 0;
  if (lengths.length === 0) return found;
  for (const { index: start } of text.matchAll(STARTS)) {
    if (start < end) continue;
    for (const length of lengths) {
      if (start + length > text.length) continue;
      if (GOES_ON.test(text.slice(start + length, start + length + 2))) {
        continue;
      }
      const kinds = kindsOf(text.slice(start, start + length));
      if (kinds === undefined) continue;
      end = start + length;
      found.push({ start, end, kinds });
      break;
    }
  }
  return found;
}

/**
 * Two texts with the folders masked that stand in both at the same positions and are the same to their runs; other
 * paths stay as they are.
 */
export function maskFolders(
  [recorded, reproduced]: readonly [string, string],
  then: FolderFinder,
  now: FolderFinder,
): { texts: [string, string]; used: [string, string][] } {
  const [before, after] = [then.find(recorded), now.find(reproduced)];
  const used: [string, string][] = [];
  if (before.length !== after.length) {
    return { texts: [recorded, reproduced], used };
  }
  const [masked, other_masked]: [Span[], Span[]] = [[], []];
  for (const [n, folder] of before.entries()) {
    const other = after[n] as FoundFolder;
    const [was, is] = [
      recorded.slice(folder.start, folder.end),
      reproduced.slice(other.start, other.end),
    ];
    const kind = folder.kinds.find((kind) => other.kinds.includes(kind));
    if (kind === undefined || was === is) continue;
    used.push([was, is]);
    masked.push({ ...folder, by: `<${kind}>` });
    other_masked.push({ ...other, by: `<${kind}>` });
  }
  return {
    texts: [replaced(recorded, masked), replaced(reproduced, other_masked)],
    used,
  };
}

/** What `Deno.makeTempDir()` and `makeTempFile()` call a new one: 64 random bits, with what was given before and behind. */
const TEMPORARY_NAME =
  /^[/\\](?<before>[^\s"'`<>:/\\]{0,60}?)(?<drawn>[\da-f]{12,16}(?![\da-f]))(?<behind>[^\s"'`<>:/\\]*)/;
/** How a temporary folder stands in a text in which folders are masked. */
const MASKED_TEMPORARY = "<temporary folder>";

/** Two texts with drawn names in the temporary folder masked, where they stand in both at the same places. */
export function maskTemporaryNames(
  [recorded, reproduced]: readonly [string, string],
  then: FolderFinder,
  now: FolderFinder,
): { texts: [string, string]; used: [string, string][] } | null {
  const [before, after] = [
    temporaryNames(recorded, then),
    temporaryNames(reproduced, now),
  ];
  if (before.length === 0 || before.length !== after.length) return null;
  const alike = before.every((one, i) =>
    one.before === after[i]?.before && one.behind === after[i]?.behind
  );
  if (!alike) return null;
  // One name stands for one other, wherever it is used.
  const pairs = new Map(before.map(({ drawn }, i) => [drawn, after[i]?.drawn]));
  const used = before.map(({ drawn }, i) =>
    [drawn, after[i]?.drawn ?? ""] as [string, string]
  );
  if (used.some(([was, is]) => pairs.get(was) !== is)) return null;
  if (new Set(pairs.values()).size !== pairs.size) return null;
  return {
    texts: [withoutDrawn(recorded, before), withoutDrawn(reproduced, after)],
    used,
  };
}

interface TemporaryName {
  start: number;
  before: string;
  drawn: string;
  behind: string;
}

function temporaryNames(text: string, finder: FolderFinder): TemporaryName[] {
  const ends = finder.find(text).flatMap(({ end, kinds }) =>
    kinds.includes("temporary folder") ? [end] : []
  );
  for (
    let at = text.indexOf(MASKED_TEMPORARY);
    at >= 0;
    at = text.indexOf(MASKED_TEMPORARY, at + 1)
  ) ends.push(at + MASKED_TEMPORARY.length);
  return ends.sort((a, b) => a - b).flatMap((end) => {
    const { before = "", drawn = "", behind = "" } =
      TEMPORARY_NAME.exec(text.slice(end, end + 200))?.groups ?? {};
    return drawn === ""
      ? []
      : [{ start: end + 1 + before.length, before, drawn, behind }];
  });
}

function withoutDrawn(text: string, names: readonly TemporaryName[]): string {
  return replaced(
    text,
    names.map(({ start, drawn }) => ({
      start,
      end: start + drawn.length,
      by: "<drawn name>",
    })),
  );
}
