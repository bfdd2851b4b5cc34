/**
 * What is found of what notebooks read, beside what `strace` saw their kernel open.
 *
 * @module
 */
import { dirname } from "node:path";
import { fromFileUrl } from "../../src/base/file_urls.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";
import {
  FILES,
  NOTEBOOKS,
  type ReadingNotebook,
} from "./detection_notebooks.ts";
import type { Figure } from "./report.ts";

/** What the operating system and nbtrack saw of a notebook, paths from its folder. */
interface Seen {
  read: Set<string>;
  found: Set<string>;
}

/** Recall and false alarms over all notebooks; nothing where `strace` is not installed or may not look. */
export async function detection(): Promise<Figure[]> {
  if (!await mayTrace()) {
    console.log(
      "     detection: strace is not installed or may not trace here; not measured",
    );
    return [];
  }
  let read = 0;
  let found = 0;
  let both = 0;
  for (const notebook of NOTEBOOKS) {
    const seen = await seenOf(notebook);
    const missed = seen.read.difference(seen.found);
    const more = seen.found.difference(seen.read);
    if (missed.size + more.size > 0) {
      console.log(
        `     ${notebook.about}: missed ${[...missed]}; not read ${[...more]}`,
      );
    }
    read += seen.read.size;
    found += seen.found.size;
    both += seen.read.intersection(seen.found).size;
  }
  return [{
    what:
      `of ${read} files that strace saw ${NOTEBOOKS.length} notebooks read, those that were found`,
    value: 100 * both / read,
    unit: "%",
    bar: { limit: 100, of: "value", side: "above" },
  }, {
    what: `of ${found} files that were found, those that were not read`,
    value: 100 * (found - both) / found,
    unit: "%",
    bar: { limit: 5, of: "value", side: "below" },
  }];
}

async function mayTrace(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("strace", {
      args: ["-f", "-o", "/dev/null", "true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function seenOf({ cells }: ReadingNotebook): Promise<Seen> {
  await using space = Workspace.make();
  for (const [name, contents] of Object.entries(FILES)) {
    const path = `${space.work}/${name}`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (typeof contents === "string") Deno.writeTextFileSync(path, contents);
    else Deno.copyFileSync(fromFileUrl(contents), path);
  }
  const before = new Set(filesBelow(space.work, ""));
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("detection", { quiet: true });`,
  );
  const { pid } = space.journal.sessions.unended()[0] ?? { pid: 0 };
  const log = `${space.folder}/strace`;
  const trace = new Deno.Command("strace", {
    args: [
      "-f",
      "-y",
      "-e",
      "trace=open,openat,openat2,creat",
      "-e",
      "signal=none",
      "-o",
      log,
      "-p",
      String(pid),
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const attached = trace.stderr.getReader();
  await attached.read(); // "Process … attached"
  for (const cell of cells) {
    const { status, error } = await front.execute(cell);
    if (status !== "ok") throw new Error(`${cell}: ${error?.evalue}`);
  }
  trace.kill("SIGINT");
  await attached.cancel();
  await trace.status;
  await front.execute("await run.end()");
  const row = await until("a complete run", () => {
    const [run] = space.journal.runs.list();
    return run !== undefined && run.finalised_time !== null && run;
  });
  const record = await space.record(row.run_id);
  return {
    read: readIn(Deno.readTextFileSync(log), space.work, before),
    found: new Set(
      record.datasets.flatMap(({ name }) => filesOf(space.work, name)),
    ),
  };
}

/** Files of the notebook's folder that were opened to be read and were there before; code and settings are no data. */
function readIn(
  log: string,
  folder: string,
  before: ReadonlySet<string>,
): Set<string> {
  const read = new Set<string>();
  for (const line of log.split("\n")) {
    const [, flags = "", path = ""] =
      /\bopen(?:at2?)?\(.*?(O_[A-Z_|]+).*\) = \d+<(.*)>$/.exec(line) ?? [];
    if (!path.startsWith(`${folder}/`) || /O_WRONLY|O_DIRECTORY/.test(flags)) {
      continue;
    }
    const name = path.slice(folder.length + 1);
    if (before.has(name) && !/\.ts$|^deno\./.test(name)) read.add(name);
  }
  return read;
}

/** The files of a dataset, which may be a folder. */
function filesOf(folder: string, name: string): string[] {
  const path = `${folder}/${name}`;
  if (Deno.statSync(path).isDirectory) return filesBelow(folder, name);
  return [Deno.realPathSync(path).slice(folder.length + 1)];
}

function filesBelow(folder: string, inside: string): string[] {
  return [...Deno.readDirSync(`${folder}/${inside}`)].flatMap((entry) => {
    const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
    return entry.isDirectory ? filesBelow(folder, name) : [name];
  });
}
