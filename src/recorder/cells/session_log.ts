/**
 * The cell executions of a session as they are seen on the wire.
 *
 * @module
 */
import { asObject } from "../../base/values.ts";
import {
  type Execution,
  FIRST_SEEN_POSITION,
} from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import { displayIdOf } from "../../jupyter/outputs.ts";
import { isExcluded } from "../../notebook/excluded.ts";
import { type Message, timeOf } from "../../jupyter/wire.ts";
import { ANSWERS, ANSWERS_DISPLAY } from "../../base/fetch_hook.ts";
import { DisplayIndex, isOwnDisplay } from "./displays.ts";
import { EarlyReplies } from "./replies.ts";
import { HeldCell, newExecution } from "./held_cell.ts";
import { HeldCells } from "./held_cells.ts";
import { AwaitedInputs } from "./awaited_inputs.ts";
import { inputOf, isNoCell } from "./input.ts";
import { Markers } from "./markers.ts";
import { listMissed, MAX_MISSED } from "./missed.ts";
import type { CellReply, SentCell } from "./replies.ts";
import { scriptSource, scriptStatus } from "./script.ts";
import {
  type BeginOptions,
  outcomeOf,
  type Running,
  type SessionOutcome,
} from "./session_outcome.ts";
import { nameGap } from "./timeline.ts";
import { listedAs, nameUnseen, putReply, unseenAmong } from "./unseen_cells.ts";

/** Writes a session's executions into the journal. */
export class SessionLog {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #cells = new HeldCells();
  /** Positions of executions some of whose outputs were left out. */
  readonly partial: ReadonlySet<number> = this.#cells.partial;
  readonly #displays: DisplayIndex;
  readonly #busy = new Set<string>();
  readonly #replies = new EarlyReplies();
  readonly #inputs = new AwaitedInputs();
  readonly #markers = new Markers();
  /** Whether outputs under an unknown id begin an execution, whose input was missed. */
  #bindsOutputs = false;
  readonly #excludes: (source: string) => boolean;
  readonly #onAnswers: (position: number, answers: unknown) => void;
  #next: number;
  #lastCount = 0;
  #lastTime = 0;

  /** How many messages were taken in. */
  taken = 0;

  /**
   * @param excludes Whether the notebook's file keeps a cell with that source out of the record.
   * @param onAnswers Takes what `fetch` answered while the execution at a position was going on.
   */
  constructor(
    journal: Journal,
    session: Session,
    excludes: (source: string) => boolean,
    onAnswers: (position: number, answers: unknown) => void = () => {},
  ) {
    this.#onAnswers = onAnswers;
    this.#journal = journal;
    this.#session = session;
    this.#excludes = excludes;
    this.#displays = new DisplayIndex(journal, session.session_id);
    const last = journal.executions.lastPosition(session.session_id);
    this.#next = Math.max(FIRST_SEEN_POSITION, (last ?? 0) + 1);
  }

