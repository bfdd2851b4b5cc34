import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MetricLog } from "../../src/track/metric_log.ts";
import { Messages } from "../../src/track/messages.ts";
import { Home, newRun } from "../journal/support.ts";

/** Names of measures that have a word for secrets in them. */
const MEASURES =
  ("perplexity/token auth_latency_ms secret_recall cost/token token auth password_f1 f1/password apikey_count " +
    "auth_failures password_strength secret_precision secrets_found recall_api_key credential_stuffing_auc " +
    "password_entropy_bits confusion/secret/recall").split(" ");

/** What is stored of points, and what is said of those that are not. */
function stored(points: readonly [key: string, value: number][]) {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const messages = new Messages(run_id, {
    journal: () => journal,
    quiet: true,
  });
  const log = new MetricLog({
    names: null,
    messages,
    writer: () => journal.metricWriter(run_id),
  });
  for (const [key, value] of points) log.log(key, value);
  log.end();
  return {
    points: [...journal.points(run_id)].map(({ key, value }) => [key, value]),
    said: messages.all.join("\n"),
  };
}

Deno.test("measures are stored whichever word for a secret is in their name", () => {
  const points = [...MEASURES, "F1 secret"].flatMap((
    key,
  ): [string, number][] => [[key, 12.5], [key, 1], [key, 0.7], [key, 128]]);
  const { points: kept, said } = stored([
    ...points,
    ["auth_latency_ms", 4321],
    ["secrets_found", 98765],
    ["cost/token", 4321],
    ["password", NaN],
  ]);
  assertEquals(kept.length, points.length + 4, said);
  assertEquals(kept.slice(0, points.length), points);
});

Deno.test("a number that could be a PIN, a password or a key is not stored under a name that ends in its word, also behind others", () => {
  const names = [
    "password",
    "db_password",
    "token",
    "api_key",
    "pwd",
    "ms_password",
  ];
  const number = 10_000_000 +
    crypto.getRandomValues(new Uint32Array(1))[0]! % 9e7;
  for (const key of names) {
    const { points, said } = stored([[key, 0.5], [key, number], [key, 0.25]]);
    assertEquals(points, [[key, 0.5], [key, 0.25]]);
    assertStringIncludes(said, key);
    assert(!said.includes(String(number)), said);
  }
  assertEquals(stored([["password", 4821]]).points, []);
});
