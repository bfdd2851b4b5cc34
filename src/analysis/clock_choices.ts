/**
 * Which cells have something that the clock chose: a row by an index, a sample by a seed, a part by a remainder. A time
 * that is told there need not be one that passed.
 *
 * @module
 */
import { ClockStatementReader } from "./clock_statements.ts";
import {
  CLOCKED,
  clocked,
  clockedObject,
  ClockedScope,
  type ClockedValue,
} from "./clock_values.ts";
import { isLocalSpecifier } from "./operations.ts";
import { blockNames, varNames } from "./scope.ts";
import { memberText, type Node, nodeOf, nodesOf, parseCell } from "./syntax.ts";

/** All is read at most so often until nothing new is found. */
const MOST_PASSES = 12;

/**
 * For each cell the places of those that let a reading of the clock choose what it has; none where all that they do with
 * readings is to show them, and the time that passed between them.
 *
 * @param sources The cells in the order they are executed.
 * @param modules Sources of local modules.
 */
export function clockChoices(
  sources: readonly string[],
  modules: readonly string[] = [],
): ReadonlySet<number>[] {
  try {
    return new ClockChoiceReader(sources, modules).readAll();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // More code, or deeper, than is read: nobody knows what the clock chose there.
    return sources.map((_, i) => new Set([i]));
  }
}

/** Reads the cells of a notebook. */
class ClockChoiceReader extends ClockStatementReader {
  readonly #marks: Set<number>[];
  readonly #cells: { list: Node[]; scope: ClockedScope }[] = [];
  readonly #modules: { list: Node[]; scope: ClockedScope }[] = [];

  constructor(sources: readonly string[], modules: readonly string[]) {
    super();
    this.declareClocks();
    this.#marks = sources.map(() => new Set());
    let scope = this.globals;
    for (const source of sources) {
      scope = new ClockedScope(scope, true);
      this.#cells.push(this.#unit(source, scope));
    }
    for (const source of modules) {
      this.#modules.push(this.#unit(source, new ClockedScope(this.globals)));
    }
  }

  #unit(source: string, scope: ClockedScope) {
    const list = parseCell(source) ?? [];
    for (const name of [...blockNames(list), ...list.flatMap(varNames)]) {
      scope.declare(name);
    }
    for (
      const { type, ...node } of list.filter((one) =>
        one.type === "ImportDeclaration"
      )
    ) {
      for (const one of nodesOf(node["specifiers"])) {
        scope.declare(memberText(nodeOf(one, "local"), "name") ?? type);
      }
    }
    return { list, scope };
  }

  readAll(): ReadonlySet<number>[] {
    for (const strict of [false, true]) {
      this.strict = strict;
      for (let n = 0; n < MOST_PASSES; n++) {
        this.pass++;
        this.changed = false;
        for (const { list, scope } of this.#modules) {
          this.cell = -1;
          this.cellStatements(list, scope);
        }
        for (const [i, { list, scope }] of this.#cells.entries()) {
          this.cell = i;
          this.cellStatements(list, scope);
        }
        this.carryOutUncalled();
        if (!this.changed) break;
      }
    }
    return this.#marks;
  }

  protected override mark(from: Iterable<number>): void {
    for (const cell of from) {
      this.#marks[this.cell]?.add(cell);
      for (const way of this.ways) way.from.add(cell);
    }
  }

  protected override meanings(name: string): readonly ClockedValue[] {
    return [this.globals, ...this.#cells.map(({ scope }) => scope)]
      .flatMap(({ names }) => names.get(name) ?? []);
  }

  protected override unseen(name: string): ClockedValue {
    return this.meanings(name)[0] ??
      clocked(
        /^(?:undefined|NaN|Infinity|[A-Z]\w*|console|crypto|globalThis)$/.test(
            name,
          )
          ? 0
          : CLOCKED.unknown,
      );
  }

  protected override moduleValue(specifier: string): ClockedValue {
    if (!isLocalSpecifier(specifier) || this.#modules.length === 0) {
      return clocked(CLOCKED.unknown);
    }
    // Which module it is, its name alone does not tell.
    const all = this.objectOf("modules");
    for (const { scope } of this.#modules) {
      for (const [name, value] of scope.names) {
        this.put(clockedObject(all), name, value);
      }
    }
    return clockedObject(all);
  }
}
