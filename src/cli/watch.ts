/**
 * `nbtrack watch`
 *
 * @module
 */
import { withMinusZero } from "../base/numbers.ts";
import { z } from "../base/zod.ts";
import { findLocal } from "../record/find.ts";
import { RunWatch } from "../record/watch.ts";
import { closeLostSessions } from "../recorder/lost_sessions.ts";
import { act, type Done, example, type ExitCode } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";
import { runsText } from "./runs_text.ts";
import { updateLine } from "./watch_text.ts";

/** How often runs are polled, milliseconds. */
const POLL_MS = 500;

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")),
  experiment: z.string().optional(),
});

/** Defines `nbtrack watch`. */
export function define(command: Command, done: Done): void {
  command
    .argument("[run...]", "only these runs (default: all that are open)")
    .option("--experiment <name>", "the experiment in which names are meant");
  example(command, "nbtrack watch last");
  act(command, done, {
    schema,
    async work({ args, experiment }, out) {
      using journal = openJournal();
      await closeLostSessions(journal);
      const watch = new RunWatch(
        journal,
        args.map((text) => findLocal(text, journal, { experiment })),
      );
      const terminal = !out.json && Deno.stdout.isTerminal();
      let drawn = 0;
      let tried = false;
      for (;;) {
        const { changed, all, open } = watch.poll();
        if (terminal && changed.length > 0) {
          const text = runsText(all, out);
          if (drawn > 0) out.bytes(new TextEncoder().encode(up(drawn)));
          out.line("", () => text);
          drawn = text.split("\n").length;
        } else {
          for (const update of changed) {
            out.line(
              JSON.stringify(update, withMinusZero),
              () => updateLine(update),
            );
          }
        }
        if (all.length === 0) out.note("No run is open.");
        if (!open && watch.lost.size > 0 && !tried) {
          tried = true;
          await closeLostSessions(journal);
          continue;
        }
        if (!open) return lostText(watch.lost, out);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  });
}

/** Says of which runs nobody was left to end them. */
function lostText(lost: ReadonlySet<string>, out: CommandOutput): ExitCode {
  for (const run_id of lost) {
    out.note(
      `Run ${
        run_id.slice(0, 8)
      } has lost its kernel and its recorder, which were killed: \`nbtrack sync\` closes what is still open of it.`,
    );
  }
  return lost.size > 0 ? 1 : 0;
}

/** Moves a terminal's cursor up, and takes away what is below. */
function up(lines: number): string {
  return `\u001b[${lines}A\u001b[0J`;
}
