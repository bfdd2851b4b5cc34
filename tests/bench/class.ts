/**
 * Two hundred students who log to the practice server at once.
 *
 * @module
 */
import { readClass } from "../../src/practice/class/class_file.ts";
import { classConfig, readRoster } from "../../src/practice/class/roster.ts";
import { parseServerConfig } from "../../src/practice/settings/config.ts";
import { Store } from "../../src/practice/store/store.ts";
import { studentsLog } from "../practice/class_load.ts";
import { openPage, serve, wayIn, write } from "../practice/class_server.ts";
import {
  giveRecord,
  recordLesson,
  studentsDeliver,
} from "../practice/class_work.ts";
import type { Figure } from "./report.ts";

const STUDENTS = 200;
/** The runs of each, for the teacher's page. */
const RUNS_EACH = 50;
/** The time over which students end their runs of a lesson, milliseconds. */
const SPREAD_MS = 60_000;
/** How often the teacher looks, milliseconds: each time the page is made anew. */
const LOOK_MS = 3000;

/** How long the slowest request in a hundred takes: while metrics are logged, and while whole runs are delivered. */
export async function classOfStudents(folder: string): Promise<Figure[]> {
  const dir = `${folder}/class`;
  await Deno.mkdir(dir);
  const students = Array.from({ length: STUDENTS }, (_, i) => `Student ${i}`);
  await write(dir, { students });
  const served = await serve(dir);
  const ways = await Promise.all(served.handouts.map(wayIn));
  const load = { batches: 20, points: 10, pause_ms: 1000 };
  const { took, worked, points } = await studentsLog(ways, load);
  const lost = points.filter((n) => n !== load.batches * load.points).length;
  if (lost > 0) throw new Error(`points of ${lost} students are lost`);

  const recorded = await recordLesson(dir);
  const atWork = ways.map((way, i) => ({ ...way, home: `${dir}/home-${i}` }));
  for (const student of atWork) await giveRecord(recorded, student);
  const page = await openPage(served);
  const looking = setInterval(() => page("/class"), LOOK_MS);
  const delivered = await studentsDeliver(dir, {
    students: atWork,
    spread_ms: SPREAD_MS,
  });
  clearInterval(looking);
  await served.stop();
  const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
  return [
    ...figures("200 students who log at once", took, worked),
    ...figures(
      "200 students who deliver lesson 1 within a minute, while the teacher looks on",
      sorted(delivered.map(([, ms]) => ms)),
      sorted(delivered.map(([, , ms]) => ms)),
    ),
    ...await teachersPage(folder),
  ];
}

/** Requests as the students see them, in processes that share the machine, and as the server works on them. */
function figures(
  of: string,
  took: readonly number[],
  worked: readonly number[],
): Figure[] {
  return [
    figure(`requests of ${of}, from sending to the answer's head`, took),
    figure(`the same in the server`, worked),
  ];
}

function figure(what: string, took: readonly number[]): Figure {
  const at = (part: number) => took[Math.floor(took.length * part)] ?? 0;
  return {
    what: `${what} (99 of 100)`,
    value: at(0.99),
    unit: "ms",
    peer: { what: "half of them", value: at(0.5) },
    bar: { limit: 200, of: "value", side: "below" },
  };
}

/** How long the teacher's page takes over 10,000 runs: when it was not made for a while and nothing was changed, and after a student has logged. */
async function teachersPage(folder: string): Promise<Figure[]> {
  const dir = `${folder}/many-runs`;
  await Deno.mkdir(dir);
  const students = Array.from({ length: STUDENTS }, (_, i) => `Student ${i}`);
  await write(dir, { students });
  await (await serve(dir)).stop();
  await fill(dir);
  const served = await serve(dir, "--new-token", "student-0");
  const student = await wayIn(served.handouts[0] ?? "");
  const page = await openPage(served);
  const look = async () => {
    await new Promise((done) => setTimeout(done, LOOK_MS + 500));
    const began = performance.now();
    const { text } = await page("/class");
    const took = performance.now() - began;
    if (!text.includes(`>${RUNS_EACH}</td>`)) {
      throw new Error("a run is missing");
    }
    return took;
  };
  await look();
  const unchanged = [await look(), await look(), await look()];
  await studentsLog([student], { batches: 1, points: 1, pause_ms: 0 });
  const changed = await look();
  await served.stop();
  return [{
    what: "the teacher's page over 10,000 runs, none of them changed",
    value: Math.max(...unchanged),
    unit: "ms",
    peer: { what: "after a student has logged", value: changed },
    bar: { limit: 300, of: "value", side: "below" },
  }];
}

/** Gives each student of a class its runs. */
async function fill(dir: string): Promise<void> {
  const plan = await readClass(`${dir}/class.json`);
  const data = `${dir}/class`;
  const roster = await readRoster(data);
  if (roster === null) throw new Error(`${data} has no roster`);
  const store = Store.open(
    { dir: data },
    parseServerConfig(classConfig(plan, roster)),
  );
  for (const { id } of Object.values(roster.students)) {
    store.transaction(() => {
      const experiment = store.experiments.create(id, "penguins-knn");
      for (let n = 0; n < RUNS_EACH; n++) {
        const run = store.runs.create(experiment, {
          name: `run ${n}`,
          user: id,
          start_time: 1000 * n,
        });
        store.params.setAll(run.id, [
          { key: "k", value: String(n) },
          { key: "testShare", value: "0.3" },
        ]);
        store.runTags.setAll(
          run.id,
          Array.from({ length: 10 }, (_, i) => ({
            key: `nbtrack.tag_${i}`,
            value: "x".repeat(40),
          })),
        );
        for (const key of ["accuracy", "loss", "test_rows"]) {
          store.metrics.append(run.id, {
            key,
            value: n,
            timestamp: n,
            step: n,
          });
        }
        store.runs.update(run, { status: "FINISHED", end_time: 1000 * n + 1 });
      }
    });
  }
  store.close();
}
