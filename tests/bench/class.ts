/**
 * Two hundred students who log to the practice server at once.
 *
 * @module
 */
import { studentsLog } from "../practice/class_load.ts";
import type { Figure } from "./report.ts";

const STUDENTS = 200;
const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** How long the slowest request in a hundred takes. */
export async function classOfStudents(folder: string): Promise<Figure> {
  const dir = `${folder}/class`;
  await Deno.mkdir(dir);
  const students = Array.from({ length: STUDENTS }, (_, i) => `Student ${i}`);
  await Deno.writeTextFile(`${dir}/class.json`, JSON.stringify({ students }));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      MAIN,
      "serve",
      "--class",
      `${dir}/class.json`,
      "--json",
    ],
    env: { NBTRACK_HOME: dir },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) line += (await reader.read()).value ?? "\n";
  const { handouts } = JSON.parse(line) as { handouts: string[] };
  const ways = await Promise.all(handouts.map(async (file) => {
    const text = await Deno.readTextFile(file);
    const of = (name: string) =>
      new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? "";
    return {
      tracking_uri: of("MLFLOW_TRACKING_URI"),
      token: of("MLFLOW_TRACKING_TOKEN"),
    };
  }));
  const load = { batches: 20, points: 10, pause_ms: 1000 };
  const { took, points } = await studentsLog(ways, load);
  child.kill("SIGTERM");
  await reader.cancel();
  await child.status;
  const lost = points.filter((n) => n !== load.batches * load.points).length;
  if (lost > 0) throw new Error(`points of ${lost} students are lost`);
  const at = (part: number) => took[Math.floor(took.length * part)] ?? 0;
  return {
    what: `requests of ${STUDENTS} students who log at once (99 of 100)`,
    value: at(0.99),
    unit: "ms",
    peer: { what: "half of them", value: at(0.5) },
    bar: { limit: 200, of: "value", side: "below" },
  };
}
