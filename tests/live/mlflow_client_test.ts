import { assert, assertEquals, assertMatch } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { startPractice } from "./servers.ts";
import { python, run } from "./setup.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const SCRIPT = new URL("./mlflow_client.py", import.meta.url).pathname;

const ranSchema = z.looseObject({ runs: z.tuple([z.string()]) });
const shownSchema = z.looseObject({
  tags: z.record(z.string(), z.string()),
  delivery: z.looseObject({
    state: z.string(),
    url: z.string().nullable(),
    error: z.string().nullable(),
  }),
});
const raisedSchema = z.object({ raised: z.string(), message: z.string() });
const runSchema = z.object({
  run_id: z.string(),
  name: z.string(),
  status: z.string(),
  params: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), z.number()),
  tags: z.record(z.string(), z.string()),
});
const searchSchema = z.object({
  runs: z.array(z.object({ info: z.looseObject({ run_id: z.string() }) })),
});
const experimentSchema = z.object({
  experiment: z.looseObject({ experiment_id: z.string() }),
});

/** A run recorded by nbtrack on the server; its id there. */
async function recorded(
  folder: string,
  server: Awaited<ReturnType<typeof startPractice>>,
): Promise<string> {
  const notebook = newNotebook([
    newCodeCell(`import { track } from ${JSON.stringify(MOD)};
const run = await track("from-nbtrack", { params: { k: 5 }, name: "ours" });`),
    newCodeCell(
      `for (let step = 0; step < 20; step++) run.logMetric("loss", 1 / (step + 1), { step });
await run.logArtifact("notes.txt", "written in a cell");
await run.end();`,
    ),
  ]);
  await Deno.writeTextFile(`${folder}/ours.ipynb`, formatNotebook(notebook));
  const options = { home: `${folder}/home`, cwd: folder, env: server.env };
  const ran = ranSchema.parse(
    await nbtrackJson(["run", "ours.ipynb"], options),
  );
  const shown = shownSchema.parse(
    await nbtrackJson(["show", ran.runs[0]], options),
  );
  assertEquals(shown.delivery.state, "delivered", `${shown.delivery.error}`);
  const { experiment } = experimentSchema.parse(
    await server.call(
      "experiments/get-by-name?experiment_name=from-nbtrack",
    ),
  );
  const { runs } = searchSchema.parse(
    await server.call("runs/search", {
      experiment_ids: [experiment.experiment_id],
    }),
  );
  assertEquals(runs.length, 1);
  return runs[0]?.info.run_id ?? "";
}

