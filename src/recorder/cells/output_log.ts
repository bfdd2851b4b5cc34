/**
 * The outputs of one execution on their way into the journal: written as they grow, bounded in memory and on disk.
 *
 * @module
 */
import { EXCLUDED_OUTPUT } from "../../notebook/excluded.ts";
import type { Journal } from "../../journal/journal.ts";
import { OpenEnd } from "../../redaction/split_streams.ts";
import { type Output, textOf } from "../../notebook/outputs.ts";
import { OutputList } from "../../jupyter/outputs.ts";
import type { Message } from "../../jupyter/wire.ts";
import { sizeOf, TruncatedOutput } from "./truncated_output.ts";

/** Outputs of one cell execution up to this size are kept whole, characters of what they show. */
export const MAX_CELL_OUTPUT_CHARS = 2_000_000;
/** Of so many outputs that are left out a head is kept. */
const MAX_HEADS = 10;
/** How many characters of a growing output are written again in one millisecond at most. */
const REWRITTEN_PER_MS = 500;

/** How long the end of a stream waits for what comes next, milliseconds. */
const MOST_HELD_MS = 2000;

/** What a display shows. */
export interface Shown {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** The outputs of one execution. */
export class OutputLog {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #position: number;
  #list = new OutputList({ errorLast: true });
  /** Outputs that are in the journal and no longer held here. */
  #before: number;
  /** Index of the first held output that is not in the journal as it is. */
  #dirty: number | null = null;
  #chars = 0;
  #truncated: TruncatedOutput | null = null;
  #heads = 0;
  #clearNext = false;
  #excluded = false;
  #next_write = 0;
  /** Which output begins the open end of each stream: what it becomes may change with the next output. */
  #open = new Map<string, number>();
  /** What waited for its end, and since when. */
  #held_at = { what: "", since: 0 };
  /** Whether an error was among them. */
  failed = false;

  constructor(
    journal: Journal,
    execution: { session_id: string; position: number },
    before = 0,
  ) {
    this.#before = before;
    this.#journal = journal;
    this.#session_id = execution.session_id;
    this.#position = execution.position;
  }

  /** Keeps a placeholder instead of everything the cell has shown and will show. */
  exclude(): void {
    const shown = this.#list.outputs.length > 0 || this.#before > 0;
    this.#excluded = true;
    this.#restart();
    if (shown) this.#add(EXCLUDED_OUTPUT.text);
    else this.#dirty = null;
  }

  /** Whether the cell is kept out of the record. */
  get excluded(): boolean {
    return this.#excluded;
  }

  /** Takes in a message; returns the number of the output it became, or null. */
  take(message: Message): number | null {
    const { msg_type } = message.header;
    if (msg_type === "error") this.failed = true;
    if (this.#excluded) {
      const shown = this.#list.outputs.length > 0 || this.#before > 0;
      if (!shown) this.#add(EXCLUDED_OUTPUT.text);
      return null;
    }
    if (msg_type === "clear_output") return this.#clear(message);
    if (this.#clearNext) this.#restart();
    const size = sizeOf(message);
    const fits = this.#chars + size <= MAX_CELL_OUTPUT_CHARS;
    if (fits || (msg_type === "error" && size <= MAX_CELL_OUTPUT_CHARS)) {
      // An error stands behind everything, also what is left out later.
      if (msg_type !== "error") this.#noteTruncated();
      this.#chars += size;
      return this.#apply(message);
    }
    return this.#leaveOut(message);
  }

  /** Replaces what an output shows, as a display update does. @returns false when it is no longer held here */
  replace(n: number, shown: Shown): boolean {
    const at = n - this.#before;
    const output = this.#list.outputs[at];
    if (
      output?.output_type !== "display_data" &&
      output?.output_type !== "execute_result"
    ) return false;
    Object.assign(output, shown);
    this.#touch(at);
    return true;
  }

  /** Writes what has changed; a long output that grows is not written again at every call, unless it is `now`. */
  flush(now = false): void {
    if (this.#dirty === null || (!now && Date.now() < this.#next_write)) return;
    const from = this.#dirty;
    const held = now ? new Map<number, number>() : this.#held(from);
    const texts = this.#list.outputs.slice(from).map((output, i) =>
      JSON.stringify(shortened(output, held.get(from + i)))
    );
    this.#dirty = held.size > 0 ? Math.min(...held.keys()) : null;
    const chars = texts.reduce((n, text) => n + text.length, 0);
    this.#next_write = Date.now() + chars / REWRITTEN_PER_MS;
    this.#journal.executions.putOutputs(
      this.#session_id,
      this.#position,
      texts,
      this.#before + from,
    );
  }

