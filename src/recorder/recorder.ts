/**
 * The recorder: follows one session from its start to the delivery of its runs, then ends.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { readConnectionFile } from "../jupyter/connection.ts";
import { isAlive } from "../jupyter/process.ts";
import { subscribe, type Subscriber } from "../jupyter/subscriber.ts";
import { ControlServer } from "./control.ts";
import { DatasetQueue } from "./datasets.ts";
import { DeliveryQueue } from "./delivery_queue.ts";
import type { RecorderLog } from "./log.ts";
import { NotebookHealer } from "./healer.ts";
import type { Answer, Request } from "./protocol.ts";
import { captureStart, sealRun } from "./seal.ts";
import { SessionLog } from "./session_log.ts";

/** How often outputs are written, the process is looked at, and runs are looked for, milliseconds. */
const TICK_MS = 100;
/** Every how many ticks the notebook file is looked at. */
const HEAL_EVERY = 10;

/** What a recorder works with. */
export interface RecorderParts {
  journal: Journal;
  session: Session;
  /** The subscription to the kernel's IOPub; null for a script or REPL. */
  subscriber: Subscriber | null;
  listener: Deno.TcpListener;
  key: string;
  /** Whether a cell is being executed that nobody saw the start of. */
  inCell: boolean;
  log: RecorderLog;
}

/** Records one session. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #cells: SessionLog;
  readonly #healer: NotebookHealer;
  readonly #datasets: DatasetQueue;
  readonly #deliveries: DeliveryQueue;
  readonly #control: ControlServer;
  readonly #started = new Set<string>();
  readonly #sealing = new Map<string, Promise<void>>();
  #finishing = false;
  #wake: () => void = () => {};
  #ticks = 0;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    const { journal, session, log } = parts;
    this.#cells = new SessionLog(journal, session);
    this.#healer = new NotebookHealer(journal, session.session_id, log);
    this.#datasets = new DatasetQueue(journal, session.session_id, log);
    this.#deliveries = new DeliveryQueue(journal, session, log);
    this.#control = new ControlServer(
      parts.listener,
      parts.key,
      (request) => this.#answer(request),
      log,
    );
  }

  /** Records until the session's process is gone and its runs are delivered or cannot be now. */
  async run(): Promise<void> {
    this.#cells.begin({ inCell: this.#parts.inCell });
    const wire = this.#follow();
    while (this.#alive()) {
      this.#tick();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, TICK_MS);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
    }
    await wire;
    await this.#finish();
  }

  /** Takes in what the kernel publishes until it is gone; a line that broke is taken up again. */
  async #follow(): Promise<void> {
    let subscriber = this.#parts.subscriber;
    while (subscriber !== null) {
      for await (const message of subscriber) this.#cells.take(message);
      subscriber = null;
      this.#wake();
      if (this.#finishing || !this.#alive()) break;
      const { session, log } = this.#parts;
      try {
        subscriber = await subscribe(
          readConnectionFile(session.connection_file ?? ""),
          {
            signal: AbortSignal.timeout(2000),
          },
        );
        this.#cells.gap("the line to the kernel broke for a moment");
      } catch (error) {
        if (this.#alive()) {
          log.write(`cannot subscribe again: ${messageOf(error)}`);
        }
      }
    }
  }

  #alive(): boolean {
    const { pid, process_started } = this.#parts.session;
    return isAlive({ pid, started: process_started });
  }

  #tick(): void {
    const { journal, session, log } = this.#parts;
    this.#ticks++;
    try {
      this.#cells.flush();
      if (this.#ticks % HEAL_EVERY === 0) this.#healer.look();
      this.#datasets.look();
      for (const run of journal.runs.list({ session_id: session.session_id })) {
        if (!this.#started.has(run.run_id)) {
          this.#started.add(run.run_id);
          captureStart(journal, session, run.run_id, log);
        }
        if (run.end_time !== null && run.sealed_time === null) {
          this.#seal(run.run_id);
        }
      }
      this.#deliveries.look();
    } catch (error) {
      log.write("tick", error);
    }
  }

  /** Completes the record of an ended run once the cell that ended it is done. */
  #seal(run_id: string, last = false): Promise<void> {
    const { journal, session, log } = this.#parts;
    const known = this.#sealing.get(run_id);
    if (known !== undefined) return known;
    const position = this.#cells.positionAt(
      journal.runs.get(run_id)?.end_time ?? Date.now(),
    );
    if (!last && position !== null && this.#cells.isRunning(position)) {
      return Promise.resolve();
    }
    this.#cells.flush();
    this.#healer.look();
    if (position !== null) journal.runs.setLastExecution(run_id, position);
    const sealing = (async () => {
      try {
        await this.#datasets.settled(run_id);
        await sealRun(
          journal,
          journal.sessions.get(session.session_id) ?? session,
          run_id,
          log,
        );
      } catch (error) {
        log.write(`seal ${run_id}`, error);
        journal.entries.setMissing(run_id, "record", messageOf(error));
        journal.runs.seal(run_id, Date.now());
      }
      this.#deliveries.changed(run_id);
    })();
    this.#sealing.set(run_id, sealing);
    return sealing;
  }

  async #finish(): Promise<void> {
    const { journal, session, log } = this.#parts;
    const end = this.#cells.close();
    for (const run of journal.runs.open(session.session_id)) {
      journal.absorb(run.run_id);
      const { status, reason } = end.statusOfOpenRuns(session.kind);
      journal.runs.end(run.run_id, status, { time: end.time, reason });
    }
    for (const run_id of journal.unabsorbed()) {
      if (journal.runs.get(run_id)?.session_id === session.session_id) {
        journal.absorb(run_id);
      }
    }
    this.#healer.look();
    this.#datasets.look();
    for (const run of journal.runs.list({ session_id: session.session_id })) {
      if (!this.#started.has(run.run_id)) {
        captureStart(journal, session, run.run_id, log);
      }
      if (run.sealed_time === null) await this.#seal(run.run_id, true);
    }
    await Promise.all(this.#sealing.values());
    journal.sessions.end(
      session.session_id,
      this.#finishing ? "shutdown" : end.reason,
      end.time,
    );
    await this.#deliveries.drain();
    this.#control.close();
  }

  async #answer(request: Request): Promise<Omit<Answer, "n">> {
    switch (request.type) {
      case "hello":
        return {};
      case "running":
        return { running: this.#cells.runningDigest() };
      case "track":
        this.#deliveries.decide(request.run_id, request.where);
        this.#wake();
        return {};
      case "changed":
        this.#deliveries.changed(request.run_id);
        this.#wake();
        return {};
      case "dataset":
        this.#datasets.look();
        await this.#datasets.settled(request.run_id, request.name);
        return {};
      case "reply":
        this.#cells.reply(request);
        return {};
      case "finish":
        this.#finishing = true;
        return {};
    }
  }
}