  /** Begins: what a session is executing already is noted, its source to be found later. */
  begin(options: BeginOptions): void {
    const { session_id, kind, main_module } = this.#session;
    const all = this.#journal.executions.list(session_id);
    for (const e of all) {
      this.#lastCount = Math.max(this.#lastCount, e.execution_count ?? 0);
      // A recorder before this one did not see it end; this one may.
      if (e.status !== "running") continue;
      this.#cells.add(
        e.msg_id ?? `position ${e.position}`,
        HeldCell.resume(this.#journal, e),
      );
    }
    this.#bindsOutputs = options.replaces;
    if (options.replaces) {
      nameGap(
        this.#journal,
        session_id,
        "the recorder of the session ended and was replaced; what was published meanwhile was not seen",
      );
    } else if (kind === "script" && all.length === 0) {
      const source = scriptSource(main_module);
      this.#cells.add(
        "script",
        this.#open({
          source,
          source_from: source === null ? null : "file",
          via: "script",
        }),
      );
    } else if (options.inCell) {
      const start_time = options.subscribed_time;
      this.#cells.unseen = this.#open({ start_time });
    }
  }

  /** Takes in a message. */
  take(message: Message): void {
    this.taken++;
    this.#lastTime = Math.max(this.#lastTime, timeOf(message));
    switch (message.header.msg_type) {
      case "execute_input":
        return this.#input(message);
      case "status":
        return this.#status(message);
      case "update_display_data":
        // Which display a very long one is for was not read: it is kept as what its own cell shows.
        if (message.long !== undefined) return this.#output(message);
        if (displayIdOf(message) === ANSWERS_DISPLAY) {
          return this.#answers(message);
        }
        if (
          this.#markers.see(displayIdOf(message), () => this.#cellOf(message))
        ) return;
        // Also where another cell made the display; nbtrack's own show the run.
        if (this.#isKeptOut(message) && !isOwnDisplay(message)) return;
        return this.#displays.update(message, (n) => this.#cells.at(n));
      default:
        return this.#output(message);
    }
  }

  /** The position of a request's execution, once it was seen; for a moment at most. */
  async positionOf(msg_id: string): Promise<number | undefined> {
    if (this.#cells.get(msg_id) === undefined) {
      await this.#inputs.wait(msg_id);
    }
    return this.#cells.get(msg_id)?.position;
  }

  /** What a runner knows of a cell from its reply. */
  reply(reply: CellReply): void {
    const held = this.#cells.get(reply.msg_id);
    if (held === undefined) this.#replies.keep(reply);
    else this.#replyTo(held, reply);
  }

  #replyTo(held: HeldCell, reply: CellReply): void {
    const { msg_id, cell } = reply;
    if (!held.isOwn || cell === undefined || isNoCell(cell.source)) {
      return held.reply(reply);
    }
    const corrected = held.corrected(cell, this.#excludes);
    this.#cells.add(msg_id, corrected);
    corrected.reply(reply);
    nameUnseen(this.#journal, this.#session.session_id, [{ reply, cell }]);
  }

  /**
   * Records cells that nobody saw on the wire, as far as others know them.
   *
   * @param kept Those that were kept in the journal.
   * @param before Only cells before that count are known not to be seen any more. @default {the kernel is gone}
   */
  recover(kept: readonly CellReply[], before = Infinity): void {
    const replies = [...kept, ...this.#replies.takeBefore(before)];
    if (replies.length === 0) return;
    const { session_id } = this.#session;
    const all = this.#journal.executions.list(session_id);
    for (const reply of replies) {
      const held = this.#cells.get(reply.msg_id);
      if (held?.running) held.reply(reply);
    }
    const unseen = unseenAmong(replies, all).filter((one) =>
      !putReply(this.#journal, one, all)
    );
    for (const { reply, cell } of unseen) {
      const { msg_id } = reply;
      const seen = {
        msg_id,
        ...cell,
        source_from: cell.source === null ? null : "wire" as const,
      };
      const listed = listedAs(cell, all);
      const held = listed === undefined
        ? this.#open(seen)
        : HeldCell.begin(this.#journal, { ...listed, ...seen }, this.#excludes);
      this.#cells.add(msg_id, held);
      held.reply(reply);
    }
    nameUnseen(this.#journal, session_id, unseen);
  }

  /** Drops what an execution has shown and will show: it became known late that it is kept out of the record. */
  keepOut(position: number): void {
    this.#cells.at(position)?.keepOut();
  }

  /** Whether a cell is kept out of the record that was not seen on the wire. */
  keepsOut({ source }: SentCell): boolean {
    return source !== null && (isExcluded(source) || this.#excludes(source));
  }

  /** Writes outputs that have grown. */
  flush(): void {
    const all = this.#cells.all();
    if (all.length === 0) return;
    this.#journal.transaction(() => all.forEach((held) => held.flush()));
  }

  /** Writes everything of the executions that have ended. */
  complete(): void {
    this.#journal.transaction(() => {
      for (const held of this.#cells.all()) {
        if (!held.running) this.#cells.release(held);
      }
    });
  }

  /**
   * What is being executed, or null.
   *
   * @param marker The id of a display update that the cell has published: waits until it has arrived, and with it
   * everything before it.
   */
  async running(
    marker?: string,
  ): Promise<{ cell: Running | null; arrived: boolean }> {
    const asked = marker === undefined
      ? null
      : await this.#markers.wait(marker);
    // Who asks is about to read: what cells that have ended or failed said is there from now on.
    for (const cell of this.#cells.all()) {
      if (!cell.running || cell.outputs.failed) cell.outputs.flush();
    }
    const held = asked?.held ?? this.#cells.running();
    return {
      cell: held === undefined
        ? null
        : { digest: held.digest, position: held.position },
      arrived: asked !== null,
    };
  }

  /** Whether everything the kernel published up to a time has been taken in. */
  hasPassed(time: number): boolean {
    return this.#lastTime >= time;
  }

  /** Ends the log: the session's process is gone. @param seen Whether somebody listened when it ended */
  close(seen: boolean): SessionOutcome {
    const running = this.#cells.running();
    for (const held of this.#cells.all()) this.#cells.release(held);
    const { session_id, kind } = this.#session;
    const { executions, sessions } = this.#journal;
    const last = executions.lastEnded(session_id);
    const outcome = outcomeOf(kind, {
      running: running !== undefined,
      last: last?.status,
      interrupted: last?.interrupted === true,
      executed: executions.count(session_id),
      to_run: sessions.get(session_id)?.cells_to_run ?? null,
      seen,
    });
    running?.change({
      status: kind === "script"
        ? scriptStatus(this.#journal, session_id)
        : "aborted",
      end_time: outcome.time,
    });
    return outcome;
  }

  #input(message: Message): void {
    const parent = message.parent_header.msg_id ?? "";
    const { code, count, start_time } = inputOf(message);
    // A runner sends a silent request of its own under the cell's id.
    if (this.#cells.get(parent) !== undefined) return;
    const uncounted = count !== null && count <= this.#lastCount;
    // What is published under a request that is nobody's cell the last cell had still to say.
    if (uncounted && isNoCell(code)) return this.#cells.alias(parent);
    // Cells are executed one after the other.
    for (const held of this.#cells.all()) held.finish(start_time);
    this.#bindsOutputs = false;
    if (!uncounted) this.#count(count ?? this.#lastCount + 1);
    this.#cells.seen();
    const held = this.#open({
      msg_id: parent,
      source: code,
      source_from: code === null ? null : "wire",
      execution_count: uncounted ? null : this.#lastCount,
      start_time,
    });
    this.#cells.add(parent, held);
    this.#inputs.see(parent);
    const reply = this.#replies.take(parent);
    if (reply !== undefined) this.#replyTo(held, reply);
    this.#cells.letGo();
  }

  #count(count: number): void {
    const lastCount = this.#lastCount;
    this.#lastCount = count;
    if (count === lastCount + 1) return;
    const next = () => this.#next++;
    listMissed(this.#journal, this.#session.session_id, {
      count,
      lastCount,
      next,
    });
    this.recover([], count);
  }

  #status(message: Message): void {
    const parent = message.parent_header.msg_id ?? "";
    const state = message.content["execution_state"];
    if (state === "busy") this.#busy.add(parent);
    if (state !== "idle") return;
    const held = this.#cellOf(message);
    this.#busy.delete(parent);
    held?.finish(timeOf(message));
  }

  #isKeptOut({ parent_header: { msg_id = "" } }: Message): boolean {
    return this.#cells.get(msg_id)?.keptOut === true;
  }

  #answers(message: Message): void {
    const answers = asObject(message.content["data"])[ANSWERS];
    const position = this.#cellOf(message)?.position ?? this.#next - 1;
    this.#onAnswers(position, answers);
  }

  #output(message: Message): void {
    const held = this.#cellOf(message) ?? this.#before(message);
    const n = held?.take(message) ?? null;
    if (n !== null && held !== undefined) {
      this.#displays.note(message, held.position, n);
    }
  }

  /** Whose what is published under a request is before the request's own input: the cell's before, of cells that wait. */
  #before({ parent_header: { msg_id = "" } }: Message): HeldCell | undefined {
    return this.#busy.has(msg_id) ? this.#cells.all().at(-1) : undefined;
  }

  /** The execution a message belongs to. */
  #cellOf({ header, parent_header }: Message): HeldCell | undefined {
    const { msg_id = "", msg_type } = parent_header;
    const known = this.#cells.get(msg_id);
    if (
      known !== undefined || this.#busy.has(msg_id) ||
      msg_type !== "execute_request"
    ) return known;
    // What comes under an unknown id belongs to the execution whose input was missed.
    let { unseen } = this.#cells;
    if (unseen === null && this.#bindsOutputs && header.msg_type !== "status") {
      this.#next += MAX_MISSED; // those before it may still have to be listed
      unseen = this.#open({});
    }
    if (unseen === null) return undefined;
    this.#cells.unseen = null;
    this.#cells.add(msg_id, unseen);
    unseen.change({ msg_id });
    return unseen;
  }

  #open(seen: Partial<Execution>): HeldCell {
    const execution = {
      ...newExecution(this.#session.session_id, this.#next++),
      ...seen,
    };
    return HeldCell.begin(this.#journal, execution, this.#excludes);
  }
}
