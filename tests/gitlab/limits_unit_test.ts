import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { splitBatches } from "../../src/gitlab/batches.ts";
import {
  characters,
  fitMetric,
  fitMetricKey,
  fitName,
  fitParam,
  fitTag,
  fitText,
  GITLAB_LIMITS,
  MLFLOW_LIMITS,
} from "../../src/gitlab/limits.ts";
import { sha256 } from "../../src/base/digest.ts";

Deno.test("a param of 250 characters goes to GitLab as it is, one of 251 does not", () => {
  const at = "x".repeat(250);
  assertEquals(fitParam("k", at, GITLAB_LIMITS), {
    key: "k",
    value: at,
    shortened: false,
  });
  const over = fitParam("k", at + "x", GITLAB_LIMITS);
  assertEquals(over.shortened, true);
  assertEquals(characters(over.value), 250);
});

Deno.test("a plain MLflow server takes 6000 characters of a param and 8000 of a tag", () => {
  assertEquals(fitParam("k", "x".repeat(6000), MLFLOW_LIMITS).shortened, false);
  assertEquals(fitParam("k", "x".repeat(6001), MLFLOW_LIMITS).shortened, true);
  assertEquals(fitTag("k", "x".repeat(8000), MLFLOW_LIMITS).shortened, false);
  assertEquals(fitTag("k", "x".repeat(8001), MLFLOW_LIMITS).shortened, true);
});

Deno.test("GitLab takes 5000 characters of a tag", () => {
  assertEquals(fitTag("k", "x".repeat(5000), GITLAB_LIMITS).shortened, false);
  const over = fitTag("k", "x".repeat(5001), GITLAB_LIMITS);
  assertEquals([over.shortened, characters(over.value)], [true, 5000]);
});

Deno.test("a shortened value ends with the digest and length of the whole, so that long values stay different", () => {
  const long = "a".repeat(100_000);
  const a = fitParam("k", long + "1", GITLAB_LIMITS).value;
  const b = fitParam("k", long + "2", GITLAB_LIMITS).value;
  assertNotEquals(a, b);
  assert(
    a.endsWith(
      `… [sha256:${sha256(long + "1").slice(7, 23)}, 100001 characters]`,
    ),
  );
  assert(a.startsWith("aaaa"));
});

Deno.test("lengths count characters: 250 emojis fit, and none is cut in half", () => {
  assertEquals(fitParam("k", "🐧".repeat(250), GITLAB_LIMITS).shortened, false);
  for (const length of [251, 252, 300]) {
    for (const lead of ["", "a", "ab"]) {
      const { value } = fitParam(
        "k",
        lead + "🐧".repeat(length),
        GITLAB_LIMITS,
      );
      assertEquals(characters(value), 250);
      assertEquals(value.isWellFormed(), true);
    }
  }
});

Deno.test("what databases refuse is taken out: NUL and halves of surrogate pairs", () => {
  assertEquals(fitText("a\0b\ud800c", 10).text, "ab\ufffdc");
});

Deno.test("keys of 250 characters stay, longer ones keep their difference", () => {
  for (const limits of [GITLAB_LIMITS, MLFLOW_LIMITS]) {
    assertEquals(fitMetricKey("m".repeat(250), limits), "m".repeat(250));
    const a = fitMetricKey("m".repeat(300) + "a", limits);
    const b = fitMetricKey("m".repeat(300) + "b", limits);
    assertEquals([characters(a), characters(b)], [250, 250]);
    assertNotEquals(a, b);
    assertEquals(
      fitParam("k".repeat(251), "v", limits).shortened,
      true,
    );
  }
});

