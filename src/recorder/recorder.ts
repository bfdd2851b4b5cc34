/**
 * The recorder: follows one session from its start to the delivery of its runs, then ends.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { isAlive, type ProcessIdentity } from "../base/process_identity.ts";
import type { Subscriber } from "../jupyter/subscriber.ts";
import { ControlServer } from "./control.ts";
import { DatasetQueue } from "./datasets.ts";
import { DeliveryQueue } from "../delivery/queue.ts";
import type { RecorderLog } from "../base/log.ts";
import { FollowedRuns } from "./followed_runs.ts";
import { AnswerLog } from "./data/answer_log.ts";
import { removeLeft } from "./left_files.ts";
import { Detector } from "./data/audited_reads.ts";
import { LiteralReads } from "./data/literal_reads.ts";
import { Follower } from "./follower.ts";
import { ModuleSecrets } from "./module_secrets.ts";
import { ModuleWatch } from "./module_watch.ts";
import type { Pace } from "./pace.ts";
import { isExcluded } from "../notebook/excluded.ts";
import { NotebookReconciler } from "./reconciler.ts";
import { Requests } from "./requests.ts";
import { keptCells } from "./cells/unseen_cells.ts";
import { failureOf } from "./cells/script.ts";
import { RunnerWatch } from "./runner_watch.ts";
import { refreshCards } from "./refresh_cards.ts";
import { Finalising } from "./finalising.ts";
import { SessionSecrets } from "./session_secrets.ts";
import { SystemWatch } from "./system_watch.ts";
import { SessionLog } from "./cells/session_log.ts";

/** How often outputs are written, the process is checked, and runs are looked up, milliseconds. */
const TICK_MS = 100;
/** Every how many ticks the notebook file is polled. */
const RECONCILE_EVERY = 10;
/** Every how many ticks runs that a notebook follows are compared with what it knows. */
const FOLLOW_EVERY = 5;

/** What a recorder works with. */
export interface RecorderParts {
  journal: Journal;
  /** The session as it was before this recorder took it. */
  session: Session;
  /** The subscription to the kernel's IOPub; null for a script or REPL. */
  subscriber: Subscriber | null;
  /** When the subscription stood, milliseconds since 1970. @default {now} */
  subscribed_time?: number;
  listener: Deno.TcpListener;
  key: string;
  /** Whether a cell is being executed that nobody saw the start of. */
  inCell: boolean;
  log: RecorderLog;
  pace: Pace;
}

