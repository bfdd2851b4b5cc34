/**
 * The cell executions of a session as they are seen on the wire.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { z } from "../base/zod.ts";
import { EXCLUDED_SOURCE, isExcluded } from "../capture/excluded.ts";
import {
  type Execution,
  type ExecutionStatus,
  FIRST_SEEN_POSITION,
} from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunStatus } from "../journal/runs.ts";
import type { Session, SessionEnd, SessionKind } from "../journal/sessions.ts";
import { displayIdOf, type Output, outputOf } from "../jupyter/outputs.ts";
import type { Message } from "../jupyter/wire.ts";
import { OutputLog } from "./output_log.ts";
import type { Request } from "./protocol.ts";

/** Executions whose outputs are held in memory after they ended, in case more come. */
const HELD = 2;
/** Displays that can be updated later. */
const MAX_DISPLAYS = 2000;

const executeInput = z.looseObject({
  code: z.string(),
  execution_count: z.number().int().nullable().catch(null),
});

/** How a session ended, and what that means for runs nobody ended. */
export interface SessionOutcome {
  time: number;
  reason: SessionEnd;
  statusOfOpenRuns(kind: SessionKind): { status: RunStatus; reason: string };
}

interface Held {
  execution: Execution;
  outputs: OutputLog;
}

/** Writes a session's executions into the journal. */
export class SessionLog {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #byMessage = new Map<string, Held>();
  readonly #displays = new Map<string, { position: number; n: number }>();
  readonly #busy = new Set<string>();
  /** The cell that was being executed when the subscription began: its id is learned from what it publishes. */
  #unseen: Held | null = null;
  #next: number;
  #lastCount = 0;

  constructor(journal: Journal, session: Session) {
    this.#journal = journal;
    this.#session = session;
    const last = journal.executions.lastPosition(session.session_id);
    this.#next = Math.max(FIRST_SEEN_POSITION, (last ?? 0) + 1);
  }

