/**
 * Running the lessons of `notebooks/` as they lie there, and reproducing what they recorded.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { TAG } from "../../src/gitlab/fields.ts";
import type { RunSummary } from "../../src/record/schema/summary.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { temporary } from "../reproduce/recorded.ts";
import { makeLessonFolder, NOTEBOOKS } from "./lesson_folder.ts";
import { type Lesson, readLessons } from "./sources.ts";

interface SavedCell {
  id: string;
  metadata: { tags?: string[] };
  outputs?: {
    output_type: string;
    text?: string | string[];
    ename?: string;
    evalue?: string;
  }[];
}

/** Every second lesson, from the first or the second on: two files of tests run at the same time. */
export function everySecond(from: 0 | 1): Lesson[] {
  return readLessons().filter((_, i) => i % 2 === from);
}

/** Runs a lesson in a folder of its own, compares it with what was saved of it, and reproduces its runs. */
export async function runLesson({ name }: Lesson): Promise<void> {
  using place = temporary();
  const folder = `${place.path}/notebooks`;
  const options = { home: `${place.path}/home`, cwd: folder };
  makeLessonFolder(folder, `${NOTEBOOKS}${name}.ipynb`);
  const output = `${folder}/out.ipynb`;
  const ran = await nbtrack(
    ["run", `${name}.ipynb`, "--output", output],
    options,
  );
  assertEquals(ran.code, 0, `${name}: ${ran.stdout}${ran.stderr}`);
  const cells = cellsOf(output);
  assertEquals(
    cells.map(said),
    cellsOf(`${NOTEBOOKS}${name}.ipynb`).map(said),
    `${name} says something else than what is saved in it: run tests/lessons/build.ts`,
  );
  const failing = cells.filter(({ outputs = [] }) =>
    outputs.some((out) => out.output_type === "error")
  );
  assertEquals(
    failing.map(({ metadata }) => metadata.tags),
    [["failure-by-design", "raises-exception"]],
    `${name} fails once, and on purpose`,
  );
  const { runs } = await nbtrackJson(["runs", "--limit", "1000"], options) as {
    runs: RunSummary[];
  };
  // A sweep's own run has no cells; what a lesson has reproduced itself is no run of it.
  const own = runs.filter(({ tags, reproduces }) =>
    reproduces === null && tags[TAG.sweep] === undefined
  );
  assert(own.length > 0);
  for (const { run_id, params } of standingFor(own)) {
    const verdict = await nbtrackJson(["reproduce", run_id], options);
    assertEquals(
      (verdict as Verdict).verdict,
      "REPRODUCED",
      `${name} with ${JSON.stringify(params)}: ${JSON.stringify(verdict)}`,
    );
  }
}

/** The runs of a sweep execute the same cells: the first and the last stand for all, unless all are asked for. */
function standingFor(runs: RunSummary[]): RunSummary[] {
  if (Deno.env.get("NBTRACK_TEST_EVERY_RUN") === "1") return runs;
  return runs.filter(({ parent }, i) => {
    const isSibling = (other: RunSummary) => other.parent === parent;
    return parent === null || i === runs.findIndex(isSibling) ||
      i === runs.findLastIndex(isSibling);
  });
}

function cellsOf(path: string): SavedCell[] {
  return JSON.parse(Deno.readTextFileSync(path)).cells;
}

/** What a cell printed, and how it failed. */
function said({ id, outputs = [] }: SavedCell): string[] {
  return [
    id,
    outputs.filter(({ output_type }) => output_type === "stream")
      .map(({ text }) => [text].flat().join("")).join(""),
    ...outputs.filter(({ output_type }) => output_type === "error")
      .map(({ ename, evalue }) => `${ename}: ${evalue}`),
  ];
}
