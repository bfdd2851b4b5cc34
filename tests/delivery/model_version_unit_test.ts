import { assert, assertEquals, assertRejects } from "@std/assert";
import { modelVersion } from "../../src/delivery/model_version.ts";
import { InProcess } from "./in_process.ts";
import { record } from "./support.ts";

/** A run that registers a version of the model "knn". */
function registering(it: InProcess, version?: string): string {
  const run_id = record(it.journal);
  it.journal.models.put(run_id, { name: "knn", version, files: [] });
  return run_id;
}

const rowOf = ({ journal }: InProcess, run_id: string) => {
  const [model] = journal.models.list(run_id);
  assert(model !== undefined);
  return model;
};

/** Makes the version that a run registers; its number, and whether it was made just now. */
async function made(it: InProcess, run_id: string) {
  const { fresh } = await modelVersion(
    it.journal,
    rowOf(it, run_id),
    it.client,
    "no run is asked for on GitLab",
  );
  return { number: rowOf(it, run_id).remote_name, fresh };
}

const CREATED = "POST model-versions/create";

Deno.test("versions without a number are counted up, and each is made once", async () => {
  using it = new InProcess();
  const [first, second] = [registering(it), registering(it)];
  assertEquals(await made(it, first), { number: "1.0.0", fresh: true });
  assertEquals(await made(it, second), { number: "2.0.0", fresh: true });
  it.asked.length = 0;
  assertEquals(await made(it, first), { number: "1.0.0", fresh: false });
  assert(!it.asked.includes(CREATED), it.asked.join(", "));
});

Deno.test("a version has the number that was asked for, and the next one counts from it", async () => {
  using it = new InProcess();
  const [asked, next] = [registering(it, "4.2.1"), registering(it)];
  assertEquals((await made(it, asked)).number, "4.2.1");
  assertEquals((await made(it, next)).number, "5.0.0");
});

Deno.test("a number that another run has is refused with what to do", async () => {
  using it = new InProcess();
  await made(it, registering(it, "1.0.0"));
  const late = registering(it, "1.0.0");
  const error = await assertRejects(() => made(it, late), Error);
  assertEquals(
    "hint" in error && error.hint,
    "Another run has that version: register this one with another, or with none for the next.",
  );
  assertEquals(rowOf(it, late).creating, null);
});

for (const fate of ["lose", "drop"] as const) {
  Deno.test(`a version whose making broke off is there once after the next try (${fate})`, async () => {
    using it = new InProcess();
    const run_id = registering(it);
    it.fate = (path) => path.endsWith("/model-versions/create") ? fate : "pass";
    await assertRejects(() => made(it, run_id));
    assertEquals(rowOf(it, run_id).creating, "1.0.0");
    it.fate = () => "pass";
    // Not fresh: files of the broken try may be there.
    assertEquals(await made(it, run_id), { number: "1.0.0", fresh: false });
    const { versions } = await it.client.listModelVersions("knn");
    assertEquals(versions.length, 1);
  });
}

Deno.test("a number that somebody else took while ours was under way is left to them", async () => {
  using it = new InProcess();
  const ours = registering(it);
  await it.client.findOrCreateModel({ name: "knn" });
  await it.client.createModelVersion({
    name: "knn",
    tags: [{ key: "gitlab.version", value: "1.0.0" }],
  });
  it.journal.models.set(rowOf(it, ours), { creating: "1.0.0" });
  assertEquals((await made(it, ours)).number, "2.0.0");
});
