/**
 * What the tests of recorder and track share: a folder with nbtrack's home in it, kernels as a front end runs them,
 * notebooks, and what was recorded.
 *
 * @module
 */
import { type FileCell, notebookJson } from "../notebook_file.ts";
import { fileURLToPath } from "node:url";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import type { RunRow } from "../../src/journal/run_row.ts";
import type { TestKernel } from "../front_end_kernel.ts";
import { messageOf } from "../../src/base/errors.ts";
import { isAlive } from "../../src/base/process_identity.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { startTestKernel } from "../test_kernel.ts";
import { removeFolder } from "../remove_folder.ts";
import { until } from "../until.ts";

/** The module that cells import. */
export const MOD = new URL("../../mod.ts", import.meta.url).href;
/** A cell's first line. */
export const IMPORT = `import { track } from ${JSON.stringify(MOD)};`;

/** nbtrack as a program. */
export const MAIN = fileURLToPath(
  new URL("../../src/cli/main.ts", import.meta.url),
);

/** A folder with notebooks and nbtrack's home; it goes away when every recorder in it has ended. */
export class Workspace implements AsyncDisposable {
  readonly folder: string;
  /** nbtrack's folder. */
  readonly home: string;
  readonly journal: Journal;

  private constructor(folder: string) {
    this.folder = folder;
    this.home = `${folder}/home`;
    Deno.mkdirSync(`${folder}/work`);
    this.journal = Journal.open({
      redactor: standardRedaction,
      home: this.home,
      waitsForLock: true,
    });
  }

  /** Makes one. */
  static make(): Workspace {
    return new Workspace(
      Deno.realPathSync(Deno.makeTempDirSync({ prefix: "nbtrack-recorder-" })),
    );
  }

  /** The folder of notebooks. */
  get work(): string {
    return `${this.folder}/work`;
  }

  /** What processes get to see of the environment, besides what every process does. */
  get env(): Record<string, string> {
    const nothing = Object.fromEntries(
      Object.keys(Deno.env.toObject())
        .filter((name) => /^(MLFLOW_|GITLAB_|CI_|NBTRACK_|JPY_)/.test(name))
        .map((name) => [name, ""]),
    );
    return { ...nothing, NO_COLOR: "1", NBTRACK_HOME: this.home };
  }

  /** Starts a kernel as a front end does, which knows nothing of nbtrack. */
  kernel(env: Record<string, string> = {}): Promise<TestKernel> {
    return startTestKernel({ cwd: this.work, env: { ...this.env, ...env } });
  }

  /** Writes a notebook for Deno's kernel. */
  notebook(name: string, cells: readonly (string | FileCell)[]): string {
    const path = `${this.work}/${name}`;
    Deno.writeTextFileSync(path, notebookJson(cells));
    return path;
  }

  /** Runs nbtrack to its end. */
  async nbtrack(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", MAIN, ...args],
      cwd: this.work,
      env: { ...this.env, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** Runs a script to its end. */
  async script(
    source: string,
    options: { env?: Record<string, string>; args?: string[] } = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const path = `${this.work}/script.ts`;
    Deno.writeTextFileSync(path, source);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--quiet",
        "--no-config",
        path,
        ...options.args ?? [],
      ],
      cwd: this.work,
      env: { ...this.env, ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** The runs, oldest first. */
  runs(): RunRow[] {
    return this.journal.runs.list().reverse();
  }

  /** A run as `nbtrack show --json` prints it. */
  record(run_id: string): Promise<RunRecord> {
    return new JournalReader(this.journal).get(run_id);
  }

  /** The only run, once its record is complete. */
  async finalised(): Promise<RunRecord> {
    const run = await this.#until("the finalised run", () => {
      const [first, second] = this.runs();
      if (second !== undefined) throw new Error("there is more than one run");
      return first !== undefined && first.finalised_time !== null && first;
    });
    return await this.record(run.run_id);
  }

  /** Waits until every session has ended and its recorder is gone. */
  async finished(): Promise<void> {
    await this.#until(
      "the end of all sessions",
      () => this.journal.sessions.unended().length === 0,
    );
    const recorders = this.recorders;
    await this.#until(
      "the end of all recorders",
      () => !recorders.some((recorder) => isAlive(recorder)),
    );
  }

  /** Asks until something is there; where it does not come, what is known of the recorders says why. */
  async #until<T>(
    what: string,
    find: () => T | undefined | null | false,
  ): Promise<T> {
    try {
      return await until(what, find);
    } catch (cause) {
      const recorders = this.recorders.map((recorder) => ({
        ...recorder,
        alive: isAlive(recorder),
      }));
      const sessions = this.journal.sessions.unended()
        .map(({ session_id, pid, process_started: started }) => ({
          session_id,
          pid,
          alive: isAlive({ pid, started }),
        }));
      const known = JSON.stringify({ recorders, sessions }, null, 1);
      throw new Error(`${messageOf(cause)}\n${known}\n${this.log}`, { cause });
    }
  }

  /** Removes the folder, when all that writes to it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.finished();
    } finally {
      this.journal.close();
      await removeFolder(this.folder);
    }
  }

  /** Every recorder the journal knows. */
  get recorders(): { pid: number; started: string }[] {
    const ids = new Set(this.runs().map((run) => run.session_id));
    return [...ids].flatMap((session_id) => {
      const row = this.journal.sessions.get(session_id);
      return row === undefined || row.recorder_pid === null ? [] : [{
        pid: row.recorder_pid,
        started: row.recorder_started ?? "",
      }];
    });
  }

  /** What recorders wrote into their log. */
  get log(): string {
    try {
      return Deno.readTextFileSync(`${this.home}/logs/recorder.log`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }
}

/** The text a reply's streams hold. */
export function printed(reply: { outputs: readonly unknown[] }): string {
  return (reply.outputs as { output_type: string; text?: unknown }[])
    .filter((o) => o.output_type === "stream")
    .map((o) => Array.isArray(o.text) ? o.text.join("") : String(o.text))
    .join("");
}
