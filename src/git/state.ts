/**
 * Where a notebook stands in git. It only reads.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { messageOf } from "../base/errors.ts";
import { git, gitText } from "./command.ts";
import { excludedNotebooks } from "./excluded_notebooks.ts";
import { type Submodule, submodulesOf } from "./submodules.ts";
import { stripUrlCredentials } from "../redaction/secret_names.ts";

/** The state of the repository around a folder. */
export interface Git {
  /** The commit's full id; null in a repository without a commit. */
  commit: string | null;
  /** The branch; null when HEAD is detached. */
  branch: string | null;
  /** Whether the tree differs from the commit: changed, staged or new files that are not ignored. */
  dirty: boolean;
  /** How many files are new and neither tracked nor ignored (a new folder counts once). */
  untracked: number;
  /** The address of the branch's remote, else of `origin`, else of the first one, without credentials. */
  remote: string | null;
  /** The folder's path from the repository's root, with `/`; empty at the root. */
  path: string;
  /** Its submodules. */
  submodules: Submodule[];
  /** Uncommitted changes of tracked files, staged ones included, as a patch from the root; null when there are none or they are left out. */
  changes_diff: string | null;
  /** Why `changes_diff` is null or partial although files are changed; null otherwise. */
  changes_left_out: string | null;
  /** Changed notebooks, from the root, that are not in `changes_diff` as they have or had a cell that is excluded. */
  excluded_notebooks: string[];
}

/** Options of {@linkcode captureGit}. */
export interface CaptureGitOptions {
  /**
   * The longest patch that is kept, in bytes.
   * @default {1048576}
   */
  maxDiffBytes?: number;
  /**
   * Time for all calls of git together, in milliseconds.
   * @default {10000}
   */
  timeout_ms?: number;
  /** Called with the reason when there may be a repository but git could not answer. */
  onMissing?: (why: string) => void;
}

/**
 * The git state of a folder, or null when it is in no repository, git is not installed, or git could not
 * answer in time (`onMissing` says why).
 */
export async function captureGit(
  cwd: string,
  options: CaptureGitOptions = {},
): Promise<Git | null> {
  const { maxDiffBytes = 1 << 20, timeout_ms = 10_000, onMissing } = options;
  const asking: Asking = { cwd, signal: AbortSignal.timeout(timeout_ms) };
  try {
    const found = await ask(asking, [
      "rev-parse",
      "--show-prefix",
      "--show-toplevel",
    ]);
    if (found === null) return null;
    if (found.code !== 0) {
      if (!/not a git repository/i.test(found.error)) {
        onMissing?.(found.error || `git ended with code ${found.code}`);
      }
      return null;
    }
    const [prefix = "", root = cwd] = found.text.split("\n");
    const status = await ask(asking, [
      "status",
      "--porcelain=v2",
      "--branch",
      "--untracked-files=normal",
      "--ignore-submodules=dirty",
      "-z",
    ]);
    if (status === null || status.code !== 0) {
      onMissing?.(`git status failed: ${status?.error ?? "git is gone"}`);
      return null;
    }
    const state = parseStatus(status.text);
    const changes = state.changed
      ? await changesOf(asking, root, state, maxDiffBytes)
      : NO_CHANGES;
    return {
      commit: state.commit,
      branch: state.branch,
      dirty: state.changed || state.untracked > 0,
      untracked: state.untracked,
      remote: await remoteOf(asking, state.branch),
      path: prefix.replace(/\/$/, ""),
      submodules: await submodulesOf(root, asking.signal),
      ...changes,
    };
  } catch (e) {
    onMissing?.(
      e instanceof DOMException && e.name === "TimeoutError"
        ? `git did not answer within ${timeout_ms} ms`
        : messageOf(e),
    );
    return null;
  }
}

/** What is said of the changes of tracked files. */
type Changes = Pick<
  Git,
  "changes_diff" | "changes_left_out" | "excluded_notebooks"
>;

const NO_CHANGES: Changes = {
  changes_diff: null,
  changes_left_out: null,
  excluded_notebooks: [],
};

interface Status {
  commit: string | null;
  branch: string | null;
  changed: boolean;
  untracked: number;
}

