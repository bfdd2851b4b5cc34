/**
 * Searches for the notebook whose cells were executed, in a process of its own: whatever notebooks lie in the folder
 * are read for it, large ones too.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { findNotebook } from "../notebook/find_notebook.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { jsonLine } from "./protocol.ts";

const schema = z.object({
  /** The folder to search. */
  cwd: z.string(),
  /** What was executed, the latest first. */
  seen: z.array(
    z.object({ execution_count: z.number().nullable(), source: z.string() }),
  ),
  /** Ids of runs that the notebook may show. */
  shown: z.array(z.string()),
  /** Only a notebook that was saved later than this, milliseconds since 1970, and is surely the same one. */
  savedAfter_ms: z.number().nullable(),
});

const found = await findNotebook({
  env: {},
  ...schema.parse(await readSubprocessInput()),
});
if (found !== null) await Deno.stdout.write(jsonLine(found.path));
