/**
 * Running answers to the lessons, each in a folder of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { ENV } from "../../src/base/env.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { parseNotebook, sourceOf } from "../../src/notebook/notebook.ts";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { startRecorded } from "../../src/recorder/recording.ts";
import { journalIn } from "../reproduce/recorded.ts";
import { makeLessonFolder } from "./lesson_folder.ts";
import { removeFolder } from "../remove_folder.ts";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
/** How long a cell may take, milliseconds. */
const CELL_MS = 120_000;

/**
 * Runs an answer, and gives its outputs. Kernel and recorder are ended then: what would still be recorded is nothing
 * that a check has seen.
 *
 * @param options.then Cells that are executed after the answer's, before the kernel is ended
 * @param options.look Looks at what was recorded by then
 */
export async function answerIn(
  file: string,
  options: {
    then?: readonly string[];
    look?: (journal: Journal) => void;
  } = {},
): Promise<AnyOutput[]> {
  const root = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "nbtrack-answer-" }),
  );
  const home = `${root}/home`;
  const work = `${root}/work`;
  makeLessonFolder(work, `${FOLDER}${file}`);
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
    for (const source of options.then ?? []) {
      const reply = await kernel.execute(source, { timeout_ms: CELL_MS });
      await recording.reply(reply, null);
      outputs.push(...reply.outputs);
    }
    options.look?.(journal);
  } finally {
    const session = journal.sessions.get(recording.session.session_id);
    for (const pid of [session?.recorder_pid, kernel.pid]) {
      if (typeof pid === "number") kill(pid);
    }
    await kernel.shutdown();
  }
  await removeFolder(root);
  return outputs;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
