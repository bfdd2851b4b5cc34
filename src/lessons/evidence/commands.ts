/**
 * Commands of nbtrack that a cell has run.
 *
 * @module
 */
import { LESSON_COMMAND } from "../../base/media_types.ts";
import { z } from "../../base/zod.ts";
import type { StudentCell } from "./types.ts";

const shownSchema = z.looseObject({
  data: z.looseObject({
    [LESSON_COMMAND]: z.looseObject({
      command: z.array(z.string()),
      code: z.number(),
    }),
  }),
});

/** The command whose result an output shows, which is given as JSON; null for another output. */
export function commandOn(
  json: string,
): StudentCell["commands"][number] | null {
  if (!json.includes(LESSON_COMMAND)) return null;
  const output: unknown = JSON.parse(json);
  return shownSchema.safeParse(output).data?.data[LESSON_COMMAND] ?? null;
}
