/**
 * What EXIF says of how a picture is shown: by which side it is up. Times, places and cameras are not shown.
 *
 * @module
 */

/** The tag of the orientation; 1 is the picture as its pixels lie. */
const ORIENTATION = 0x0112;
export const UPRIGHT = "1";
/** Bytes of an entry of a list, and before the list begins. */
const [ENTRY_BYTES, HEAD_BYTES] = [12, 8] as const;

/** The orientation; null for an upright picture. What cannot be read stands for itself. */
export function orientationIn(exif: Uint8Array): string | null {
  const said = read(exif) ?? exif.toBase64();
  return said === UPRIGHT ? null : said;
}

/** Null when it is no EXIF. */
function read(exif: Uint8Array): string | null {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (exif.length < HEAD_BYTES) return null;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  const list = view.getUint32(4, little);
  if (list + 2 > exif.length) return null;
  const count = view.getUint16(list, little);
  if (list + 2 + count * ENTRY_BYTES > exif.length) return null;
  for (let n = 0; n < count; n++) {
    const at = list + 2 + n * ENTRY_BYTES;
    if (view.getUint16(at, little) === ORIENTATION) {
      return String(view.getUint16(at + 8, little));
    }
  }
  return UPRIGHT;
}
