import { assertEquals } from "@std/assert";
import { parseClass } from "../../src/practice/class/class_file.ts";
import { ClassWatch } from "../../src/practice/class/class_state.ts";
import { classConfig, enrol } from "../../src/practice/class/roster.ts";
import { parseServerConfig } from "../../src/practice/settings/config.ts";
import { Store } from "../../src/practice/store/store.ts";
import { randomFrom } from "../../src/base/repeatable_random.ts";

Deno.test("what a teacher sees after any changes is what one sees who looks for the first time", async () => {
  const plan = parseClass({ students: ["Ada", "Ben", "Cy"] });
  const { roster } = enrol(plan, null);
  const store = Store.open(
    "memory",
    parseServerConfig(classConfig(plan, roster)),
  );
  try {
    const watch = new ClassWatch(store, plan, roster);
    const random = randomFrom(15);
    const pick = (n: number) => Math.floor(random() * n);
    const projects = Object.values(roster.students).map(({ id }) => id);
    const notebook = await store.blobs.receive(
      ReadableStream.from([new TextEncoder().encode(JSON.stringify({
        cells: [{
          outputs: [{ output_type: "error", ename: "E", evalue: "x" }],
        }],
      }))]),
      { limit: 1000 },
    );
    if (notebook === undefined) throw new Error("no notebook");
    for (let round = 0; round < 30; round++) {
      for (let write = pick(6); write >= 0; write--) {
        const project = projects[pick(projects.length)] ?? 0;
        const name = ["birds", "tides", "[model]birds"][pick(3)] ?? "";
        const experiment = store.experiments.byName(project, name) ??
          store.experiments.create(project, name);
        const runs = store.runs.ofExperiment(experiment.id);
        const run = runs[pick(runs.length)];
        const kind = pick(8);
        if (run === undefined || kind < 3) {
          store.runs.create(experiment, {
            name: `run ${round}`,
            user: null,
            start_time: round,
          });
        } else if (kind === 3) {
          store.runs.update(run, { status: "FAILED", end_time: round });
        } else if (kind === 4) {
          store.params.setAll(run.id, [{ key: "k", value: String(round) }]);
        } else if (kind === 5) {
          store.metrics.append(run.id, {
            key: "m",
            value: round,
            timestamp: round,
          });
        } else if (kind === 6) {
          const pack = store.packages.ofRun(run, experiment);
          store.packages.addFile(pack.id, "session.ipynb", notebook);
          store.runs.linkPackage(run, pack.id);
        } else {
          store.metrics.removeRun(run.id);
          store.runs.remove(run);
        }
      }
      assertEquals(
        { ...await watch.state(), time: 0 },
        { ...await new ClassWatch(store, plan, roster).state(), time: 0 },
      );
    }
    const { students } = await watch.state();
    assertEquals(students.filter(({ runs }) => runs > 2).length, 3);
    assertEquals(
      students.flatMap(({ path }) => path).some((r) => r.error !== null),
      true,
    );
  } finally {
    store.close();
  }
});
