/**
 * The recorded commit from the repository's remote, when no repository of this machine has it.
 *
 * @module
 */
import { removedAtExit } from "../base/at_exit.ts";
import { messageOf } from "../base/errors.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import { isAbsolute } from "../record/bundle/paths.ts";
import { git } from "../git/command.ts";

/** How long everything that is asked of a remote may take, milliseconds. */
const TIMEOUT_MS = 120_000;
/** `git@host:group/project`, and not a drive of Windows. */
const SCP_LIKE =
  /^(?:[\w.][\w.-]*@)?[\w.][\w.-]+:(?![/\\]{2})[\w.~/][\w.~/+-]*$/;

/** A commit that is fetched, alone and without its files, when the first file of it is asked for. */
export class RemoteCommit implements AsyncDisposable {
  readonly #commit: string | null;
  readonly #remote: string | null;
  readonly #signal: () => AbortSignal;
  #fetched: Promise<string | null> | null = null;
  #folder: string | null = null;
  #exit: Disposable | null = null;
  #why: string | null = null;

  constructor(manifest: Pick<Manifest, "git">) {
    const { commit = null, remote = null } = manifest.git ?? {};
    this.#commit = commit;
    this.#remote = remote;
    let signal: AbortSignal | null = null;
    this.#signal = () => signal ??= AbortSignal.timeout(TIMEOUT_MS);
  }

  /** Why nothing could be fetched; null when something was, or nothing was asked for. */
  get why(): string | null {
    return this.#why;
  }

  /** A file of the commit by its path from the root; null when it cannot be had. */
  async blob(path: string): Promise<Uint8Array | null> {
    const folder = await (this.#fetched ??= this.#fetch());
    if (folder === null) return null;
    const { bytes } = await this.#git(folder, [
      "cat-file",
      "blob",
      `${this.#commit}:${path}`,
    ]);
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder === null) return;
    this.#exit?.[Symbol.dispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** The folder of a repository that has the commit. */
  async #fetch(): Promise<string | null> {
    const [commit, remote] = [this.#commit, this.#remote];
    if (commit === null || remote === null) return null;
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return null;
    if (!isAllowed(remote)) {
      this.#why = `its remote ${remote} is not asked: only http, https, ssh ` +
        "and file addresses are";
      return null;
    }
    try {
      const folder = await Deno.makeTempDir({ prefix: "nbtrack-git-" });
      this.#folder = folder;
      this.#exit = removedAtExit(folder);
      for (
        const args of [
          ["init", "--quiet", "."],
          // Files come one by one as they are asked for, where the remote can do that.
          ["config", "remote.origin.url", remote],
          ["config", "remote.origin.promisor", "true"],
          ["config", "remote.origin.partialclonefilter", "blob:none"],
          [
            "fetch",
            "--quiet",
            "--no-tags",
            "--depth=1",
            "--filter=blob:none",
            "origin",
            commit,
          ],
        ]
      ) {
        const { bytes, error } = await this.#git(folder, args);
        if (bytes !== null) continue;
        this.#why = `commit ${commit.slice(0, 8)} cannot be fetched from ` +
          `${remote}: ${error || `git ${args[0]} failed`}`;
        return null;
      }
      return folder;
    } catch (error) {
      this.#why = `git cannot be run: ${messageOf(error)}`;
      return null;
    }
  }

  /** Calls git; `bytes` is null when it failed. */
  async #git(
    folder: string,
    args: readonly string[],
  ): Promise<{ bytes: Uint8Array | null; error: string }> {
    const signal = this.#signal();
    try {
      const answer = await git(folder, args, { signal, network: true });
      if (answer === null) return { bytes: null, error: "there is no git" };
      const { code, bytes, error } = answer;
      return { bytes: code === 0 ? bytes : null, error };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { bytes: null, error: "it took too long" };
    }
  }
}

/** Whether a remote may be asked: none that names a program, an option, or a path from a folder that is gone. */
function isAllowed(remote: string): boolean {
  return /^(?:https?|ssh|file):\/\/[^-]/i.test(remote) ||
    isAbsolute(remote) || SCP_LIKE.test(remote);
}
