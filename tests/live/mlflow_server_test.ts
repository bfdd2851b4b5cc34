import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { startMlflow } from "./servers.ts";
import { CHECKOUT, python, run } from "./setup.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const READER = new URL("./mlflow_reader.py", import.meta.url).pathname;
const LESSON = `${CHECKOUT}notebooks/01-first-run.ipynb`;

const ranSchema = z.looseObject({
  status: z.string(),
  runs: z.tuple([z.string()]),
});
const shownSchema = z.looseObject({
  run_id: z.string(),
  name: z.string(),
  experiment: z.string(),
  status: z.string(),
  start_time: z.number(),
  end_time: z.number().nullable(),
  params: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), z.union([z.number(), z.string()])),
  tags: z.record(z.string(), z.string()),
  seed: z.number().nullable(),
  cells: z.array(z.looseObject({
    source: z.string(),
    outputs: z.array(z.unknown()),
  })),
  datasets: z.array(z.looseObject({ name: z.string(), digest: z.string() })),
  packages: z.array(z.unknown()),
  artifacts: z.array(z.looseObject({ path: z.string(), size: z.number() })),
  delivery: z.looseObject({
    state: z.string(),
    url: z.string().nullable(),
    error: z.string().nullable(),
  }),
});
const pointsSchema = z.looseObject({ points: z.array(z.unknown()) });
const metricSchema = z.looseObject({
  key: z.string(),
  value: z.union([z.number(), z.string()]),
});
const remoteSchema = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({
      run_name: z.string(),
      status: z.string(),
      start_time: z.number(),
      end_time: z.number(),
    }),
    data: z.looseObject({
      params: z.array(z.object({ key: z.string(), value: z.string() })),
      tags: z.array(z.object({ key: z.string(), value: z.string() })),
      metrics: z.array(metricSchema),
    }),
  }),
});
const historySchema = z.looseObject({
  metrics: z.array(z.looseObject({ step: z.number(), value: z.number() })),
});
const readSchema = z.object({
  status: z.string(),
  inputs: z.array(z.unknown()),
  artifacts: z.array(z.string()),
  figure: z.string().nullable(),
  versions: z.array(z.tuple([z.string(), z.string(), z.string()])),
});

const texts = (list: { key: string; value: string }[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));

/** Cells without what cards say: they are refreshed here when the run was sent already. */
function withoutCards(cells: readonly unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(cells),
    (_, value) =>
      value?.["application/vnd.nbtrack.run+json"] === undefined
        ? value
        : "card",
  );
}

/** What lies at the top of a run's artifacts: files and folders. */
function topOf(artifacts: readonly { path: string }[]): string[] {
  return [...new Set(artifacts.map(({ path }) => path.split("/")[0] ?? ""))]
    .sort();
}

