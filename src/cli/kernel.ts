/**
 * `nbtrack kernel`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import {
  installKernelspec,
  TRACKED_DISPLAY,
  TRACKED_NAME,
  uninstallKernelspec,
} from "../setup/tracked_kernelspec.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";

const schema = z.object({
  args: z.tuple([
    z.enum(["install", "uninstall"], "it is neither install nor uninstall"),
  ]),
  name: z.string().min(1, "it is empty").optional(),
  display: z.string().min(1, "it is empty").optional(),
  prefix: z.string().min(1, "it is empty").optional(),
});

/** Defines `nbtrack kernel`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<action>", "install or uninstall")
    .option("--name <name>", `its name (default: ${TRACKED_NAME})`)
    .option("--display <text>", `what people see (default: ${TRACKED_DISPLAY})`)
    .option(
      "--prefix <dir>",
      "into DIR/share/jupyter/kernels (default: the user's folder of Jupyter)",
    );
  example(command, "nbtrack kernel install");
  act(command, done, {
    schema,
    async work({ args: [action], display, ...given }, out) {
      const options = {
        name: given.name,
        prefix: given.prefix === undefined
          ? undefined
          : resolvePath(given.prefix),
      };
      if (action === "uninstall") {
        const removed = await uninstallKernelspec(options);
        out.result(
          { removed },
          () =>
            removed === null
              ? "There was no tracked kernel to remove."
              : `removed  ${removed}`,
        );
        return 0;
      }
      const { folder, name } = await installKernelspec({ ...options, display });
      out.result(
        { kernelspec: folder, name },
        () =>
          `installed  ${folder}\nChoose the kernel "${
            display ?? TRACKED_DISPLAY
          }" in JupyterLab or VS Code: it records from the first cell.`,
      );
      return 0;
    },
  });
}
