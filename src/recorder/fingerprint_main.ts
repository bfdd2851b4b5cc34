/**
 * Fingerprints datasets that runs name, in a process of its own.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { readDataset } from "./data/read_dataset.ts";
import { jsonLine } from "./protocol.ts";

const schema = z.array(z.object({
  run_id: z.string(),
  name: z.string(),
  input: z.string(),
  cwd: z.string().nullable(),
  /** When the run named it, milliseconds since 1970. */
  time: z.number(),
  named_mtime_ms: z.number().nullable(),
  named_digest: z.templateLiteral(["sha256:", z.string()]).nullable(),
  named_size: z.number().nullable(),
}));

const [home = ""] = Deno.args;
using journal = Journal.open({
  redactor: standardRedaction,
  home,
  waitsForLock: true,
});
for (const [i, row] of schema.parse(await readSubprocessInput()).entries()) {
  await readDataset(journal, row);
  await Deno.stdout.write(jsonLine(i));
}
