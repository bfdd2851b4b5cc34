/**
 * What it costs a `fetch` that its answer is noticed.
 *
 * @module
 */
import { hookFetch, plainFetch } from "../../src/base/fetch_hook.ts";
import { fromFileUrl } from "../../src/base/file_urls.ts";
import { type Figure, median } from "./report.ts";

const ROUNDS = 600;
const SERVER = fromFileUrl(new URL("./fetching_server.ts", import.meta.url));

/** A fetch of 1 MB over a line of 1 Gbit/s and over none at all, with the hook and without it, in turns. */
export async function fetching(): Promise<Figure[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", "--quiet", SERVER],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const unhooked = plainFetch();
  hookFetch(() => {});
  const hooked = globalThis.fetch;
  const figures: Figure[] = [];
  for (const way of ["text", "arrayBuffer"] as const) {
    for (const line of ["gigabit", "loopback"]) {
      const read = async (ask: typeof fetch): Promise<number> => {
        const began = performance.now();
        await (await ask(`${url}/${line}`))[way]();
        return performance.now() - began;
      };
      const times: [number[], number[]] = [[], []];
      for (let i = 0; i < ROUNDS; i++) {
        // Whichever comes second finds the caches warm.
        const order = i % 2 === 0 ? [0, 1] as const : [1, 0] as const;
        for (const which of order) {
          times[which].push(await read(which === 0 ? unhooked : hooked));
        }
      }
      const [unseen, seen] = times.map((all) => all.slice(ROUNDS / 10));
      const bare = median(unseen ?? []);
      // Of each pair: how fast the machine is changes from one to the next.
      const added = median(
        (seen ?? []).map((t, i) => t - (unseen?.[i] ?? NaN)),
      );
      figures.push({
        what: `fetch and ${way}() of 1 MB, ${line} (median of ${ROUNDS})`,
        value: bare + added,
        unit: "ms",
        peer: { what: "the same unseen", value: bare },
        bar: line === "gigabit"
          ? { limit: 1.01, of: "ratio", side: "below" }
          : { limit: 1.15, of: "ratio", side: "below" },
      });
    }
  }
  globalThis.fetch = unhooked;
  await reader.cancel();
  child.kill();
  await child.status;
  return figures;
}
