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

/** The time every entry carries: the first that the format can hold. */
const NO_TIME = new Date(1980, 0, 1);

/** Packs files, sorted by path. */
export async function packZip(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  configureZip();
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    level: 6,
    lastModDate: NO_TIME,
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
