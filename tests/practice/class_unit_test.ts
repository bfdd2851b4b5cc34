import { assert, assertEquals, assertThrows } from "@std/assert";
import { LESSON_CHECK } from "../../src/base/media_types.ts";
import { parseClass } from "../../src/practice/class/class_file.ts";
import { studentState } from "../../src/practice/class/class_state.ts";
import { classConfig, enrol } from "../../src/practice/class/roster.ts";
import {
  type ClassRun,
  notebookOutcome,
} from "../../src/practice/class/run_facts.ts";
import {
  classCsv,
  classPage,
  pathPage,
} from "../../src/web/class/class_page.ts";
import { tokenDigest } from "../../src/practice/store/accounts.ts";

const ADA = { name: "Ada Lovelace", username: "ada-lovelace" };
const MINUTE = 60_000;

/** A run that ended well a minute after the class began. */
function aRun(change: Partial<ClassRun> = {}): ClassRun {
  return {
    run_id: crypto.randomUUID(),
    name: "calm-otter",
    experiment: "penguins",
    lesson: "01-first-run",
    status: "FINISHED",
    start_time: 0,
    end_time: MINUTE,
    params: {},
    metrics: { accuracy: 0.9 },
    data: "",
    reproduces: null,
    verdict: null,
    error: null,
    times: 0,
    check: null,
    ...change,
  };
}

const state = (runs: readonly ClassRun[], now = 2 * MINUTE) =>
  studentState(ADA, runs, now);

Deno.test("students are named once, by names that can be typed, and a class that is written wrong says every part", () => {
  const plan = parseClass({ students: ["Ada Lovelace", "Zoë Ø", "李"] });
  assertEquals(plan.students.map((s) => s.username), [
    "ada-lovelace",
    "zoe",
    "student",
  ]);
  assertEquals([plan.see, plan.lessons], ["own", []]);
  for (
    const [value, says] of [
      [{ students: [] }, "at least one"],
      [{ students: ["Ada", "ADA"] }, "there is a ada already"],
      [{ students: ["Ada"], see: "some", lesons: [] }, "see"],
      [{ students: [{ name: "A", username: "../x" }] }, "small letters"],
      [[], "(top)"],
    ] as const
  ) {
    const error = assertThrows(() => parseClass(value), Error);
    assert(error.message.includes(says), error.message);
  }
});

Deno.test("a token is made once for each student and kept as a digest; who is new gets one, and who asks another", () => {
  const plan = parseClass({ students: ["Ada", "Ben"] });
  const first = enrol(plan, null);
  assertEquals(first.made.map((m) => m.student?.username ?? "teacher"), [
    "teacher",
    "ada",
    "ben",
  ]);
  const text = JSON.stringify(first.roster);
  for (const { token } of first.made) {
    assert(!text.includes(token), "no token is kept");
    assert(text.includes(tokenDigest(token)));
  }
  assertEquals(enrol(plan, first.roster).made, []);
  const more = parseClass({ students: ["Cy", "Ben"] });
  const second = enrol(more, first.roster, { newTokens: ["ben"] });
  assertEquals(second.made.map((m) => [m.student?.username, m.project]), [
    ["cy", 4],
    ["ben", 3],
  ]);
  assertEquals(
    classConfig(more, second.roster).tokens.map((t) => t.user.username),
    ["teacher", "cy", "ben"],
    "who has left has no token that counts",
  );
});

Deno.test("who has a token with an address that only the server's machine reaches gets another one when other machines do", () => {
  const plan = parseClass({ students: ["Ada", "Ben"] });
  const alone = enrol(plan, null, { here: true });
  assertEquals(alone.made.length, 3);
  assertEquals(enrol(plan, alone.roster, { here: true }).made, []);
  const open = enrol(plan, alone.roster, { here: false });
  assertEquals(open.made.map((m) => m.project), [1, 2, 3]);
  assertEquals(enrol(plan, open.roster, { here: false }).made, []);
  assertEquals(
    enrol(plan, open.roster, { here: true }).made,
    [],
    "paper that is of use stays so",
  );
});

Deno.test("students log to a project of their own, which others may read only where the class says so", () => {
  for (const see of ["own", "all"] as const) {
    const plan = parseClass({ students: ["Ada", "Ben"], see });
    const { tokens } = classConfig(plan, enrol(plan, null).roster);
    const [teacher, ada] = tokens;
    assertEquals(
      ada?.roles,
      see === "own"
        ? { "class/ada": "developer" }
        : { "class/ada": "developer", "class/ben": "reporter" },
    );
    assertEquals(teacher?.roles, {
      "class/teacher": "maintainer",
      "class/ada": "maintainer",
      "class/ben": "maintainer",
    });
  }
});

Deno.test("three times the same error is stuck, in one notebook or in three runs; another one, or a run that ended well, is not", () => {
  const failed = (error: string, times = 1) =>
    aRun({ status: "FAILED", error, times });
  assertEquals(state([failed("A"), failed("A")]).stuck, null);
  assertEquals(
    state([failed("A"), failed("A"), failed("A")]).stuck,
    "3 times the same error: A",
  );
  assertEquals(state([failed("A"), failed("B"), failed("A")]).stuck, null);
  assertEquals(
    state([aRun(), failed("A", 4)]).stuck,
    "4 times the same error: A",
  );
  assertEquals(
    state([failed("A", 4), aRun({ error: "A", times: 4 })]).stuck,
    null,
  );
});

