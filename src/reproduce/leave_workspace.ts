/**
 * The end of a replay's folder: removed, or left as its user may keep it.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { leaveLock, showConfig } from "./packages/left_packages.ts";
import type { PreparedReplay } from "./prepare.ts";
import { cleanKeptFolder, listedFiles } from "./replay/kept_folder.ts";
import { removeFolder } from "./replay/remove_folder.ts";
import type { SandboxGrants, SandboxSurroundings } from "./replay/types.ts";
import { openWorkspace } from "./replay/workspace.ts";

/** What decides what stays. */
export interface LeaveOptions {
  /** The folder that the user keeps; undefined for none. */
  dir?: string | undefined;
  journal: Journal;
  /** What a sandbox could reach. */
  grants?: SandboxGrants | undefined;
  /** The new run, whose artifacts stay; null when there is none. */
  run_id: string | null;
}

/**
 * Removes the work folder; from one that is kept, what a sandbox made that programs could act on. What cannot be removed
 * is said in the verdict: it does not take the verdict's place.
 */
export async function leaveWorkspace(
  { manifest }: ReadableBundle,
  { workspace, packages, notebook }: Pick<
    PreparedReplay,
    "workspace" | "packages" | "notebook"
  >,
  box: SandboxSurroundings | null,
  { dir, journal, run_id, grants }: LeaveOptions,
): Promise<string[]> {
  const { root, cwd, own, kept } = workspace;
  using _ = workspace.atExit;
  try {
    if (kept !== null && box !== null) {
      const warnings = await cleanKeptFolder(
        kept.from,
        listedFiles(
          manifest,
          cwd,
          {
            notebook,
            logged: run_id === null
              ? []
              : journal.artifacts.list(run_id).map(({ digest }) => digest),
          },
        ),
        kept.removed,
      );
      showConfig(workspace, box, grants?.net ?? []);
      return [...warnings, ...openWorkspace(workspace)];
    }
    if (dir !== undefined) leaveLock(workspace, packages);
    return [own, ...workspace.temporary].map(removeFolder)
      .filter((text) => text !== null);
  } catch (error) {
    return [
      `the folder ${root} was not ${
        dir === undefined ? "removed" : "cleaned of what programs execute"
      }: ${messageOf(error)}`,
    ];
  }
}
