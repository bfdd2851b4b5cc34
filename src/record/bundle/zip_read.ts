/**
 * Reading archives that anyone may have made: within limits, and never outside their own folder.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { BundleError } from "./errors.ts";
import { staysInside } from "./paths.ts";
import {
  configureZip,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
} from "./zip.ts";

/** What an archive may hold at most. */
export interface ArchiveLimits {
  /** @default {10000} */
  entries: number;
  /** Bytes once unpacked. @default {1073741824} */
  bytes: number;
  /** Bytes of one file once unpacked: it is held in memory. @default {536870912} */
  file: number;
  /** Unpacked size for each packed byte. @default {200} */
  ratio: number;
}

/** The limits of a bundle. */
export const LIMITS: ArchiveLimits = {
  entries: 10_000,
  bytes: 2 ** 30,
  file: 512 * 2 ** 20,
  ratio: 200,
};

/** Small archives may be packed as tightly as they like: bytes that the ratio does not count. */
const RATIO_FREE_BYTES = 1 << 20;
const LINK = 0o120000;
const KIND = 0o170000;
const FILE = 0o100000;

/** An archive whose names and sizes are known to be within the limits. */
export interface Archive {
  /** Sizes of files by path, as the archive declares them. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Names that are one and the same file on some systems: they differ only in case, or in how accents are written. */
  readonly alike: readonly (readonly [string, string])[];
  /**
   * Unpacks one file.
   *
   * @throws {BundleError} when it is damaged or larger than it says
   */
  read(path: string): Promise<Uint8Array>;
}

/**
 * Opens an archive without unpacking anything.
 *
 * @throws {BundleError} when it is no zip, cut short, beyond a limit, or has a name or kind of entry that is refused
 */
export async function openZip(
  bytes: Uint8Array,
  limits: ArchiveLimits = LIMITS,
): Promise<Archive> {
  configureZip();
  const entries = new Map<string, FileEntry>();
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    checkSignature: true,
    checkOverlappingEntry: true,
  });
  let count = 0;
  let total = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (++count > limits.entries) {
        throw new BundleError(
          `The bundle has more than ${limits.entries} entries.`,
        );
      }
      refuseName(entry.filename, entries);
      refuseKind(entry.filename, entry.externalFileAttributes ?? 0);
      if (entry.directory) continue;
      if (entry.encrypted) {
        throw new BundleError(
          `The bundle's file ${entry.filename} is encrypted.`,
        );
      }
      if (entry.uncompressedSize > limits.file) {
        throw new BundleError(
          `The bundle's file ${entry.filename} would unpack to ${entry.uncompressedSize} bytes, more than ${limits.file}.`,
        );
      }
      total += entry.uncompressedSize;
      refuseSize(total, bytes.length, limits);
      entries.set(entry.filename, entry);
    }
  } catch (cause) {
    throw asBundleError(
      "Cannot read the bundle: it is no zip archive, damaged, or cut short",
      cause,
    );
  }
  const alike = alikeNames([...entries.keys()]);
  return {
    alike,
    sizes: new Map([...entries].map(([path, e]) => [path, e.uncompressedSize])),
    read: (path) => unpack(path, entries.get(path)),
  };
}

/** @throws {BundleError} when a name is a file's and a folder's at once */
function alikeNames(names: readonly string[]): [string, string][] {
  const plain = (name: string) => name.normalize("NFC").toLowerCase();
  const known = new Map<string, string>();
  const alike: [string, string][] = [];
  for (const name of names) {
    const other = known.get(plain(name));
    if (other !== undefined) alike.push([other, name]);
    known.set(plain(name), name);
  }
  for (const name of names) {
    const parts = plain(name).split("/");
    for (let n = 1; n < parts.length; n++) {
      const folder = known.get(parts.slice(0, n).join("/"));
      if (folder === undefined) continue;
      throw new BundleError(
        `The bundle's entry ${folder} is a file, and the folder of ${name}.`,
      );
    }
  }
  return alike;
}

async function unpack(
  path: string,
  entry: FileEntry | undefined,
): Promise<Uint8Array> {
  if (entry === undefined) {
    throw new BundleError(`The bundle has no file ${path}.`);
  }
  const content = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (at + chunk.length > content.length) {
        throw new BundleError(
          `The bundle's file ${path} is larger than it says.`,
        );
      }
      content.set(chunk, at);
      at += chunk.length;
    },
  });
  try {
    await entry.getData(sink, { checkSignature: true });
  } catch (cause) {
    throw asBundleError(
      `Cannot unpack ${path} of the bundle: it is damaged`,
      cause,
    );
  }
  if (at !== content.length) {
    throw new BundleError(`The bundle's file ${path} is shorter than it says.`);
  }
  return content;
}

function refuseName(name: string, known: ReadonlyMap<string, unknown>): void {
  if (!staysInside(name.replace(/\/$/, ""))) {
    throw new BundleError(
      `The bundle has an entry ${
        JSON.stringify(name)
      } that would leave its folder.`,
      { hint: "Do not use it: it was not made by nbtrack." },
    );
  }
  if (known.has(name)) {
    throw new BundleError(`The bundle has two entries named ${name}.`);
  }
}

/** Attributes of Unix stand in the upper half; other systems leave it empty. */
function refuseKind(name: string, attributes: number): void {
  const kind = (attributes >>> 16) & KIND;
  if (kind === LINK) {
    throw new BundleError(`The bundle's entry ${name} is a link.`, {
      hint: "Do not use it: it was not made by nbtrack.",
    });
  }
  if (kind !== 0 && kind !== FILE && kind !== 0o040000) {
    throw new BundleError(`The bundle's entry ${name} is no file.`);
  }
}

function refuseSize(
  total: number,
  packed: number,
  limits: ArchiveLimits,
): void {
  if (total > limits.bytes) {
    throw new BundleError(
      `The bundle would unpack to more than ${limits.bytes} bytes.`,
    );
  }
  if (total > RATIO_FREE_BYTES && total > packed * limits.ratio) {
    throw new BundleError(
      `The bundle would unpack to more than ${limits.ratio} times its size.`,
      { hint: "Do not use it: it was not made by nbtrack." },
    );
  }
}

function asBundleError(what: string, cause: unknown): BundleError {
  if (cause instanceof BundleError) return cause;
  return new BundleError(`${what} (${messageOf(cause)}).`, {
    cause,
    hint: "Get the bundle again from where it came, or give its session.ipynb.",
  });
}
