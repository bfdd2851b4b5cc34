import { assert, assertEquals, assertRejects } from "@std/assert";
import { isTrackingError } from "../../src/gitlab/errors.ts";
import { remoteRun } from "../../src/delivery/send_run.ts";
import { InProcess } from "./in_process.ts";
import { record, runsThere, runThere } from "./support.ts";

const CREATED = "POST runs/create";

Deno.test("a run is made once, and its id on the server is kept", async () => {
  using it = new InProcess();
  const run_id = record(it.journal, { open: true });
  const remote = await remoteRun(await it.sending(run_id));
  assertEquals((await runThere(it.client, run_id)).info.run_id, remote);
  const { remote_run_id, creating, kind } = it.journal.deliveries.get(run_id);
  assertEquals([remote_run_id, creating, kind], [remote, 0, "gitlab"]);
  it.asked.length = 0;
  assertEquals(await remoteRun(await it.sending(run_id)), remote);
  assert(!it.asked.includes(CREATED), it.asked.join(", "));
});

for (const fate of ["lose", "drop"] as const) {
  Deno.test(`a run whose making broke off is there once after the next try (${fate})`, async () => {
    using it = new InProcess();
    const run_id = record(it.journal, { open: true });
    it.fate = (path) => path.endsWith("/runs/create") ? fate : "pass";
    await assertRejects(async () => remoteRun(await it.sending(run_id)));
    assertEquals(it.journal.deliveries.get(run_id).creating, 1);
    it.fate = () => "pass";
    it.asked.length = 0;
    const remote = await remoteRun(await it.sending(run_id));
    assertEquals(it.asked.includes(CREATED), fate === "drop");
    const runs = await runsThere(it.client, run_id);
    assertEquals(runs.map(({ info }) => info.run_id), [remote]);
  });
}

Deno.test("a refusal leaves no doubt whether the run was made", async () => {
  using it = new InProcess();
  const run_id = record(it.journal, { open: true });
  it.fate = (path) => path.endsWith("/runs/create") ? "refuse" : "pass";
  const error = await assertRejects(async () =>
    remoteRun(await it.sending(run_id))
  );
  assert(isTrackingError(error) && error.retry !== "unsure", String(error));
  assertEquals(it.journal.deliveries.get(run_id).creating, 0);
});

Deno.test("a run whose noted experiment was deleted goes to a new one of its name", async () => {
  using it = new InProcess();
  const run_id = record(it.journal, { open: true });
  const old = await it.client.findOrCreateExperiment("birds");
  it.journal.deliveries.set(run_id, { remote_experiment_id: old });
  await it.client.deleteExperiment(old);
  const remote = await remoteRun(await it.sending(run_id));
  const { info } = await runThere(it.client, run_id);
  assertEquals(info.run_id, remote);
  assert(info.experiment_id !== old);
  assertEquals(
    it.journal.deliveries.get(run_id).remote_experiment_id,
    info.experiment_id,
  );
});
