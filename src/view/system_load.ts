/**
 * How busy kernel and machine were while a run was open, for people.
 *
 * @module
 */
import { meanOf } from "../base/numbers.ts";
import { sizeText } from "../base/quantities.ts";
import type { RunRecord } from "../record/schema/record.ts";

/** Of kernel and machine the mean and the most of the processor, and the most memory; nothing where it is not known. */
function systemRows(
  { system }: Pick<RunRecord, "system">,
): string[][] {
  if (system.length === 0) return [];
  const of = (name: Exclude<keyof RunRecord["system"][number], "time">) =>
    system.flatMap((sample) => sample[name] ?? []);
  const percent = (part: number | null) =>
    part === null ? "" : `${(part * 100).toFixed(0)} %`;
  const most = (values: number[]) =>
    values.length === 0 ? null : Math.max(...values);
  return (["kernel", "machine"] as const).map((what) => {
    const load = of(`${what}_cpu`);
    const memory = of(`${what}_memory`);
    return [
      what,
      percent(load.length === 0 ? null : meanOf(load)),
      percent(most(load)),
      sizeText(most(memory)),
    ];
  });
}

/** The same, without columns of which nothing is known: the processor's load of a run of a moment. */
export function systemTable<Column>(
  run: Pick<RunRecord, "system">,
  columns: readonly Column[],
): { columns: Column[]; rows: string[][] } {
  const rows = systemRows(run);
  const known = columns.map((_, i) => rows.some((row) => row[i] !== ""));
  return {
    columns: columns.filter((_, i) => known[i]),
    rows: rows.map((row) => row.filter((_, i) => known[i])),
  };
}
