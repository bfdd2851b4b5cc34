/**
 * What recording costs a notebook, and the recorder's memory.
 *
 * @module
 */
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { type Kernel, startKernel } from "../../src/jupyter/kernel.ts";
import { identify } from "../../src/base/process_identity.ts";
import { linkRecorder } from "../../src/recorder/link.ts";
import { type Figure, median } from "./report.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const CELLS = 200;
/** A program that listens and does nothing with what it hears. */
const SUBSCRIBER = new URL("./bare_subscriber.ts", import.meta.url).href;

/** Each notebook of two executes so many cells before it is the other one's turn. */
const BLOCK = 25;

/** Turns of a loop that take some 45 ms. */
const COMPUTING = 3e7;
/** How often such a notebook is run. */
const ROUNDS = 3;
/** Turns of a loop that take some 5 ms. */
const SHORT = 3e6;
/** Kernels with short cells, of each kind. */
const KERNELS = 6;
/** Short cells before those that are measured: whoever listens has begun to. */
const BEFORE = 100;
/** So many short cells are executed while nobody listens, and so many while somebody does, in turns. */
const TURN = 10;
const TURNS = 60;

/** A cell that computes and shows a line and a value. */
const cell = (i: number, turns: number) =>
  `let s${i} = 0; for (let j = 0; j < ${turns}; j++) s${i} += Math.sqrt(j); console.log("line ${i}"); s${i}`;

/** Starts a kernel that is recorded from its first cell. */
export async function recordedKernel(home: string, cwd: string): Promise<{
  kernel: Kernel;
  journal: Journal;
  session_id: string;
  finish: () => Promise<void>;
}> {
  const kernel = await startKernel({ cwd, env: { NBTRACK_HOME: home } });
  const journal = Journal.open({ redactor: standardRedaction, home });
  const session = journal.sessions.open({
    kind: "kernel",
    pid: kernel.pid,
    process_started: identify(kernel.pid)?.started ?? "",
    connection_file: kernel.connectionFile,
    cwd,
    notebook: null,
    main_module: null,
  });
  const link = await linkRecorder(journal, session);
  const finish = async () => {
    await link.request({ type: "finish" });
    await kernel.shutdown();
    await link.closed;
    journal.close();
  };
  return { kernel, journal, session_id: session.session_id, finish };
}

/** Executes some cells. @returns how long they took, milliseconds */
async function executed(
  kernel: Kernel,
  turns: number,
  [from, to]: readonly [number, number],
): Promise<number> {
  const began = performance.now();
  for (let i = from; i < to; i++) await kernel.execute(cell(i, turns));
  return performance.now() - began;
}

/** How many outputs of a session's cells were not recorded. @param cells How many it executed */
function lostOf(home: string, session_id: string, cells: number): number {
  using journal = Journal.open({ redactor: standardRedaction, home });
  const { executions } = journal;
  return executions.list(session_id).reduce(
    (n, e) => n - executions.outputs(e.session_id, e.position).length,
    2 * cells,
  );
}

/** Times of a notebook whose cells compute, alone and recorded from its first cell on, in turns, milliseconds. */
async function computing(
  home: string,
  cwd: string,
): Promise<{ bare: number; recorded: number; lost: number }> {
  const rounds: [number[], number[]] = [[], []];
  let lost = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = await startKernel({ cwd });
    const recorded = await recordedKernel(home, cwd);
    const took: [number, number] = [0, 0];
    for (let at = 0; at < CELLS; at += BLOCK) {
      const range = [at, at + BLOCK] as const;
      took[1] += await executed(recorded.kernel, COMPUTING, range); // the recorder has just been started
      took[0] += await executed(bare, COMPUTING, range);
    }
    await bare.shutdown();
    await recorded.finish();
    lost += lostOf(home, recorded.session_id, CELLS);
    if (round === 0) continue; // fills the caches
    took.forEach((ms, i) => rounds[i]?.push(ms));
  }
  return { bare: median(rounds[0]), recorded: median(rounds[1]), lost };
}

/** A kernel that somebody listens to. */
interface Heard {
  kernel: Kernel;
  /** Who listens. */
  pid: number;
  finish: () => Promise<void>;
}

/**
 * What whoever listens costs a notebook of short cells. It is stopped for every other few cells, and catches up on them
 * in the time of those that follow: so one kernel is compared with itself, as two differ by more than what is asked.
 *
 * @returns a cell alone, milliseconds, and how many times as long it takes beside somebody who listens
 */
async function listened(
  { kernel, pid }: Heard,
): Promise<{ alone: number; ratio: number }> {
  await executed(kernel, SHORT, [0, BEFORE]);
  const alone: number[] = [];
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const at = BEFORE + turn * 2 * TURN;
    Deno.kill(pid, "SIGSTOP");
    const without = await executed(kernel, SHORT, [at, at + TURN]);
    Deno.kill(pid, "SIGCONT");
    const beside = await executed(kernel, SHORT, [at + TURN, at + 2 * TURN]);
    alone.push(without / TURN);
    ratios.push((without + beside) / (2 * without));
  }
  return { alone: median(alone), ratio: trimmedMean(ratios) };
}