/** Reads `git status --porcelain=v2 --branch -z`. */
export function parseStatus(text: string): Status {
  const status: Status = {
    commit: null,
    branch: null,
    changed: false,
    untracked: 0,
  };
  const fields = text.split("\0");
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] ?? "";
    if (field.startsWith("# branch.oid ")) {
      const oid = field.slice("# branch.oid ".length);
      status.commit = oid === "(initial)" ? null : oid;
    } else if (field.startsWith("# branch.head ")) {
      const head = field.slice("# branch.head ".length);
      status.branch = head === "(detached)" ? null : head;
    } else if (field.startsWith("? ")) {
      status.untracked++;
    } else if (/^[12u] /.test(field)) {
      status.changed = true;
      if (field.startsWith("2 ")) i++; // a rename's old name is a field of its own
    }
  }
  return status;
}

/** Where git is asked, and for how long. */
interface Asking {
  cwd: string;
  signal: AbortSignal;
}

async function ask(
  { cwd, signal }: Asking,
  args: readonly string[],
  limit = 16 << 20,
) {
  const answer = await git(cwd, args, { signal, limit });
  return answer === null ? null : { ...answer, text: gitText(answer) };
}

async function changesOf(
  asking: Asking,
  root: string,
  { commit }: Status,
  limit: number,
): Promise<Changes> {
  const leftOut = (why: string) => ({ ...NO_CHANGES, changes_left_out: why });
  if (limit === 0) return leftOut("they were not asked for");
  if (commit === null) return leftOut("the repository has no commit");
  // A setting can lead git to files anywhere, which are not this notebook's.
  if (!isPresent(`${root}/.git`)) {
    return leftOut("the repository says that its files lie elsewhere");
  }
  const diff = (without: string[]) =>
    ask(asking, [
      "-C",
      root,
      "diff",
      "--ignore-submodules=dirty",
      "--no-ext-diff",
      "--no-textconv",
      "--no-color",
      "--src-prefix=a/",
      "--dst-prefix=b/",
      "HEAD",
      "--",
      ".",
      ...without,
    ], limit);
  const { paths, all } = await excludedNotebooks(root, asking.signal);
  const answered = (text: string, why: string | null): Changes => ({
    changes_diff: text || null,
    changes_left_out: why,
    excluded_notebooks: paths,
  });
  const whole = all ? null : await diff(
    paths.map((path) => `:(exclude,top,literal)${path}`),
  );
  if (whole?.code === 0) {
    const why = "those of notebooks with excluded cells are left out";
    return answered(whole.text, paths.length === 0 ? null : why);
  }
  const part = all || whole?.overLimit === true
    ? await diff([":(exclude,icase)*.ipynb*"])
    : whole;
  if (part?.code !== 0 && part?.overLimit !== true) {
    return leftOut(`git diff failed: ${part?.error ?? "git is gone"}`);
  }
  const over = all && !part.overLimit
    ? "nobody could look which notebooks have excluded cells"
    : `the uncommitted changes are larger than ${limit} bytes`;
  return part.overLimit
    ? answered("", over)
    : answered(part.text, `${over}: those of notebooks are left out`);
}

async function remoteOf(
  asking: Asking,
  branch: string | null,
): Promise<string | null> {
  const names =
    (await ask(asking, ["remote"]))?.text.split("\n").filter((n) => n !== "") ??
      [];
  const upstream = branch === null
    ? ""
    : (await ask(asking, ["config", "--get", `branch.${branch}.remote`]))?.text
      .trim();
  const name = names.find((n) => n === upstream) ??
    names.find((n) => n === "origin") ?? names[0];
  if (name === undefined) return null;
  const address = await ask(asking, ["remote", "get-url", name]);
  return address === null || address.code !== 0
    ? null
    : withoutCredentials(address.text.trim());
}

/** A remote's address without user and password; the user of ssh addresses stays. */
export function withoutCredentials(remote: string): string {
  return remote.includes("://")
    ? stripUrlCredentials(remote)
    : remote.replace(/^([^:@/]+):[^@/]*@/, "$1@");
}
