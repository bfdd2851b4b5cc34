/**
 * Runs `nbtrack serve --memory` until its own input ends: so the server of a lesson ends with the lesson's kernel, which
 * runs no hook when it is ended itself.
 *
 * @module
 */
import { fromFileUrl } from "../base/file_urls.ts";
import { spawnProcess } from "../base/process.ts";

const main = new URL("../cli/main.ts", import.meta.url);

const child = spawnProcess(Deno.execPath(), {
  args: [
    "run",
    "-A",
    "--quiet",
    main.protocol === "file:" ? fromFileUrl(main) : main.href,
    "serve",
    "--memory",
    "--json",
  ],
  stdout: "inherit",
});

for await (const _ of Deno.stdin.readable) {
  // Nothing is sent: only the end counts.
}
child.kill("SIGTERM");
await child.status;
