/**
 * The write-ahead file of a run's metric points, and beside it the metrics' names the journal could not take yet.
 *
 * Points lie in it in the order of their sequence numbers, without a gap. A torn last point counts as not written.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import { POINT_BYTES } from "./points.ts";

/** A metric's index within the run, and its name. */
export type NamedId = readonly [key_id: number, key: string];

/** Where a run's write-ahead file lies. */
export function writeAheadPath(folder: string, run_id: string): string {
  return `${folder}/${run_id}.points`;
}

function namesPath(folder: string, run_id: string): string {
  return `${folder}/${run_id}.names`;
}

/** The whole points of a run's write-ahead file; null when there is none. */
export function readWriteAheadLog(
  folder: string,
  run_id: string,
): Uint8Array | null {
  const bytes = ifThere(() =>
    Deno.readFileSync(writeAheadPath(folder, run_id))
  );
  return bytes === null
    ? null
    : bytes.subarray(0, bytes.byteLength - bytes.byteLength % POINT_BYTES);
}

/** The names that the journal could not take. */
export function readNames(folder: string, run_id: string): NamedId[] {
  const text = ifThere(() => Deno.readTextFileSync(namesPath(folder, run_id)));
  if (text === null) return [];
  // Each line ends with a newline: what follows the last one is torn.
  return text.split("\n").slice(0, -1).map(parseName).filter((n) => n !== null);
}

/** Removes what the journal has taken in. */
export function removeWriteAheadLog(folder: string, run_id: string): void {
  ifThere(() => Deno.removeSync(namesPath(folder, run_id)));
  ifThere(() => Deno.removeSync(writeAheadPath(folder, run_id)));
}

/** Writes a run's write-ahead file. */
export class WriteAheadLog {
  readonly #folder: string;
  readonly #run_id: string;
  #file: Deno.FsFile | null = null;
  /** Bytes of whole points in the file. */
  #size = 0;
  /** Whether a part of a point follows them. */
  #torn = false;
  #named: boolean;

  constructor(folder: string, run_id: string) {
    this.#folder = folder;
    this.#run_id = run_id;
    this.#named = readNames(folder, run_id).length > 0;
  }

  /** Appends points. @returns how many of them are in the file now: fewer than given when the disk is full */
  append(bytes: Uint8Array): number {
    const file = this.#file ?? this.#open();
    if (this.#torn) this.#cut(file);
    const written = file.writeSync(bytes);
    const whole = written - written % POINT_BYTES;
    this.#size += whole;
    this.#torn = written > whole;
    return whole / POINT_BYTES;
  }

  /** Keeps a metric's name that the journal could not take. */
  appendName(named: NamedId): void {
    this.#makeFolder();
    Deno.writeTextFileSync(
      namesPath(this.#folder, this.#run_id),
      `${JSON.stringify(named)}\n`,
      { append: true, mode: 0o600 },
    );
    this.#named = true;
  }

  /** The names that were kept here. */
  names(): NamedId[] {
    return readNames(this.#folder, this.#run_id);
  }

  /** Empties it: the journal has everything. */
  clear(): void {
    if (this.#named) {
      ifThere(() => Deno.removeSync(namesPath(this.#folder, this.#run_id)));
      this.#named = false;
    }
    if (this.#file === null) return;
    this.#file.truncateSync(0);
    this.#size = 0;
    this.#torn = false;
  }

  /** Lets go of the file; it is removed when nothing is left in it. */
  close(): void {
    this.#file?.close();
    this.#file = null;
    const path = writeAheadPath(this.#folder, this.#run_id);
    ifThere(() => {
      if (Deno.statSync(path).size === 0) Deno.removeSync(path);
    });
  }

  #open(): Deno.FsFile {
    this.#makeFolder();
    const file = Deno.openSync(writeAheadPath(this.#folder, this.#run_id), {
      create: true,
      write: true,
      append: true,
      mode: 0o600,
    });
    const { size } = file.statSync();
    this.#size = size - size % POINT_BYTES;
    this.#torn = size > this.#size;
    this.#file = file;
    return file;
  }

  #cut(file: Deno.FsFile): void {
    file.truncateSync(this.#size);
    this.#torn = false;
  }

  #makeFolder(): void {
    Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }
}

function parseName(line: string): NamedId | null {
  const read: unknown = JSON.parse(line);
  return Array.isArray(read) && typeof read[0] === "number" &&
      typeof read[1] === "string"
    ? [read[0], read[1]]
    : null;
}
