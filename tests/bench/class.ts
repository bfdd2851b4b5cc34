/**
 * Two hundred students who log to the practice server at once.
 *
 * @module
 */
import { studentsLog } from "../practice/class_load.ts";
import { openPage, serve, wayIn, write } from "../practice/class_server.ts";
import {
  giveRecord,
  recordLesson,
  studentsDeliver,
} from "../practice/class_work.ts";
import type { Figure } from "./report.ts";

const STUDENTS = 200;
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
  const { took, points } = await studentsLog(ways, load);
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
  return [
    figure("requests of 200 students who log at once", took),
    figure(
      "requests of 200 students who deliver lesson 1 within a minute, while the teacher looks on",
      delivered.map(([, ms]) => ms).toSorted((a, b) => a - b),
    ),
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