Deno.test("ten minutes without a new result is stuck, an hour is away, and nobody is stuck before the first run", () => {
  const silent = (minutes: number) => state([aRun()], (minutes + 1) * MINUTE);
  assertEquals(silent(9.9).stuck, null);
  assertEquals(silent(10).stuck, "no new result for 10 minutes");
  assertEquals(silent(59).stuck, "no new result for 59 minutes");
  assertEquals(silent(60).stuck, null);
  assertEquals(state([], 90 * MINUTE), {
    ...ADA,
    lesson: null,
    runs: 0,
    failed: 0,
    checks: {},
    stuck: null,
    one_at_a_time: null,
    reproduced: 0,
    drifted: 0,
    last: null,
    path: [],
  });
});

Deno.test("one thing at a time: a param or the data, since the run before in the same experiment; reproductions do not count, and who varied nothing did neither", () => {
  const run = (k: string, w: string, data = "a", experiment = "e") =>
    aRun({ params: { k, w }, data, experiment });
  const one = (...runs: ClassRun[]) => state(runs).one_at_a_time;
  assertEquals(one(run("1", "1")), null);
  assertEquals(one(run("1", "1"), run("2", "1"), run("2", "1", "b")), true);
  assertEquals(one(run("1", "1"), run("2", "2")), false);
  assertEquals(one(run("1", "1"), run("2", "1", "b")), false);
  assertEquals(one(run("1", "1"), run("9", "9", "z", "other")), null);
  const same = [run("3", "1"), run("3", "1"), run("3", "1"), run("3", "1")];
  assertEquals(one(...same), null);
  assertEquals(one(...same, run("4", "1")), true);
  assertEquals(
    one(run("1", "1"), aRun({ reproduces: "x", params: {} }), run("1", "2")),
    true,
  );
});

Deno.test("verdicts and checks are counted, the newest check of a lesson", () => {
  const { reproduced, drifted, runs, checks, lesson } = state([
    aRun({ check: { holds: 1, of: 4 } }),
    aRun({ check: { holds: 3, of: 4 }, lesson: "02" }),
    aRun({ check: { holds: 4, of: 4 } }),
    aRun({ reproduces: "x", verdict: "REPRODUCED", lesson: "x" }),
    aRun({ reproduces: "y", verdict: "DRIFTED", lesson: "x" }),
  ]);
  assertEquals([reproduced, drifted, runs, lesson], [1, 1, 3, "01-first-run"]);
  assertEquals(checks, {
    "01-first-run": { holds: 4, of: 4 },
    "02": { holds: 3, of: 4 },
  });
});

Deno.test("a logged notebook says its last failure, how often, and its last check; what is none says nothing", () => {
  const error = (evalue: string) => ({
    output_type: "error",
    ename: "TypeError",
    evalue,
    traceback: [],
  });
  const check = (states: string[]) => ({
    output_type: "execute_result",
    data: { [LESSON_CHECK]: { points: states.map((state) => ({ state })) } },
  });
  const notebook = (outputs: unknown[]) =>
    JSON.stringify({ cells: [{ outputs }, { source: "x" }] });
  assertEquals(
    notebookOutcome(notebook([
      error("a"),
      check(["holds"]),
      error("b"),
      error("a"),
      check(["holds", "not yet"]),
    ])),
    { error: "TypeError: a", times: 2, check: { holds: 1, of: 2 } },
  );
  for (const text of ["", "{", "[]", notebook([])]) {
    assertEquals(notebookOutcome(text), { error: null, times: 0, check: null });
  }
});

Deno.test("the teacher's pages escape what students wrote, name who may want help first, and are a spreadsheet's rows", () => {
  const ben = { name: '=1+1,"x"', username: "ben" };
  const failed = aRun({
    status: "FAILED",
    error: "<script>alert(1)</script>",
    times: 3,
    params: { "<b>": "1" },
  });
  const view = {
    name: "Birds <101>",
    lessons: [],
    students: [state([aRun()]), studentState(ben, [failed], MINUTE)],
    time: 0,
  };
  const page = classPage(view);
  assert(!page.includes("<script>") && page.includes("Birds &lt;101&gt;"));
  assert(page.indexOf('data-student="ben"') < page.indexOf("ada-lovelace"));
  const path = pathPage(view, "ben") ?? "";
  assert(!path.includes("<script>") && path.includes("&lt;b&gt;=1"), path);
  assertEquals(pathPage(view, "cy"), null);
  const [head, first, second] = classCsv(view).split("\r\n");
  assert(head?.startsWith("username,name,lesson,runs"));
  assert(first?.startsWith("ada-lovelace,Ada Lovelace,01-first-run,1,0,"));
  assert(second?.startsWith(`ben,"'=1+1,""x""",`), second);
});

Deno.test("a student's path is replayed run by run: what came until then, what is new, and the ways before and on", () => {
  const path = ["1", "5", "9"].map((k) =>
    aRun({ params: { k }, name: `k${k}` })
  );
  const view = { name: "Birds", lessons: [], students: [state(path)], time: 0 };
  const at = (step?: number) => pathPage(view, "ada-lovelace", step) ?? "";
  const has = (page: string, ...texts: string[]) =>
    texts.map((text) => page.includes(text));
  const links = ["?step=1", "?step=2", "?step=3"];
  assertEquals(has(at(), "k1", "k5", "k9", ...links), [
    ...[true, true, true],
    ...[true, false, false],
  ]);
  const second = at(2);
  assertEquals(has(second, "Run 2 of 3.", "k 1 → 5", "k9", ...links), [
    ...[true, true, false],
    ...[true, false, true],
  ]);
  assertEquals(second.split(' aria-current="step"').length, 2);
  assertEquals(has(at(3), ...links), [false, true, false]);
  for (
    const [step, shown] of [[0, "Run 1 of 3."], [99, "Run 3 of 3."]] as const
  ) {
    assert(at(step).includes(shown), String(step));
  }
  const none = { ...view, students: [state([])] };
  assert(pathPage(none, "ada-lovelace", 1)?.includes("No run yet."));
});
