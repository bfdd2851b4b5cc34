/**
 * The texts inside packed files (gzip, zlib, deflate, zip, Brotli, Zstandard), also where one lies in another, and in a
 * PNG's text chunks. What is packed in a way that is not read here is named.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { looksPacked } from "./looks_packed.ts";

/** What is unpacked of a file at most, bytes. */
const MAX_UNPACKED_BYTES = 32 << 20;
/** How many members of an archive are looked into. */
const MAX_MEMBERS = 2000;

/** How deep archives may lie in one another. */
const MAX_LAYERS = 4;

/** Packed files that are not read here, by their first bytes. */
const NOT_READ: readonly (readonly [string, readonly number[]])[] = [
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["7-Zip", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["RAR", [0x52, 0x61, 0x72, 0x21, 0x1a, 7]],
  ["LZ4", [0x04, 0x22, 0x4d, 0x18]],
  ["lzip", [0x4c, 0x5a, 0x49, 0x50]],
  ["LZMA", [0x5d, 0, 0]],
  ["lzop", [0x89, 0x4c, 0x5a, 0x4f]],
  ["compress", [0x1f, 0x9d]],
  ["Snappy", [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50]],
];
/** Files whose parts may be packed, each for itself. */
const PARTLY_PACKED: readonly (readonly [string, readonly number[]])[] = [
  ["Parquet", [0x50, 0x41, 0x52, 0x31]],
  ["HDF5", [0x89, 0x48, 0x44, 0x46]],
  ["PDF", [0x25, 0x50, 0x44, 0x46]],
];
/** Files with tables in them that lie open, but where no name stands beside its value. */
const NOT_TABLES: typeof NOT_READ = [
  ["SQLite", [...new TextEncoder().encode("SQLite format 3\0")]],
];

const GZIP: readonly number[] = [0x1f, 0x8b];
const ZSTANDARD: readonly number[] = [0x28, 0xb5, 0x2f, 0xfd];
const ZIP: readonly number[] = [0x50, 0x4b, 3, 4];
const PNG: readonly number[] = [0x89, 0x50, 0x4e, 0x47];
/** What is looked for behind a head of a program's own: four bytes are there by chance once in 4 GB. */
const LATER = [[...GZIP, 8, 0], [...GZIP, 8, 8], ZSTANDARD, ZIP];
/** So many of each are looked into. */
const MOST_LATER = 16;

/** The texts of an archive, and what kept others from being read. */
export interface ArchiveTexts {
  /** Contents that are text, and names of members. */
  texts: string[];
  /** Why some were not read; null when all were. */
  problem: string | null;
}

const zlib = () => globalThis.process.getBuiltinModule("node:zlib");

/** The texts inside bytes; none when they are no archive. */
export function archiveTexts(bytes: Uint8Array, layer = 0): ArchiveTexts {
  const inside = (inner: Uint8Array): ArchiveTexts => {
    const found = layer < MAX_LAYERS
      ? archiveTexts(inner, layer + 1)
      : { texts: [], problem: "archives lie too deep in one another" };
    return { texts: [textOf(inner), ...found.texts], problem: found.problem };
  };
  try {
    if (startsWith(bytes, GZIP)) return inside(unpack("gunzip", bytes));
    if (startsWith(bytes, ZSTANDARD)) {
      return inside(unpack("zstdDecompress", bytes));
    }
    if (isZlib(bytes)) return zlibTexts(bytes);
    if (startsWith(bytes, ZIP)) return zipTexts(bytes, inside);
    if (startsWith(bytes, PNG)) return pngTexts(bytes);
    const packed = formatOf(bytes, NOT_READ);
    if (packed !== undefined) {
      return { texts: [], problem: `it is packed as ${packed}` };
    }
    const partly = formatOf(bytes, PARTLY_PACKED);
    if (partly !== undefined) {
      return { texts: [], problem: `parts of a ${partly} file may be packed` };
    }
    const tables = formatOf(bytes, NOT_TABLES);
    if (tables !== undefined) {
      return {
        texts: laterTexts(bytes),
        problem: `the tables of a ${tables} file are not read`,
      };
    }
    const texts = [
      ...unmarkedTexts("brotliDecompress", bytes),
      ...unmarkedTexts("inflateRaw", bytes),
      ...laterTexts(bytes),
    ];
    return {
      texts,
      problem: texts.every((text) => text.length < bytes.length) &&
          looksPacked(bytes)
        ? "it looks packed or encrypted in a way that is not read here"
        : null,
    };
  } catch (error) {
    // Damaged, or larger than what is unpacked: nothing of it was seen.
    return {
      texts: [],
      problem: `it could not be unpacked (${String(error)})`,
    };
  }
}

/** Whether only parts of a file may be packed or are not read, such as columns of a table. */
export function isPartlyPacked(bytes: Uint8Array): boolean {
  return formatOf(bytes, [...PARTLY_PACKED, ...NOT_TABLES]) !== undefined;
}

function formatOf(
  bytes: Uint8Array,
  formats: typeof NOT_READ,
): string | undefined {
  return formats.find(([, head]) => startsWith(bytes, head))?.[0];
}

/** Ways of packing that have no mark of their own: Brotli, and deflate without a head. */
type Unmarked = "brotliDecompress" | "inflateRaw";

function unpack(
  how: "gunzip" | "zstdDecompress" | "inflate" | Unmarked,
  bytes: Uint8Array,
  options: { finishFlush?: number } = {},
): Uint8Array {
  return zlib()[`${how}Sync`](bytes, {
    maxOutputLength: MAX_UNPACKED_BYTES,
    ...options,
  });
}

/**
 * The texts of what a text holds packed, as far as it goes: programs print long lists cut. What cannot be unpacked is none.
 *
 * @throws {Error} when it is larger than what is unpacked
 */
export function unpackedTexts(bytes: Uint8Array): string[] {
  const how = startsWith(bytes, GZIP)
    ? "gunzip"
    : startsWith(bytes, ZSTANDARD)
    ? "zstdDecompress"
    : isZlib(bytes)
    ? "inflate"
    : null;
  if (how === null) {
    return startsWith(bytes, ZIP) || startsWith(bytes, PNG)
      ? archiveTexts(bytes).texts
      : [];
  }
  const { Z_SYNC_FLUSH, ZSTD_e_flush } = zlib().constants;
  const finishFlush = how === "zstdDecompress" ? ZSTD_e_flush : Z_SYNC_FLUSH;
  try {
    const inner = unpack(how, bytes, { finishFlush });
    const { texts } = archiveTexts(inner);
    return [textOf(inner), ...texts];
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ERR_BUFFER_TOO_LARGE") {
      throw new Error(
        `a text packed in it is longer than ${MAX_UNPACKED_BYTES} bytes`,
        { cause: error },
      );
    }
    return [];
  }
}

