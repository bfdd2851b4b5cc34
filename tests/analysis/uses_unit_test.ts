import { assert, assertEquals } from "@std/assert";
import {
  analyse,
  type AnalysedExecution,
  neededBy,
  usersOf,
} from "../../src/analysis/analysis.ts";
import { isAtLeast } from "../../src/analysis/certainty.ts";
import type { Certainty } from "../../src/analysis/operations.ts";
import { randomNotebook } from "./random_notebooks.ts";

/** What each execution used when it ran, one by one: from an analysis that ends with it. */
function usedOneByOne(
  executions: readonly AnalysedExecution[],
): Map<number, Certainty>[] {
  return executions.map((_, i) => {
    const traced = analyse(executions.slice(0, i + 1)).trace.executions[i];
    const found = new Map(traced?.uses.single);
    const add = (index: number, certainty: Certainty) => {
      const known = found.get(index);
      if (known === undefined || !isAtLeast(known, certainty)) {
        found.set(index, certainty);
      }
    };
    for (const [list, { length, certainty }] of traced?.uses.lists ?? []) {
      for (const { by, certainty: how } of list.slice(0, length)) {
        add(by, isAtLeast(certainty, how) ? how : certainty);
      }
    }
    return found;
  });
}

function needed(
  used: readonly Map<number, Certainty>[],
  target: number,
  least: Certainty,
): number[] {
  const found = new Set([target]);
  for (const index of found) {
    for (const [other, certainty] of used[index] ?? []) {
      if (isAtLeast(certainty, least)) found.add(other);
    }
  }
  return [...found].toSorted((a, b) => a - b);
}

function users(
  used: readonly Map<number, Certainty>[],
  among: readonly number[],
): number[] {
  const found = among.flatMap((index) => {
    const all = [...used.keys()].filter((user) => used[user]?.has(index));
    return all.length > used.length / 2 ? [] : all;
  });
  return [...new Set(found)].toSorted((a, b) => a - b);
}

/** Slices and users of a notebook, beside those from what each execution used one by one. */
function compareAll(executions: readonly AnalysedExecution[], what: string) {
  const analysis = analyse(executions);
  const used = usedOneByOne(executions);
  for (const target of executions.keys()) {
    for (const least of ["possible", "likely", "sure"] as const) {
      assertEquals(
        [...neededBy(analysis, [target], least)],
        needed(used, target, least),
        `${what}, cell ${target}, ${least}`,
      );
    }
  }
  for (const third of [0, 1, 2]) {
    const among = [...executions.keys()].filter((i) => i % 3 === third);
    assertEquals(
      [...usersOf(analysis, among)].toSorted((a, b) => a - b),
      users(used, among),
      `${what}, users of each third cell`,
    );
  }
}

Deno.test("slices of random notebooks are those from what each execution used when it ran", () => {
  for (let seed = 0; seed < 60; seed++) {
    compareAll(randomNotebook(seed, 4 + seed % 30), `notebook ${seed}`);
  }
});

Deno.test("what an execution used stays, also where the list of who changed a value begins anew", () => {
  const executions = Array.from({ length: 260 }, (_, i) => ({
    source: i === 0 ? "const rows = [];" : i % 230 === 0
      ? "rows.push(1);"
      // A call that may change what it is given.
      : `const part${i} = change(rows);`,
    status: "ok",
  }));
  compareAll(executions, "a long list");
});

Deno.test("of 10,000 executions that may all change one table each keeps a few numbers, and the slice has all of them", () => {
  const n = 10_000;
  const analysis = analyse(Array.from({ length: n }, (_, i) => ({
    source: i === 0
      ? "const rows = [1, 2, 3];"
      : `const part${i} = rows.filter((row) => row > ${i}); show(rows);`,
    status: "ok",
  })));
  const kept = analysis.trace.executions.reduce(
    (sum, { uses }) => sum + uses.single.size + uses.lists.size,
    0,
  );
  assert(kept <= 5 * n, `${kept} numbers`);
  assertEquals(neededBy(analysis, [n - 1], "possible").size, n);
  assertEquals(usersOf(analysis, [n - 3]), new Set([n - 2, n - 1]));
});
