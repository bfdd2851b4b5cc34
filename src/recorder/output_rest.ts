/**
 * Outputs beyond what is kept whole of a cell: a head of them, how long they are, and a digest.
 *
 * @module
 */
import type { Hash } from "node:crypto";
import { newSha256 } from "../base/digest.ts";
import type { Message } from "../jupyter/wire.ts";

/** Of what is left out this much of the head is kept, characters. */
export const HEAD_CHARS = 20_000;

/** What is left out of a cell's outputs. */
export class Rest {
  #hash: Hash = newSha256();
  #chars = 0;

  /** Takes in the first message that is left out; returns the head of it, which is kept. */
  headOf(message: Message): string {
    const text = textOf(message);
    const head = text.slice(0, HEAD_CHARS);
    this.#count(text.slice(HEAD_CHARS));
    return head;
  }

  /** Takes in a further message. */
  add(message: Message): void {
    this.#count(textOf(message));
  }

  /** What was left out since the last note, in one line; null when nothing was. */
  note(): string | null {
    if (this.#chars === 0) return null;
    const text =
      `\n[nbtrack: ${this.#chars} more characters of output, sha256:${
        this.#hash.digest("hex")
      }]\n`;
    this.#hash = newSha256();
    this.#chars = 0;
    return text;
  }

  #count(text: string): void {
    if (text === "") return;
    this.#hash.update(text);
    this.#chars += text.length;
  }
}

/** How much a message shows, characters: a little less than its JSON. */
export function sizeOf(message: Message): number {
  const { content } = message;
  switch (message.header.msg_type) {
    case "stream":
      return String(content["text"] ?? "").length;
    case "display_data":
    case "execute_result":
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
