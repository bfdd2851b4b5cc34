/**
 * `nbtrack site`
 *
 * @module
 */
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { nbtrackHome, readEnv } from "../base/env.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { writeSite } from "../web/site.ts";
import { machineNames } from "../web/unnamed_machine.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { count, sizeText } from "./format.ts";
import { openJournal } from "./journal.ts";
import { pageSource } from "./page_source.ts";
import { journalTable } from "../journal/run_table.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")], "a folder is named"),
  experiment: z.array(z.string().min(1, "it is empty")).optional(),
  filter: z.string().optional(),
  limit: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(1, "it must be 1 or more").optional(),
  server: z.boolean().default(false),
});

/** Defines `nbtrack site`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<dir>", "a folder that is new, empty, or a site of nbtrack's")
    .option(
      "--experiment <name>",
      "only this experiment (again for another one)",
      (name: string, names: string[] = []) => [...names, name],
    )
    .option(
      "--filter <text>",
      "only runs that pass, such as \"metrics.loss < 0.3 and params.k = '5'\"",
    )
    .option("--limit <n>", "at most so many runs, the newest")
    .option(
      "--server",
      "the runs of the configured GitLab or MLflow server, not the journal's",
    );
  example(command, "nbtrack site public --experiment penguins-knn");
  act(command, done, {
    schema,
    async work({ args: [dir], experiment, filter, limit, server }, out) {
      using journal = openJournal();
      const result = await writeSite({
        source: await pageSource(journal, { server }),
        dir: resolvePath(dir),
        filter,
        limit,
        names: namesHere(journal),
        ...(experiment === undefined ? {} : { experiments: experiment }),
      });
      out.result(
        result,
        () =>
          `${count(result.pages, "page")} of ${
            count(result.runs, "run")
          } in ${result.dir} (${sizeText(result.bytes)}, ${
            count(result.written, "file")
          } written). Open ${result.dir}/index.html.`,
      );
      return 0;
    },
  });
}

/** The temporary folder that a replay puts around its notebook's. */
const REPLAY_FOLDER = /^.*[/\\]nbtrack-reproduce-[^/\\]+/;

/** What no page says of this machine: folders of notebooks, nbtrack's and the user's own, user and host. */
function namesHere(journal: Journal) {
  const folders = journalTable(journal).sessionFolders().flatMap(
    ({ cwd, notebook }) => [
      cwd,
      ...REPLAY_FOLDER.exec(cwd) ?? [],
      ...notebook === null ? [] : [dirname(notebook)],
    ],
  );
  const module = import.meta.url.startsWith("file:")
    ? [fileURLToPath(new URL("../../", import.meta.url))]
    : [];
  const cache = readEnv("DENO_DIR");
  return machineNames({
    folders: [
      ...folders,
      nbtrackHome(),
      Deno.cwd(),
      ...module,
      ...cache === undefined ? [] : [cache],
    ],
    home: readEnv("HOME") ?? readEnv("USERPROFILE"),
    user: userName(),
    host: hostname(),
  });
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return readEnv("USER") ?? readEnv("USERNAME"); // a user that the machine does not list
  }
}