/** Records one session. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #cells: SessionLog;
  readonly #follower: Follower;
  readonly #reconciler: NotebookReconciler;
  readonly #datasets: DatasetQueue;
  readonly #deliveries: DeliveryQueue;
  readonly #control: ControlServer;
  readonly #requests: Requests;
  readonly #finalising: Finalising;
  readonly #detector: Detector | null;
  readonly #literals: LiteralReads;
  readonly #system: SystemWatch;
  readonly #answers: AnswerLog;
  readonly #followed: FollowedRuns;
  readonly #secrets: SessionSecrets;
  readonly #moduleSecrets: ModuleSecrets;
  readonly #modules: ModuleWatch;
  readonly #runner: RunnerWatch;
  #wake: () => void = () => {};
  #ticks = 0;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    const { journal, session, log } = parts;
    this.#cells = new SessionLog(
      journal,
      session,
      (source) => {
        this.#moduleSecrets.begun(source);
        const excludes = this.#reconciler.excludes(source);
        if (excludes || isExcluded(source)) this.#literals.learn(source);
        return excludes;
      },
      (position, answers) => this.#answers.take(position, answers),
    );
    this.#runner = new RunnerWatch(journal, session);
    this.#answers = new AnswerLog(journal, session);
    const { session_id, audit } = session;
    this.#secrets = new SessionSecrets(journal, session);
    this.#moduleSecrets = new ModuleSecrets(
      journal,
      session,
      log,
      this.#secrets,
    );
    this.#detector = audit === null
      ? null
      : new Detector(journal, session, audit, this.#secrets);
    this.#literals = new LiteralReads(journal, session_id, this.#secrets);
    this.#system = new SystemWatch(journal, session, log);
    this.#follower = new Follower({
      ...parts,
      take: (message) => {
        this.#cells.take(message);
        this.#secrets.report(this.#control);
      },
      alive: () => this.#alive(),
      onClosed: () => this.#wake(),
    });
    this.#modules = new ModuleWatch(journal, session, log);
    this.#followed = new FollowedRuns(journal, this.#modules);
    this.#datasets = new DatasetQueue(journal, session_id, log);
    this.#deliveries = new DeliveryQueue(journal, session, log);
    this.#reconciler = new NotebookReconciler(journal, session_id, {
      log,
      replaces: session.recorder_pid !== null,
      onKeptOut: (position) => this.#cells.keepOut(position),
      onReconciled: () => this.#finalising.reconciled(),
    });
    this.#finalising = new Finalising({
      ...parts,
      modules: this.#modules,
      cells: this.#cells,
      reconciler: this.#reconciler,
      datasets: this.#datasets,
      literals: this.#literals,
      onFinalised: (run_id) => this.#deliveries.changed(run_id),
    });
    this.#requests = new Requests({
      ...parts,
      cells: this.#cells,
      follower: this.#follower,
      detector: this.#detector,
      datasets: this.#datasets,
      deliveries: this.#deliveries,
      followed: this.#followed,
      secrets: this.#secrets,
      answers: this.#answers,
      wake: () => this.#wake(),
    });
    this.#control = new ControlServer(
      parts.listener,
      parts.key,
      (request) => this.#requests.answer(request),
      log,
    );
  }

  /** Records until the session's process is gone and its runs are delivered or cannot be now. */
  async run(): Promise<void> {
    const { inCell, session, subscribed_time = Date.now() } = this.#parts;
    const replaces = session.recorder_pid !== null;
    this.#cells.begin({ inCell, replaces, subscribed_time });
    await this.#reconciler.poll(); // knows which cells are kept out before one is taken in
    const wire = this.#follower.follow(this.#parts.subscriber);
    while (this.#alive()) {
      this.#tick();
      const wanted = performance.now() + TICK_MS;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, TICK_MS);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
      this.#parts.pace.begin(wanted);
    }
    await this.#parts.pace.hurried(async () => {
      await wire;
      await this.#finish();
    });
  }

  get #kernel(): ProcessIdentity {
    const { pid, process_started } = this.#parts.session;
    return { pid, started: process_started };
  }

  #alive(): boolean {
    return isAlive(this.#kernel);
  }

  #tick(): void {
    const { pace } = this.#parts;
    this.#ticks++;
    try {
      this.#cells.flush();
      pace.rest();
      this.#secrets.readCredentials();
      this.#moduleSecrets.poll();
      this.#detector?.tidy();
      this.#secrets.report(this.#control);
      pace.rest();
      if (this.#ticks % RECONCILE_EVERY === 0) {
        this.#reconciler.poll();
        this.#modules.poll();
        this.#runner.poll();
        pace.rest();
      }
      if (this.#ticks % FOLLOW_EVERY === 0) this.#followed.poll();
      this.#literals.poll(() => pace.rest());
      this.#system.poll();
      this.#datasets.poll();
      pace.rest();
      this.#finalising.poll();
      this.#deliveries.poll();
    } catch (error) {
      this.#parts.log.write("tick", error);
    }
  }

  async #finish(): Promise<void> {
    const { journal, session } = this.#parts;
    this.#requests.detect();
    this.#cells.recover(keptCells(journal, session.session_id));
    const end = this.#cells.close(this.#parts.subscriber !== null);
    for (const run of journal.runs.open(session.session_id)) {
      journal.absorb(run.run_id);
      const failure = failureOf(journal, run.run_id);
      const { status, reason } = failure !== null
        ? { status: "FAILED" as const, reason: failure }
        : this.#runner.reason !== null
        ? { status: "KILLED" as const, reason: this.#runner.reason }
        : end.openRuns;
      journal.runs.end(run.run_id, status, { time: end.time, reason });
    }
    for (const run_id of journal.unabsorbed()) {
      if (journal.runs.get(run_id)?.session_id === session.session_id) {
        journal.absorb(run_id);
      }
    }
    await refreshCards(journal, session.session_id);
    this.#datasets.poll();
    await this.#finalising.finish();
    journal.sessions.end(
      session.session_id,
      this.#requests.finishing ? "shutdown" : end.reason,
      end.time,
    );
    removeLeft(session, this.#parts.log);
    await this.#deliveries.drain();
    this.#control.close();
  }
}
