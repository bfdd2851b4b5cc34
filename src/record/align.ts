/**
 * Which cell executions of two runs belong together.
 *
 * @module
 */
import { diffLists, likeness } from "./text_diff.ts";

/** What alignment compares. */
export interface AlignedCell {
  /** Position in the order of execution. */
  index: number;
  id: string | null;
  source: string;
  /** The number in the brackets beside the cell. */
  execution_count?: number | null | undefined;
}

/** Two executions that belong together, or one that has no partner. */
export type CellPair =
  | {
    type: "same" | "changed" | "moved";
    before: AlignedCell;
    after: AlignedCell;
  }
  | { type: "removed"; before: AlignedCell; after: null }
  | { type: "added"; before: null; after: AlignedCell };

/** Two sources at least this alike are one cell that was changed. */
const ALIKE = 0.5;
/** Executions more positions away than this are not compared by likeness when there are many. */
const NEAR = 25;
/** How many is many: pairs that could be compared. */
const MANY = 40_000;

/**
 * Pairs the executions of two runs: by order and source, then by source wherever it stands (moved), then by cell id,
 * by position or by likeness (changed). Ordered as the later run, with what was removed at its old position. Executions
 * whose source is not known are left out.
 */
export function align(
  before: readonly AlignedCell[],
  after: readonly AlignedCell[],
): CellPair[] {
  const a = before.filter((cell) => cell.source !== "");
  const b = after.filter((cell) => cell.source !== "");
  const partners = new Partners(a, b);
  partners.pairInOrder();
  partners.pairMoved();
  partners.pairById();
  partners.pairByPosition();
  partners.pairByLikeness();
  return partners.pairs();
}

class Partners {
  readonly #a: readonly AlignedCell[];
  readonly #b: readonly AlignedCell[];
  /** Index in `b` by index in `a`. */
  readonly #ofA = new Map<
    number,
    { at: number; type: "same" | "changed" | "moved" }
  >();
  readonly #ofB = new Map<number, number>();

  constructor(a: readonly AlignedCell[], b: readonly AlignedCell[]) {
    this.#a = a;
    this.#b = b;
  }

  pairInOrder(): void {
    let [i, j] = [0, 0];
    for (
      const { type, count } of diffLists(
        this.#a.map(sourceOf),
        this.#b.map(sourceOf),
      )
    ) {
      if (type === "same") {
        for (let n = 0; n < count; n++) this.#pair(i++, j++, "same");
      } else if (type === "removed") i += count;
      else j += count;
    }
  }

  pairMoved(): void {
    const positions = new Map<string, number[]>();
    for (const j of this.#freeB()) {
      const source = sourceOf(this.#b[j] as AlignedCell);
      positions.set(source, [...positions.get(source) ?? [], j]);
    }
    for (const i of this.#freeA()) {
      const j = positions.get(sourceOf(this.#a[i] as AlignedCell))?.shift();
      if (j !== undefined) this.#pair(i, j, "moved");
    }
  }

  pairById(): void {
    const positions = new Map<string, number[]>();
    for (const j of this.#freeB()) {
      const id = this.#b[j]?.id;
      if (typeof id === "string") {
        positions.set(id, [...positions.get(id) ?? [], j]);
      }
    }
    for (const i of this.#freeA()) {
      const id = this.#a[i]?.id;
      const j = typeof id === "string" ? positions.get(id)?.shift() : undefined;
      if (j !== undefined) this.#pair(i, j, "changed");
    }
  }

  /** A lone cell between the same neighbours on both sides is that cell, rewritten. */
  pairByPosition(): void {
    for (const i of this.#freeA()) {
      const above = i === 0 ? -1 : this.#ofA.get(i - 1)?.at;
      const below = i === this.#a.length - 1
        ? this.#b.length
        : this.#ofA.get(i + 1)?.at;
      if (above === undefined || below !== above + 2) continue;
      if (!this.#ofB.has(above + 1)) this.#pair(i, above + 1, "changed");
    }
  }

  pairByLikeness(): void {
    const many = this.#freeA().length * this.#freeB().length > MANY;
    for (const i of this.#freeA()) {
      const position = many ? this.#positionOf(i) : 0;
      let best: number | undefined;
      let most = ALIKE;
      for (const j of this.#freeB()) {
        if (many && Math.abs(j - position) > NEAR) continue;
        const [was, is] = [this.#a[i], this.#b[j]] as [
          AlignedCell,
          AlignedCell,
        ];
        const alike = likeness(was.source, is.source);
        if (alike >= most && (best === undefined || alike > most)) {
          [best, most] = [j, alike];
        }
      }
      if (best !== undefined) this.#pair(i, best, "changed");
    }
  }

  /** Where an execution would stand in the later run, by the nearest one before it that has a partner. */
  #positionOf(i: number): number {
    for (let n = i; n >= 0; n--) {
      const partner = this.#ofA.get(n);
      if (partner !== undefined) return partner.at + (i - n);
    }
    return i;
  }

  pairs(): CellPair[] {
    const result: CellPair[] = [];
    let i = 0;
    const removedUpTo = (end: number) => {
      for (; i < end; i++) {
        if (!this.#ofA.has(i)) {
          result.push({
            type: "removed",
            before: this.#a[i] as AlignedCell,
            after: null,
          });
        }
      }
    };
    this.#b.forEach((after, j) => {
      const from = this.#ofB.get(j);
      if (from === undefined) {
        result.push({ type: "added", before: null, after });
        return;
      }
      const type = this.#ofA.get(from)?.type ?? "same";
      if (type === "same") removedUpTo(from);
      result.push({ type, before: this.#a[from] as AlignedCell, after });
    });
    removedUpTo(this.#a.length);
    return result;
  }

  #pair(i: number, j: number, type: "same" | "changed" | "moved"): void {
    this.#ofA.set(i, { at: j, type });
    this.#ofB.set(j, i);
  }

  #freeA(): number[] {
    return [...this.#a.keys()].filter((i) => !this.#ofA.has(i));
  }

  #freeB(): number[] {
    return [...this.#b.keys()].filter((j) => !this.#ofB.has(j));
  }
}

function sourceOf(cell: AlignedCell): string {
  return cell.source;
}
