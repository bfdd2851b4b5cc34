import { assert, assertEquals, assertThrows } from "@std/assert";
import { RefusedAnswer } from "../../src/practice/protocol/answers.ts";
import { Store } from "../../src/practice/store/store.ts";

/** Runs a test with a store in memory, which has one project with the id 1. */
function withStore(test: (store: Store) => void): void {
  const store = Store.open("memory");
  try {
    test(store);
  } finally {
    store.close();
  }
}

const aRun = (store: Store, name = "calm-otter") => {
  const experiment = store.experiments.byName(1, "birds") ??
    store.experiments.create(1, "birds");
  return store.runs.create(experiment, { name, user: null, start_time: 1 });
};

Deno.test("experiments are numbered by project, named once, and a blank or long name is refused without a number lost", () => {
  withStore(({ experiments }) => {
    assertEquals(experiments.create(1, "a").iid, 1);
    for (const name of ["a", "", "  ", null, "x".repeat(256)]) {
      assertThrows(() => experiments.create(1, name), RefusedAnswer);
    }
    assertEquals(experiments.create(1, "A").iid, 2);
    assertEquals(experiments.list(1).map((e) => e.name), ["A", "a"]);
    assertEquals(experiments.byIid(1, "2abc")?.name, "A", "as a cast reads it");
    assertEquals(experiments.byIid(1, "abc"), undefined);
    assertEquals(experiments.byName(1, "b"), undefined);
  });
});

Deno.test("a run is found by id and number, keeps what is not changed, and is gone with its params once removed", () => {
  withStore((store) => {
    const run = aRun(store);
    assertEquals([run.iid, run.status, run.end_time], [1, "RUNNING", null]);
    assertEquals(store.runs.byEid(1, run.eid.toUpperCase())?.id, run.id);
    assertEquals(store.runs.byIid(1, 1)?.id, run.id);
    assertEquals(store.runs.byEid(1, null), undefined);
    store.runs.update(run, { status: "FINISHED" });
    const ended = store.runs.update(run, { end_time: 5 });
    assertEquals([ended.status, Number(ended.end_time)], ["FINISHED", 5]);
    assertThrows(() => aRun(store, "x".repeat(256)), RefusedAnswer);
    assertThrows(
      () => store.runs.update(run, { end_time: 2n ** 63n }),
      RefusedAnswer,
    );
    store.params.setAll(run.id, [{ key: "k", value: "5" }]);
    store.runs.remove(run);
    assertEquals(store.runs.byId(run.id), undefined);
    assertEquals(store.params.of(run.id), []);
  });
});

Deno.test("runs are searched page by page, newest first or by a metric's latest value, without those that lack it", () => {
  withStore((store) => {
    const runs = ["a", "B", "c"].map((name) => aRun(store, name));
    const experiment = runs[0]?.experiment ?? 0;
    const names = (order: string | null, limit = 10, token?: string) => {
      const page = store.runs.search(experiment, { order, limit, token });
      return { names: page.rows.map((r) => r.name), next: page.next };
    };
    assertEquals(names(null).names, ["c", "B", "a"]);
    assertEquals(names("name ASC").names, ["a", "B", "c"]);
    const first = names("name", 2);
    assertEquals(first.names, ["c", "B"]);
    const second = names("name", 2, first.next ?? undefined);
    assertEquals([second.names, second.next], [["a"], null]);
    for (const [i, values] of [[0, [1, 9]], [2, [5]]] as const) {
      store.metrics.appendAll(
        runs[i]?.id ?? 0,
        values.map((value, step) => ({
          key: "loss",
          value,
          step,
          timestamp: step,
        })),
      );
    }
    assertEquals(names("metrics.loss ASC").names, ["c", "a"]);
  });
});

Deno.test("points are kept as often as they are sent, all of a request or none, and the latest is the last that came", () => {
  withStore((store) => {
    const run = aRun(store);
    const point = (value: number, step: number | null, key = "loss") => ({
      key,
      value,
      step,
      timestamp: 7,
    });
    store.metrics.appendAll(run.id, [point(1, 5), point(1, 5), point(2, 0)]);
    assertThrows(
      () => store.metrics.appendAll(run.id, [point(3, 1), point(4, 2 ** 31)]),
      RefusedAnswer,
    );
    assertEquals(store.metrics.all(run.id).map((p) => p.value), [1, 1, 2]);
    assertEquals(store.metrics.latest(run.id).map((p) => p.value), [2]);
    const history = (after?: { limit: number }) =>
      store.metrics.history(run.id, "loss", { limit: after?.limit ?? 10 })
        .map((p) => p.step);
    assertEquals(history(), [0, 5, 5], "by step, whatever came first");
    assertEquals(history({ limit: 1 }), [0]);
    assertEquals(store.metrics.history(run.id, "acc", { limit: 9 }), []);
    store.metrics.removeRun(run.id);
    assertEquals(store.metrics.all(run.id), []);
  });
});

