/**
 * Fingerprints datasets that runs name, in a process of its own.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { fingerprint } from "../datasets/dataset.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { readInput } from "./subprocess.ts";
import { journalCache } from "./digest_cache.ts";
import { jsonLine } from "./protocol.ts";

const schema = z.array(z.object({
  run_id: z.string(),
  name: z.string(),
  input: z.string(),
  cwd: z.string().nullable(),
}));

const [home = ""] = Deno.args;
using journal = Journal.open({ gate: standardRedaction, home, patient: true });
const { datasets, entries } = journal;
for (const [i, row] of schema.parse(await readInput()).entries()) {
  try {
    const found = await fingerprint(row.input, {
      cwd: row.cwd ?? Deno.cwd(),
      cache: journalCache(datasets),
    });
    datasets.settle(row.run_id, row.name, {
      fingerprint: JSON.stringify(found),
    });
  } catch (error) {
    const why = messageOf(error);
    datasets.settle(row.run_id, row.name, { error: why });
    entries.setMissing(row.run_id, `dataset "${row.name}"`, why);
  }
  await Deno.stdout.write(jsonLine(i));
}
