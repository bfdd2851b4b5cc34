/**
 * Reading from the journal which runs were reproduced, and what was found.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import type { Journal } from "../../journal/journal.ts";
import type { StudentReproduction } from "./types.ts";

const verdictSchema = z.looseObject({
  verdict: z.enum(["REPRODUCED", "DRIFTED", "FAILED"]),
  of: z.string(),
  causes: z.array(z.looseObject({ what: z.string() })),
  warnings: z.array(z.string()),
});

/** Verdicts as `nbtrack reproduce` wrote them: a tag alone, which a cell can set, is none. */
export function readReproductions(
  journal: Journal,
  since: number,
): StudentReproduction[] {
  return journal.runs.list().reverse().flatMap((row) => {
    if (row.reproduces === null || row.start_time < since) return [];
    const artifact = journal.artifacts.get(row.run_id, "verdict.json");
    if (artifact === undefined || artifact.origin !== "record") return [];
    const text = Deno.readTextFileSync(
      journal.artifacts.file(artifact.digest),
    );
    const { data } = verdictSchema.safeParse(JSON.parse(text));
    if (data === undefined || data.of !== row.reproduces) return [];
    return [{
      of: data.of,
      verdict: data.verdict,
      causes: data.causes.map(({ what }) => what),
      sandbox: row.provenance === "sandbox",
    }];
  });
}