  /** Begins: what a session is executing already is noted, its source to be found later. */
  begin(options: { inCell: boolean }): void {
    for (const e of this.#journal.executions.list(this.#session.session_id)) {
      this.#lastCount = Math.max(this.#lastCount, e.execution_count ?? 0);
      // A recorder before this one did not see it end; this one may.
      if (e.status === "running") this.#resume(e);
    }
    if (this.#byMessage.size > 0) return;
    if (this.#session.kind === "script") {
      this.#open(null, scriptSource(this.#session.main_module), null, "script");
    } else if (options.inCell) {
      this.#unseen = this.#open(null, null, null, "wire");
    }
  }

  /** Takes in a message. */
  take(message: Message): void {
    const parent = message.parent_header.msg_id ?? "";
    switch (message.header.msg_type) {
      case "execute_input":
        return this.#input(message, parent);
      case "status":
        return this.#status(message, parent);
      case "update_display_data":
        return this.#update(message);
      default:
        return this.#output(message, parent);
    }
  }

  /** What a runner knows of a cell from its reply. */
  reply(reply: Extract<Request, { type: "reply" }>): void {
    const held = this.#byMessage.get(reply.msg_id);
    if (held === undefined) return;
    const status = reply.status === "ok" && held.outputs.failed
      ? "error"
      : reply.status;
    if (reply.status === "error" && !held.outputs.failed) {
      held.outputs.take(
        errorMessage(reply.ename ?? "Error", reply.evalue ?? ""),
      );
    }
    this.#change(held, {
      status,
      cell_id: reply.cell_id,
      end_time: held.execution.end_time ?? Date.now(),
    });
  }

  /** Writes outputs that have grown. */
  flush(): void {
    if (this.#unseen !== null) this.#unseen.outputs.flush();
    for (const held of this.#byMessage.values()) held.outputs.flush();
  }

  /** Notes that executions may have been missed. */
  gap(why: string): void {
    for (const run of this.#journal.runs.open(this.#session.session_id)) {
      this.#journal.entries.setMissing(run.run_id, "cell executions", why);
    }
  }

  /** Digest of the source that is being executed; null when nothing is, or it was not seen. */
  runningDigest(): string | null {
    const running = this.#running();
    return running === undefined || running.execution.source === null
      ? null
      : sha256(running.execution.source);
  }

  /** The position of the execution that was going on at a time, else of the last one before it. */
  positionAt(time: number): number | null {
    const all = this.#journal.executions.list(this.#session.session_id);
    const last = all.findLast((e) =>
      e.start_time === null || e.start_time <= time
    );
    return last?.position ?? null;
  }

  /** Whether an execution has not ended. */
  isRunning(position: number): boolean {
    return this.#journal.executions.get(this.#session.session_id, position)
      ?.status === "running";
  }

  /** Ends the log: the kernel is gone. */
  close(): SessionOutcome {
    const time = Date.now();
    const running = this.#running();
    this.flush();
    for (const held of [...this.#byMessage.values(), ...this.#unseenList()]) {
      held.outputs.release();
    }
    const script = this.#session.kind !== "kernel";
    if (running !== undefined) {
      this.#change(running, {
        status: script ? "ok" : "aborted",
        end_time: time,
      });
    }
    const last = this.#journal.executions.lastEnded(this.#session.session_id);
    return {
      time,
      reason: running === undefined ? "exited" : "killed",
      statusOfOpenRuns: (kind) => {
        if (kind !== "kernel") {
          return { status: "KILLED", reason: "the process was killed" };
        }
        if (running !== undefined) {
          return {
            status: "KILLED",
            reason: "the kernel ended while a cell was being executed",
          };
        }
        return last?.status === "error"
          ? { status: "FAILED", reason: "the last cell failed" }
          : { status: "FINISHED", reason: "the kernel was shut down" };
      },
    };
  }

  #input(message: Message, parent: string): void {
    const { code, execution_count } = executeInput.parse(message.content);
    // A silent request counts no execution: front ends and runners ask so for their own purposes. What is
    // published under it is what the last cell had still to say (outputs may come after idle).
    if (execution_count !== null && execution_count <= this.#lastCount) {
      const last = [...this.#byMessage.values()].at(-1);
      if (last !== undefined) this.#byMessage.set(parent, last);
      return;
    }
    this.#lastCount = execution_count ?? this.#lastCount;
    this.#endEarlier(execution_count, timeOf(message));
    const excluded = isExcluded(code);
    const held = this.#open(
      parent,
      excluded ? EXCLUDED_SOURCE : code,
      execution_count,
      "wire",
      timeOf(message),
    );
    if (excluded) {
      held.outputs.exclude();
      this.#change(held, { flags: ["excluded"] });
    }
    this.#byMessage.set(parent, held);
    this.#letGo();
  }

  #status(message: Message, parent: string): void {
    const state = message.content["execution_state"];
    if (state === "busy") {
      this.#busy.add(parent);
      return;
    }
    if (state !== "idle") return;
    const known = this.#busy.delete(parent);
    const held = this.#byMessage.get(parent) ??
      (known ? undefined : this.#bindUnseen(parent));
    if (held?.execution.status === "running") {
      this.#settle(held, timeOf(message));
    }
  }

  #output(message: Message, parent: string): void {
    if (
      outputOf(message) === null && message.header.msg_type !== "clear_output"
    ) return;
    const held = this.#byMessage.get(parent) ?? this.#bindUnseen(parent);
    if (held === undefined) return;
    const n = held.outputs.take(message);
    if (held.outputs.failed && held.execution.status === "ok") {
      this.#change(held, { status: "error" });
    }
    const id = displayIdOf(message);
    if (id !== null && n !== null) {
      this.#displays.set(id, { position: held.execution.position, n });
      if (this.#displays.size > MAX_DISPLAYS) {
        this.#displays.delete(this.#displays.keys().next().value ?? "");
      }
    }
  }

  #update(message: Message): void {
    const id = displayIdOf(message);
    const place = id === null ? undefined : this.#displays.get(id);
    if (place === undefined) return;
    this.flush();
    const { executions } = this.#journal;
    const stored =
      executions.outputs(this.#session.session_id, place.position)[place.n];
    if (stored === undefined) return;
    const output = JSON.parse(stored) as Output;
    if (
      output.output_type !== "display_data" &&
      output.output_type !== "execute_result"
    ) return;
    const held = [...this.#byMessage.values(), ...this.#unseenList()].find((
      h,
    ) => h.execution.position === place.position);
    const data = (message.content["data"] ?? {}) as Record<string, unknown>;
    const metadata = (message.content["metadata"] ?? {}) as Record<
      string,
      unknown
    >;
    held?.outputs.replace(place.n, { data, metadata });
    executions.putOutput(
      this.#session.session_id,
      place.position,
      place.n,
      JSON.stringify({ ...output, data, metadata }),
    );
  }

  #open(
    msg_id: string | null,
    source: string | null,
    execution_count: number | null,
    via: Execution["via"],
    start_time: number = Date.now(),
  ): Held {
    const position = this.#next++;
    const execution: Execution = {
      session_id: this.#session.session_id,
      position,
      msg_id,
      execution_count,
      source,
      cell_id: null,
      status: "running",
      start_time,
      end_time: null,
      via,
      flags: [],
    };
    this.#journal.executions.put(execution);
    return {
      execution,
      outputs: new OutputLog(this.#journal, this.#session.session_id, position),
    };
  }

  #resume(execution: Execution): void {
    const { session_id, position, msg_id } = execution;
    const before =
      this.#journal.executions.outputs(session_id, position).length;
    const outputs = new OutputLog(this.#journal, session_id, position, before);
    this.#byMessage.set(msg_id ?? `position ${position}`, {
      execution,
      outputs,
    });
  }

  #settle(held: Held, end_time: number): void {
    this.#change(held, {
      status: held.outputs.failed ? "error" : "ok",
      end_time,
    });
  }

  /** What comes under an unknown id belongs to the cell whose input was missed. */
  #bindUnseen(parent: string): Held | undefined {
    const unseen = this.#unseen;
    if (unseen === null) return undefined;
    this.#unseen = null;
    this.#byMessage.set(parent, unseen);
    this.#change(unseen, { msg_id: parent });
    return unseen;
  }

  /** Cells run one after the other: what was running has ended, and its count is one less. */
  #endEarlier(next_count: number | null, time: number): void {
    const last = this.#unseen ?? [...this.#byMessage.values()].at(-1);
    this.#unseen = null;
    if (last === undefined) return;
    last.outputs.flush();
    if (last.execution.status === "running") this.#settle(last, time);
    if (last.execution.execution_count === null && next_count !== null) {
      this.#change(last, { execution_count: next_count - 1 });
    }
  }

  #change(
    held: Held,
    change: Partial<Execution> & { status?: ExecutionStatus },
  ): void {
    // The file may have told the source meanwhile: what is in the journal is the newer.
    const stored = this.#journal.executions.get(
      held.execution.session_id,
      held.execution.position,
    );
    held.execution = { ...held.execution, ...stored, ...change };
    this.#put(held.execution);
  }

  #put(execution: Execution): void {
    this.#journal.executions.put(execution);
  }

  #letGo(): void {
    for (const [id, held] of this.#byMessage) {
      if (this.#byMessage.size <= HELD * 16) break;
      this.#byMessage.delete(id);
      held.outputs.release();
    }
    [...this.#byMessage.values()].slice(0, -HELD).forEach((held) =>
      held.outputs.release()
    );
  }

  #running(): Held | undefined {
    return [...this.#byMessage.values(), ...this.#unseenList()].find((h) =>
      h.execution.status === "running"
    );
  }

  #unseenList(): Held[] {
    return this.#unseen === null ? [] : [this.#unseen];
  }
}

/** The kernel's own time of a message. */
function timeOf(message: Message): number {
  const time = Date.parse(message.header.date);
  return Number.isNaN(time) ? Date.now() : time;
}

function errorMessage(ename: string, evalue: string): Message {
  const header = {
    msg_id: "",
    msg_type: "error",
    session: "",
    username: "",
    date: "",
    version: "",
  };
  return {
    header,
    parent_header: {},
    metadata: {},
    content: { ename, evalue, traceback: [`${ename}: ${evalue}`] },
    buffers: [],
  };
}

function scriptSource(main: string | null): string | null {
  try {
    return main === null ? null : Deno.readTextFileSync(new URL(main));
  } catch {
    return null; // named as a missing source when the run ends
  }
}
