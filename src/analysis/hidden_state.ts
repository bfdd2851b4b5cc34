/**
 * What a notebook does not show of its own state: cells that ran before something they use was changed, names whose
 * cell is gone, names that nothing defines.
 *
 * @module
 */
import {
  codeCellsOf,
  comparable,
  type SavedCodeCell,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import { analyse, type Analysis, namesIn } from "./analysis.ts";
import { readCell } from "./cell.ts";
import type { Write } from "./names.ts";
import { SHARED } from "./operations.ts";

/** An execution whose state is examined. */
export interface ExaminedExecution {
  source: string;
  status: string;
  /** The id of its cell in the notebook's file; null when it is not known. */
  id: string | null;
}

/** Something that the notebook does not show. */
export interface HiddenState {
  /** The execution, by its index. */
  cell: number;
  /**
   * - `stale`: after it ran, another execution defined or changed what it uses, and it was not executed again
   * - `deleted`: its cell is gone from the notebook, and what it defined is used
   * - `undefined`: it reads names that no recorded execution defines
   */
  flag: "stale" | "deleted" | "undefined";
  /** The names. */
  names: string[];
  /** The other execution: the one that changed them, or the one that uses them; null when there is none. */
  by: number | null;
}

/** Examines executions in their order. @param saved The notebook as it was saved; null when it is not known */
export function hiddenState(
  executions: readonly ExaminedExecution[],
  saved: SavedNotebook | null,
): HiddenState[] {
  const analysis = analyse(executions);
  const cells = saved === null ? [] : codeCellsOf(saved);
  const state = new State(executions, analysis, cells);
  return executions.flatMap((_, index) => state.of(index));
}

class State {
  readonly #executions: readonly ExaminedExecution[];
  readonly #analysis: Analysis;
  readonly #sources: string[];
  /** Ids that one cell alone has. */
  readonly #ids: ReadonlyMap<string, SavedCodeCell>;
  readonly #bySource: ReadonlyMap<string, SavedCodeCell[]>;
  /** What the notebook's cells define as they are now. */
  readonly #defined: ReadonlySet<string>;

  constructor(
    executions: readonly ExaminedExecution[],
    analysis: Analysis,
    cells: readonly SavedCodeCell[],
  ) {
    this.#executions = executions;
    this.#analysis = analysis;
    this.#sources = executions.map(({ source }) => comparable(source));
    const byId = Map.groupBy(cells, ({ id }) => id);
    this.#ids = new Map(
      [...byId].flatMap(([id, [cell, ...others]]) =>
        id === null || cell === undefined || others.length > 0
          ? []
          : [[id, cell]]
      ),
    );
    this.#bySource = Map.groupBy(cells, ({ source }) => comparable(source));
    this.#defined = new Set(
      cells.flatMap(({ source }) => [
        ...namesIn(readCell(source) ?? []).declared,
      ]),
    );
  }

  of(index: number): HiddenState[] {
    return [
      ...this.#undefinedNames(index),
      ...this.#stale(index),
      ...this.#deleted(index),
    ];
  }

  #undefinedNames(cell: number): HiddenState[] {
    const { undefinedNames } = this.#analysis.trace.executions[cell] ?? {};
    const names = [...undefinedNames ?? []];
    return names.length === 0 || this.#executions[cell]?.status !== "ok"
      ? []
      : [{ cell, flag: "undefined", names, by: null }];
  }

  #stale(cell: number): HiddenState[] {
    const again = this.#executions.some((_, later) =>
      later > cell && this.#isSameCell(cell, later)
    );
    if (again) return [];
    const writes = this.#analysis.trace.writes.filter((write) =>
      write.by > cell && this.#makesStale(cell, write)
    );
    const last = writes.at(-1);
    if (last === undefined) return [];
    const names = writes.filter(({ by }) => by === last.by).map(({ name }) =>
      shownName(name)
    );
    return [{ cell, flag: "stale", names: [...new Set(names)], by: last.by }];
  }

  #makesStale(cell: number, { by, name, version, binds, constant }: Write) {
    const read = this.#analysis.trace.executions[cell]?.reads;
    const found = binds
      ? read?.get(name)
      : [...read?.values() ?? []].find((versions) => versions.has(version));
    if (found === undefined) return false;
    // What it made itself, it does not use of others.
    if (
      found.size > 0 &&
      [...found].every(({ makers }) => makers.size === 1 && makers.has(cell))
    ) return false;
    const before = this.#sources.slice(0, cell);
    const repeated = before.includes(this.#sources[by] ?? "");
    if (binds && constant && repeated) return false;
    const [here, there] = [this.#position(cell), this.#position(by)];
    // From top to bottom the same happens again: nothing is hidden.
    if (here !== null && there !== null) return there < here;
    const writesItself = this.#analysis.trace.writes.some((write) =>
      write.by === cell && write.name === name
    );
    return !writesItself || repeated;
  }

  /** The position of an execution's cell in the notebook; null when it is not known. */
  #position(index: number): number | null {
    const { id = null } = this.#executions[index] ?? {};
    const known = id === null ? undefined : this.#ids.get(id);
    if (known !== undefined) return known.position;
    const [cell, ...others] = this.#bySource.get(this.#sources[index] ?? "") ??
      [];
    return cell === undefined || others.length > 0 ? null : cell.position;
  }

  /** Whether two executions are of one cell. */
  #isSameCell(a: number, b: number): boolean {
    const [one, other] = [a, b].map((index) => {
      const { id = null } = this.#executions[index] ?? {};
      return id !== null && (this.#ids.size === 0 || this.#ids.has(id))
        ? id
        : null;
    });
    return one !== null && other !== null
      ? one === other
      : this.#sources[a] === this.#sources[b];
  }

  #deleted(cell: number): HiddenState[] {
    const source = this.#sources[cell] ?? "";
    if (this.#bySource.size === 0 || this.#bySource.has(source)) return [];
    const { executions } = this.#analysis.trace;
    const names = new Set<string>();
    let by: number | null = null;
    for (const [index, { reads }] of executions.entries()) {
      // A file that was saved before that execution says nothing.
      if (index <= cell || !this.#bySource.has(this.#sources[index] ?? "")) {
        continue;
      }
      for (const [name, versions] of reads) {
        const made = [...versions].some(({ makers }) => makers.has(cell));
        if (!made || this.#defined.has(name) || name.includes(":")) continue;
        names.add(name);
        by ??= index;
      }
    }
    return names.size === 0
      ? []
      : [{ cell, flag: "deleted", names: [...names], by }];
  }
}

function shownName(name: string): string {
  return name.startsWith(SHARED.file) ? name.slice(SHARED.file.length) : name;
}
