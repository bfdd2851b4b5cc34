import { assert, assertStringIncludes } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";
import { openPage, serve, wayIn, write } from "./class_server.ts";

const LESSONS = new URL("../../src/lessons/mod.ts", import.meta.url).href;
const CHECK = `const { check, logged, finished } = await import(${
  JSON.stringify(LESSONS)
});
await check({ title: "Birds", points: [logged("share"), logged("count"), finished()] })`;

Deno.test("what check() finds once a run has ended is on the teacher's page while the notebook is open, each time anew and kept once", async () => {
  await using workspace = Workspace.make();
  const dir = `${workspace.folder}/teacher`;
  await Deno.mkdir(dir);
  await write(dir, { students: ["Ada"] });
  const served = await serve(dir);
  try {
    const ada = await wayIn(served.handouts[0] ?? "");
    const page = await openPage(served);
    const shows = (text: string) =>
      until(`"${text}" on the page`, async () => {
        const csv = await page("/class.csv");
        return csv.text.includes(text);
      });
    await using kernel = await workspace.kernel({
      MLFLOW_TRACKING_URI: ada.tracking_uri,
      MLFLOW_TRACKING_TOKEN: ada.token,
      JPY_SESSION_NAME: `${workspace.work}/birds.ipynb`,
    });
    const masses = [3750, 3800, 3250];
    await kernel.execute(`${IMPORT}
const masses = ${JSON.stringify(masses)};
const run = await track("birds", { quiet: true });`);
    await kernel.execute(
      `run.logMetric("share", masses.filter((mass) => mass > 3500).length / masses.length);`,
    );
    await kernel.execute("await run.end();");
    const [run] = workspace.journal.runs.list();
    assert(run !== undefined);
    const { deliveries, artifacts } = workspace.journal;
    await until(
      "the delivery",
      () => deliveries.get(run.run_id).state === "delivered",
    );
    await kernel.execute(CHECK);
    await shows("2 of 3");
    const kept = artifacts.get(run.run_id, "nbtrack/check.json");
    assert(kept !== undefined);
    assertStringIncludes(
      await Deno.readTextFile(artifacts.file(kept.digest)),
      '"not yet"',
    );
    await kernel.execute(CHECK.slice(CHECK.indexOf("await check")));
    const again = artifacts.get(run.run_id, "nbtrack/check.json");
    assert(
      again?.sent && again.time === kept.time,
      "the same is not sent again",
    );
    await kernel.execute(`const more = await track("birds", { quiet: true });
more.logMetric("count", masses.length);
await more.end();`);
    await kernel.execute(CHECK.slice(CHECK.indexOf("await check")));
    await shows("3 of 3");
  } finally {
    await served.stop();
  }
});
