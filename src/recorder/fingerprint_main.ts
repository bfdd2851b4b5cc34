/**
 * Fingerprints datasets that runs name, in a process of its own.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { fingerprint, withoutValues } from "../datasets/dataset.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { dataOriginOf, kernelStart } from "./data_origin.ts";
import { journalCache } from "./digest_cache.ts";
import { jsonLine } from "./protocol.ts";

const schema = z.array(z.object({
  run_id: z.string(),
  name: z.string(),
  input: z.string(),
  cwd: z.string().nullable(),
  /** When the run named it, milliseconds since 1970. */
  time: z.number(),
  named_mtime_ms: z.number().nullable(),
}));

const [home = ""] = Deno.args;
using journal = Journal.open({
  redactor: standardRedaction,
  home,
  waitsForLock: true,
});
const { datasets, entries, runs, sessions } = journal;
for (const [i, row] of schema.parse(await readSubprocessInput()).entries()) {
  try {
    const session = sessionOf(row.run_id);
    const folder = session?.cwd ?? row.cwd ?? Deno.cwd();
    const whole = await fingerprint(row.input, {
      cwd: row.cwd ?? folder,
      folder,
      cache: journalCache(datasets),
    });
    const found = datasets.mayTravel(row.run_id) ? whole : withoutValues(whole);
    const origin = {
      ...await dataOriginOf(found, folder),
      kernel_started_ms: kernelStart(session?.connection_file ?? null),
    };
    datasets.finish(row.run_id, row.name, {
      fingerprint: JSON.stringify({ ...found, origin }),
    });
    const { named_mtime_ms: named } = row;
    const changed = found.listing?.find(({ changed_ms }) =>
      named === null
        ? changed_ms > row.time
        : Math.floor(changed_ms) > Math.floor(named)
    );
    if (changed !== undefined) {
      entries.setMissing(
        row.run_id,
        `dataset "${row.name}"`,
        `${changed.path} was changed after the run named it and before it could be read: ` +
          "its fingerprint is that of what it became",
      );
    }
  } catch (error) {
    const why = messageOf(error);
    datasets.finish(row.run_id, row.name, { error: why });
    entries.setMissing(row.run_id, `dataset "${row.name}"`, why);
  }
  await Deno.stdout.write(jsonLine(i));
}

function sessionOf(run_id: string) {
  const session_id = runs.get(run_id)?.session_id;
  return session_id === undefined ? undefined : sessions.get(session_id);
}
