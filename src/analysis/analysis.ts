/**
 * What the executions of a run depend on, from their sources.
 *
 * @module
 */
import { readCell } from "./cell.ts";
import type { Trace } from "./followed.ts";
import type { Operation } from "./operations.ts";
import { follow } from "./trace.ts";
import { type Certainty, isShared, SHARED } from "./operations.ts";
import { reachable, usersOfFew } from "./uses.ts";

/** An execution that is analysed. */
export interface AnalysedExecution {
  source: string;
  status: string;
}

/** The executions of a run, with what each does and uses. */
export interface Analysis {
  operations: (readonly Operation[] | null)[];
  trace: Trace;
}

/** Names that the kernel has, besides those that Deno has everywhere. */
const OF_KERNEL = ["_", "_error", "clear", "arguments", "undefined"];

/**
 * Follows the names of executions in their order.
 *
 * @param options.seeded Whether `Math.random` repeats
 * @param options.uses Whether it is asked which executions each one uses
 */
export function analyse(
  executions: readonly AnalysedExecution[],
  { seeded = true, uses = true }: { seeded?: boolean; uses?: boolean } = {},
): Analysis {
  const operations = executions.map(({ source }) => readCell(source));
  const trace = follow(
    executions.map(({ status }, i) => ({
      operations: operations[i] ?? null,
      failed: status !== "ok",
    })),
    { globals: globalNames(), seeded, uses },
  );
  return { operations, trace };
}

/**
 * Executions that others need, with themselves, in order.
 *
 * @param least How sure a use must be to count
 * @param among The executions that are looked at; all when left out
 */
export function neededBy(
  { trace }: Analysis,
  targets: Iterable<number>,
  least: Certainty,
  among?: ReadonlySet<number>,
): Set<number> {
  return reachable((index) => trace.executions[index]?.uses, targets, {
    least,
    among,
  });
}

/** Executions that use one of some others; those aside that most executions use. */
export function usersOf(
  { trace: { executions } }: Analysis,
  among: Iterable<number>,
): Set<number> {
  return usersOfFew(executions.map(({ uses }) => uses), among);
}

/** Of some executions those that only change what others made. */
export function changersAmong(
  { operations }: Analysis,
  among: Iterable<number>,
): number[] {
  return [...among].filter((index) =>
    operations[index]?.every((step) =>
      step.type !== "bind" || !step.declares || isShared(step.name)
    ) ?? true
  );
}

/** The names that steps use, and those they bind or may change. */
export function namesIn(
  steps: readonly Operation[],
): { used: Set<string>; made: Set<string>; declared: Set<string> } {
  const found = {
    used: new Set<string>(),
    made: new Set<string>(),
    declared: new Set<string>(),
  };
  for (const step of steps) {
    switch (step.type) {
      case "read":
        found.used.add(step.name);
        break;
      case "bind":
        found.made.add(step.name);
        if (step.declares && !isShared(step.name)) {
          found.declared.add(step.name);
        }
        break;
      case "change":
        found.made.add(step.name);
        break;
      case "call":
        for (const { name } of [step.targets, ...step.arguments].flat()) {
          found.made.add(name);
        }
    }
    if (step.type !== "bind" && step.type !== "join") continue;
    for (const { operations } of step.bodies) {
      const inner = namesIn(operations);
      for (const name of inner.used) found.used.add(name);
      for (const name of inner.made) found.made.add(name);
    }
  }
  return found;
}

let globals: Set<string> | undefined;

/** The names that are there in every cell. */
function globalNames(): ReadonlySet<string> {
  if (globals !== undefined) return globals;
  globals = new Set(OF_KERNEL);
  for (
    let object: object | null = globalThis;
    object !== null;
    object = Object.getPrototypeOf(object)
  ) for (const name of Object.getOwnPropertyNames(object)) globals.add(name);
  return globals;
}

/** Whether an execution uses what was imported by one of some specifiers. */
export function usesModule(
  { operations, trace }: Analysis,
  index: number,
  specifiers: readonly string[],
): boolean {
  const names = new Set(specifiers.map((text) => `${SHARED.module}${text}`));
  const reads = trace.executions[index]?.reads.values() ?? [];
  return [...reads].some((versions) =>
    [...versions].some(({ modules }) =>
      [...modules].some(({ name }) => names.has(name))
    )
  ) || (operations[index] ?? []).some((step) =>
    step.type === "bind" && step.shares.some(({ name }) =>
      names.has(name)
    )
  );
}
