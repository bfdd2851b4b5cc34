/**
 * The outputs of one execution on their way into the journal: written as they grow, bounded in memory and on disk.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { EXCLUDED_OUTPUT } from "../capture/excluded.ts";
import type { Journal } from "../journal/journal.ts";
import { type Output, OutputList } from "../jupyter/outputs.ts";
import type { Message } from "../jupyter/wire.ts";

/** Outputs of one cell execution up to this size are kept whole, characters of their JSON. */
export const MAX_CELL_OUTPUT_CHARS = 2_000_000;
/** Of a larger output this much of its head is kept, characters. */
export const HEAD_CHARS = 20_000;

/** The outputs of one execution. */
export class OutputLog {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #position: number;
  readonly #list = new OutputList();
  /** Outputs that are in the journal and no longer held here. */
  #before: number;
  #dirty: number | null = null;
  #chars = 0;
  #cut: { hash: ReturnType<typeof createHash>; chars: number } | null = null;
  #excluded = false;
  /** Whether an error was among them. */
  failed = false;

  constructor(
    journal: Journal,
    session_id: string,
    position: number,
    before = 0,
  ) {
    this.#before = before;
    this.#journal = journal;
    this.#session_id = session_id;
    this.#position = position;
  }

  /** Whether something of it was kept only by digest and head. */
  get cut(): boolean {
    return this.#cut !== null;
  }

  /** Keeps a placeholder in place of everything the cell shows. */
  exclude(): void {
    this.#excluded = true;
  }

  /** Takes in a message; returns the number of the output it became, or null. */
  take(message: Message): number | null {
    if (message.header.msg_type === "error") this.failed = true;
    if (this.#excluded) {
      if (this.#list.outputs.length === 0) this.#add(EXCLUDED_OUTPUT.text);
      return null;
    }
    const size = sizeOf(message);
    if (message.header.msg_type === "clear_output") this.#chars = 0;
    if (this.#cut !== null || this.#chars + size > MAX_CELL_OUTPUT_CHARS) {
      return message.header.msg_type === "error"
        ? this.#apply(message)
        : this.#drop(message, size);
    }
    this.#chars += size;
    return this.#apply(message);
  }

  /** Replaces the data of an output that is still held here, as a display update does. */
  replace(
    n: number,
    shown: { data: Record<string, unknown>; metadata: Record<string, unknown> },
  ): void {
    const output = this.#list.outputs[n - this.#before];
    if (
      output?.output_type === "display_data" ||
      output?.output_type === "execute_result"
    ) {
      Object.assign(output, shown);
    }
  }

  /** Writes what has changed. */
  flush(): void {
    if (this.#dirty === null) return;
    const texts = this.#list.outputs.slice(this.#dirty).map((o) =>
      JSON.stringify(o)
    );
    const from = this.#before + this.#dirty;
    this.#dirty = null;
    this.#journal.executions.putOutputs(
      this.#session_id,
      this.#position,
      texts,
      from,
    );
  }

  /** Lets go of what is in memory; later outputs are added behind. */
  release(): void {
    this.#closeCut();
    this.flush();
    this.#before += this.#list.outputs.length;
    this.#list.outputs.length = 0;
  }

  #apply(message: Message): number | null {
    const changed = this.#list.apply(message);
    if (changed === null) return null;
    this.#dirty = Math.min(this.#dirty ?? changed, changed);
    return this.#before + this.#list.outputs.length - 1;
  }

  #drop(message: Message, size: number): null {
    if (size === 0) return null;
    const text = textOf(message);
    if (this.#cut === null) {
      this.#cut = { hash: createHash("sha256"), chars: 0 };
      this.#add(text.slice(0, HEAD_CHARS));
    }
    this.#cut.hash.update(text);
    this.#cut.chars += text.length;
    return null;
  }

  #closeCut(): void {
    if (this.#cut === null || this.#cut.chars === 0) return;
    const { hash, chars } = this.#cut;
    this.#add(
      `\n[nbtrack: ${chars} more characters of output, sha256:${
        hash.digest("hex")
      }]\n`,
    );
    this.#cut = { hash: createHash("sha256"), chars: 0 };
  }

  #add(text: string): void {
    const output: Output = { output_type: "stream", name: "stdout", text };
    const changed = this.#list.add(output);
    this.#dirty = Math.min(this.#dirty ?? changed, changed);
  }
}

function sizeOf(message: Message): number {
  const { content } = message;
  switch (message.header.msg_type) {
    case "stream":
      return String(content["text"] ?? "").length;
    case "display_data":
    case "execute_result":
      return JSON.stringify(content["data"] ?? {}).length;
    default:
      return 0;
  }
}

function textOf(message: Message): string {
  return message.header.msg_type === "stream"
    ? String(message.content["text"] ?? "")
    : JSON.stringify(message.content["data"] ?? {});
}
