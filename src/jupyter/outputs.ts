/**
 * From IOPub messages to nbformat outputs, as front ends do it.
 *
 * @module
 */
import type { Message } from "./wire.ts";

/** A MIME bundle. */
export type MimeBundle = Record<string, unknown>;

/** An output of nbformat 4. */
export type Output =
  | {
    output_type: "stream";
    name: "stdout" | "stderr";
    text: string | string[];
  }
  | {
    output_type: "display_data";
    data: MimeBundle;
    metadata: Record<string, unknown>;
  }
  | {
    output_type: "execute_result";
    execution_count: number | null;
    data: MimeBundle;
    metadata: Record<string, unknown>;
  }
  | {
    output_type: "error";
    ename: string;
    evalue: string;
    traceback: string[];
  };

/** The output a message carries, or null when it carries none. */
export function outputOf(message: Message): Output | null {
  const { content } = message;
  switch (message.header.msg_type) {
    case "stream":
      return {
        output_type: "stream",
        name: content["name"] === "stderr" ? "stderr" : "stdout",
        text: String(content["text"] ?? ""),
      };
    case "display_data":
      return {
        output_type: "display_data",
        data: bundle(content["data"]),
        metadata: bundle(content["metadata"]),
      };
    case "execute_result":
      return {
        output_type: "execute_result",
        execution_count: typeof content["execution_count"] === "number"
          ? content["execution_count"]
          : null,
        data: bundle(content["data"]),
        metadata: bundle(content["metadata"]),
      };
    case "error":
      return {
        output_type: "error",
        ename: String(content["ename"] ?? "Error"),
        evalue: String(content["evalue"] ?? ""),
        traceback: Array.isArray(content["traceback"])
          ? content["traceback"].map(String)
          : [],
      };
    default:
      return null;
  }
}

/** The id under which a display can be updated, or null. */
export function displayIdOf(message: Message): string | null {
  const id = bundle(message.content["transient"])["display_id"];
  return typeof id === "string" ? id : null;
}

/** What a display message shows. */
export function displayedIn(
  message: Message,
): { data: MimeBundle; metadata: Record<string, unknown> } {
  return {
    data: bundle(message.content["data"]),
    metadata: bundle(message.content["metadata"]),
  };
}

/** The outputs of one execution as they grow. */
export class OutputList {
  /** The outputs so far. */
  readonly outputs: Output[] = [];
  #clearNext = false;

  /** Takes in a message; returns the index of the first output that changed, or null. */
  apply(message: Message): number | null {
    if (message.header.msg_type === "clear_output") {
      if (message.content["wait"] === true) {
        this.#clearNext = true;
        return null;
      }
      this.outputs.length = 0;
      return 0;
    }
    const output = outputOf(message);
    if (output === null) return null;
    return this.add(output);
  }

  /** Adds an output; a stream goes on where the last one of that name ended. */
  add(output: Output): number {
    const cleared = this.#clearNext;
    if (cleared) {
      this.outputs.length = 0;
      this.#clearNext = false;
    }
    const last = this.outputs.at(-1);
    if (
      output.output_type === "stream" && last?.output_type === "stream" &&
      last.name === output.name
    ) {
      last.text = `${last.text}${output.text}`;
      return cleared ? 0 : this.outputs.length - 1;
    }
    this.outputs.push(output);
    return cleared ? 0 : this.outputs.length - 1;
  }
}

function bundle(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}
