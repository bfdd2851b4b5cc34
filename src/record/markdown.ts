/**
 * Markdown for GitLab. Everything that somebody logged stands in code spans, where GitLab sees no mention,
 * reference or HTML in it.
 *
 * @module
 */
import { shortened, withMarks } from "../base/markup.ts";

/** Rows of a table; what is more is counted. */
const MAX_ROWS = 50;
/** Characters of a value. */
const MAX_CHARS = 120;

/** A table; cells are Markdown already. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${head.map((_, i) => cells[i] ?? "").join(" | ")} |`;
  const more = rows.length > MAX_ROWS
    ? [`\n${rows.length - MAX_ROWS} more are not shown.`]
    : [];
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.slice(0, MAX_ROWS).map(line),
    ...more,
  ].join("\n");
}

/** A code span that holds a text whatever is in it, also inside a table. */
export function code(text: string): string {
  const short = shortened(
    withMarks(text.replaceAll(/\s+/g, " ").trim()),
    MAX_CHARS,
  );
  if (short === "") return "";
  const runs = short.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = short.startsWith("`") || short.endsWith("`") ? " " : "";
  return `${fence}${pad}${short.replaceAll("|", "\\|")}${pad}${fence}`;
}

/** A sentence without what Markdown or GitLab would act on. */
export function plainMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(
    /[\\`*_{}[\]()<>#!|@~$%&^]/g,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}
