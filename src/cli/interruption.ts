/**
 * Commands whose work is worth nothing before it is whole: a signal ends them at once.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { showFailure } from "./output.ts";

/** The signals that end a command, with their numbers. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] =
  Deno.build.os === "windows"
    ? [["SIGINT", 2], ["SIGBREAK", 21]]
    : [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]];

/**
 * Ends this process as soon as a signal asks for it: exiting ends its processes and removes its folders, see
 * `base/at_exit.ts`.
 *
 * @param what What comes of it, in a sentence behind the signal
 */
export function endOnSignal(what: string, json: boolean): void {
  for (const [signal, number] of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      showFailure(
        new NbtrackError(`Ended by ${signal}: ${what}.`, { hint: "" }),
        json,
      );
      Deno.exit(128 + number);
    });
  }
}