Deno.test("a run arrives whole on MLflow's own server, is shown from there, and read by MLflow's client", async (t) => {
  const bin = await python();
  const folder = await Deno.makeTempDir();
  const server = await startMlflow(`${folder}/server`);
  const options = { home: `${folder}/home`, cwd: folder, env: server.env };
  const show = async (...args: string[]) =>
    await nbtrackJson(["show", ...args], options);
  const runNotebook = async (path: string) => {
    const ran = ranSchema.parse(await nbtrackJson(["run", path], options));
    assertEquals(ran.status, "ok");
    const ours = shownSchema.parse(await show(ran.runs[0]));
    assertEquals(ours.delivery.state, "delivered", `${ours.delivery.error}`);
    const address = ours.delivery.url ?? "";
    const id = address.split("/").at(-1) ?? "";
    const { run } = remoteSchema.parse(
      await server.call(`runs/get?run_id=${id}`),
    );
    return { ours, address, id, theirs: run };
  };
  const read = async (...args: string[]) =>
    readSchema.parse(JSON.parse(
      await run(`${bin}/python`, [READER, ...args], {
        cwd: folder,
        env: { ...server.env, HOME: folder },
      }),
    ));
  try {
    await t.step("the first lesson", async () => {
      const { ours, address, id, theirs } = await runNotebook(LESSON);
      const { info, data } = theirs;
      assertEquals(
        [info.run_name, info.status, info.start_time, info.end_time],
        [ours.name, "FINISHED", ours.start_time, ours.end_time],
      );
      assertEquals(texts(data.params), ours.params);
      assertEquals(ours.params, { k: "5", testShare: "0.3" });
      assertEquals(
        Object.fromEntries(data.metrics.map((m) => [m.key, m.value])),
        ours.metrics,
      );
      assertEquals(texts(data.tags), {
        ...ours.tags,
        "mlflow.runName": ours.name,
        "nbtrack.run_id": ours.run_id,
      });
      const { metrics } = historySchema.parse(
        await server.call(
          `metrics/get-history?run_id=${id}&metric_key=accuracy_by_k`,
        ),
      );
      const local = z.array(
        z.looseObject({ step: z.number(), value: z.number() }),
      ).parse(
        pointsSchema.parse(await show(ours.run_id, "--metric", "accuracy_by_k"))
          .points,
      );
      assertEquals(local.length, 26);
      assertEquals(
        metrics.map((m) => [m.step, m.value]),
        local.map((m) => [m.step, m.value]),
      );

      const shown = shownSchema.parse(await show(address));
      for (
        const part of [
          "name",
          "experiment",
          "status",
          "params",
          "metrics",
          "seed",
          "packages",
        ] as const
      ) assertEquals(shown[part], ours[part], part);
      assertEquals(withoutCards(shown.cells), withoutCards(ours.cells));
      // The profile of columns is in the bundle's datasets.json, which is not read for a run's record.
      const withoutProfile = ({ datasets }: Pick<typeof ours, "datasets">) =>
        datasets.map((dataset) => ({ ...dataset, profile: undefined }));
      assertEquals(withoutProfile(shown), withoutProfile(ours));
      // A server lists the files of a folder before or after it.
      const sizes = ({ artifacts }: Pick<typeof ours, "artifacts">) =>
        Object.fromEntries(artifacts.map((a) => [a.path, a.size]));
      assertEquals(sizes(shown), sizes(ours));
      assertEquals(
        pointsSchema.parse(await show(address, "--metric", "accuracy_by_k"))
          .points,
        local,
      );

      const python = await read(id, "", "accuracy-by-k.svg");
      assertEquals(python.status, "FINISHED");
      assertEquals(python.artifacts, topOf(ours.artifacts));
      assertStringIncludes(python.figure ?? "", "number of neighbours</text>");
      assertEquals(python.inputs, [{
        name: "penguins",
        source: { uri: "penguins.csv" },
        columns: [
          ["species", "string"],
          ["island", "string"],
          ["bill_length_mm", "double"],
          ["bill_depth_mm", "double"],
          ["flipper_length_mm", "long"],
          ["body_mass_g", "long"],
          ["sex", "string"],
        ],
        profile: { num_rows: 344 },
        tags: { "nbtrack.digest": ours.datasets[0]?.digest },
      }]);
    });

    await t.step(
      "odd values, a long param and a registered model",
      async () => {
        const notebook = newNotebook([
          newCodeCell(`import { track } from ${JSON.stringify(MOD)};
const run = await track("odd", { params: { long: "x".repeat(10_000), empty: "", "bad key!": 1 } });
run.setTags({ kept: "first" });
run.setTag("kept", "second");`),
          newCodeCell(`for (let step = 0; step < 3; step++) {
  run.logMetric("nan", NaN, { step });
  run.logMetric("up", Infinity, { step });
  run.logMetric("down", -Infinity, { step });
  run.logMetric("tiny", 5e-324, { step });
}
await run.registerModel("odd-model", { files: { "weights.txt": "1 2 3" }, description: "three numbers" });
await run.end();`),
        ]);
        await Deno.writeTextFile(
          `${folder}/odd.ipynb`,
          formatNotebook(notebook),
        );
        const { ours, address, id, theirs } = await runNotebook("odd.ipynb");
        assertEquals(ours.metrics, {
          nan: "NaN",
          up: "Infinity",
          down: "-Infinity",
          tiny: 5e-324,
        });
        assertEquals(
          Object.fromEntries(
            theirs.data.metrics.map((m) => [m.key, m.value]),
          ),
          {
            nan: "NaN",
            up: Number.MAX_VALUE,
            down: -Number.MAX_VALUE,
            tiny: 5e-324,
          },
        );
        const params = texts(theirs.data.params);
        assertEquals(ours.params["long"], "x".repeat(10_000));
        const long = params["long"] ?? "";
        assert(long.length <= 6000, `${long.length} characters`);
        assertStringIncludes(long, "sha256:");
        assertEquals(texts(theirs.data.tags)["kept"], "second");

        const shown = shownSchema.parse(await show(address));
        assertEquals(shown.params, ours.params);
        assertEquals(shown.metrics, ours.metrics);

        const python = await read(id, "odd-model");
        assertEquals(python.versions, [["1", "READY", id]]);
      },
    );
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});
