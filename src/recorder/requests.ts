/**
 * What a recorder answers to the notebook's process, to runners and to commands.
 *
 * @module
 */
import type { RecorderLog } from "../base/log.ts";
import { messageOf } from "../base/errors.ts";
import type { DeliveryQueue } from "../delivery/queue.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { CellReply } from "./cells/replies.ts";
import type { SessionLog } from "./cells/session_log.ts";
import type { AnswerLog } from "./data/answer_log.ts";
import type { Detector } from "./data/audited_reads.ts";
import type { DatasetQueue } from "./datasets.ts";
import type { FollowedRuns } from "./followed_runs.ts";
import type { Follower } from "./follower.ts";
import type { Pace } from "./pace.ts";
import type { Answer, LineRequest } from "./protocol.ts";
import type { SessionSecrets } from "./session_secrets.ts";

/** Requests that no cell and no command waits for. */
const UNHURRIED: ReadonlySet<LineRequest["type"]> = new Set([
  "follow",
  "known",
  "answers",
  "reply",
]);

/** What carries out requests. */
export interface RequestParts {
  journal: Journal;
  session: Session;
  log: RecorderLog;
  pace: Pace;
  cells: SessionLog;
  follower: Follower;
  detector: Detector | null;
  datasets: DatasetQueue;
  deliveries: DeliveryQueue;
  followed: FollowedRuns;
  secrets: SessionSecrets;
  answers: AnswerLog;
  /** Called when there is something to do before the next tick. */
  wake: () => void;
}

/** Answers the requests of one session. */
export class Requests {
  readonly #parts: RequestParts;
  #finishing = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  /** Whether a runner said that it is about to shut the kernel down. */
  get finishing(): boolean {
    return this.#finishing;
  }

  /** Carries out a request. @returns what is answered */
  async answer(request: LineRequest): Promise<Omit<Answer, "n">> {
    const answer = () => this.#answerTo(request);
    return UNHURRIED.has(request.type)
      ? await answer()
      : await this.#parts.pace.hurried(answer);
  }

  async #answerTo(request: LineRequest): Promise<Omit<Answer, "n">> {
    const { journal, session, secrets, followed, deliveries, datasets } =
      this.#parts;
    switch (request.type) {
      case "hello":
        return secrets.known(-1);
      case "running":
        return await this.#running(request.marker);
      case "track":
        this.#parts.detector?.opened(request.run_id);
        secrets.learn(request.destination);
        followed.deciding(
          request.run_id,
          deliveries.decide(request.run_id, request.destination),
        );
        this.#parts.wake();
        return {};
      case "follow": {
        const { run_id, seen } = request;
        return { followed: await followed.next(run_id, seen) };
      }
      case "secrets":
        secrets.learn({ options: {}, env: request.variables });
        return {};
      case "known":
        secrets.take(request.secrets);
        return {};
      case "answers":
        this.#parts.answers.take(
          journal.executions.lastPosition(
            session.session_id,
          ) ?? 0,
          request.answers,
        );
        return {};
      case "changed":
        deliveries.changed(request.run_id);
        this.#parts.wake();
        return {};
      case "dataset":
        datasets.poll();
        await datasets.finished(request.run_id, request.name);
        return {};
      case "reply":
        return await this.#replied(request);
      case "finish":
        this.#finishing = true;
        this.#parts.follower.finish();
        return {};
    }
  }

  /** Takes in a cell's reply. What the cell read is noted as its own, so its execution has to be known by then. */
  async #replied(reply: CellReply): Promise<{ position: number | null }> {
    const { cells, detector, follower } = this.#parts;
    const position = detector === null
      ? undefined
      : await follower.atOnce(() => cells.positionOf(reply.msg_id));
    cells.reply(reply);
    const { cell } = reply;
    const isKeptOut = cell !== undefined && cells.keepsOut(cell);
    this.detect(position ?? (isKeptOut ? null : undefined));
    return { position: position ?? null };
  }

  /**
   * Notes what the cell that has just ended read.
   *
   * @param known Its position; null where it was not seen and is kept out of the record. @default {that of the last one}
   */
  detect(known?: number | null): void {
    const { journal, session, log } = this.#parts;
    const position = known === undefined
      ? journal.executions.lastPosition(session.session_id)
      : known;
    try {
      if (position !== undefined) this.#parts.detector?.take(position);
    } catch (error) {
      log.write("what was read", error);
      for (const run of journal.runs.open(session.session_id)) {
        journal.entries.setMissing(
          run.run_id,
          "data that was read",
          messageOf(error),
        );
      }
    }
  }

  async #running(marker?: string): Promise<Omit<Answer, "n">> {
    const running = marker === undefined
      ? await this.#parts.cells.running()
      : await this.#parts.follower.atOnce(() =>
        this.#parts.cells.running(marker)
      );
    return {
      running: running.cell?.digest ?? null,
      position: running.cell?.position ?? null,
      arrived: running.arrived,
    };
  }
}
