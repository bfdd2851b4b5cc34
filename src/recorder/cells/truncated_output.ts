/**
 * Outputs beyond what is kept whole of a cell: a head of them, how long they are, and a digest.
 *
 * @module
 */
import type { Hash } from "node:crypto";
import { newSha256 } from "../../base/digest.ts";
import type { LongContent, Message } from "../../jupyter/wire.ts";

/** Of what is left out this much of the head is kept, characters. */
export const HEAD_CHARS = 20_000;

/** What is left out of a cell's outputs. */
export class TruncatedOutput {
  #hash: Hash = newSha256();
  #chars = 0;
  /** The only output that was left out, when it was too long even to be read. */
  #long: LongContent | null = null;

  /** Whether something was left out since the last note. */
  get pending(): boolean {
    return this.#chars > 0;
  }

  /** Takes in the first message that is left out; returns the head of it, which is kept. */
  headOf(message: Message): string {
    if (message.long !== undefined) {
      this.add(message);
      return message.long.head.slice(0, HEAD_CHARS);
    }
    const text = textOf(message);
    this.#count(text.slice(HEAD_CHARS));
    return text.slice(0, HEAD_CHARS);
  }

  /** Takes in a further message. */
  add(message: Message): void {
    const { long } = message;
    if (long === undefined) return this.#count(textOf(message));
    const first = this.#chars === 0;
    this.#count(long.digest, long.length);
    if (first) this.#long = long;
  }

  /** What was left out since the last note, in one line; null when nothing was. */
  note(): string | null {
    if (this.#chars === 0) return null;
    const what = this.#long === null
      ? `${this.#chars} more characters of output, sha256:${
        this.#hash.digest("hex")
      }`
      : `an output of ${this.#long.length} bytes as JSON, ${this.#long.digest}`;
    this.#hash = newSha256();
    this.#chars = 0;
    this.#long = null;
    return `\n[nbtrack: ${what}]\n`;
  }

  #count(text: string, length = text.length): void {
    if (text === "") return;
    this.#hash.update(text);
    this.#chars += length;
    this.#long = null;
  }
}

/** How much a message shows, characters: a little less than its JSON. */
export function sizeOf(message: Message): number {
  const { content, long } = message;
  if (long !== undefined) return long.length;
  switch (message.header.msg_type) {
    case "stream":
      return String(content["text"] ?? "").length;
    case "display_data":
    case "execute_result":
    case "update_display_data":
      return Object.values(content["data"] ?? {}).reduce<number>(
        (n, value) => n + lengthOf(value),
        0,
      );
    case "error":
      return lengthOf(content["evalue"]) + lengthOf(content["traceback"]);
    default:
      return 0;
  }
}

function lengthOf(value: unknown): number {
  return typeof value === "string"
    ? value.length
    : JSON.stringify(value)?.length ?? 0;
}

function textOf({ header, content }: Message): string {
  switch (header.msg_type) {
    case "stream":
      return String(content["text"] ?? "");
    case "error":
      return `${content["ename"]}: ${content["evalue"]}`;
    default:
      return JSON.stringify(content["data"] ?? {});
  }
}
