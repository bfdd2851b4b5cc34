/**
 * What the kernel says of an execution that begins.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { isOwnCode } from "../../jupyter/execute.ts";
import { type Message, timeOf } from "../../jupyter/wire.ts";

const schema = z.looseObject({
  code: z.string(),
  execution_count: z.number().int().nullable().catch(null),
});

/** An execution's input. */
export interface CellInput {
  /** Null when it is too long to be read. */
  code: string | null;
  /** Null when it was not read; of a silent request, or one without history, that of the execution before. */
  count: number | null;
  /** Milliseconds since 1970, by the kernel. */
  start_time: number;
}

/** Reads an `execute_input`. */
export function inputOf(message: Message): CellInput {
  if (message.long !== undefined) {
    return { code: null, count: null, start_time: timeOf(message) };
  }
  const { code, execution_count } = schema.parse(message.content);
  return { code, count: execution_count, start_time: timeOf(message) };
}

/** Whether a request that the kernel does not count is no cell: nbtrack's own, or one that only asks for the count. */
export function isNoCell(code: string | null): boolean {
  return code !== null && (isOwnCode(code) || code.trim() === "");
}
