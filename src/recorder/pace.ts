/**
 * How a recorder gives way to its notebook, whose threads and compilers wait for the processor that the recorder is on.
 * On Linux its session has the smallest share while others want the processors, and it rests for a moment after each
 * piece of work, as whatever runs keeps its processor for a while (EEVDF's slice) before the share counts. While
 * somebody waits for it, or where it comes late itself, it works on as any other program.
 *
 * @module
 */
import type { SessionShare } from "./priority.ts";

/** A piece of work before a rest, milliseconds. */
const PIECE_MS = 0.25;
/** A rest, milliseconds; Linux adds some 0.05. */
const REST_MS = 0.1;
/** For so long nobody must have waited before it gives way, milliseconds. */
const QUIET_MS = 200;
/** More than so much later than it wanted it is late, milliseconds. */
const LATE_MS = 300;
/** For so long it does not give way after it was late, milliseconds; each time twice as long, up to the second. */
const STAYS_MS = [10_000, 300_000] as const;
/** After so long a share that could not be set is set again, milliseconds. */
const AGAIN_MS = 110;

/** What a pace takes from its surroundings. */
export interface PaceParts {
  /** Null where nothing is gained by giving way. */
  share: SessionShare | null;
  /** Milliseconds of a clock that never goes back. @default {performance.now} */
  now?: () => number;
  /** Lets so many milliseconds pass. @default {the thread stands still} */
  rest?: (ms: number) => void;
}

const still = new Int32Array(new SharedArrayBuffer(4));

/** The pace of one recorder. */
export class Pace {
  readonly #share: SessionShare | null;
  readonly #now: () => number;
  readonly #rest: (ms: number) => void;
  /** Whether it gives way. */
  #behind = false;
  /** Whether the share was set so. */
  #isSet = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** How much is being carried out that somebody waits for. */
  #waiting = 0;
  /** Not before this moment it gives way. */
  #from: number;
  /** When the work that goes on should have been done, at the latest. */
  #dueAt = Infinity;
  /** When the last rest ended. */
  #rested = 0;
  #stay: number = STAYS_MS[0];

  constructor({ share, now, rest }: PaceParts) {
    this.#share = share;
    this.#now = now ?? (() => performance.now());
    this.#rest = rest ?? ((ms) => Atomics.wait(still, 0, 0, ms));
    this.#from = this.#now() + QUIET_MS;
  }

  /** Whether a piece of work is done, after which a rest is due. */
  get isDue(): boolean {
    return this.#behind && this.#now() - this.#rested >= PIECE_MS;
  }

  /** Says that work begins that was wanted at a moment. @param wanted As `now` counts. @default {now} */
  begin(wanted: number = this.#now()): void {
    this.#dueAt = wanted + LATE_MS;
    if (this.#share === null) return;
    if (this.#behind) {
      if (!this.#share.beat()) return this.#forward(STAYS_MS[1]);
      return this.#check(this.#now());
    }
    if (this.#waiting > 0 || this.#now() < this.#from) return;
    this.#behind = this.#isSet = this.#share.giveWay();
  }

  /** Rests if it is due. */
  rest(): void {
    if (!this.isDue) return;
    this.#check(this.#now());
    if (!this.#behind) return;
    this.#rest(REST_MS);
    this.#rested = this.#now();
  }

  /** Carries out what somebody waits for. */
  async hurried<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    this.#forward(QUIET_MS);
    try {
      return await work();
    } finally {
      this.#waiting--;
      this.#forward(QUIET_MS);
    }
  }

  /** Comes forward where it is late. */
  #check(now: number): void {
    if (now <= this.#dueAt) return;
    this.#forward(this.#stay);
    this.#stay = Math.min(this.#stay * 2, STAYS_MS[1]);
  }

  #forward(stays_ms: number): void {
    this.#from = Math.max(this.#from, this.#now() + stays_ms);
    this.#behind = false;
    this.#unset();
  }

  #unset(): void {
    clearTimeout(this.#again);
    if (!this.#isSet || this.#behind) return;
    this.#isSet = this.#share?.comeForward() === false;
    if (!this.#isSet) return;
    const again = setTimeout(() => this.#unset(), AGAIN_MS);
    Deno.unrefTimer(again);
    this.#again = again;
  }
}
