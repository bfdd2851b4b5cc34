/**
 * Measures how many metric points a second the server takes by `log-batch`, beside what a bare SQLite
 * table of the same shape takes: `deno run -A tests/practice/throughput.ts [points]`. Prints JSON lines.
 */
import { DatabaseSync } from "node:sqlite";

const POINTS = Number(Deno.args[0] ?? 200_000);

function report(what: Record<string, unknown>, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  console.log(
    JSON.stringify({
      ...what,
      points_per_second: Math.round(POINTS / seconds),
    }),
  );
}

function measureFloor(dir: string, batch: number): void {
  const db = new DatabaseSync(`${dir}/floor-${batch}.db`);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE metrics (series INTEGER, id INTEGER, value REAL, step INTEGER, timestamp INTEGER, PRIMARY KEY (series, id)) STRICT, WITHOUT ROWID",
  );
  const insert = db.prepare("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)");
  const started = performance.now();
  for (let id = 0; id < POINTS;) {
    db.exec("BEGIN IMMEDIATE");
    for (let at = 0; at < batch && id < POINTS; at++) {
      insert.run(id % 4, ++id, Math.random(), id, 1700000000000 + id);
    }
    db.exec("COMMIT");
  }
  report({ what: "bare SQLite", batch }, started);
  db.close();
}

async function measureServer(
  ready: { tracking_uri: string; token: string },
  options: { batch: number; in_flight: number },
): Promise<void> {
  const post = async (endpoint: string, body: string) => {
    const answer = await fetch(
      `${ready.tracking_uri}/api/2.0/mlflow/${endpoint}`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${ready.token}`,
          "content-type": "application/json",
        },
        body,
      },
    );
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  const { batch, in_flight } = options;
  const name = crypto.randomUUID();
  const made = await post("experiments/create", JSON.stringify({ name }));
  const { run } = await post("runs/create", JSON.stringify(made));
  const bodies: string[] = [];
  for (let from = 0; from < POINTS; from += batch) {
    bodies.push(JSON.stringify({
      run_id: run.info.run_id,
      metrics: Array.from({ length: batch }, (_, at) => ({
        key: `loss${at % 4}`,
        value: Math.random(),
        timestamp: 1700000000000 + from + at,
        step: from + at,
      })),
    }));
  }
  const started = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: in_flight }, async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      await post("runs/log-batch", body);
    }
  }));
  report({ what: "server", ...options }, started);
}

const dir = await Deno.makeTempDir();
for (const batch of [1000, 10_000]) measureFloor(dir, batch);
const script = new URL("./serve_process.ts", import.meta.url);
const process = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--no-lock", script.href, `${dir}/data`],
  stdin: "piped",
  stdout: "piped",
}).spawn();
const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
const ready = JSON.parse((await lines.read()).value as string);
for (const batch of [1000, 5000, 10_000]) {
  for (const in_flight of [1, 3]) {
    await measureServer(ready, { batch, in_flight });
  }
}
await process.stdin.close();
await process.status;
await lines.cancel();
await Deno.remove(dir, { recursive: true });