Deno.test("a metric called ../x goes to GitLab as it is and to a plain server as a clean path", () => {
  assertEquals(fitMetricKey("../x", GITLAB_LIMITS), "../x");
  const plain = fitMetricKey("../x", MLFLOW_LIMITS);
  assert(/^_\/x-[0-9a-f]{8}$/.test(plain), plain);
  assertNotEquals(plain, fitMetricKey("_/x", MLFLOW_LIMITS));
  for (const odd of ["/abs", "a//b", "a/./b", "50%", "loss(train)", "a/"]) {
    const fit = fitMetricKey(odd, MLFLOW_LIMITS);
    assert(/^[\w.\-: /]+$/.test(fit), fit);
    assert(fit.split("/").every((p) => p !== "" && !/^\.+$/.test(p)), fit);
  }
  for (const fine of ["train/loss", "größe", "f1 score", "a.b-c:d"]) {
    assertEquals(fitMetricKey(fine, MLFLOW_LIMITS), fine);
  }
});

Deno.test("an empty key gets a name", () => {
  assert(fitMetricKey("", GITLAB_LIMITS).startsWith("unnamed-"));
  assertNotEquals(
    fitMetricKey("", GITLAB_LIMITS),
    fitMetricKey(" ", GITLAB_LIMITS),
  );
});

Deno.test("names of experiments and runs are cut at 255 characters", () => {
  assertEquals(characters(fitName("n".repeat(400), GITLAB_LIMITS)), 255);
  assertEquals(fitName("penguins", GITLAB_LIMITS), "penguins");
});

Deno.test("GitLab cannot hold NaN and infinities: such points are not sent; a plain server takes them", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const point = { key: "k", value, timestamp: 1, step: 0 };
    assertEquals(fitMetric(point, GITLAB_LIMITS), {
      metric: null,
      lost: "value",
    });
    assertEquals(fitMetric(point, MLFLOW_LIMITS), {
      metric: point,
      lost: null,
    });
  }
});

Deno.test("a step beyond 32 bits is left out for GitLab and the point is kept", () => {
  const point = { key: "k", value: 1, timestamp: 1, step: 2 ** 31 };
  assertEquals(fitMetric(point, GITLAB_LIMITS), {
    metric: { key: "k", value: 1, timestamp: 1 },
    lost: "step",
  });
  assertEquals(
    fitMetric({ ...point, step: 2 ** 31 - 1 }, GITLAB_LIMITS).lost,
    null,
  );
  assertEquals(fitMetric(point, MLFLOW_LIMITS).lost, null);
});

Deno.test("batches keep the order, hold metrics alone, and stay under MLflow's own caps", () => {
  const metrics = Array.from({ length: 2501 }, (_, step) => ({
    key: "k",
    value: step,
    timestamp: 1,
    step,
  }));
  const params = Array.from({ length: 250 }, (_, i) => ({
    key: `p${i}`,
    value: "v",
  }));
  const tags = params.slice(0, 101);
  const batches = [...splitBatches({ metrics, params, tags }, GITLAB_LIMITS)];
  assertEquals(
    batches.map((b) => [b.params?.length, b.tags?.length, b.metrics?.length]),
    [
      [100, undefined, undefined],
      [100, undefined, undefined],
      [50, undefined, undefined],
      [undefined, 100, undefined],
      [undefined, 1, undefined],
      [undefined, undefined, 1000],
      [undefined, undefined, 1000],
      [undefined, undefined, 501],
    ],
  );
  assertEquals(batches.flatMap((b) => b.metrics ?? []), metrics);
  const plain = [...splitBatches({ metrics }, MLFLOW_LIMITS)];
  assertEquals(plain.length, 3);
});

Deno.test("batches of long tags stay under the server's bytes", () => {
  const tags = Array.from({ length: 100 }, (_, i) => ({
    key: `t${i}`,
    value: "ü".repeat(8000),
  }));
  const batches = [...splitBatches({ tags }, MLFLOW_LIMITS)];
  assertEquals(batches.flatMap((b) => b.tags ?? []), tags);
  for (const batch of batches) {
    const bytes = new TextEncoder().encode(JSON.stringify(batch)).length;
    assert(bytes <= MLFLOW_LIMITS.batch_bytes, String(bytes));
  }
});

Deno.test("nothing to log is no batch", () => {
  assertEquals([...splitBatches({}, GITLAB_LIMITS)], []);
});
