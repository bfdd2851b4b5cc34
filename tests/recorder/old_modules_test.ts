import { assertEquals, assertMatch } from "@std/assert";
import type { Message } from "../../src/jupyter/wire.ts";
import { startKernel } from "../../src/jupyter/kernel.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";

/** A kernel in which cells are executed and what they print on standard error is heard. */
interface Heard extends AsyncDisposable {
  /** Executes a cell. @returns What it showed as its value */
  execute(code: string): Promise<string>;
  /** What was printed so far, also between cells. */
  stderr(): string;
}

function listening(): { text: () => string; take: (m: Message) => void } {
  let text = "";
  return {
    text: () => text,
    take({ header, content }) {
      if (header.msg_type === "stream" && content["name"] === "stderr") {
        text += String(content["text"]);
      }
    },
  };
}

async function plainKernel(space: Workspace): Promise<Heard> {
  const heard = listening();
  const kernel = await startKernel({
    cwd: space.work,
    env: space.env,
    onMessage: heard.take,
  });
  return {
    async execute(code) {
      const reply = await kernel.execute(code);
      assertEquals(reply.status, "ok", code);
      return JSON.stringify(reply.outputs);
    },
    stderr: heard.text,
    async [Symbol.asyncDispose]() {
      await kernel.shutdown();
    },
  };
}

async function trackedKernel(space: Workspace): Promise<Heard> {
  const heard = listening();
  const front = await FrontEnd.start(space);
  front.listen(heard.take);
  return {
    async execute(code) {
      const { status, value } = await front.execute(code);
      assertEquals(status, "ok", code);
      return value ?? "";
    },
    stderr: heard.text,
    [Symbol.asyncDispose]: () => front[Symbol.asyncDispose](),
  };
}

for (
  const [name, start] of [
    ["Deno's own kernel", plainKernel],
    ["the tracked kernel", trackedKernel],
  ] as const
) {
  Deno.test(`a cell that uses a local module which was changed on disk is told so in ${name}, once, with a remedy that works`, async () => {
    await using space = Workspace.make();
    const module = `${space.work}/metrics.ts`;
    Deno.writeTextFileSync(module, "export const score = () => 'old';\n");
    await using kernel = await start(space);
    await kernel.execute(`${IMPORT}\nconst run = await track("modules");`);
    await kernel.execute('import { score } from "./metrics.ts";');
    const run = await until("the run", () => space.runs()[0]);
    const { session_id } = run;
    const imported = await until("the import", () => {
      const last = space.journal.executions.lastEnded(session_id);
      return last?.source?.includes("./metrics.ts") && last;
    });
    // What is saved in the moment of an import could be what was imported, and files are dated by a clock of few ticks.
    await until("the next tick of the clock that dates files", () => {
      Deno.writeTextFileSync(`${space.folder}/tick`, "");
      const { mtime } = Deno.statSync(`${space.folder}/tick`);
      return mtime !== null && mtime.getTime() > (imported.end_time ?? 0) + 1;
    });
    Deno.writeTextFileSync(module, "export const score = () => 'new';\n");
    await until(
      "the change",
      () => space.journal.entries.document(run.run_id, "module_changes"),
    );
    await kernel.execute("1 + 1");
    assertMatch(await kernel.execute("score()"), /old/);
    const sentence = /nbtrack: cell \[4\] still uses metrics\.ts of .*/g;
    await until("the sentence", () => kernel.stderr().match(sentence));
    assertMatch(
      kernel.stderr(),
      /of \d\d:\d\d(?::\d\d)?: it was changed at \d\d:\d\d(?::\d\d)?, .* Restart the kernel, or import "\.\/metrics\.ts\?2" to use the saved one\./,
    );
    await kernel.execute('import { score } from "./metrics.ts?2";');
    assertMatch(await kernel.execute("score()"), /new/);
    await kernel.execute("await run.end();");
    assertEquals(kernel.stderr().match(/still uses/g)?.length, 1);
    const record = await space.finalised();
    assertEquals(
      (record.hidden_state ?? []).filter(({ flag }) => flag === "old-module")
        .map(({ cell }) => record.cells[cell]?.execution_count),
      [4],
    );
  });
}
