/**
 * Writing a bundle's archive: the same files give the same bytes.
 *
 * @module
 */
import {
  configureZip,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "./zip.ts";

/** The first and the last time that the format can hold. */
const FIRST_TIME = Date.UTC(1980, 0, 1);
const LAST_TIME = Date.UTC(2107, 11, 31);

/**
 * Packs files, sorted by path.
 *
 * @param time The time that every entry carries, milliseconds since 1970.
 */
export async function packZip(
  files: ReadonlyMap<string, Uint8Array>,
  time: number = FIRST_TIME,
): Promise<Uint8Array> {
  configureZip();
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    level: 6,
    lastModDate: clockTime(time),
    extendedTimestamp: false,
    keepOrder: true,
    dataDescriptor: false,
    versionMadeBy: 20,
    msDosCompatible: true,
  });
  const sorted = [...files].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  for (const [path, bytes] of sorted) {
    await writer.add(path, new Uint8ArrayReader(bytes));
  }
  return await writer.close();
}

/** A date whose clock shows UTC: the format keeps no time zone, and the same files give the same bytes in each. */
function clockTime(time: number): Date {
  const utc = new Date(Math.min(Math.max(time, FIRST_TIME), LAST_TIME));
  return new Date(
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  );
}
