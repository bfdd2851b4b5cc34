/**
 * Fingerprints for people.
 *
 * @module
 */
import type { Fingerprint } from "../datasets/dataset.ts";
import { count, sizeText } from "./format.ts";
import { fields } from "./table.ts";

/** Columns that are named. */
const MAX_COLUMNS = 40;

/** One part for each dataset. */
export function fingerprintText(
  datasets: readonly Fingerprint[],
  width: number,
): string {
  return datasets.map((d) =>
    fields([
      ["Data", d.uri],
      ["Digest", d.digest],
      [
        "Size",
        d.kind === "folder" || d.kind === "glob"
          ? `${sizeText(d.size)} in ${count(d.files, "file")}`
          : sizeText(d.size),
      ],
      ["Rows", d.rows === null ? "" : d.rows.toLocaleString("en")],
      ["Columns", columnsText(d)],
      ["Note", d.message ?? ""],
      ...d.warnings.map((warning) => ["Warning", warning] as const),
    ], width)
  ).join("\n\n");
}

function columnsText({ columns }: Fingerprint): string {
  if (columns === null) return "";
  const named = columns.slice(0, MAX_COLUMNS).map((c) =>
    `${c.name} (${c.type})`
  ).join(", ");
  const more = columns.length - MAX_COLUMNS;
  return `${columns.length}: ${named}${more > 0 ? ` and ${more} more` : ""}`;
}
