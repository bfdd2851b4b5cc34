/**
 * The servers that live tests log to: our practice server and MLflow's own, each a process of its own.
 *
 * @module
 */
import { z } from "../../src/base/zod.ts";
import { command } from "../cli/nbtrack.ts";
import { freePort, python } from "./setup.ts";
import { until } from "../until.ts";

/** A running server. */
export interface LiveServer {
  /** What clients are told as `MLFLOW_TRACKING_URI`. */
  tracking_uri: string;
  /** The environment that sends a client there. */
  env: Record<string, string>;
  /** Calls its API under `/api/2.0/mlflow/`: a GET, or with a body a POST; fails unless the answer is 200. */
  call(endpoint: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const readySchema = z.looseObject({
  tracking_uri: z.url(),
  token: z.string(),
});

function caller(
  tracking_uri: string,
  headers: Record<string, string>,
): LiveServer["call"] {
  return async (endpoint, body) => {
    const answer = await fetch(`${tracking_uri}/api/2.0/mlflow/${endpoint}`, {
      headers: { ...headers, "content-type": "application/json" },
      ...(body === undefined
        ? {}
        : { method: "POST", body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
}

/** Starts `nbtrack serve` with its data in a folder. */
export async function startPractice(dir: string): Promise<LiveServer> {
  await Deno.mkdir(dir, { recursive: true });
  const process = command(["serve", "--json", "--data", dir], { home: dir })
    .spawn();
  const errors = new Response(process.stderr).text();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`nbtrack serve ended: ${await errors}`);
    text += value;
  }
  const { tracking_uri, token } = readySchema.parse(JSON.parse(text));
  return {
    tracking_uri,
    env: { MLFLOW_TRACKING_URI: tracking_uri, MLFLOW_TRACKING_TOKEN: token },
    call: caller(tracking_uri, { authorization: `Bearer ${token}` }),
    async close() {
      process.kill("SIGTERM");
      await process.status;
      await lines.cancel();
      await errors;
    },
  };
}

/** Starts `mlflow server` on SQLite, with its data in a folder. */
export async function startMlflow(dir: string): Promise<LiveServer> {
  const bin = await python();
  await Deno.mkdir(dir, { recursive: true });
  const port = freePort();
  // In a session of its own, so that its workers can be ended with it.
  const process = new Deno.Command(`${bin}/mlflow`, {
    args: [
      "server",
      "--host=127.0.0.1",
      `--port=${port}`,
      "--workers=1",
      `--backend-store-uri=sqlite:///${dir}/mlflow.db`,
      `--artifacts-destination=${dir}/artifacts`,
    ],
    cwd: dir,
    env: {
      HOME: dir,
      MLFLOW_DISABLE_TELEMETRY: "true",
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    detached: true,
  }).spawn();
  const errors = new Response(process.stderr).text();
  const tracking_uri = `http://127.0.0.1:${port}`;
  let ended = false;
  const status = process.status.then(() => {
    ended = true;
  });
  const close = async () => {
    if (!ended) Deno.kill(-process.pid, "SIGTERM");
    await status;
    return await errors;
  };
  try {
    await until("MLflow's server", async () => {
      if (ended) throw new Error("it ended");
      try {
        const answer = await fetch(`${tracking_uri}/health`);
        return (await answer.text()) === "OK";
      } catch (error) {
        if (error instanceof TypeError) return false; // not listening yet
        throw error;
      }
    }, 120_000);
  } catch (cause) {
    throw new Error(`mlflow server did not start: ${await close()}`, { cause });
  }
  return {
    tracking_uri,
    env: { MLFLOW_TRACKING_URI: tracking_uri },
    call: caller(tracking_uri, {}),
    async close() {
      await close();
    },
  };
}
