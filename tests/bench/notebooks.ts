/**
 * What recording costs a notebook, and the recorder's memory.
 *
 * @module
 */
import { standardGate } from "../../src/capture/gate.ts";
import { Journal } from "../../src/journal/journal.ts";
import { type Kernel, startKernel } from "../../src/jupyter/kernel.ts";
import { identify } from "../../src/jupyter/process.ts";
import { linkRecorder } from "../../src/recorder/link.ts";
import { type Figure, median } from "./report.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const CELLS = 200;
const ROUNDS = 7;

/** A cell that computes for some 5 ms and shows a line and a value. */
const CELL = (i: number) =>
  `let s${i} = 0; for (let j = 0; j < 3e6; j++) s${i} += Math.sqrt(j); console.log("line ${i}"); s${i}`;

/** Starts a kernel that is recorded from its first cell. */
export async function recordedKernel(home: string, cwd: string): Promise<{
  kernel: Kernel;
  journal: Journal;
  session_id: string;
  finish: () => Promise<void>;
}> {
  const kernel = await startKernel({ cwd, env: { NBTRACK_HOME: home } });
  const journal = Journal.open({ gate: standardGate, home });
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

async function cells(kernel: Kernel): Promise<{ ms: number; outputs: number }> {
  const began = performance.now();
  let outputs = 0;
  for (let i = 0; i < CELLS; i++) {
    outputs += (await kernel.execute(CELL(i))).outputs.length;
  }
  return { ms: performance.now() - began, outputs };
}

/** ${CELLS} cells with and without a recorder beside them, in turns. */
export async function overhead(
  home: string,
  cwd: string,
): Promise<{ figure: Figure; lost: number }> {
  const recorded: number[] = [];
  const bare: number[] = [];
  let lost = 0;
  for (let round = 0; round < ROUNDS + 1; round++) {
    const alone = await startKernel({ cwd });
    const floor = await cells(alone);
    await alone.shutdown();
    const { kernel, journal, session_id, finish } = await recordedKernel(
      home,
      cwd,
    );
    const took = await cells(kernel);
    await finish();
    const check = Journal.open({ gate: standardGate, home });
    const stored = check.executions.list(session_id);
    lost += 2 * CELLS - stored.reduce(
      (n, e) => n + check.executions.outputs(session_id, e.position).length,
      0,
    );
    check.close();
    journal.close();
    if (round > 0) {
      recorded.push(took.ms);
      bare.push(floor.ms);
    }
  }
  const figure: Figure = {
    what: `a recorded notebook of ${CELLS} cells (median of ${ROUNDS})`,
    value: median(recorded),
    unit: "ms",
    peer: { what: "the same unrecorded", value: median(bare) },
    bar: { limit: 1.01, of: "ratio", side: "below" },
  };
  return { figure, lost };
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
  using journal = Journal.open({ gate: standardGate, home });
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
