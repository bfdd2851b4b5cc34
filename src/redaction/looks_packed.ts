/**
 * Telling bytes that are packed or encrypted from other ones: in what nobody can read a text may stand.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */

/** Pictures, sounds, films, fonts and numbers, by their first bytes: they are packed in ways of their own and hold no text. */
const NO_TEXT: readonly (readonly [offset: number, head: string])[] = [
  [0, "\xff\xd8\xff"], // JPEG
  [0, "GIF8"],
  [0, "RIFF"], // WebP, WAV, AVI
  [4, "ftyp"], // MP4, HEIC, AVIF
  [0, "OggS"],
  [0, "fLaC"],
  [0, "ID3"], // MP3
  [0, "\xff\xfb"], // MP3
  [0, "\x1aE\xdf\xa3"], // WebM
  [0, "wOF"], // fonts
  [0, "II*\0"], // TIFF
  [0, "MM\0*"], // TIFF
  [0, "\x93NUMPY"],
  [0, "GGUF"],
  [8, "{"], // safetensors
];
/** So many bytes from the middle are counted. */
const SAMPLE_BYTES = 1 << 16;
/** Of fewer bytes the counts say nothing. */
const LEAST_BYTES = 1024;
/** Numbers of so many bytes each have bytes that are less even than the others. */
const STRIDES = [1, 2, 3, 4, 8];
/** How far packed bytes are from even ones at most, bits. */
const UNEVEN_BITS = 0.25;

/** How far two bytes are from each other by chance. */
const CHANCE_DIFFERENCE = 256 / 3;

/** Whether bytes of an unknown kind look packed or encrypted: each of their values is there about as often. */
export function looksPacked(bytes: Uint8Array): boolean {
  const isKnown = NO_TEXT.some(([offset, head]) =>
    [...head].every((char, i) => bytes[offset + i] === char.charCodeAt(0))
  );
  if (isKnown || bytes.length < LEAST_BYTES) return false;
  const start = Math.max(0, (bytes.length - SAMPLE_BYTES) >> 1);
  const sample = bytes.subarray(start, start + SAMPLE_BYTES);
  return !STRIDES.some((stride) => isSmooth(sample, stride)) &&
    STRIDES.every((stride) =>
      sample.length / stride < LEAST_BYTES ||
      Array.from({ length: stride }, (_, first) => first)
        .every((first) => isEven(sample, first, stride))
    );
}

/** Whether each byte is like the one so many before it, as in a picture or a sound that is not packed. */
function isSmooth(bytes: Uint8Array, distance: number): boolean {
  let sum = 0;
  for (let at = distance; at < bytes.length; at++) {
    sum += Math.abs((bytes[at] ?? 0) - (bytes[at - distance] ?? 0));
  }
  return sum / (bytes.length - distance) < CHANCE_DIFFERENCE - 10;
}

/** Whether every n-th byte has its values about as often as by chance. */
function isEven(bytes: Uint8Array, first: number, stride: number): boolean {
  const counts = new Uint32Array(256);
  let n = 0;
  for (let at = first; at < bytes.length; at += stride) {
    const value = bytes[at] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
    n++;
  }
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / n) * Math.log2(count / n);
  }
  // So few bytes are less even by chance (Miller and Madow).
  const byChance = 255 / (2 * n * Math.LN2);
  return bits > 8 - byChance - UNEVEN_BITS;
}
