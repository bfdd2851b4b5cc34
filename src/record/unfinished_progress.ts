/**
 * Progress displays that did not come to their end: of an interrupted loop in Deno's own kernel nothing else is seen.
 *
 * @module
 */
import { RUN_VIEW } from "../base/media_types.ts";
import { z } from "../base/zod.ts";

const progressSchema = z.looseObject({
  data: z.looseObject({
    [RUN_VIEW]: z.looseObject({
      kind: z.literal("progress"),
      /** A number once the loop has ended, whether all are done or it was left. */
      done: z.null(),
    }),
    "text/plain": z.union([z.string(), z.array(z.string())]),
  }),
});

/** What the display shows behind its bar, which it has where a total is known. */
const STOOD_AT = /[█░] ([\d,]+ of [\d,]+)/;

/** What may be said of a cell that has ended and shows such a display; null when each came to its end. */
export function unfinishedProgress(outputs: readonly unknown[]): string | null {
  for (const output of outputs) {
    const data = progressSchema.safeParse(output).data?.data;
    if (data === undefined) continue;
    const text = [data["text/plain"]].flat().join("");
    const [, stood] = STOOD_AT.exec(text) ?? [];
    return stood === undefined
      ? "its progress did not come to its end"
      : `its progress stood at ${stood}`;
  }
  return null;
}
