/**
 * The texts inside gzip, zlib and zip files and in a PNG's text chunks.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */

/** What is unpacked of a file at most, bytes. */
const MAX_UNPACKED_BYTES = 32 << 20;
/** How many members of an archive are looked into. */
const MAX_MEMBERS = 2000;

/** The texts of an archive, and what kept others from being read. */
export interface ArchiveTexts {
  /** Contents that are text, and names of members. */
  texts: string[];
  /** Why some were not read; null when all were. */
  problem: string | null;
}

const zlib = () => globalThis.process.getBuiltinModule("node:zlib");

/** The texts inside bytes; none when they are no archive. */
export function archiveTexts(bytes: Uint8Array): ArchiveTexts {
  try {
    if (startsWith(bytes, [0x1f, 0x8b])) return gzipTexts(bytes);
    if (isZlib(bytes)) return zlibTexts(bytes);
    if (startsWith(bytes, [0x50, 0x4b, 3, 4])) return zipTexts(bytes);
    if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return pngTexts(bytes);
  } catch (error) {
    // Damaged, or larger than what is unpacked: nothing of it was seen.
    return {
      texts: [],
      problem: `it could not be unpacked (${String(error)})`,
    };
  }
  return { texts: [], problem: null };
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
    const inner = zlib().inflateSync(bytes, {
      maxOutputLength: MAX_UNPACKED_BYTES,
    });
    texts.push(textOf(inner));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code === "ERR_BUFFER_TOO_LARGE") throw error;
  }
  return { texts, problem: null };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function gzipTexts(bytes: Uint8Array): ArchiveTexts {
  const inner = zlib().gunzipSync(bytes, {
    maxOutputLength: MAX_UNPACKED_BYTES,
  });
  return { texts: [textOf(inner)], problem: null };
}

/** By the archive's own list at its end: what is not in it no program shows. */
function zipTexts(bytes: Uint8Array): ArchiveTexts {
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
    found.texts.push(textOf(inner));
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
    const inner = zlib().inflateSync(body.subarray(packed), {
      maxOutputLength: MAX_UNPACKED_BYTES,
    });
    texts.push(textOf(inner));
  }
  return { texts, problem: null };
}
