/**
 * Which cells are executed: those that were recorded, or other ones instead.
 *
 * @module
 */
import type { BundledCell } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { editedModules, placePresentModules } from "./present_modules.ts";
import type { StandingData } from "./standing_data.ts";
import { planCells } from "./replay/plan.ts";
import type { ReproduceDimension } from "./replay/types.ts";
import type { Workspace } from "./replay/workspace.ts";
import { presentCells, topToBottom, type Variant } from "./variants.ts";

/** What decides which cells are executed. */
export interface ChooseCellsOptions {
  /** What is taken as it is now. */
  vary?: ReproduceDimension | undefined;
  /** Of present code these cells and modules alone. @default {all of it} */
  taken?: readonly string[] | undefined;
  /** Executes the saved notebook from top to bottom. */
  topToBottom?: boolean | undefined;
  /** How long a cell may take, milliseconds. */
  timeout_ms?: number | undefined;
  /** The notebook's folder, and its file, on this machine; null when they are not known here. */
  home: string | null;
  notebook: string | null;
  sandbox?: boolean | undefined;
  /** The executions that are executed, by their positions. @default {all of them} */
  only?: ReadonlySet<number> | undefined;
  /** Data that stands in place of what was recorded, and is no module then. */
  standing: StandingData;
}

/** Chooses the cells that are wanted. @param recorded For each cell of the logged notebook, the execution it stands for */
export async function chooseCells(
  bundle: ReadableBundle,
  recorded: readonly (BundledCell | null)[],
  workspace: Workspace,
  options: ChooseCellsOptions,
): Promise<Variant> {
  const { vary, home, only, sandbox = false } = options;
  const cells = planCells(bundle.cells, recorded, options)
    .filter(({ of }) => only === undefined || of !== null && only.has(of));
  if (vary === "order" || options.topToBottom === true) {
    return await topToBottom(bundle, cells);
  }
  if (vary !== "code") return { cells, differences: [], warnings: [] };
  const changed = await presentCells(bundle, cells, options);
  if (home !== null && sandbox) {
    const edited = await editedModules(bundle, home);
    changed.warnings.push(
      ...edited.map((path) =>
        `module ${path} was edited, and a sandbox executes the recorded one: without --sandbox the edited one is taken`
      ),
    );
  } else if (home !== null) {
    const sources = changed.cells.map((cell) => cell.source);
    changed.differences.push(
      ...await placePresentModules(bundle, workspace, {
        home,
        sources,
        taken: options.taken,
        standing: options.standing,
      }),
    );
  }
  return changed;
}
