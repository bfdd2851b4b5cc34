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

/** Each notebook of three executes so many cells before it is another one's turn. */
const BLOCK = 25;

/** A kind of notebook: how long each cell computes, and how often it is run. */
interface Kind {
  /** Turns of a loop in each cell. */
  turns: number;
  rounds: number;
  /** Cells before those that are measured. */
  before: number;
}

/** Each cell computes for some 45 ms and shows a line and a value; the recorder starts beside the first ones. */
const COMPUTING: Kind = { turns: 3e7, rounds: 3, before: 0 };
/** Each cell computes for some 5 ms and shows a line and a value; whoever listens has begun to. */
const SHORT: Kind = { turns: 3e6, rounds: 9, before: 100 };

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

/** What one kind of notebook takes, milliseconds, and how many outputs were not recorded. */
interface Times {
  bare: number;
  /** With a program beside it that only listens. */
  heard: number;
  recorded: number;
  lost: number;
}

/** Times of a notebook alone, with a bare subscriber and with a recorder beside it, in turns. */
async function inTurns(home: string, cwd: string, kind: Kind): Promise<Times> {
  const { turns, before } = kind;
  const rounds: [number[], number[], number[]] = [[], [], []];
  let lost = 0;
  for (let round = 0; round <= kind.rounds; round++) {
    const bare = await startKernel({ cwd });
    const heard = await heardKernel(cwd);
    const recorded = await recordedKernel(home, cwd);
    const kernels = [bare, heard.kernel, recorded.kernel];
    for (const kernel of kernels) await executed(kernel, turns, [0, before]);
    const took = [0, 0, 0];
    for (let block = 0; block < CELLS / BLOCK; block++) {
      const at = before + block * BLOCK;
      for (let i = 0; i < kernels.length; i++) {
        const which = (2 + block + i) % kernels.length; // the recorder has just been started
        const kernel = kernels[which];
        if (kernel === undefined) continue;
        const ms = await executed(kernel, turns, [at, at + BLOCK]);
        took[which] = (took[which] ?? 0) + ms;
      }
    }
    await bare.shutdown();
    await heard.finish();
    await recorded.finish();
    using check = Journal.open({ redactor: standardRedaction, home });
    const { executions } = check;
    lost += executions.list(recorded.session_id).reduce(
      (n, e) => n - executions.outputs(e.session_id, e.position).length,
      2 * (before + CELLS),
    );
    if (round === 0) continue; // fills the caches
    rounds.forEach((all, i) => all.push(took[i] ?? NaN));
  }
  const [bare, heard, recorded] = rounds;
  return {
    bare: median(bare),
    heard: median(heard),
    recorded: median(recorded),
    lost,
  };
}

/** Starts a kernel, and a program beside it that reads what it publishes. */
async function heardKernel(
  cwd: string,
): Promise<{ kernel: Kernel; finish: () => Promise<void> }> {
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
  return { kernel, finish };
}

/** What recording costs a notebook whose cells compute, and what it adds to a cell that hardly does. */
export async function overhead(home: string, cwd: string): Promise<Figure[]> {
  const computing = await inTurns(home, cwd, COMPUTING);
  const short = await inTurns(home, cwd, SHORT);
  return [{
    what: `a recorded notebook of ${CELLS} cells of some 45 ms`,
    value: computing.recorded,
    unit: "ms",
    peer: { what: "the same unrecorded", value: computing.bare },
    bar: { limit: 1.01, of: "ratio", side: "below" },
  }, {
    what: `a recorded notebook of ${CELLS} cells of some 5 ms`,
    value: short.recorded,
    unit: "ms",
    peer: { what: "the same with a bare subscriber", value: short.heard },
    bar: { limit: 1.01, of: "ratio", side: "below" },
  }, {
    what: `added to each of ${CELLS} cells of some 5 ms`,
    value: (short.recorded - short.bare) / CELLS * 1000,
    unit: "µs",
    peer: {
      what: "the cell unrecorded",
      value: short.bare / CELLS * 1000,
    },
    bar: { limit: 1000, of: "value", side: "below" },
  }, {
    what: "outputs lost by the recorder",
    value: computing.lost + short.lost,
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
