/**
 * `deno task bench`: the figures the project promises, each beside a floor or a peer measured in the same run.
 *
 * @module
 */
import { classOfStudents } from "./class.ts";
import { delivery } from "./delivery.ts";
import { detection } from "./detection.ts";
import { fetching } from "./fetching.ts";
import { largeFile } from "./files.ts";
import { firstTracks, logging } from "./in_kernel.ts";
import { memory, overhead } from "./notebooks.ts";
import { redactionCosts, redactionFigures } from "./redaction.ts";
import { pages } from "./pages.ts";
import { type Figure, report } from "./report.ts";
import { reproduction } from "./reproduction.ts";
import { sliceSizes } from "./slices.ts";
import { allEnded } from "./wait_for_end.ts";
import { relay } from "./tracked_kernel.ts";

const folder = await Deno.makeTempDir({ prefix: "nbtrack-bench-" });
const home = `${folder}/home`;
const only = Deno.args;
let held = true;
const measure = async (name: string, work: () => Promise<Figure[]>) => {
  if (only.length > 0 && !only.includes(name)) return;
  for (const figure of await work()) held = report(figure) && held;
  await allEnded(home);
};
try {
  await measure("track", () => firstTracks(home, folder));
  await measure("logging", async () => [await logging(home, folder)]);
  await measure("overhead", () => overhead(home, folder));
  await measure("relay", async () => [await relay(folder)]);
  await measure("delivery", async () => [await delivery(home, folder)]);
  await measure("detection", () => detection());
  await measure("fetch", () => fetching());
  await measure("class", () => classOfStudents(folder));
  await measure("fingerprint", () => largeFile(home, folder));
  await measure("pages", () => pages(folder));
  await measure("slices", () => Promise.resolve(sliceSizes()));
  await measure("reproduction", async () => [await reproduction(home)]);
  await measure(
    "redaction",
    () => Promise.resolve([...redactionFigures(), ...redactionCosts(home)]),
  );
  await measure("memory", async () => [await memory(home, folder)]);
} finally {
  await Deno.remove(folder, { recursive: true });
}
if (!held) Deno.exitCode = 1;
