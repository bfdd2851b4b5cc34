/**
 * The folder of a site: what of it is ours, and what has changed.
 *
 * @module
 */
import { fileSize, ifThere } from "../base/files.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";

/** Names the files of a site: a second call removes those that are gone. */
const LIST = ".nbtrack-site.json";
/** Names, a line each, those that were written since: what is interrupted leaves it behind. */
const NEW = ".nbtrack-site.new";
const schema = z.looseObject({ files: z.array(z.string()) });

/** Writes the files of a site. */
export class SiteFiles {
  readonly #dir: string;
  readonly #before: ReadonlySet<string>;
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  /** Files that were not there as they are now. */
  written = 0;
  /** Of all files together. */
  bytes = 0;

  private constructor(dir: string, before: Iterable<string>) {
    this.#dir = dir;
    this.#before = new Set(before);
  }

  /**
   * Takes a folder that is new, empty, or a site of ours.
   *
   * @throws {NbtrackError} when it is another one, or cannot be used
   */
  static open(dir: string): SiteFiles {
    const refused = (why: string, cause?: unknown) =>
      new NbtrackError(`Cannot write a site to ${dir}: ${why}.`, {
        hint: "Give a folder that is new, empty, or a site of nbtrack's.",
        ...(cause === undefined ? {} : { cause }),
      });
    try {
      const names = [...Deno.readDirSync(dir)].map(({ name }) => name);
      if (names.length === 0) return new SiteFiles(dir, []);
      const interrupted = names.includes(NEW)
        ? Deno.readTextFileSync(`${dir}/${NEW}`).split("\n")
        : [];
      if (!names.includes(LIST)) {
        if (names.includes(NEW)) return new SiteFiles(dir, interrupted);
        throw refused("it holds other files");
      }
      const list = schema.safeParse(
        JSON.parse(Deno.readTextFileSync(`${dir}/${LIST}`)),
      );
      if (!list.success) throw refused(`its ${LIST} is damaged`);
      return new SiteFiles(dir, [...list.data.files, ...interrupted]);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new SiteFiles(dir, []);
      if (error instanceof NbtrackError) throw error;
      throw refused(messageOf(error), error);
    }
  }

  /** Writes a file, unless it is there as it is to be. */
  put(path: string, content: Uint8Array | string): void {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    this.#files.add(path);
    this.bytes += bytes.byteLength;
    this.#write(path, bytes);
  }

  /** Removes what is left of an earlier site, and notes what is here. */
  close(): void {
    for (const path of this.#before) {
      if (this.#files.has(path) || !isBelow(path)) continue;
      removed(() => Deno.removeSync(`${this.#dir}/${path}`));
      const parts = path.split("/");
      while (parts.pop() !== undefined && parts.length > 0) {
        if (
          !removed(() => Deno.removeSync(`${this.#dir}/${parts.join("/")}`))
        ) {
          break;
        }
      }
    }
    const files = [...this.#files].sort();
    const list = new TextEncoder().encode(
      `${JSON.stringify({ files }, null, 1)}\n`,
    );
    this.bytes += list.byteLength;
    this.#write(LIST, list);
    removed(() => Deno.removeSync(`${this.#dir}/${NEW}`));
  }

  #write(path: string, bytes: Uint8Array): void {
    const whole = `${this.#dir}/${path}`;
    if (isSame(whole, bytes)) return;
    const folder = whole.slice(0, whole.lastIndexOf("/"));
    if (!this.#folders.has(folder)) {
      Deno.mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
    }
    if (path !== LIST && !this.#before.has(path)) {
      Deno.writeTextFileSync(`${this.#dir}/${NEW}`, `${path}\n`, {
        append: true,
      });
    }
    Deno.writeFileSync(whole, bytes);
    this.written++;
  }
}

/** Whether a path of the list stays in the site: the list may have been edited. */
function isBelow(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.includes("\\") &&
    !/^[A-Za-z]:/.test(path) && !path.split("/").includes("..");
}

function isSame(path: string, bytes: Uint8Array): boolean {
  if (fileSize(path) !== bytes.byteLength) return false;
  const before = ifThere(() => Deno.readFileSync(path));
  return before?.every((byte, i) => byte === bytes[i]) ?? false;
}

/** Whether something was removed: a folder with other files in it stays. */
function removed(remove: () => void): boolean {
  try {
    remove();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (
      error instanceof Error && "code" in error && error.code === "ENOTEMPTY"
    ) {
      return false;
    }
    throw error;
  }
}