Deno.test("a page of a history goes on behind the point before it, also among points of one step", () => {
  withStore((store) => {
    const run = aRun(store);
    const steps = [3, null, 1, 1, 2, 1];
    store.metrics.appendAll(
      run.id,
      steps.map((step, i) => ({ key: "a", value: i, step, timestamp: 0 })),
    );
    const seen: number[] = [];
    let after: ReturnType<Store["metrics"]["history"]>[number] | undefined;
    for (let pages = 0; pages < 10; pages++) {
      const page = store.metrics.history(run.id, "a", { limit: 2, after });
      seen.push(...page.map((p) => Number(p.value)));
      after = page.at(-1);
      if (after === undefined) break;
    }
    assertEquals(seen, [5, 3, 2, 4, 0, 1], "nulls last, ties newest first");
  });
});

Deno.test("params and tags are written once: alone a second value is refused, among many it is passed over", () => {
  withStore((store) => {
    const run = aRun(store);
    store.params.set(run.id, "k", "5");
    for (const [key, value] of [["k", "6"], ["", "1"], ["a", null]] as const) {
      assertThrows(() => store.params.set(run.id, key, value), RefusedAnswer);
    }
    store.params.setAll(run.id, [
      { key: "k", value: "6" },
      { key: "b", value: "" },
      { key: "b", value: "2" },
    ]);
    const long = { key: "c", value: "x".repeat(251) };
    assertThrows(
      () => store.params.setAll(run.id, [{ key: "d", value: "1" }, long]),
      RefusedAnswer,
    );
    assertEquals(store.params.of(run.id), [
      { key: "k", value: "5" },
      { key: "b", value: "" },
    ]);
    store.runTags.set(run.id, "k", "x".repeat(5000));
    assertThrows(
      () => store.runTags.set(run.id, "l", "x".repeat(5001)),
      RefusedAnswer,
    );
  });
});

Deno.test("what is kept as a whole or not at all leaves nothing behind when it fails in the middle", () => {
  withStore((store) => {
    const run = aRun(store);
    assertThrows(() =>
      store.transaction(() => {
        store.params.setAll(run.id, [{ key: "a", value: "1" }]);
        throw new Error("in the middle");
      })
    );
    assertEquals(store.params.of(run.id), []);
  });
});

Deno.test("a package is made once for its name and version, and its newest file of a name is the one that is read", () => {
  withStore((store) => {
    const key = { type: "ml_model", name: "m", version: "1.0.0" } as const;
    const made = store.packages.findOrCreate(1, key);
    assertEquals(store.packages.findOrCreate(1, key).id, made.id);
    assertEquals(
      store.packages.find(1, { ...key, version: "2.0.0" }),
      undefined,
    );
    assert(store.packages.find(1, key) !== undefined);
    store.packages.remove(made.id);
    assertEquals(store.packages.find(1, key), undefined);
  });
});

Deno.test("every change of a run is noted, of whatever kind, once; what is undone or read is not", () => {
  withStore((store) => {
    const run = aRun(store);
    const other = aRun(store, "other");
    const pack = store.packages.ofRun(run, {
      id: run.experiment,
      project: 1,
      iid: 1,
      name: "birds",
    });
    store.runs.linkPackage(run, pack.id);
    const watch = store.watchRuns();
    const changed = (work: () => void) => {
      work();
      return watch.take().map(({ project, run }) => [project, run]);
    };
    const both = [[1, run.id], [1, other.id]];
    const blob = { size: 1, sha256: "0".repeat(64) };
    const writes: [string, () => void][] = [
      ["state", () => store.runs.update(run, { status: "FAILED" })],
      ["job", () => store.runs.linkJob(run, 7)],
      ["param", () => store.params.set(run.id, "k", "5")],
      ["params", () => store.params.setAll(run.id, [{ key: "l", value: "1" }])],
      ["tag", () => store.runTags.set(run.id, "t", "x")],
      [
        "metric",
        () =>
          store.metrics.append(run.id, { key: "m", value: 1, timestamp: 1 }),
      ],
      [
        "metric again",
        () =>
          store.metrics.append(run.id, { key: "m", value: 1, timestamp: 1 }),
      ],
      ["file", () => store.packages.addFile(pack.id, "session.ipynb", blob)],
      [
        "file removed",
        () => {
          const [file] = store.packages.files(pack.id);
          store.packages.removeFile(pack.id, file?.id ?? 0);
        },
      ],
      ["metrics removed", () => store.metrics.removeRun(run.id)],
    ];
    for (const [what, write] of writes) {
      assertEquals(changed(write), [[1, run.id]], what);
    }
    assertEquals(
      changed(() => {
        store.params.set(other.id, "k", "5");
        store.params.set(run.id, "n", "5");
        store.params.set(run.id, "o", "5");
      }),
      both,
    );
    assertEquals(
      changed(() => {
        assertThrows(() =>
          store.transaction(() => {
            store.params.set(run.id, "p", "5");
            throw new RefusedAnswer(400, {});
          })
        );
        store.params.of(run.id);
        store.runTags.setAll(run.id, [{ key: "t", value: "taken" }]);
      }),
      [],
    );
    assertEquals(changed(() => store.packages.remove(pack.id)), [[1, run.id]]);
    assertEquals(changed(() => store.runs.remove(run)), [[1, run.id]]);
    const later = changed(() => aRun(store, "new"));
    assertEquals(later.length, 1);
  });
});
