/**
 * What stands on the page of a model's version: what it is, what it was made from, how good it is, and how to make
 * it again, in Markdown.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { withMarks } from "../base/markup.ts";
import { count } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { ModelRow } from "../journal/models.ts";
import type { RunRow } from "../journal/run_row.ts";
import { reproductionText } from "./verdicts.ts";
import { isSystemMetric } from "./thinned_series.ts";

/** Rows of a table. */
const MOST_ROWS = 30;
/** Packages that are named. */
const MOST_PACKAGES = 20;

const packagesSchema = z.array(z.looseObject({
  name: z.string(),
  version: z.string(),
  direct: z.boolean().default(false),
})).catch([]);

const fingerprintSchema = z.looseObject({
  digest: z.string(),
  rows: z.number().nullable().default(null),
});

/**
 * The card of a version.
 *
 * @param address the run's page, or its id where it has none
 */
export function modelCard(
  journal: Journal,
  run: RunRow,
  model: ModelRow,
  address: string,
): string {
  const { run_id } = run;
  const parts = [
    model.description ?? "",
    `Made by the run **${plain(run.name)}** of the experiment **${
      plain(run.experiment)
    }** on ${new Date(run.start_time).toISOString().slice(0, 10)}${
      run.seed === null ? "" : `, seed ${run.seed}`
    }.`,
    section("Metrics", metricsTable(journal, run_id)),
    section(
      "Params",
      table(
        ["param", "value"],
        journal.entries.params(run_id).map(({ key, value }) => [key, value]),
      ),
    ),
    section("Data", dataList(journal, run_id)),
    section("Packages", packagesText(journal, run_id)),
    reproductionText(journal, run_id),
    section("Make it again", code(`nbtrack reproduce ${address}`)),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function section(title: string, text: string): string {
  return text === "" ? "" : `### ${title}\n\n${text}`;
}

interface Spread {
  last: number;
  low: number;
  high: number;
  points: number;
}

function metricsTable(journal: Journal, run_id: string): string {
  const spreads = new Map<string, Spread>();
  for (const { key, value } of journal.points(run_id)) {
    if (isSystemMetric(key)) continue;
    const known = spreads.get(key);
    if (known === undefined) {
      spreads.set(key, { last: value, low: value, high: value, points: 1 });
      continue;
    }
    known.last = value;
    known.low = Math.min(known.low, value);
    known.high = Math.max(known.high, value);
    known.points++;
  }
  return table(
    ["metric", "last", "smallest", "largest", "points"],
    [...spreads].map(([key, { last, low, high, points }]) => [
      key,
      ...[last, low, high].map((n) => String(n)),
      String(points),
    ]),
  );
}

function dataList(journal: Journal, run_id: string): string {
  return journal.datasets.list(run_id).slice(0, MOST_ROWS).map((row) => {
    const found = row.fingerprint === null
      ? undefined
      : fingerprintSchema.safeParse(JSON.parse(row.fingerprint)).data;
    const rows = found?.rows === null || found === undefined
      ? ""
      : `, ${count(found.rows, "row")}`;
    return `- ${plain(row.name)}${
      found === undefined ? "" : ` ${code(found.digest)}`
    }${rows}`;
  }).join("\n");
}

function packagesText(journal: Journal, run_id: string): string {
  const json = journal.entries.document(run_id, "packages");
  const all = packagesSchema.parse(JSON.parse(json ?? "[]"));
  if (all.length === 0) return "";
  const direct = all.filter((one) => one.direct).slice(0, MOST_PACKAGES)
    .map(({ name, version }) => code(`${name} ${version}`));
  return `${count(all.length, "package")}${
    direct.length === 0 ? "" : `, imported: ${direct.join(", ")}`
  }.`;
}

function table(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) =>
    `| ${cells.map(plain).join(" | ")} |`;
  const shown = rows.slice(0, MOST_ROWS).map(line);
  const more = rows.length - shown.length;
  return [
    line(head),
    `|${" --- |".repeat(head.length)}`,
    ...shown,
    ...(more > 0 ? [`\nand ${more} more`] : []),
  ].join("\n");
}

/** A text of a run that is no Markdown, in one line. */
function plain(text: string): string {
  return withMarks(text.replace(/\s+/g, " ").slice(0, 200)).replace(
    /[\\`*_{}[\]<>|#~!@$]/g,
    (char) => char === "<" ? "&lt;" : `\\${char}`,
  );
}

function code(text: string): string {
  return `\`${withMarks(text.replace(/[`\s]+/g, " "))}\``;
}
