/**
 * Which cells of a run failed. What a session failed at before the run was opened is not the run's.
 *
 * @module
 */

/** A cell execution, as the journal or a record has it; a server's record has no times, but its flags. */
interface EndedCell {
  status: string;
  end_time: number | null;
  flags: readonly string[];
}

/** Indexes of the cells that failed since a run was opened, in their order. */
export function failedCells(
  cells: readonly EndedCell[],
  { start_time }: { start_time: number },
): number[] {
  return cells.flatMap(({ status, end_time, flags }, i) =>
    status === "error" && !flags.includes("before-track") &&
      (end_time ?? Infinity) >= start_time
      ? [i]
      : []
  );
}
