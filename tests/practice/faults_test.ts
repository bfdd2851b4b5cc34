import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  parseServerConfig,
  readServerConfig,
} from "../../src/practice/settings/config.ts";
import { ServerConfigError } from "../../src/practice/settings/errors.ts";
import { config, mlflow, newRun, start } from "./fixtures.ts";

/** Logs points one by one, each once; gives what was answered and what the server has. */
async function practise(
  faults: NonNullable<ReturnType<typeof config>["faults"]>,
) {
  const server = await start({ faults });
  const untilDone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
  };
  const { run_id } = await untilDone(() => newRun(server));
  const outcomes: string[] = [];
  for (let value = 0; value < 200; value++) {
    try {
      const { status, headers } = await mlflow(server, "runs/log-metric", {
        run_id,
        key: "m",
        value,
        timestamp: 1,
        step: value,
      });
      outcomes.push(String(status));
      if (status === 429) assertEquals(headers.get("retry-after"), "1");
    } catch (error) {
      assert(error instanceof TypeError);
      outcomes.push("cut");
    }
  }
  const history = await untilDone(async () => {
    const answer = await mlflow(
      server,
      `metrics/get-history?run_id=${run_id}&metric_key=m`,
    );
    if (answer.status !== 200) throw new TypeError("a fault");
    return answer.body.metrics as { value: number }[];
  });
  await server.close();
  return { outcomes, stored: new Set(history.map(({ value }) => value)) };
}

const count = (all: string[], one: string) =>
  all.filter((outcome) => outcome === one).length;

Deno.test("lost answers are carried out, resets and refusals are not, and a seed repeats them", async () => {
  const lost = await practise({ seed: 3, rate_lost_answer: 0.2 });
  assert(count(lost.outcomes, "cut") > 0);
  assertEquals(lost.stored.size, 200);
  assertEquals(
    (await practise({ seed: 3, rate_lost_answer: 0.2 })).outcomes,
    lost.outcomes,
  );
  const reset = await practise({ seed: 4, rate_reset: 0.2 });
  assert(count(reset.outcomes, "cut") > 0);
  assertEquals(reset.stored.size, count(reset.outcomes, "200"));
  const refused = await practise({ seed: 2, rate_429: 0.1, rate_500: 0.1 });
  assert(count(refused.outcomes, "429") > 0);
  assert(count(refused.outcomes, "500") > 0);
  assertEquals(refused.stored.size, count(refused.outcomes, "200"));
});

Deno.test("without faults the proxy passes everything on, delayed", async () => {
  const passed = await practise({ delay_ms: 1 });
  assertEquals(count(passed.outcomes, "200"), 200);
  assertEquals(passed.stored.size, 200);
});

Deno.test("the throttle counts each user, and the packages API by itself, and the newest profile says how many are left", async () => {
  const server = await start({ limits: { requests_per_minute: 3 } });
  const list = (token?: string | null) =>
    mlflow(
      server,
      "experiments/list",
      undefined,
      token === undefined ? {} : { token },
    );
  const first = await list();
  assertEquals(first.headers.get("ratelimit-remaining"), "2");
  await list();
  await list();
  assertEquals((await list()).status, 429);
  assertEquals((await list(config().tokens[6]!.token)).status, 200);
  assertEquals((await list(null)).status, 401);
  const packages = await fetch(`${server.url}/api/v4/projects/42/packages`, {
    headers: { "private-token": config().tokens[0]!.token },
  });
  assertEquals(
    packages.headers.get("ratelimit-name"),
    "throttle_authenticated_packages_api",
  );
  assertEquals(await packages.json(), []);
  await server.close();
});

Deno.test("a wrong configuration is refused with every part that is wrong", async () => {
  const wrong = {
    ...config(),
    profile: "15",
    limits: { artifact_bytes: -1 },
    faults: { rate_429: 2 },
    extra: 1,
  };
  const error = assertThrows(() => parseServerConfig(wrong), ServerConfigError);
  assert(error instanceof ServerConfigError);
  for (
    const part of [
      "profile",
      "limits.artifact_bytes",
      "faults.rate_429",
      "extra",
    ]
  ) {
    assert(
      error.message.includes(part),
      `${part} is not in: ${error.message}`,
    );
  }
  const base = config();
  const contradictory = assertThrows(
    () =>
      parseServerConfig({
        ...base,
        projects: [...base.projects, { id: 42, path: "lab/MAIN" }],
        tokens: [
          { ...base.tokens[0]!, roles: { "lab/none": "guest" } },
          base.tokens[0]!,
        ],
        jobs: [{ id: 1, project: "lab/none", token: "x", user: 1 }],
      }),
    ServerConfigError,
  );
  assertEquals(contradictory.problems.length, 5);
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/bad.json`, "{");
  for (const name of ["bad.json", "none.json"]) {
    const failed = await readServerConfig(`${dir}/${name}`).catch((e) => e);
    assert(
      failed instanceof ServerConfigError && failed.message.includes(name),
    );
  }
  await Deno.writeTextFile(`${dir}/good.json`, JSON.stringify(base));
  assertEquals(await readServerConfig(`${dir}/good.json`), base);
  await Deno.remove(dir, { recursive: true });
});
