import { assert, assertEquals } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { Delivery } from "../../src/delivery/deliver.ts";
import { newHolder } from "../../src/delivery/lease.ts";
import { decideTarget } from "../../src/delivery/target.ts";
import { logged } from "../bench/delivery.ts";
import { median } from "../bench/report.ts";
import { startPractice } from "./servers.ts";
import { python, run } from "./setup.ts";

const POINTS = 100_000;
const ROUNDS = 3;
const SCRIPT = new URL("./mlflow_points.py", import.meta.url).pathname;

const theirsSchema = z.object({ run_id: z.string(), seconds: z.number() });
const pageSchema = z.object({
  metrics: z.array(z.looseObject({ step: z.number(), value: z.number() })),
  next_page_token: z.string().nullable(),
});

Deno.test("100,000 points arrive on the practice server, each once, from our delivery and from MLflow's Python client", async () => {
  const bin = await python();
  const folder = await Deno.makeTempDir();
  const server = await startPractice(`${folder}/server`);
  try {
    const stored = async (run_id: string, key: string) => {
      const steps = new Set<number>();
      let count = 0;
      for (let token: string | null = ""; token !== null;) {
        const page: z.infer<typeof pageSchema> = pageSchema.parse(
          await server.call(
            `metrics/get-history?run_id=${run_id}&metric_key=${key}&page_token=${
              encodeURIComponent(token)
            }`,
          ),
        );
        count += page.metrics.length;
        for (const { step } of page.metrics) steps.add(step);
        token = page.next_page_token;
      }
      return { count, steps: steps.size };
    };
    using journal = Journal.open({
      redactor: standardRedaction,
      home: `${folder}/home`,
    });
    const where = {
      options: {
        trackingUri: server.tracking_uri,
        token: server.env["MLFLOW_TRACKING_TOKEN"] ?? "",
      },
      env: {},
    };
    const delivered = async () => {
      const run_id = logged(journal, folder);
      const delivery = new Delivery(journal, { holder: newHolder("sync") });
      const target = await decideTarget(journal, run_id, {
        destination: where,
        cwd: folder,
      });
      assert(target !== null, "no server to deliver to");
      const began = performance.now();
      const done = await delivery.deliver(run_id, target);
      const seconds = (performance.now() - began) / 1000;
      const { error, remote_run_id } = journal.deliveries.get(run_id);
      assert(done, error ?? "not delivered");
      return { run_id: remote_run_id ?? "", seconds };
    };
    const logs = async () =>
      theirsSchema.parse(JSON.parse(
        await run(`${bin}/python`, [SCRIPT, `${POINTS}`], {
          cwd: folder,
          env: { ...server.env, HOME: folder },
        }),
      ));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [way, rates] of [[delivered, ours], [logs, theirs]] as const) {
        const { run_id, seconds } = await way();
        rates.push(POINTS / seconds);
        for (const key of ["loss", "accuracy"]) {
          assertEquals(await stored(run_id, key), {
            count: POINTS / 2,
            steps: POINTS / 2,
          });
        }
      }
    }
    const [mine, peer] = [median(ours), median(theirs)];
    console.log(
      `${POINTS} points to the practice server: nbtrack ${
        mine.toFixed(0)
      } a second, MLflow's Python client ${peer.toFixed(0)}, ratio ${
        (mine / peer).toFixed(1)
      } (bar 4)`,
    );
  } finally {
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});
