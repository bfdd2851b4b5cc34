/**
 * How fast metric points travel from the journal to a server.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { Delivery } from "../../src/delivery/deliver.ts";
import { newHolder } from "../../src/delivery/lease.ts";
import { decideTarget } from "../../src/delivery/target.ts";
import { type Figure, median } from "./report.ts";

const POINTS = 100_000;
const ROUNDS = 5;
const SERVER = new URL("../practice/serve_process.ts", import.meta.url).href;

/** 100,000 points to a practice server in a process of its own, beside the same rows put into a bare SQLite file. */
export async function delivery(home: string, cwd: string): Promise<Figure> {
  const token = ["bench", crypto.randomUUID()].join("-");
  const config = {
    projects: [{ id: 1, path: "bench/points" }],
    tokens: [{
      token,
      user: { id: 1, username: "bench" },
      scopes: ["api"],
      roles: { "bench/points": "developer" },
    }],
  };
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SERVER, `${home}/server`, JSON.stringify(config)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  using journal = Journal.open({ redactor: standardRedaction, home });
  try {
    const { tracking_uri } = JSON.parse(await firstLine(server.stdout));
    const rates: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < ROUNDS + 1; round++) {
      const run_id = logged(journal, cwd);
      const delivery = new Delivery(journal, { holder: newHolder("sync") });
      const where = { options: { trackingUri: tracking_uri, token }, env: {} };
      const target = await decideTarget(journal, run_id, {
        destination: where,
        cwd,
      });
      const began = performance.now();
      if (target === null || !await delivery.deliver(run_id, target)) {
        throw new Error(journal.deliveries.get(run_id).error ?? "no target");
      }
      const seconds = (performance.now() - began) / 1000;
      if (round === 0) continue; // the first one fills the caches
      rates.push(POINTS / seconds);
      floors.push(floor(`${home}/floor-${round}.db`));
    }
    return {
      what:
        `${POINTS} points from the journal to a server (median of ${ROUNDS})`,
      value: median(rates),
      unit: "points/s",
      peer: { what: "rows in one SQLite transaction", value: median(floors) },
      bar: { limit: 100_000, of: "value", side: "above" },
    };
  } finally {
    // Its runs were made without a recorder, which would end their session.
    for (const { session_id } of journal.sessions.unended()) {
      journal.sessions.end(session_id, "exited", Date.now());
    }
    server.kill("SIGKILL");
    await server.stdin.close();
    await server.status;
  }
}

/** A run that has ended, with its points: 100,000 of two metrics. Its id. */
export function logged(journal: Journal, cwd: string): string {
  const { session_id } = journal.sessions.open({
    kind: "script",
    pid: Deno.pid,
    process_started: "",
    connection_file: null,
    cwd,
    notebook: null,
    main_module: null,
  });
  const { run_id } = journal.runs.create({
    session_id,
    experiment: "bench",
    name: "points",
    options: JSON.stringify({ points: "all" }),
  });
  const writer = journal.metricWriter(run_id);
  for (let i = 0; i < POINTS; i++) {
    writer.log(i % 2 === 0 ? "loss" : "accuracy", Math.random(), i >> 1);
  }
  writer.close();
  journal.runs.end(run_id, "FINISHED");
  journal.runs.setFinalised(run_id, Date.now());
  return run_id;
}

/** Rows a second that a bare table takes. */
function floor(path: string): number {
  const db = new DatabaseSync(path);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE m (series INTEGER, id INTEGER, value REAL, step INTEGER, time INTEGER) STRICT",
  );
  const insert = db.prepare("INSERT INTO m VALUES (?, ?, ?, ?, ?)");
  const began = performance.now();
  db.exec("BEGIN");
  for (let i = 0; i < POINTS; i++) {
    insert.run(i % 2, i, Math.random(), i >> 1, Date.now());
  }
  db.exec("COMMIT");
  const seconds = (performance.now() - began) / 1000;
  db.close();
  return POINTS / seconds;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the server ended before it was ready");
    text += value;
  }
  reader.cancel();
  return text.slice(0, text.indexOf("\n"));
}
