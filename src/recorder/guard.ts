/**
 * Who watches over a recorder that gives way: where other programs take all processors the recorder may not run at all
 * for seconds, and so cannot see that it is late itself. A shell in a session of its own hears from it while it gives way,
 * and brings it forward when it hears nothing.
 *
 * @module
 */
import { spawnProcess } from "../base/process.ts";

/** Hearing nothing for so long it acts, seconds. */
const SILENCE_S = 0.4;
/** What is said at most so often, milliseconds. */
const BEAT_MS = 100;
/** What it hears when the recorder gives way, and goes on giving way; any other line ends that. */
const BEHIND = new TextEncoder().encode("behind\n");
const FORWARD = new TextEncoder().encode("forward\n");

/**
 * `read -t` ends with more than 128 when the time is over, with 1 when the recorder has gone. Without privileges the
 * share may be set once in 100 ms on the whole machine: where that failed it is set after the next silence.
 */
const SCRIPT = `wait=
while :; do
  read -r \${wait:+-t "$wait"} word
  got=$?
  if [ $got -gt 128 ]; then echo 0 > "/proc/$1/autogroup"
  elif [ $got -ne 0 ]; then exit
  elif [ "$word" = behind ]; then wait=${SILENCE_S}
  else wait=
  fi
done 2>/dev/null`;

/** The guard of this process. */
export class Guard {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #said = -Infinity;
  #isThere = true;
  #hears = false;

  /** @throws where there is no bash */
  constructor() {
    const child = spawnProcess("bash", {
      args: ["-c", SCRIPT, "nbtrack", String(Deno.pid)],
      clearEnv: true,
      cwd: "/",
      stdin: "piped",
      detached: true,
    });
    child.unref();
    this.#writer = child.stdin.getWriter();
    child.status.then(() => this.#isThere = false, () => {}); // that it has ended is all there is to know
  }

  /** Whether it still watches. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Whether it was told that this process gives way, and acts when it hears nothing more. */
  get hears(): boolean {
    return this.#isThere && this.#hears;
  }

  /** Says that this process gives way, or still does. */
  behind(): void {
    const now = performance.now();
    if (now - this.#said < BEAT_MS) return;
    this.#said = now;
    this.#say(BEHIND, () => this.#hears = this.#said === now);
  }

  /** Says that it does so no more. */
  forward(): void {
    this.#said = -Infinity;
    this.#hears = false;
    this.#say(FORWARD);
  }

  #say(
    line: Uint8Array<ArrayBuffer>,
    written: () => void = () => {},
  ): void {
    if (!this.#isThere) return;
    this.#writer.write(line).then(written, () => this.#isThere = false);
  }
}
