/**
 * What a notebook does not show of its own state: cells that ran before something they use was changed, names whose
 * cell is gone, names that nothing defines.
 *
 * @module
 */
import { comparable, type SavedNotebook } from "../notebook/saved_cells.ts";
import { analyse, type Analysis, usesModule } from "./analysis.ts";
import type { Write } from "./followed.ts";
import { LaterWrites } from "./later_writes.ts";
import { GLOBAL, SHARED } from "./operations.ts";
import { SavedCells } from "./saved.ts";
import type { Version } from "./version.ts";

/** An execution whose state is examined. */
export interface ExaminedExecution {
  source: string;
  status: string;
  /** The id of its cell in the notebook's file; null when it is not known. */
  id: string | null;
  /** Milliseconds since 1970. @default {not known} */
  start_time?: number | null;
}

/** A local module that was changed on disk after cells had imported it. */
export interface ChangedModule {
  path: string;
  /** What cells write to import it, or what imports it. */
  specifiers: readonly string[];
  /** When, milliseconds since 1970. */
  changed_time: number;
}

/** Something that the notebook does not show. */
export interface HiddenState {
  /** The execution, by its index. */
  cell: number;
  /**
   * - `stale`: after it ran, another execution defined or changed what it uses, and it was not executed again
   * - `deleted`: its cell is gone from the notebook, and what it defined or changed is used
   * - `undefined`: it reads names that no recorded execution defines, and each source before it was seen
   * - `old-module`: it ran with a local module that had been changed since it was imported
   */
  flag: "stale" | "deleted" | "undefined" | "old-module";
  /** The names. */
  names: string[];
  /** The other execution: the one that changed them, or the one that uses them; null when there is none. */
  by: number | null;
}

/**
 * Examines executions in their order.
 *
 * @param saved The notebook as it was saved; null when it is not known
 * @param changed Modules that were changed since they were imported
 */
export function hiddenState(
  executions: readonly ExaminedExecution[],
  saved: SavedNotebook | null,
  changed: readonly ChangedModule[] = [],
): HiddenState[] {
  const analysis = analyse(executions, { uses: false });
  const state = new State(executions, analysis, new SavedCells(saved));
  return executions.flatMap(({ start_time }, index) => [
    ...state.of(index),
    ...changed.flatMap(({ path, specifiers, changed_time }) =>
      (start_time ?? -Infinity) >= changed_time &&
        usesModule(analysis, index, specifiers)
        ? [{
          cell: index,
          flag: "old-module" as const,
          names: [path],
          by: null,
        }]
        : []
    ),
  ]);
}

class State {
  readonly #executions: readonly ExaminedExecution[];
  readonly #analysis: Analysis;
  readonly #sources: string[];
  /** Where each execution's cell stands in the notebook; null when it is not known. */
  readonly #positions: readonly (number | null)[];
  /** The first source that was not seen, is kept out of the record or gives names that it computes: it may define what is read after it. */
  readonly #unseen: number;
  /** The first execution of each source. */
  readonly #first = new Map<string, number>();
  /** The last execution of each cell. */
  readonly #last = new Map<string, number>();
  readonly #saved: SavedCells;
  readonly #binds: ReadonlyMap<string, LaterWrites>;
  readonly #changes: ReadonlyMap<Version, LaterWrites>;
  readonly #written: ReadonlySet<string>;
  readonly #deleted: ReadonlyMap<number, { names: Set<string>; by: number }>;

