/**
 * `nbtrack doctor`
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { z } from "../base/zod.ts";
import { type Check, examine } from "../setup/doctor.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { jupyterFolders } from "../setup/kernelspec.ts";
import { asCalled } from "./output.ts";
import { plainLine } from "./text.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).max(
    1,
    "one notebook is looked at at a time",
  ),
});

const MARKS: Record<Check["state"], string> = {
  ok: "ok   ",
  warn: "warn ",
  fail: "FAIL ",
};

/** Defines `nbtrack doctor`. */
export function define(command: Command, done: Done): void {
  command.argument("[notebook]", "a notebook that makes trouble");
  example(command, "nbtrack doctor lesson.ipynb");
  act(command, done, {
    schema,
    async work({ args: [notebook] }, out) {
      const checks = await examine({
        home: nbtrackHome(),
        cwd: userFolder(),
        notebook: notebook === undefined ? undefined : resolvePath(notebook),
        jupyter: await jupyterFolders(),
      });
      out.result({ checks }, () => checks.map(lineOf).join("\n"));
      return checks.some((check) => check.state === "fail") ? 1 : 0;
    },
  });
}

function lineOf({ state, name, message, hint }: Check): string {
  const line = `${MARKS[state]} ${name}: ${plainLine(message)}`;
  return hint === null ? line : `${line}\n       ${asCalled(plainLine(hint))}`;
}
