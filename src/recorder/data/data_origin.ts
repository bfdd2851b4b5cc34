/**
 * Where the contents of a data file can be had besides the file itself: Git LFS, DVC.
 *
 * @module
 */
import { basename, dirname, resolve } from "node:path";
import type { Fingerprint } from "../../datasets/dataset.ts";
import { git, gitText } from "../../git/command.ts";

/** What other tools know of a dataset. */
export interface DataOrigin {
  /** Object id of Git LFS, when the file's attributes give it to LFS. */
  lfs: string | null;
  /** MD5 that the DVC pointer beside it names. */
  dvc: string | null;
}

/** When a kernel was started, milliseconds since 1970: its connection file is written for it. Null when that is gone. */
export function kernelStart(connection_file: string | null): number | null {
  if (connection_file === null) return null;
  try {
    return Deno.statSync(connection_file).mtime?.getTime() ?? null;
  } catch {
    return null; // the kernel has ended
  }
}

/** How long git may take, milliseconds. */
const TIMEOUT_MS = 10_000;
/** Larger files are no pointers. */
const MAX_POINTER_BYTES = 1 << 16;

/** What other tools know of a dataset's files; a tool that does not answer knows nothing. */
export async function dataOriginOf(
  { kind, base, listing }: Pick<Fingerprint, "kind" | "base" | "listing">,
  folder: string,
): Promise<DataOrigin> {
  const [first] = listing ?? [];
  const named = kind === "file" ? first?.path : kind === "folder" ? base : null;
  if (named === null || named === undefined) return { lfs: null, dvc: null };
  const path = resolve(folder, named);
  const lfs = kind === "file" && await isLfs(path);
  return {
    lfs: lfs ? first?.digest.slice("sha256:".length) ?? null : null,
    dvc: dvcPointer(path),
  };
}

async function isLfs(path: string): Promise<boolean> {
  try {
    const answer = await git(
      dirname(path),
      ["check-attr", "-z", "filter", "--", basename(path)],
      { signal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    return answer?.code === 0 && gitText(answer).split("\0")[2] === "lfs";
  } catch {
    return false; // it took too long: nothing is said of LFS
  }
}

function dvcPointer(path: string): string | null {
  const pointer = `${path}.dvc`;
  try {
    if (Deno.statSync(pointer).size > MAX_POINTER_BYTES) return null;
    const text = Deno.readTextFileSync(pointer);
    return /^\s*-?\s*md5:\s*(\S+)/m.exec(text)?.[1] ?? null;
  } catch {
    return null; // no such pointer, or none that can be read: nothing is said of it
  }
}
