/**
 * Adding an include to a `.gitlab-ci.yml` and leaving every other byte of it as it is.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { isMap, isScalar, isSeq, parseDocument } from "./yaml.ts";

/** What is known of an existing pipeline file. */
export interface PipelineFile {
  /** Its text with the include; the same text when it had it already. */
  text: string;
  /** A stage for jobs of ours; undefined where GitLab's default stage is one of its stages. */
  stage: string | undefined;
  /** Its members: jobs, and keywords such as `stages`. */
  jobs: string[];
}

/** GitLab's stage for jobs that name none. */
const DEFAULT_STAGE = "test";

/**
 * Includes a local file.
 *
 * @throws {NbtrackError} when the text is no pipeline that can be read
 */
export function includeLocal(text: string, local: string): PipelineFile {
  const document = parseDocument(text);
  const [problem] = document.errors;
  const { contents } = document;
  if (problem !== undefined || (contents !== null && !isMap(contents))) {
    throw new NbtrackError(
      `Cannot read .gitlab-ci.yml: ${
        problem?.message.split("\n")[0] ?? "it is no list of jobs"
      }`,
      { hint: "Mend the file, or move it away." },
    );
  }
  const value = document.toJS() as Record<string, unknown> | null;
  const stages = value?.["stages"];
  const stage = Array.isArray(stages) && !stages.includes(DEFAULT_STAGE)
    ? String(stages.at(-1) ?? DEFAULT_STAGE)
    : undefined;
  const include = value?.["include"];
  const jobs = Object.keys(value ?? {});
  if (names(include, local)) return { text, stage, jobs };
  if (include === undefined || include === null) {
    if (isMap(contents) && contents.has("include")) {
      throw notUnderstood();
    }
    const gap = text === "" || text.endsWith("\n\n")
      ? ""
      : text.endsWith("\n")
      ? "\n"
      : "\n\n";
    return {
      text: `${text}${gap}include:\n  - local: ${local}\n`,
      stage,
      jobs,
    };
  }
  return { text: inserted(text, document, local), stage, jobs };
}

function names(include: unknown, local: string): boolean {
  const all = Array.isArray(include) ? include : [include];
  return all.some((one) =>
    (typeof one === "object" && one !== null && "local" in one
      ? String(one.local)
      : String(one)).replace(/^\//, "") === local
  );
}

/** Puts an item into the include that is there. */
function inserted(
  text: string,
  document: ReturnType<typeof parseDocument>,
  local: string,
): string {
  const node = document.get("include", true);
  const item = `local: ${local}`;
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1);
    const [first = 0] = rangeOf(node.items[0]) ?? [];
    const [, , end = text.length] = rangeOf(last) ?? [];
    const column = first - (text.lastIndexOf("\n", first) + 1);
    const dash = text.lastIndexOf("-", first);
    const indent = " ".repeat(
      Math.max(0, column - (first - dash)),
    );
    const before = text.slice(0, end);
    const gap = before.endsWith("\n") ? "" : "\n";
    return `${before}${gap}${indent}- ${item}\n${
      text.slice(end).replace(/^\n/, "")
    }`;
  }
  const [start, end] = rangeOf(node) ?? [];
  if (start === undefined || end === undefined) throw notUnderstood();
  const source = text.slice(start, end);
  if (isSeq(node)) {
    const inner = source.replace(/^\[\s*/, "").replace(/,?\s*\]$/, "");
    const list = inner === "" ? `{ ${item} }` : `${inner}, { ${item} }`;
    return `${text.slice(0, start)}[${list}]${text.slice(end)}`;
  }
  if (isScalar(node) || (isMap(node) && node.flow === true)) {
    return `${text.slice(0, start)}[${source}, { ${item} }]${text.slice(end)}`;
  }
  if (!isMap(node)) throw notUnderstood();
  // A block map becomes the first item of a list.
  const lineStart = text.lastIndexOf("\n", start) + 1;
  const block = text.slice(lineStart, end).replace(/\n+$/, "");
  const list = block.split("\n").map((line, i) =>
    line.trim() === ""
      ? line
      : i === 0
      ? line.replace(/^(\s*)/, "$1- ")
      : `  ${line}`
  );
  const indent = /^\s*/.exec(block)?.[0] ?? "";
  return `${text.slice(0, lineStart)}${list.join("\n")}\n${indent}- ${item}\n${
    text.slice(lineStart + block.length).replace(/^\n/, "")
  }`;
}

function rangeOf(node: unknown): readonly number[] | null {
  return typeof node === "object" && node !== null && "range" in node &&
      Array.isArray(node.range)
    ? node.range
    : null;
}

function notUnderstood(): NbtrackError {
  return new NbtrackError("Cannot add to the include of .gitlab-ci.yml.", {
    hint: "Add `- local: .gitlab/nbtrack.yml` to it, and call this again.",
  });
}