Deno.test("MLflow's Python client with an address and a token logs to the practice server and reads from it", async (t) => {
  const bin = await python();
  const folder = await Deno.makeTempDir();
  const server = await startPractice(`${folder}/server`);
  try {
    const ours = await recorded(folder, server);
    const said = await run(`${bin}/python`, [SCRIPT, ours], {
      cwd: folder,
      env: { ...server.env, HOME: folder },
    });
    const answers = z.record(z.string(), z.unknown()).parse(
      JSON.parse(said.trim().split("\n").at(-1) ?? ""),
    );
    const answer = (name: string) => {
      assert(name in answers, `the script made no call "${name}"`);
      return answers[name];
    };
    const refused = (name: string, by: RegExp) => {
      const { raised, message } = raisedSchema.parse(answer(name));
      assertMatch(`${raised}: ${message}`, by);
    };

    await t.step("it logs params, metrics, tags and artifacts", () => {
      assertEquals(answer("set_experiment"), "from-python");
      assertEquals(answer("set_experiment again"), "from-python");
      for (
        const name of [
          "log_params",
          "log_metric",
          "log_metric again",
          "log_metrics",
          "set_tag",
          "set_tags",
          "log_batch",
          "log_text",
          "log_dict",
          "log_artifact",
          "log_artifacts",
          "end_run",
        ]
      ) assertEquals(answer(name), null, name);
      assertEquals(answer("log_param"), 5);
    });

    await t.step("what GitLab refuses is refused", () => {
      refused("log_metric NaN", /RestException: .*value is invalid/);
      refused("log_input", /RestException: .*404 Not Found/);
      refused("list_artifacts of a folder", /RestException: .*404 Not Found/);
      refused("download_artifacts with a space", /Failed to download/);
    });

    await t.step("it reads back what it logged", () => {
      const read = runSchema.parse(answer("get_run"));
      assertEquals([read.name, read.status], ["baseline", "FINISHED"]);
      assertEquals(
        read.params,
        Object.fromEntries([
          ["k", "5"],
          ["seed", "7"],
          ["split", "0.2"],
          ...Array.from({ length: 100 }, (_, i) => [`p${i}`, `${i}`]),
        ]),
      );
      assertEquals(read.metrics, {
        loss: 0.125,
        accuracy: 0.97,
        curve: 0.999,
      });
      const { team, phase, machine, kind, batch } = read.tags;
      assertEquals(
        { team, phase, machine, kind, batch },
        {
          team: "ducks",
          phase: "one",
          machine: "m1",
          kind: "test",
          batch: "yes",
        },
      );
      assertEquals(answer("search_runs"), [read]);
      assertEquals(answer("search_runs, table"), [[
        read.run_id,
        "FINISHED",
        0.97,
        "5",
      ]]);
      const history = z.array(z.tuple([z.number(), z.number(), z.number()]))
        .parse(answer("get_metric_history"));
      assertEquals(history.map(([step, _, value]) => [step, value]), [
        [0, 0.5],
        [1, 0.25],
        [2, 0.125],
      ]);
      assertEquals(answer("get_metric_history, 1000"), 1000);
      assertEquals(answer("get_metric_history, unknown"), []);
      assertEquals(answer("list_artifacts"), [
        "model.bin",
        "notes/read me.txt",
        "parts/0.csv",
        "parts/1.csv",
        "parts/2.csv",
        "settings.json",
      ]);
      assertEquals(
        JSON.parse(z.string().parse(answer("download_artifacts"))),
        { a: [1, 2] },
      );
      assertEquals(answer("download_artifacts, bytes"), 256 * 4096);
    });

    await t.step("a run that fails is FAILED, a deleted one is gone", () => {
      refused("a run that fails", /^ValueError: no data$/);
      assertEquals(answer("status of the failed run"), "FAILED");
      assertEquals(answer("delete_run"), null);
      refused("get_run after delete", /RESOURCE_DOES_NOT_EXIST/);
    });

    await t.step("it registers a model as far as GitLab can", () => {
      assertEquals(answer("create_registered_model"), "from-python-knn");
      refused(
        "create_model_version of a run elsewhere",
        /INVALID_PARAMETER_VALUE/,
      );
      const version = answer("create_model_version");
      assertEquals(answer("get_model_version"), ["1.0.0"]);
      assertEquals(answer("get_registered_model"), "knn");
      assertEquals(answer("update_registered_model"), "better");
      assertEquals(answer("update_model_version"), "first");
      assertEquals(answer("get_latest_versions"), [version]);
      assertEquals(answer("get_model_version_by_alias"), version);
      assertEquals(version, "1.0.0");
      // The client itself takes no version but a whole number here.
      refused("set_registered_model_alias", /must be an integer/);
      refused("a file by the address of a model", /ValueError/);
      // It asks for models that are no prompts, which GitLab does not know.
      refused("search_registered_models", /Only 'name' is supported/);
      assertEquals(answer("search_registered_models by name"), []);
      for (const call of ["create", "search", "get"]) {
        const name = `${call}_logged_model${call === "search" ? "s" : ""}`;
        refused(name, /404 Not Found/);
      }
      refused("search_model_versions", /404 Not Found/);
      assertEquals(answer("a file of a model version"), "weights");
      assertEquals(answer("search_experiments"), [
        "[model]from-python-knn",
        "from-nbtrack",
        "from-python",
      ]);
      assertEquals(answer("delete_registered_model"), null);
      refused("get_registered_model after delete", /RESOURCE_DOES_NOT_EXIST/);
    });

    await t.step("it reads a run that nbtrack logged", () => {
      const read = runSchema.parse(answer("a run of nbtrack"));
      assertEquals(
        [read.name, read.status, read.params["k"], read.metrics["loss"]],
        ["ours", "FINISHED", "5", 1 / 20],
      );
      const history = z.array(z.tuple([z.number(), z.number(), z.number()]))
        .parse(answer("its history"));
      assertEquals(
        history.map(([step, _, value]) => [step, value]),
        Array.from({ length: 20 }, (_, step) => [step, 1 / (step + 1)]),
      );
      const paths = z.array(z.string()).parse(answer("its artifacts"));
      for (const path of ["notes.txt", "session.ipynb", "manifest.json"]) {
        assert(paths.includes(path), `${path} is not among ${paths}`);
      }
      assertEquals(answer("its text"), "written in a cell");
      assertEquals(answer("its notebook"), 4);
    });
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});
