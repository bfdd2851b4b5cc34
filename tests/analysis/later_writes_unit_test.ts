import { assert, assertEquals } from "@std/assert";
import type { Write } from "../../src/analysis/followed.ts";
import { hiddenState } from "../../src/analysis/hidden_state.ts";
import { LaterWrites } from "../../src/analysis/later_writes.ts";
import { Version } from "../../src/analysis/version.ts";

const version = new Version("data");

/** A write that counts how often it is looked at. */
function counted(by: number, look: () => void): Write {
  return {
    get by() {
      look();
      return by;
    },
    name: "data",
    version,
    binds: false,
    constant: false,
    member: null,
  };
}

Deno.test("10,000 cells that go on with one value from top to bottom are told apart without comparing each with each", () => {
  const n = 10_000;
  let looks = 0;
  const writes = Array.from({ length: n }, (_, i) => counted(i, () => looks++));
  const later = new LaterWrites(
    writes,
    (by) => ({ position: by, first: by }),
  );
  for (let cell = 0; cell < n; cell++) {
    assertEquals(later.mayBeAbove(cell, cell), false);
  }
  assert(looks < 20 * n, `${looks} looks`);
});

Deno.test("a later write is above when its cell stands higher, or its source was executed before", () => {
  const writes = [1, 2, 3, 4].map((by) => counted(by, () => {}));
  const at = (
    positions: readonly (number | null)[],
    firsts = [1, 2, 3, 4],
  ) =>
    new LaterWrites(writes, (by) => ({
      position: positions[by - 1] ?? null,
      first: firsts[by - 1] ?? by,
    }));
  assertEquals(at([0, 1, 2, 3]).mayBeAbove(1, 0), false);
  assertEquals(at([5, 1, 7, 3]).mayBeAbove(1, 5), true);
  assertEquals(at([5, 6, 7, 3]).mayBeAbove(4, 3), false);
  assertEquals(at([5, 6, null, 7]).mayBeAbove(1, 5), true);
  assertEquals(at([null, null, null, null]).mayBeAbove(2, null), false);
  assertEquals(
    at([null, null, null, null], [1, 2, 3, 1]).mayBeAbove(2, null),
    true,
  );
});

Deno.test("of the writes after an execution the last one for which something holds is found", () => {
  const later = new LaterWrites(
    [1, 2, 3, 4].map((by) => counted(by, () => {})),
    (by) => ({ position: null, first: by }),
  );
  assertEquals(later.findLast(1, ({ by }) => by < 4)?.by, 3);
  assertEquals(later.findLast(3, ({ by }) => by < 4), undefined);
});

Deno.test("a cell that goes on with a value is flagged when a cell above it changes the value later, and not by those below", () => {
  const sources = [
    `const data = [];`,
    `data.push(1);`,
    `data.push(data.length);`,
  ];
  const saved = {
    cells: sources.map((source, i) => ({
      cell_type: "code",
      id: `c${i}`,
      source,
    })),
  };
  const executed = (order: readonly number[]) =>
    hiddenState(
      order.map((i) => ({
        source: sources[i] ?? "",
        status: "ok",
        id: `c${i}`,
      })),
      saved,
    ).map(({ cell, flag, by }) => [cell, flag, by]);
  assertEquals(executed([0, 1, 2]), []);
  assertEquals(executed([0, 1, 2, 1]), [[2, "stale", 3]]);
});