  /**
   * What of the streams' ends waits for what comes next: by output, how much of its text does not. What may be the
   * beginning of a secret waits for a moment, the beginning of a known one until the cell's outputs are let go of.
   */
  #held(from: number): Map<number, number> {
    const { redactor } = this.#journal;
    const openEnds = (known: boolean) => {
      const ends = new Map<string, OpenEnd>();
      for (const [i, output] of this.#list.outputs.slice(from).entries()) {
        if (output.output_type !== "stream") continue;
        const end = ends.get(output.name) ?? new OpenEnd();
        ends.set(output.name, end);
        end.add(
          from + i,
          textOf(output),
          (text) => redactor.unfinished?.(text, { known }) ?? 0,
        );
      }
      return [...ends].map(([name, { pieces }]) => ({ name, pieces }));
    };
    const open = openEnds(false);
    for (const { name, pieces: [first] } of open) {
      if (first === undefined) this.#open.delete(name);
      else this.#open.set(name, first.index);
    }
    const what = open.map(({ pieces }) =>
      pieces.map(({ index, start, text }) => `${index} ${start + text.length}`)
    ).join();
    if (what !== this.#held_at.what) {
      this.#held_at = { what, since: Date.now() };
    }
    const late = Date.now() - this.#held_at.since > MOST_HELD_MS;
    return new Map(
      (late ? openEnds(true) : open).flatMap(({ pieces }) =>
        pieces.map(({ index, start }) => [index, start] as const)
      ),
    );
  }

  /** Lets go of what is in memory; later outputs are added behind. @returns whether some were left out */
  release(): boolean {
    this.#noteTruncated();
    if (this.#list.outputs.length > 0 || this.#dirty !== null) this.#empty();
    return this.#truncated !== null;
  }

  #empty(): void {
    this.flush(true);
    this.#before += this.#list.outputs.length;
    this.#list = new OutputList({ errorLast: true });
    this.#open.clear();
  }

  #clear(message: Message): null {
    if (message.content["wait"] === true) this.#clearNext = true;
    else this.#restart();
    return null;
  }

  /** Everything shown so far is taken back. */
  #restart(): void {
    this.#clearNext = false;
    this.#list = new OutputList({ errorLast: true });
    this.#open.clear();
    this.#before = 0;
    this.#chars = 0;
    this.#truncated = null;
    this.#heads = 0;
    this.#dirty = 0;
  }

  #apply(message: Message): number | null {
    const { length } = this.#list.outputs;
    const changed = this.#list.apply(message);
    if (changed === null) return null;
    this.#touch(changed);
    // What is not joined to an earlier stream may still have gone in front of an error.
    return this.#before +
      (this.#list.outputs.length > length
        ? changed
        : this.#list.outputs.length - 1);
  }

  #leaveOut(message: Message): null {
    this.#truncated ??= new TruncatedOutput();
    if (!this.#truncated.pending && this.#heads++ < MAX_HEADS) {
      this.#add(this.#truncated.headOf(message));
    } else this.#truncated.add(message);
    return null;
  }

  /** Adds a note of how much was left out. */
  #noteTruncated(): void {
    const note = this.#truncated?.note() ?? null;
    if (note === null) return;
    this.#chars += note.length;
    this.#add(note);
  }

  #add(text: string): void {
    this.#touch(
      this.#list.add({ output_type: "stream", name: "stdout", text }),
    );
  }

  #touch(at: number): void {
    const output = this.#list.outputs[at];
    const open = output?.output_type === "stream"
      ? this.#open.get(output.name) ?? at
      : at;
    this.#dirty = Math.min(this.#dirty ?? at, at, open);
  }
}

/** A stream up to a character. */
function shortened(output: Output, to: number | undefined): Output {
  return output.output_type === "stream" && to !== undefined
    ? { ...output, text: textOf(output).slice(0, to) }
    : output;
}