/** What can be unpacked of any bytes is looked at. */
function unmarkedTexts(how: Unmarked, bytes: Uint8Array): string[] {
  try {
    return [textOf(unpack(how, bytes))];
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ERR_BUFFER_TOO_LARGE") throw error;
    return []; // it is none
  }
}

/** What stands packed somewhere in a file of another form. */
function laterTexts(bytes: Uint8Array): string[] {
  const { Buffer } = globalThis.process.getBuiltinModule("node:buffer");
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return LATER.flatMap((head) => {
    const texts: string[] = [];
    const sought = Buffer.from(head);
    let at = all.indexOf(sought, 1);
    for (let n = 0; at !== -1 && n < MOST_LATER; n++) {
      texts.push(...unpackedTexts(bytes.subarray(at)));
      at = all.indexOf(sought, at + head.length);
    }
    return texts;
  });
}

function startsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}

/** Its two bytes say a method and a window, and are a multiple of 31 (RFC 1950). */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return first === 0x78 && (second & 0x20) === 0 &&
    (first * 256 + second) % 31 === 0;
}

/** Two bytes are no proof: what cannot be unpacked is no such file. */
function zlibTexts(bytes: Uint8Array): ArchiveTexts {
  const texts: string[] = [];
  try {
    texts.push(textOf(unpack("inflate", bytes)));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ERR_BUFFER_TOO_LARGE") throw error;
  }
  return { texts, problem: null };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** By the archive's own list at its end: what is not in it no program shows. */
function zipTexts(
  bytes: Uint8Array,
  inside: (inner: Uint8Array) => ArchiveTexts,
): ArchiveTexts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: ArchiveTexts = { texts: [], problem: null };
  let end = bytes.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return { texts: [], problem: "its list of members is missing" };
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let unpacked = 0;
  for (let i = 0; i < count; i++) {
    if (i >= MAX_MEMBERS || unpacked > MAX_UNPACKED_BYTES) {
      return {
        ...found,
        problem: `it has ${count} members, more than are looked into`,
      };
    }
    const nameLength = view.getUint16(at + 28, true);
    const member = {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      local: view.getUint32(at + 42, true),
    };
    found.texts.push(textOf(bytes.subarray(at + 46, at + 46 + nameLength)));
    at += 46 + nameLength + view.getUint16(at + 30, true) +
      view.getUint16(at + 32, true);
    const { local } = member;
    const start = local + 30 + view.getUint16(local + 26, true) +
      view.getUint16(local + 28, true);
    const packed = bytes.subarray(start, start + member.packed);
    const inner = member.method === 0
      ? packed
      : member.method === 8
      ? zlib().inflateRawSync(packed, {
        maxOutputLength: MAX_UNPACKED_BYTES - unpacked,
      })
      : null;
    if (inner === null) {
      found.problem = "a member is packed in a way that is not read";
      continue;
    }
    unpacked += inner.byteLength;
    const { texts, problem } = inside(inner);
    found.texts.push(...texts);
    found.problem ??= problem;
  }
  return found;
}

/** The chunks tEXt, zTXt and iTXt. */
function pngTexts(bytes: Uint8Array): ArchiveTexts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let at = 8; at + 12 <= bytes.byteLength;) {
    const length = view.getUint32(at);
    const type = textOf(bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
    if (type === "tEXt" || type === "iTXt") texts.push(textOf(body));
    if (type !== "zTXt" && type !== "iTXt") continue;
    const packed = body.findIndex((b, i) => b === 0x78 && i > 1);
    if (packed === -1 || (type === "iTXt" && body[body.indexOf(0) + 1] !== 1)) {
      continue;
    }
    texts.push(textOf(unpack("inflate", body.subarray(packed))));
  }
  return { texts, problem: null };
}
