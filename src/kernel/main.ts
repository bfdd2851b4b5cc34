/**
 * The program behind the kernelspec "Deno (nbtrack)": serves a connection file with a tracked kernel, in the folder it
 * is started in, until the kernel ends.
 *
 * @module
 */
import { ENV, nbtrackHome, readEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { RecorderLog } from "../base/log.ts";
import { readConnectionFile } from "../jupyter/connection.ts";
import { START_TRIES } from "../jupyter/kernel_process.ts";
import { openRecording } from "./session.ts";
import { TrackedKernel } from "./tracked_kernel.ts";

// Behind the arguments of Deno's own kernel too: what starts the one can start the other.
const file = Deno.args.at(-1);
if (file === undefined) {
  console.error(
    "usage: kernel CONNECTION_FILE (started by Jupyter, from the kernelspec that `nbtrack kernel install` writes)",
  );
  Deno.exit(2);
}
const log = new RecorderLog(nbtrackHome(), `kernel ${Deno.pid}`);
try {
  const frontEnd = readConnectionFile(file);
  const cwd = Deno.cwd();
  const notebook = readEnv(ENV.jupyterSession);
  for (let tries = 1;; tries++) {
    const recording = openRecording({
      cwd,
      notebook: notebook?.endsWith(".ipynb") ? notebook : null,
      log,
    });
    const kernel = await TrackedKernel.start({
      frontEnd,
      cwd,
      env: recording.env,
      observer: recording,
      onTrouble: (what, error) => log.write(what, error),
    });
    const { code } = await kernel.exited;
    await recording.close();
    if (!kernel.portsTaken || tries === START_TRIES) Deno.exit(code);
  }
} catch (error) {
  log.write("kernel", error);
  console.error(
    `nbtrack: the tracked kernel cannot start: ${messageOf(error)}`,
  );
  Deno.exit(1);
}
