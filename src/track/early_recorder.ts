/**
 * A recorder that starts while the cell still loads what `track()` needs: starting a process and loading modules each
 * take some 25 ms, and neither needs the other.
 *
 * Loaded before anything else in cells: nothing here may load a library.
 *
 * @module
 */
import { ENV, nbtrackHome, readEnv } from "../base/env.ts";
import { TRACKING_STATE } from "../base/names.ts";
import { randomSource } from "../base/random_hook.ts";
import { locateConnectionFile } from "../jupyter/locate.ts";
import { type StartedRecorder, startRecorder } from "../recorder/spawn.ts";
import { jupyter } from "./surroundings.ts";

let early: StartedRecorder | null = null;

/** Starts a recorder, unless this process has one or is run by somebody who has started it. */
export function startEarly(): void {
  if (early !== null || TRACKING_STATE in globalThis) return;
  if (randomSource() !== null || readEnv(ENV.notebook) !== undefined) return;
  const inCell = jupyter() !== null;
  try {
    const connection_file = inCell ? locateConnectionFile() : null;
    const home = nbtrackHome();
    // At the first run on a machine it is not there yet.
    Deno.mkdirSync(home, { recursive: true, mode: 0o700 });
    early = startRecorder(home, { connection_file, inCell });
  } catch {
    // No folder can be made, or no process be started: it is tried again, and said, by the run.
  }
}

/** The recorder that was started, once. */
export function takeEarly(): StartedRecorder | null {
  const started = early;
  early = null;
  return started;
}
