/**
 * Completes the records of runs in a process of its own: what that takes in memory does not stay with the recorder.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { standardGate } from "../capture/gate.ts";
import { Journal } from "../journal/journal.ts";
import { RecorderLog } from "./log.ts";
import { sealOrNameWhy } from "./seal.ts";

const [home = "", ...run_ids] = Deno.args;
const partial = new Set(
  z.array(z.number()).parse(
    JSON.parse(await new Response(Deno.stdin.readable).text()),
  ),
);
using journal = Journal.open({ gate: standardGate, home, patient: true });
const log = new RecorderLog(home, `seal [${Deno.pid}]`);
for (const run_id of run_ids) {
  await sealOrNameWhy(journal, { run_id, partial, log });
}
