/**
 * A server in a process of its own, for tests that kill or measure it: prints its ready line, and how
 * far its resident memory rose, in bytes, for each line it reads.
 */
import { serverReadyLine, startServer } from "../../src/practice/server.ts";

const [dir = "", config = "null"] = Deno.args;
const parsed = JSON.parse(config);
const server = await startServer({
  data: { dir },
  ...(parsed === null ? {} : { config: parsed }),
});
const idle = Deno.memoryUsage().rss;
let peak = idle;
const timer = setInterval(() => {
  peak = Math.max(peak, Deno.memoryUsage().rss);
}, 100);
console.log(serverReadyLine(server));
for await (const _ of Deno.stdin.readable) {
  console.log(JSON.stringify({ rise: peak - idle }));
}
clearInterval(timer);
await server.close();
