/**
 * The executions of a session that are held in memory.
 *
 * @module
 */
import type { HeldCell } from "./held_cell.ts";

/** Executions that are held after they ended, in case more comes; their outputs are let go of earlier. */
const HELD = 32;
/** Ended executions whose outputs stay in memory. */
const HELD_OUTPUTS = 2;

/** Executions by the ids of their requests. */
export class HeldCells {
  readonly #byMessage = new Map<string, HeldCell>();
  /** The execution that was going on when the subscription began: its id is learned from what it publishes. */
  unseen: HeldCell | null = null;

  /** Executions that were left out in part, by their position. */
  readonly partial = new Set<number>();

  /** The execution of a request. */
  get(msg_id: string): HeldCell | undefined {
    return this.#byMessage.get(msg_id);
  }

  /** Holds an execution. */
  add(msg_id: string, held: HeldCell): void {
    this.#byMessage.set(msg_id, held);
  }

  /** Lets what is published under another id belong to the last execution. */
  alias(msg_id: string): void {
    const last = this.all().at(-1);
    if (last !== undefined && !this.#byMessage.has(msg_id)) {
      this.#byMessage.set(msg_id, last);
    }
  }

  /** The next execution was seen: the one whose id was not is no longer waited for. */
  seen(): void {
    const { unseen } = this;
    if (unseen === null) return;
    this.unseen = null;
    this.#byMessage.set(`position ${unseen.position}`, unseen);
  }

  /** All of them, the oldest first. */
  all(): HeldCell[] {
    const all = new Set(this.#byMessage.values());
    return this.unseen === null ? [...all] : [...all, this.unseen];
  }

  /** The one at a position. */
  at(position: number): HeldCell | undefined {
    return this.all().find((held) => held.position === position);
  }

  /** The one that is being executed. */
  running(): HeldCell | undefined {
    return this.all().findLast((held) => held.running);
  }

  /** Writes everything of an execution and lets go of its outputs. */
  release(held: HeldCell): void {
    if (held.release()) this.partial.add(held.position);
    else this.partial.delete(held.position);
  }

  /** Lets go of those that are long over. */
  letGo(): void {
    const ended = this.all().filter((held) => !held.running);
    for (const held of ended.slice(0, -HELD_OUTPUTS)) this.release(held);
    const over = new Set(ended.slice(0, -HELD));
    if (over.size === 0) return;
    for (const [id, held] of this.#byMessage) {
      if (over.has(held)) this.#byMessage.delete(id);
    }
  }
}
