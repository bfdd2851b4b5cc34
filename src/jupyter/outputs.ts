/**
 * From IOPub messages to nbformat outputs, as front ends do it.
 *
 * @module
 */
import { type ContentOf, contentOf } from "./messages.ts";
import { isMessageError, type Message } from "./wire.ts";
import { type Output, textOf } from "../notebook/outputs.ts";

/** A stream goes on in a second output before it is longer than a text can be, characters. */
const MAX_STREAM_CHARS = 2 ** 28;

/** The output a message carries, or null when it carries none, or one that is not as Jupyter has it. */
export function outputOf(message: Message): Output | null {
  switch (message.header.msg_type) {
    case "stream": {
      const content = lenient(message, "stream");
      return content && {
        name: content.name,
        output_type: "stream",
        text: content.text,
      };
    }
    case "display_data": {
      const content = lenient(message, "display_data");
      return content && {
        data: content.data,
        metadata: content.metadata,
        output_type: "display_data",
      };
    }
    case "execute_result": {
      const content = lenient(message, "execute_result");
      return content && {
        data: content.data,
        execution_count: content.execution_count,
        metadata: content.metadata,
        output_type: "execute_result",
      };
    }
    case "error": {
      const content = lenient(message, "error");
      return content && {
        ename: content.ename,
        evalue: content.evalue,
        output_type: "error",
        traceback: content.traceback,
      };
    }
    default:
      return null;
  }
}

/** The id under which a display can be updated, or null. */
export function displayIdOf(message: Message): string | null {
  const transient = message.content["transient"];
  const id = typeof transient === "object" && transient !== null
    ? (transient as Record<string, unknown>)["display_id"]
    : undefined;
  return typeof id === "string" ? id : null;
}

/** The displays of a notebook by their ids: an update changes them in whatever cell they are. */
export class Displays {
  readonly #byId = new Map<string, Output[]>();

  /** Remembers an output that a message with a display id became. */
  note(message: Message, output: Output): void {
    const id = displayIdOf(message);
    if (id === null) return;
    const known = this.#byId.get(id);
    if (known === undefined) this.#byId.set(id, [output]);
    else known.push(output);
  }

  /** Applies an `update_display_data`; returns whether it changed anything. */
  update(message: Message): boolean {
    const content = lenient(message, "update_display_data");
    const shown = this.#byId.get(displayIdOf(message) ?? "");
    if (content === null || shown === undefined) return false;
    const { data, metadata } = content;
    for (const output of shown) Object.assign(output, { data, metadata });
    return true;
  }
}

/** How outputs are collected. */
export interface OutputListOptions {
  /** The notebook's displays, shared by its cells. @default {those of this list alone} */
  displays?: Displays;
  /**
   * Keeps an error behind everything else: a kernel may send it over another way than what the cell had printed
   * before it. @default {false}
   */
  errorLast?: boolean;
}

/** The outputs of one execution as they grow. */
export class OutputList {
  /** The outputs so far. */
  readonly outputs: Output[] = [];
  readonly #displays: Displays;
  readonly #errorLast: boolean;
  #clearNext = false;

  constructor(options: OutputListOptions = {}) {
    this.#displays = options.displays ?? new Displays();
    this.#errorLast = options.errorLast ?? false;
  }

  /**
   * Takes in a message. Returns the index of the first output that changed, or null; an update of a display that may
   * lie in another list gives null.
   */
  apply(message: Message): number | null {
    const { msg_type } = message.header;
    if (msg_type === "update_display_data") {
      this.#displays.update(message);
      return null;
    }
    if (msg_type === "clear_output") {
      if (lenient(message, "clear_output")?.wait === true) {
        this.#clearNext = true;
        return null;
      }
      this.outputs.length = 0;
      this.#clearNext = false;
      return 0;
    }
    const output = outputOf(message);
    if (output === null) return null;
    const at = this.add(output);
    this.#displays.note(message, output);
    return at;
  }

  /** Adds an output; a stream is joined to the last one of that name. Returns the first index that changed. */
  add(output: Output): number {
    const cleared = this.#clearNext;
    if (cleared) this.outputs.length = 0;
    this.#clearNext = false;
    const end = this.#end(output);
    const last = this.outputs[end - 1];
    const continues = output.output_type === "stream" &&
      last?.output_type === "stream" && last.name === output.name &&
      last.text.length + output.text.length <= MAX_STREAM_CHARS;
    if (continues) last.text = `${textOf(last)}${textOf(output)}`;
    else this.outputs.splice(end, 0, output);
    return cleared ? 0 : continues ? end - 1 : end;
  }

  #end(output: Output): number {
    const { length } = this.outputs;
    return this.#errorLast && output.output_type !== "error" &&
        this.outputs[length - 1]?.output_type === "error"
      ? length - 1
      : length;
  }
}

/** One message that is not as Jupyter has it must not end the record of a session: it shows nothing. */
function lenient<T extends Parameters<typeof contentOf>[1]>(
  message: Message,
  type: T,
): ContentOf<T> | null {
  try {
    return contentOf(message, type);
  } catch (error) {
    if (isMessageError(error)) return null;
    throw error;
  }
}
