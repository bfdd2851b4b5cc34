/**
 * A slice as a notebook.
 *
 * @module
 */
import { linesOf } from "../notebook/cells.ts";
import { DENO_KERNELSPEC, DENO_LANGUAGE } from "../notebook/notebook.ts";
import { notebookJson } from "../record/bundle/canonical.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { SliceTarget } from "./slice_targets.ts";

/** Tells Jupyter's programs that a cell may fail. */
const MAY_FAIL = "raises-exception";

/** The text of a notebook of some of a run's executions, in their order, as they were. */
export function sliceNotebook(
  { manifest, cells }: ReadableBundle,
  slice: ReadonlySet<number>,
  target: SliceTarget,
): string {
  const { run, environment } = manifest;
  return notebookJson({
    cells: [
      about(run.run_id, target, slice.size, cells.length),
      ...cells.flatMap(({ source, outputs, execution_count }, index) => {
        if (!slice.has(index)) return [];
        const failed = manifest.cells[index]?.status === "error";
        return [{
          cell_type: "code",
          id: `cell-${index}`,
          execution_count,
          metadata: {
            nbtrack: { index },
            ...failed ? { tags: [MAY_FAIL] } : {},
          },
          source: linesOf(source),
          outputs,
        }];
      }),
    ],
    metadata: {
      kernelspec: DENO_KERNELSPEC,
      language_info: {
        ...DENO_LANGUAGE,
        ...environment.typescript === null
          ? {}
          : { version: environment.typescript },
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

function about(
  run_id: string,
  target: SliceTarget,
  size: number,
  of: number,
): unknown {
  const [[kind, name] = []] = Object.entries(target);
  return {
    cell_type: "markdown",
    id: "nbtrack-about",
    metadata: {},
    source: linesOf(
      `What ${kind} \`${String(name).replace(/[`\s]+/g, " ").trim()}\` of run ${
        run_id.slice(0, 8)
      } depends on: ${size} of its ${of} cell executions, in their order.`,
    ),
  };
}
