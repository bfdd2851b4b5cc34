/**
 * The zip library, at the one version the project uses, set up to run in this process alone.
 *
 * @module
 */
import { configure } from "npm:@zip.js/zip.js@2.24.0";

export {
  type Entry,
  type FileEntry,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
} from "npm:@zip.js/zip.js@2.24.0";

/** Keeps the library from starting workers. */
export function configureZip(): void {
  configure({ useWebWorkers: false });
}
