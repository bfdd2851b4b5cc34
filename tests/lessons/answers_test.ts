import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LESSON_CHECK } from "../../src/base/media_types.ts";
import { LESSONS } from "../../src/lessons/lessons/all.ts";
import { ENV } from "../../src/base/env.ts";
import { parseNotebook, sourceOf } from "../../src/notebook/notebook.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { startRecorded } from "../../src/recorder/recording.ts";
import { until } from "../recorder/support.ts";
import { journalIn } from "../reproduce/recorded.ts";
import { assertSnapshot } from "../snapshot.ts";
import { notebookText, readLessons } from "./sources.ts";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));
const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
/** Notebooks that run at the same time. */
const JOBS = 3;
/** How long a cell may take, milliseconds. */
const CELL_MS = 120_000;

interface Shown {
  holds: boolean;
  points: { text: string; state: string; why: string | null }[];
  hints: number;
}

/**
 * Runs an answer in a folder of its own, and gives what its last `check()` has shown, with the text for people. Kernel
 * and recorder are ended once it is there: what would still be recorded is nothing that a check has seen.
 */
async function checkOf(
  file: string,
): Promise<{ shown: Shown; text: string }> {
  const root = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "nbtrack-answer-" }),
  );
  const home = `${root}/home`;
  const work = await folderOf(file, root);
  using journal = journalIn(home);
  const notebook = `${work}/${file}`;
  const { kernel, recording } = await startRecorded(journal, {
    cwd: work,
    notebook,
    env: { [ENV.home]: home, [ENV.notebook]: notebook },
  });
  const outputs: AnyOutput[] = [];
  try {
    const { cells } = parseNotebook(await Deno.readTextFile(notebook));
    for (const cell of cells) {
      if (cell.cell_type !== "code") continue;
      const reply = await kernel.execute(sourceOf(cell), {
        timeout_ms: CELL_MS,
      });
      await recording.reply(reply, cell.id ?? null);
      outputs.push(...reply.outputs);
    }
  } finally {
    const session = journal.sessions.get(recording.session.session_id);
    for (const pid of [session?.recorder_pid, kernel.pid]) {
      if (typeof pid === "number") kill(pid);
    }
    await kernel.shutdown();
  }
  const found = outputs.findLast((output) => LESSON_CHECK in dataOf(output));
  assert(found !== undefined, `${file} shows no check`);
  const data = dataOf(found);
  await removeFolder(root);
  return {
    shown: data[LESSON_CHECK] as Shown,
    text: [data["text/plain"]].flat().join(""),
  };
}

/** A folder with an answer, the lessons' data, and a configuration that leads to this checkout. */
async function folderOf(file: string, root: string): Promise<string> {
  const work = `${root}/work`;
  await Deno.mkdir(work);
  for (const { name } of Deno.readDirSync(NOTEBOOKS)) {
    if (/\.(?:csv|zip)$/.test(name)) {
      await Deno.copyFile(`${NOTEBOOKS}${name}`, `${work}/${name}`);
    }
  }
  await Deno.copyFile(`${FOLDER}${file}`, `${work}/${file}`);
  await Deno.writeTextFile(
    `${work}/deno.json`,
    JSON.stringify({
      imports: {
        "@nbtrack/nbtrack": new URL("../../mod.ts", import.meta.url).href,
        "@nbtrack/nbtrack/lessons":
          new URL("../../src/lessons/mod.ts", import.meta.url).href,
      },
      nodeModulesDir: "none",
      lock: false,
    }),
  );
  return work;
}

function dataOf(output: AnyOutput): Record<string, unknown> {
  const { data } = output as { data?: Record<string, unknown> };
  return data ?? {};
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a folder that a process which is being ended may still write to. */
async function removeFolder(path: string): Promise<void> {
  await until("the removal of an answer's folder", async () => {
    try {
      await Deno.remove(path, { recursive: true });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      return false;
    }
  });
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
