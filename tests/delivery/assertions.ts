/**
 * What the tests of delivery assert of a run with one of everything.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { record, runThere, upTo, valuesThere } from "./support.ts";

/** A run with one of everything. */
export function recordAll(journal: Journal): string {
  return record(journal, {
    params: { k: "5" },
    tags: { team: "birds" },
    metrics: { loss: upTo(10) },
    artifacts: { "a.txt": "a" },
  });
}

/** Fails when anything of the run is missing on the server, or there twice. */
export async function assertAllThere(
  place: { tracking_uri: string; token: string },
  run_id: string,
): Promise<void> {
  const client = createClient(place);
  const { info, data } = await runThere(client, run_id);
  assertEquals(data.params, [{ key: "k", value: "5" }]);
  assert(data.tags.some((t) => t.key === "team" && t.value === "birds"));
  assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(10));
  const files = await client.listArtifacts(info);
  assertEquals(files.map((f) => f.path), ["a.txt"]);
  assertEquals(info.status, "FINISHED");
}

/** Fails when what a run says of its delivery is no clear sentence. */
export function assertSays(
  journal: Journal,
  run_id: string,
  expected: { state: string; says: RegExp },
): void {
  const { state, error } = journal.deliveries.get(run_id);
  assertEquals(state, expected.state, error ?? "");
  assert(expected.says.test(error ?? ""), error ?? "");
  assert(!error?.includes("\n"), "one line");
  assert((error?.length ?? 0) < 500, "short");
}