  constructor(
    executions: readonly ExaminedExecution[],
    analysis: Analysis,
    saved: SavedCells,
  ) {
    this.#executions = executions;
    this.#analysis = analysis;
    this.#saved = saved;
    this.#sources = executions.map(({ source }) => comparable(source));
    const unseen = executions.findIndex(({ source }) => source.trim() === "");
    const { by = Infinity } =
      analysis.trace.writes.find(({ name }) => name === GLOBAL.any) ?? {};
    this.#unseen = Math.min(unseen < 0 ? Infinity : unseen, by);
    this.#positions = this.#sources.map((source, index) =>
      saved.positionOf(source, this.#idOf(index))
    );
    for (const [index, source] of this.#sources.entries()) {
      if (!this.#first.has(source)) this.#first.set(source, index);
      this.#last.set(this.#cellOf(index), index);
    }
    const { writes } = analysis.trace;
    this.#binds = this.#grouped(
      writes.filter(({ binds }) => binds),
      ({ name }) => name,
    );
    this.#changes = this.#grouped(
      // A write of a file that nobody can name says nothing of those that were read.
      writes.filter(({ binds, name }) => !binds && name !== SHARED.file),
      ({ version }) => version,
    );
    this.#written = new Set(writes.map(({ by, name }) => `${by} ${name}`));
    this.#deleted = this.#findDeleted();
  }

  #grouped<K>(
    writes: readonly Write[],
    key: (write: Write) => K,
  ): Map<K, LaterWrites> {
    const groups = Map.groupBy(writes, key).entries().map(([of, group]) =>
      [
        of,
        new LaterWrites(group, (by) => ({
          position: this.#positions[by] ?? null,
          first: this.#first.get(this.#sources[by] ?? "") ?? by,
        })),
      ] as const
    );
    return new Map(groups);
  }

  of(cell: number): HiddenState[] {
    const deleted = this.#deleted.get(cell);
    return [
      ...this.#undefinedNames(cell),
      ...this.#stale(cell),
      ...deleted === undefined ? [] : [{
        cell,
        flag: "deleted" as const,
        names: [...deleted.names],
        by: deleted.by,
      }],
    ];
  }

  #undefinedNames(cell: number): HiddenState[] {
    const { undefinedNames } = this.#analysis.trace.executions[cell] ?? {};
    const names = [...undefinedNames ?? []];
    return names.length === 0 || cell > this.#unseen ||
        this.#executions[cell]?.status !== "ok"
      ? []
      : [{ cell, flag: "undefined", names, by: null }];
  }

  #stale(cell: number): HiddenState[] {
    if (this.#last.get(this.#cellOf(cell)) !== cell) return []; // executed again
    // Of copies that share an id nobody can tell which was executed again.
    if (this.#saved.isShared(this.#idOf(cell))) return [];
    const found: Write[] = [];
    for (
      const [name, versions] of this.#analysis.trace.executions[cell]?.reads ??
        []
    ) {
      // What it made itself, it does not use of others.
      const own = versions.size > 0 &&
        [...versions].every(({ makers }) =>
          makers.size === 1 && makers.has(cell)
        );
      if (own) continue;
      const lists = [
        this.#binds.get(name),
        ...[...versions].map((version) => this.#changes.get(version)),
      ].filter((list) => list !== undefined);
      const modules = modulesOf(versions);
      // What was logged to one run is not for the next.
      const isRun = versions.size > 0 &&
        [...versions].every(({ handle }) => handle);
      const goesOn = this.#written.has(`${cell} ${name}`);
      for (const list of lists) {
        if (goesOn && !list.mayBeAbove(cell, this.#positions[cell] ?? null)) {
          continue;
        }
        const last = list.findLast(
          cell,
          (write) =>
            !(isRun && write.version.handle) &&
            this.#mayRead(cell, name, write) &&
            this.#makesStale(cell, write, goesOn) &&
            // The same import once more is the same value.
            !(write.constant && modules !== "" &&
              modulesOf([write.version]) === modules),
        );
        if (last !== undefined) found.push(last);
      }
    }
    const by = Math.max(...found.map((write) => write.by));
    const names = found.filter((write) => write.by === by).map(({ name }) =>
      shownName(name)
    );
    return found.length === 0
      ? []
      : [{ cell, flag: "stale", names: [...new Set(names)], by }];
  }

  /** Whether a cell may have read what was written: of data one member alone is another one's business. */
  #mayRead(cell: number, name: string, { member, version }: Write): boolean {
    if (member === null || !version.plain || version.bodies.length > 0) {
      return true;
    }
    const read = this.#analysis.trace.executions[cell]?.members.get(name);
    return read === null || read === undefined || read.has(member);
  }

  /** @param goesOn Whether the cell changes the value itself: `n += 1` */
  #makesStale(
    cell: number,
    { by, binds, constant }: Write,
    goesOn: boolean,
  ): boolean {
    const [here = null, there = null] = [
      this.#positions[cell],
      this.#positions[by],
    ];
    const repeated = (this.#first.get(this.#sources[by] ?? "") ?? by) < cell;
    if (binds && constant && repeated) return false;
    // One that goes on from there makes it no older: `n += 1`, `n += 1`.
    return !goesOn ||
      (here !== null && there !== null ? there < here : repeated);
  }

  #idOf(index: number): string | null {
    return this.#executions[index]?.id ?? null;
  }

  /** What the executions of one cell have in common. */
  #cellOf(index: number): string {
    const source = this.#sources[index] ?? "";
    return this.#saved.idOf(source, this.#idOf(index)) ?? `source ${source}`;
  }

  /** Executions whose cell is gone and whose names are used by one whose cell is there. */
  #findDeleted(): Map<number, { names: Set<string>; by: number }> {
    const found = new Map<number, { names: Set<string>; by: number }>();
    if (this.#saved.isEmpty) return found;
    const isThere = (index: number) =>
      this.#saved.has(this.#sources[index] ?? "");
    const isGone = (index: number) =>
      this.#saved.isGone(this.#sources[index] ?? "", this.#idOf(index));
    const { executions, writes } = this.#analysis.trace;
    const changes = Map.groupBy(
      writes.filter(({ binds }) => !binds),
      ({ version }) => version,
    );
    for (const [by, { reads, surroundings }] of executions.entries()) {
      // A file that was saved before that execution says nothing.
      if (!isThere(by)) continue;
      for (const [name, versions] of [...reads, ...surroundings]) {
        if (name.startsWith(SHARED.file)) continue;
        const makers = [...versions].flatMap((v) => [...v.makers]).filter(
          this.#saved.defines(name) ? isGone : (maker) => !isThere(maker),
        );
        const changers = [...versions].flatMap((version) =>
          changes.get(version)?.map((write) => write.by) ?? []
        ).filter(isGone);
        for (const maker of [...makers, ...changers]) {
          if (maker >= by) continue;
          const known = found.get(maker) ?? { names: new Set(), by };
          known.names.add(shownName(name));
          found.set(maker, known);
        }
      }
    }
    return found;
  }
}

/** The modules that values come from, as one text. */
function modulesOf(versions: Iterable<Version>): string {
  return [...versions].flatMap(({ modules }) =>
    [...modules].map(({ name }) => name)
  ).join(" ");
}

/** What a name is called where it is shown: a file by its path, a variable of the environment as code has it. */
function shownName(name: string): string {
  if (name === SHARED.cwd) return "Deno.cwd()";
  return name.startsWith(SHARED.env)
    ? `Deno.env "${name.slice(SHARED.env.length)}"`
    : name.replace(/^file:/, "");
}
