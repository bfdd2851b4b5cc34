import { assert } from "@std/assert";
import {
  check,
  type Exchange,
  readExchanges,
  send,
  type Values,
} from "./exchange.ts";
import { JOB, mlflow, newRun, PROJECT, start, TOKENS } from "./fixtures.ts";

const exchanges = await readExchanges();

for (const profile of ["16.4", "17.9", "newest"] as const) {
  const own = exchanges.filter(({ profiles }) =>
    profiles === undefined || profiles.includes(profile)
  );

  Deno.test(`profile ${profile} answers every recorded exchange`, async (t) => {
    const server = await start({
      profile,
      external_url: "http://www.example.com",
    });
    const values: Values = new Map<string, string>([
      ...Object.entries(TOKENS).map(([name, token]) =>
        [`token.${name}`, token] as const
      ),
      ["host", "http://www.example.com"],
      ["user.write", "5"],
      ["job", String(JOB)],
      ["project", String(PROJECT.main)],
      ["emptyProject", String(PROJECT.empty)],
      ["featureOffProject", String(PROJECT.featureOff)],
      ["registryOffProject", String(PROJECT.registryOff)],
    ]);
    const experiment = await mlflow(server, "experiments/create", {
      name: "one",
    }, { project: PROJECT.registryOff });
    await mlflow(server, "runs/create", experiment.body, {
      project: PROJECT.registryOff,
    });
    for (const exchange of own) {
      if (exchange.id === "throttled") continue;
      await t.step(exchange.id, async () => {
        await check(await send(server.url, exchange, values), exchange, values);
      });
      if (exchange.id === "search-setup") await searchRuns(values);
      const iid = /(\d+)(\/files)?\/$/.exec(values.get("uri") ?? "")?.[1];
      if (iid !== undefined) values.set("runIid", iid);
    }
    await server.close();

    async function searchRuns(values: Values) {
      for (
        const [name, value] of [["c", 0.3], ["a", 0.2], ["b", 0.6]] as const
      ) {
        const { run_id } = await newRun(server, {
          experiment: values.get("expG") as string,
          name,
        });
        await mlflow(server, "runs/log-metric", {
          run_id,
          key: "metric1",
          value,
          timestamp: 1,
        });
      }
    }
  });

  Deno.test(`profile ${profile} answers a throttled request as recorded`, async () => {
    const server = await start({ profile, limits: { requests_per_minute: 2 } });
    const exchange = own.find(({ id }) => id === "throttled") as Exchange;
    const values: Values = new Map([
      ["project", String(PROJECT.main)],
      ["token.read", TOKENS.read],
    ]);
    for (let sent = 0; sent < 2; sent++) {
      const answer = await send(server.url, exchange, values);
      assert(answer.ok);
      await answer.body?.cancel();
    }
    await check(await send(server.url, exchange, values), exchange, values);
    await server.close();
    const faulty = await start({ profile, faults: { rate_429: 1 } });
    await check(await send(faulty.url, exchange, values), exchange, values);
    await faulty.close();
  });
}