/** The mean of values without the tenth of them at either end. */
function trimmedMean(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const tenth = Math.floor(sorted.length / 10);
  const kept = sorted.slice(tenth, sorted.length - tenth);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/** What a recorder and a bare subscriber cost short cells, each as the mean over some kernels. */
async function short(
  home: string,
  cwd: string,
): Promise<{ alone: number; recorded: number; heard: number; lost: number }> {
  const alone: number[] = [];
  const [recorded, heard]: [number[], number[]] = [[], []];
  let lost = 0;
  for (let i = 0; i < KERNELS; i++) {
    const subscribed = await heardKernel(cwd);
    heard.push((await listened(subscribed)).ratio);
    await subscribed.finish();
    const one = await recordedKernel(home, cwd);
    const pid = await recorderOf(one.kernel, home);
    const times = await listened({ ...one, pid });
    recorded.push(times.ratio);
    alone.push(times.alone);
    await one.finish();
    lost += lostOf(home, one.session_id, BEFORE + TURNS * 2 * TURN);
  }
  const mean = (ratios: readonly number[]) =>
    ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return {
    alone: median(alone),
    recorded: mean(recorded),
    heard: mean(heard),
    lost,
  };
}

/** Starts a kernel, and a program beside it that reads what it publishes. */
async function heardKernel(cwd: string): Promise<Heard> {
  const kernel = await startKernel({ cwd });
  const subscriber = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", SUBSCRIBER, kernel.connectionFile],
    stdout: "piped",
  }).spawn();
  const reader = subscriber.stdout.getReader();
  await reader.read(); // it has subscribed
  const finish = async () => {
    await kernel.shutdown();
    await reader.cancel();
    await subscriber.status;
  };
  return { kernel, pid: subscriber.pid, finish };
}

/** What recording costs a notebook whose cells compute, and what it adds to a cell that hardly does. */
export async function overhead(home: string, cwd: string): Promise<Figure[]> {
  const long = await computing(home, cwd);
  const { alone, recorded, heard, lost } = await short(home, cwd);
  return [{
    what: `a recorded notebook of ${CELLS} cells of some 45 ms`,
    value: long.recorded,
    unit: "ms",
    peer: { what: "the same unrecorded", value: long.bare },
    bar: { limit: 1.01, of: "ratio", side: "below" },
  }, {
    what: `${CELLS} recorded cells of some 5 ms`,
    value: alone * CELLS * recorded,
    unit: "ms",
    peer: {
      what: "the same with a bare subscriber",
      value: alone * CELLS * heard,
    },
    bar: { limit: 1.01, of: "ratio", side: "below" },
  }, {
    what: `added to each of ${CELLS} cells of some 5 ms`,
    value: alone * (recorded - 1) * 1000,
    unit: "µs",
    peer: { what: "the cell unrecorded", value: alone * 1000 },
    bar: { limit: 1000, of: "value", side: "below" },
  }, {
    what: "outputs lost by the recorder",
    value: long.lost + lost,
    unit: "outputs",
    bar: { limit: 0, of: "value", side: "below" },
  }];
}

/** The recorder's resident memory while a tracked kernel executes many cells with much output. */
export async function memory(home: string, cwd: string): Promise<Figure> {
  const kernel = await startKernel({ cwd, env: { NBTRACK_HOME: home } });
  await kernel.execute(
    `const { track } = await import(${JSON.stringify(MOD)});
     const run = await track("memory", { params: { k: 5 } });`,
  );
  const recorder_pid = await recorderOf(kernel, home);
  let most = 0;
  const rss = () => {
    const status = Deno.readTextFileSync(`/proc/${recorder_pid}/status`);
    most = Math.max(
      most,
      Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    );
  };
  for (let i = 0; i < 10_000; i++) {
    await kernel.execute(
      `run.logMetric("i", ${i}); console.log("x".repeat(10_000))`,
    );
    if (i % 100 === 0) rss();
  }
  rss();
  await kernel.execute("await run.end()");
  await kernel.shutdown();
  return {
    what:
      "the recorder's memory in 10,000 cells of a run with 100 MB of outputs (most)",
    value: most,
    unit: "MB",
    bar: { limit: 80, of: "value", side: "below" },
  };
}

/** The process id of a kernel's recorder, once it has taken the session. */
async function recorderOf(kernel: Kernel, home: string): Promise<number> {
  using journal = Journal.open({ redactor: standardRedaction, home });
  for (;;) {
    const session = journal.sessions.unended().find((s) =>
      s.pid === kernel.pid
    );
    if (session !== undefined && session.recorder_pid !== null) {
      return session.recorder_pid;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
