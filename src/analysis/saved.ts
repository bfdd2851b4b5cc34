/**
 * The cells of the saved notebook, as executions are found in them.
 *
 * @module
 */
import {
  codeCellsOf,
  comparable,
  type SavedCodeCell,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import { namesIn } from "./analysis.ts";
import { readCell } from "./cell.ts";

/** The code cells of a notebook. */
export class SavedCells {
  /** Ids that one cell alone has. */
  readonly #ids: ReadonlyMap<string, SavedCodeCell>;
  readonly #shared: ReadonlySet<string>;
  /** Whether each of them has an id. */
  readonly #hasIds: boolean;
  readonly #bySource: ReadonlyMap<string, SavedCodeCell[]>;
  /** What they define as they are now. */
  readonly #defined: ReadonlySet<string>;

  constructor(saved: SavedNotebook | null) {
    const cells = saved === null ? [] : codeCellsOf(saved);
    const byId = Map.groupBy(cells, ({ id }) => id);
    this.#ids = new Map(
      [...byId].flatMap(([id, [cell, ...others]]) =>
        id === null || cell === undefined || others.length > 0
          ? []
          : [[id, cell]]
      ),
    );
    this.#shared = new Set(
      [...byId].flatMap(([id, all]) =>
        id !== null && all.length > 1 ? [id] : []
      ),
    );
    this.#hasIds = !byId.has(null);
    this.#bySource = Map.groupBy(cells, ({ source }) => comparable(source));
    this.#defined = new Set(
      cells.flatMap(({ source }) => [
        ...namesIn(readCell(source) ?? []).declared,
      ]),
    );
  }

  /** Whether no file is known. */
  get isEmpty(): boolean {
    return this.#bySource.size === 0;
  }

  /** Whether a cell has that source, as sources are compared. */
  has(source: string): boolean {
    return this.#bySource.has(source);
  }

  /**
   * Whether an execution's cell is gone, and neither edited nor joined to another. Of one without an id, or where the file
   * has none, nobody knows.
   */
  isGone(source: string, id: string | null): boolean {
    return id !== null && this.#hasIds && !this.#ids.has(id) &&
      !this.#shared.has(id) &&
      !this.#bySource.keys().some((saved) => saved.includes(source));
  }

  /** Whether a cell defines a name. */
  defines(name: string): boolean {
    return this.#defined.has(name);
  }

  /** Whether several cells have an id. */
  isShared(id: string | null): boolean {
    return id !== null && this.#shared.has(id);
  }

  /** The position of an execution's cell; null when it is not known. */
  positionOf(source: string, id: string | null): number | null {
    const known = id === null ? undefined : this.#ids.get(id);
    return (known ?? this.#only(source))?.position ?? null;
  }

  /** What tells an execution's cell from others: copies may share an id. */
  idOf(source: string, id: string | null): string | null {
    if (id !== null && (this.isEmpty || this.#ids.has(id))) return `id ${id}`;
    const own = this.#only(source)?.id ?? null;
    return own !== null && this.#ids.has(own) ? `id ${own}` : null;
  }

  #only(source: string): SavedCodeCell | undefined {
    const cells = this.#bySource.get(source) ?? [];
    return cells.length > 1 ? undefined : cells[0];
  }
}
