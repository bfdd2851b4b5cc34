import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LESSON_CHECK } from "../../src/base/media_types.ts";
import { LESSONS } from "../../src/lessons/lessons/all.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { assertSnapshot } from "../snapshot.ts";
import { answerIn } from "./answer_runs.ts";
import { type Lesson, notebookText, readLessons } from "./sources.ts";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
/** Notebooks that run at the same time. */
const JOBS = 3;

interface Shown {
  holds: boolean;
  points: { text: string; state: string; why: string | null }[];
  hints: number;
}

interface Said {
  shown: Shown;
  /** The check's text for people. */
  text: string;
  /** What `check.hint()` says then. */
  hint: string;
  /** Metrics that were not logged, and why. */
  refused: string[];
}

/** What the last `check()` of an answer has shown, and what its runs lack. */
async function checkOf(
  file: string,
  then: readonly string[] = [],
): Promise<Said> {
  const refused: string[] = [];
  const outputs = await answerIn(file, {
    then: [...then, "check.hint()"],
    look: (journal) =>
      refused.push(
        ...journal.runs.list({})
          .flatMap(({ run_id }) => journal.entries.missing(run_id))
          .filter(({ what }) => what.startsWith('metric "'))
          .map(({ what, why }) => `${what}: ${why}`),
      ),
  });
  const [check, hint] = outputs.filter((out) => LESSON_CHECK in dataOf(out))
    .slice(-2).map(dataOf);
  assert(check !== undefined && hint !== undefined, `${file} shows no check`);
  const textOf = (data: Record<string, unknown>) =>
    [data["text/plain"]].flat().join("");
  return {
    shown: check[LESSON_CHECK] as Shown,
    text: textOf(check),
    hint: textOf(hint),
    refused,
  };
}

function dataOf(output: AnyOutput): Record<string, unknown> {
  const { data } = output as { data?: Record<string, unknown> };
  return data ?? {};
}

/** A text without what is another one in each run: the names of runs. */
function plain(text: string): string {
  return text.replaceAll(/\b[a-z]+-[a-z]+-\d{3}\b/g, "RUN");
}

const lessons = readLessons();

Deno.test("each lesson has a check, a right answer and five wrong ones, and the notebooks are those of their sources", async () => {
  assertEquals(lessons.map(({ number }) => number), [...LESSONS.keys()]);
  for (const { name, number, cells, answers } of lessons) {
    const wrong = [...answers.keys()].filter((a) => a.startsWith("wrong-"));
    assert(answers.has("right") && wrong.length >= 5, name);
    for (const [answer, own] of answers) {
      assertEquals(
        await Deno.readTextFile(`${FOLDER}${number}-${answer}.ipynb`),
        notebookText(own),
        `${number}-${answer}.ipynb: run tests/lessons/build.ts`,
      );
    }
    const saved = JSON.parse(
      await Deno.readTextFile(
        new URL(`../../notebooks/${name}.ipynb`, import.meta.url),
      ),
    );
    assertEquals(
      saved.cells.map((
        cell: { id: string; source: string[] },
      ) => [cell.id, [cell.source].flat().join("")]),
      cells.map(({ id, source }) => [id, source]),
      `${name}.ipynb: run tests/lessons/build.ts`,
    );
  }
  const files = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".ipynb")).sort();
  assertEquals(
    files,
    lessons.flatMap(({ number, answers }) =>
      [...answers.keys()].map((answer) => `${number}-${answer}.ipynb`)
    ).sort(),
  );
});

for (const { name, number, answers } of lessons) {
  Deno.test(`check() says of each answer to lesson ${name} what is right and what is not`, async () => {
    const queue = [...answers.keys()].values();
    const said = new Map<string, Said>();
    await Promise.all(Array.from({ length: JOBS }, async () => {
      for (const answer of queue) {
        said.set(answer, await checkOf(`${number}-${answer}.ipynb`));
      }
    }));
    for (const [answer, { shown, hint, refused }] of said) {
      assertEquals(Object.keys(shown).sort(), ["hints", "holds", "points"]);
      assertEquals(
        shown.holds,
        answer === "right",
        `${number}-${answer}: ${JSON.stringify(shown.points, null, 1)}`,
      );
      assert(shown.hints > 0);
      assertEquals(
        hint.startsWith("Hint 1 of "),
        answer !== "right",
        `${number}-${answer}: ${hint}`,
      );
      if (answer === "right") assertEquals(refused, [], name);
    }
    assertEquals(
      said.get("right")?.hint,
      `All ${
        said.get("right")?.shown.points.length
      } points hold: no hint is needed.`,
    );
    const texts = [...answers.keys()].map((answer) =>
      `== ${answer}\n${plain(said.get(answer)?.text ?? "")}`
    );
    await assertSnapshot(SNAPSHOTS, name, texts.join("\n\n"));
  });
}

/** What a lesson says above the cell to mend. */
function mendText({ cells }: Lesson): string {
  return cells.find(({ id }) => id === "mend-text")?.source ?? "";
}

/** Whether a lesson's run has ended when somebody executes all cells, and mends the failing one then. */
function endsBeforeMended({ cells }: Lesson): boolean {
  return cells.findIndex(({ id }) => id === "end") >
    cells.findIndex(({ id }) => id === "mend");
}

Deno.test("each lesson whose run ends below the cell to mend says what to execute when it has ended", () => {
  const ending = lessons.filter(endsBeforeMended);
  assertEquals(ending.map(({ number }) => number), ["01", "02", "05", "10"]);
  for (const lesson of ending) {
    assertStringIncludes(
      mendText(lesson),
      "a run that has ended takes nothing more",
      lesson.name,
    );
  }
});

for (const lesson of lessons) {
  if (!mendText(lesson).includes("from the cell that calls `track()` on")) {
    continue;
  }
  const { name, number, answers } = lesson;
  Deno.test(`lesson ${name}, run to its end, mended, and executed again from the cell that calls track() on, is right and lacks no metric`, async () => {
    const right = answers.get("right") ?? [];
    const from = right.findIndex(({ source }) =>
      source.includes("const run = await track(")
    );
    const { shown, refused } = await checkOf(
      `${number}-wrong-nothing-done.ipynb`,
      right.slice(from).map(({ source }) => source),
    );
    assert(shown.holds, JSON.stringify(shown.points, null, 1));
    assertEquals(refused, []);
  });
}
