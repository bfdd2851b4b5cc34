/**
 * `nbtrack allow`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { allowSecret } from "../redaction/allowed.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { UsageError } from "./errors.ts";
import { openJournal } from "./journal.ts";

const schema = z.object({ args: z.tuple([z.string().min(1, "it is empty")]) });

/** Defines `nbtrack allow`. */
export function define(command: Command, done: Done): void {
  command.argument("<placeholder>", 'such as "[redacted key 7f3a09c2]"');
  example(command, 'nbtrack allow "[redacted key 7f3a09c2]"');
  act(command, done, {
    schema,
    async work({ args: [placeholder] }, out) {
      using journal = await Promise.resolve(openJournal());
      const digests = journal.entries.redactedDigests(placeholder);
      if (digests.length !== 1) {
        throw new UsageError(
          digests.length === 0
            ? `Nothing was redacted as ${placeholder} on this machine.`
            : `Several values were redacted as ${placeholder}; none of them was allowed.`,
          { hint: "nbtrack show RUN --json lists a run's redactions." },
        );
      }
      allowSecret(journal.home, digests[0] ?? "");
      out.result(
        { allowed: placeholder },
        () => `${placeholder} is stored as it is from now on, on this machine.`,
      );
      return 0;
    },
  });
}
