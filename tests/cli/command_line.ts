/** The command line in a process of its own, fed from stdin, against a practice server in this one. */
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { isAlive } from "../../src/base/process_identity.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import type { DataLocation } from "../../src/practice/store/data_dir.ts";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";
import { cleanEnv } from "./nbtrack.ts";
import { removeFolder } from "../remove_folder.ts";
import { until } from "../until.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

/** A token of a kind, made at run time. */
export function tokenOf(kind: string): string {
  return ["gl", "pat", kind, "0123456789"].join("-");
}

/** What a command did. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** How long a recorder may take until it is there, milliseconds. */
const STARTING_MS = 5000;

/** How to call it. */
export interface CallOptions {
  env?: Record<string, string>;
  cwd?: string;
  stdin?: string;
}

/** A folder with a journal in it and a way to call the command line there; gone at the end of the scope. */
export class CommandLine implements AsyncDisposable {
  readonly dir: string = Deno.makeTempDirSync({ prefix: "nbtrack-cli-" });
  readonly home: string = `${this.dir}/home`;
  readonly env: Record<string, string>;

  constructor(env: Record<string, string> = {}) {
    this.env = cleanEnv({ home: this.home, env });
  }

  /** Calls `nbtrack … --json`. */
  async call(args: string[], options: CallOptions = {}): Promise<Outcome> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--no-lock", MAIN, ...args, "--json"],
      cwd: options.cwd ?? this.dir,
      env: { ...this.env, ...options.env },
      clearEnv: true,
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (options.stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin));
      await writer.close();
    }
    const { code, stdout, stderr } = await child.output();
    const text = new TextDecoder();
    const out = text.decode(stdout);
    return {
      code,
      stdout: out,
      stderr: text.decode(stderr),
      json: out.trimStart().startsWith("{") ? JSON.parse(out) : undefined,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await recordersGone(this.home);
    await removeFolder(this.dir);
  }
}

/** Resolves when no recorder writes to a folder any more. */
async function recordersGone(home: string): Promise<void> {
  let journal: Journal;
  try {
    if (!(await Deno.stat(`${home}/journal.db`)).isFile) return;
    journal = Journal.open({ redactor: standardRedaction, home });
  } catch {
    return; // no journal, or one that a test has broken: nothing is recorded there
  }
  using open = journal;
  const deadline = Date.now() + STARTING_MS;
  await until("the end of the recorders", () => {
    const sessions = open.runs.list().flatMap(({ session_id }) =>
      open.sessions.get(session_id) ?? []
    );
    // A script may end before its recorder has said that it is there.
    const starting = sessions.some(({ kind, recorder_pid, end_time }) =>
      kind === "script" && recorder_pid === null && end_time === null
    );
    return (!starting || Date.now() > deadline) &&
      !sessions.some(({ recorder_pid, recorder_started }) =>
        recorder_pid !== null &&
        isAlive({ pid: recorder_pid, started: recorder_started ?? "" })
      );
  });
}

/** A practice server with one project, a Developer's token, and what a test adds. */
export async function practice(
  change: Partial<ServerConfig> = {},
  port = 0,
  data: DataLocation = "memory",
): Promise<PracticeServer & AsyncDisposable> {
  const server = await startServer({
    data,
    port,
    config: {
      projects: [{ id: 42, path: "lab/penguins" }],
      tokens: [{
        token: tokenOf("write"),
        user: { id: 5, username: "dev", name: "Developer" },
        scopes: ["api"],
        roles: { "lab/penguins": "developer" },
      }],
      ...change,
    },
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

/** Variables that name a server's first project and a token. */
export function tracking(
  server: PracticeServer,
  token: string = tokenOf("write"),
): Record<string, string> {
  return {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: token,
  };
}
