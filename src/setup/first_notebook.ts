/**
 * The notebook of a new folder: a straight line through 50 real measurements, learned step by step.
 *
 * @module
 */
import { join } from "node:path";
import { linesOf } from "../notebook/cells.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../notebook/notebook.ts";
import { type PreparedFiles, writeWhole } from "./files.ts";
import { TRACKED_DISPLAY, TRACKED_NAME } from "./tracked_kernelspec.ts";

const CELLS:
  readonly (readonly ["markdown" | "code", id: string, source: string])[] = [
    [
      "markdown",
      "about",
      `# A first run

Fifty cars of the 1920s: how fast each went (miles per hour), and how far it took to stop (feet),
as Mordecai Ezekiel printed them in 1930. This notebook learns the straight line through them.

Run the cells from top to bottom.`,
    ],
    [
      "code",
      "data",
      `const speed = [
  4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15,
  15, 16, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
];
const distance = [
  2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26,
  54, 32, 40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
];
const cars = speed.map((s, i) => ({ speed: s, distance: distance[i] }));
cars.length`,
    ],
    [
      "code",
      "track",
      `import { track } from "@nbtrack/nbtrack";

const run = await track("stopping-distance", {
  params: { learningRate: 0.3, steps: 200 },
  data: { cars },
});
run`,
    ],
    [
      "markdown",
      "why",
      `From here on the run records itself. The next cell walks downhill: at each step it moves the line a
little to where the mean squared error is smaller. Change \`learningRate\` above, run both cells again, and compare.`,
    ],
    [
      "code",
      "learn",
      `const { learningRate, steps } = run.params;
const mean = speed.reduce((sum, s) => sum + s, 0) / speed.length;
const spread = Math.sqrt(speed.reduce((sum, s) => sum + (s - mean) ** 2, 0) / speed.length);

let slope = 0;
let height = 0;
for (let step = 0; step < steps; step++) {
  let slopeGradient = 0;
  let heightGradient = 0;
  let squares = 0;
  for (const car of cars) {
    const x = (car.speed - mean) / spread;
    const miss = height + slope * x - car.distance;
    squares += miss ** 2;
    slopeGradient += 2 * miss * x / cars.length;
    heightGradient += 2 * miss / cars.length;
  }
  run.logMetric("mse", squares / cars.length, { step });
  slope -= learningRate * slopeGradient;
  height -= learningRate * heightGradient;
}
const feetPerMph = slope / spread;
run.logMetrics({ feet_per_mph: feetPerMph, feet_at_20_mph: height + feetPerMph * (20 - mean) });
\`\${feetPerMph.toFixed(3)} feet more for each mile per hour\``,
    ],
    [
      "code",
      "picture",
      `const x = (s: number) => 40 + s * 16;
const y = (d: number) => 260 - d * 2;
const line = (s: number) => height + feetPerMph * (s - mean);
const picture = \`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300">
<rect width="480" height="300" fill="white"/>
<path d="M40 10V260H470" fill="none" stroke="gray"/>
\${cars.map((car) => \`<circle cx="\${x(car.speed)}" cy="\${y(car.distance)}" r="3" fill="steelblue"/>\`).join("\\n")}
<line x1="\${x(5)}" y1="\${y(line(5))}" x2="\${x(25)}" y2="\${y(line(25))}" stroke="firebrick" stroke-width="2"/>
<text x="255" y="290" text-anchor="middle" font-family="sans-serif" font-size="13">speed (mph)</text>
<text x="16" y="135" text-anchor="middle" font-family="sans-serif" font-size="13" transform="rotate(-90 16 135)">distance (feet)</text>
</svg>\`;
await run.logArtifact("line.svg", picture);
await Deno.jupyter.display({ "image/svg+xml": picture }, { raw: true });`,
    ],
    [
      "code",
      "end",
      `await run.end();
run`,
    ],
    [
      "markdown",
      "next",
      `In a terminal in this folder, \`deno task nbtrack runs\` lists what was recorded, \`deno task nbtrack show last\` shows all
of it, and \`deno task nbtrack reproduce last\` runs it again from what was logged. Where nbtrack is installed, that is
\`nbtrack runs\`.`,
    ],
  ];

/** Writes `first-run.ipynb`, for the tracked kernel if that is installed. */
export async function writeFirstNotebook(
  dir: string,
  done: PreparedFiles,
  options: { tracked: boolean },
): Promise<void> {
  const path = join(dir, "first-run.ipynb");
  await writeWhole(path, firstNotebook(options));
  done.created.push(path);
}

/** The notebook's text, as nbformat writes it. */
function firstNotebook({ tracked }: { tracked: boolean }): string {
  const notebook = newNotebook(
    CELLS.map(([cell_type, id, source]) =>
      cell_type === "code"
        ? newCodeCell(source, { id })
        : { cell_type, id, metadata: {}, source: linesOf(source) }
    ),
  );
  if (tracked) {
    notebook.metadata["kernelspec"] = {
      display_name: TRACKED_DISPLAY,
      language: "typescript",
      name: TRACKED_NAME,
    };
  }
  return formatNotebook(notebook);
}
