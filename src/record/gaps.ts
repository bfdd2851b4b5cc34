/**
 * What a record lacks.
 *
 * @module
 */
import type { Missing } from "../journal/entries.ts";

/** How data is called that code reads by a path which it computes. @param label As `cell [3]` */
export function unreadData(label: string): string {
  return `data that ${label} reads`;
}

/** What is missing, each named once. */
export class Gaps {
  readonly #all: Missing[];

  /** @param known what is named already */
  constructor(known: readonly Missing[]) {
    this.#all = [...known];
  }

  /** Whether something whose name begins so is named already. */
  name(start: string): boolean {
    return this.#all.some(({ what }) => what.startsWith(start));
  }

  /** Names something, unless it is named already. */
  add(what: string, why: string): void {
    if (!this.#all.some((gap) => gap.what === what)) {
      this.#all.push({ what, why });
    }
  }

  /** All of it. */
  all(): Missing[] {
    return this.#all.map(({ what, why }) => ({ what, why }));
  }
}
