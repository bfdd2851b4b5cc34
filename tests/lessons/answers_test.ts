import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LESSON_CHECK } from "../../src/base/media_types.ts";
import { LESSONS } from "../../src/lessons/lessons/all.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { assertSnapshot } from "../snapshot.ts";
import { answerIn } from "./answer_runs.ts";
import { notebookText, readLessons } from "./sources.ts";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
/** Notebooks that run at the same time. */
const JOBS = 3;

interface Shown {
  holds: boolean;
  points: { text: string; state: string; why: string | null }[];
  hints: number;
}

/** What the last `check()` of an answer has shown, with the text for people. */
async function checkOf(
  file: string,
): Promise<{ shown: Shown; text: string }> {
  const outputs = await answerIn(file);
  const found = outputs.findLast((output) => LESSON_CHECK in dataOf(output));
  assert(found !== undefined, `${file} shows no check`);
  const data = dataOf(found);
  return {
    shown: data[LESSON_CHECK] as Shown,
    text: [data["text/plain"]].flat().join(""),
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
    const said = new Map<string, { shown: Shown; text: string }>();
    await Promise.all(Array.from({ length: JOBS }, async () => {
      for (const answer of queue) {
        said.set(answer, await checkOf(`${number}-${answer}.ipynb`));
      }
    }));
    for (const [answer, { shown }] of said) {
      assertEquals(Object.keys(shown).sort(), ["hints", "holds", "points"]);
      assertEquals(
        shown.holds,
        answer === "right",
        `${number}-${answer}: ${JSON.stringify(shown.points, null, 1)}`,
      );
      assert(shown.hints > 0);
    }
    const texts = [...answers.keys()].map((answer) =>
      `== ${answer}\n${plain(said.get(answer)?.text ?? "")}`
    );
    await assertSnapshot(SNAPSHOTS, name, texts.join("\n\n"));
  });
}
