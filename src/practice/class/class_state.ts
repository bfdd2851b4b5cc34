/**
 * How a class is getting on, from what its students have logged.
 *
 * @module
 */
import { nextTurn } from "../../base/next_turn.ts";
import type { ChangedRuns } from "../store/changed_runs.ts";
import type { Store } from "../store/store.ts";
import type { ClassPlan, Student } from "./class_file.ts";
import type { Roster } from "./roster.ts";
import { type ClassRun, type LessonCheck, RunFacts } from "./run_facts.ts";

/** The newest runs of a student that are looked at. */
const NEWEST = 50;
/** How often the same error means that a student is stuck. */
const SAME_ERRORS = 3;
/** How long a student works without a new result before that counts as stuck, milliseconds. */
const SILENT_MS = 600_000;
/** After this long without a new result a student is no longer at work, milliseconds. */
const AWAY_MS = 3_600_000;
/** How long students' logging may wait for the teacher's page, milliseconds. */
const SLICE_MS = 5;

/** How a student is getting on. */
export interface StudentState {
  name: string;
  username: string;
  /** The lesson of the newest run; null before the first. */
  lesson: string | null;
  /** How many runs there are, reproductions left out. */
  runs: number;
  failed: number;
  /** What `check()` found last in each lesson. */
  checks: Record<string, LessonCheck>;
  /** Why help may be wanted; null when nothing says so. */
  stuck: string | null;
  /** Whether runs that varied something in their experiment varied one thing each; null while none has. */
  one_at_a_time: boolean | null;
  /** Results that came out the same when they were run again, and those that did not. */
  reproduced: number;
  drifted: number;
  /** When the newest result came, milliseconds since 1970; null before the first. */
  last: number | null;
  /** The runs, oldest first. */
  path: ClassRun[];
}

/** How a class is getting on. */
export interface ClassState {
  name: string;
  /** The lessons in their order: those of the file, then others that were worked on. */
  lessons: string[];
  students: StudentState[];
  /** When this was so, milliseconds since 1970. */
  time: number;
}

/** Looks at a class's store; what was not changed there since it was looked at is not read again. */
export class ClassWatch {
  readonly #store: Store;
  readonly #plan: ClassPlan;
  readonly #roster: Roster;
  readonly #facts: RunFacts;
  readonly #changed: ChangedRuns;
  /** What was read of each project's runs, by their row's id, oldest first. */
  readonly #read = new Map<number, ReadonlyMap<number, ClassRun>>();
  /** Projects that were changed since, and their runs that were. */
  readonly #outdated = new Map<number, Set<number>>();

  constructor(store: Store, plan: ClassPlan, roster: Roster) {
    this.#store = store;
    this.#plan = plan;
    this.#roster = roster;
    this.#facts = new RunFacts(store);
    this.#changed = store.watchRuns();
  }

  /** How the class is getting on. Requests that come while it is read are answered in between. */
  async state(): Promise<ClassState> {
    const now = Date.now();
    const students: StudentState[] = [];
    let since = performance.now();
    this.#lookForChanges();
    for (const student of this.#plan.students) {
      students.push(studentState(student, this.#path(student), now));
      if (performance.now() - since < SLICE_MS) continue;
      await nextTurn();
      since = performance.now();
    }
    const seen = students.flatMap(({ path }) => path.map((run) => run.lesson));
    return {
      name: this.#plan.name,
      lessons: [...new Set([...this.#plan.lessons, ...seen.toSorted()])],
      students,
      time: now,
    };
  }

  /** The runs of a student, oldest first. Nothing is awaited in it: they are those of one moment. */
  #path({ username }: Student): ClassRun[] {
    const project = this.#roster.students[username]?.id;
    if (project === undefined) return [];
    const before = this.#read.get(project);
    const outdated = this.#outdated.get(project);
    if (before !== undefined && outdated === undefined) {
      return [...before.values()];
    }
    const now = new Map(
      this.#store.runs.newestOf(project, NEWEST).map((run) => [
        run.id,
        (outdated?.has(run.id) ? undefined : before?.get(run.id)) ??
          this.#facts.of(run),
      ]),
    );
    this.#read.set(project, now);
    this.#outdated.delete(project);
    return [...now.values()];
  }

  /** Notes what was changed until now. */
  #lookForChanges(): void {
    for (const { project, run } of this.#changed.take()) {
      const runs = this.#outdated.get(project) ?? new Set();
      this.#outdated.set(project, runs.add(run));
    }
  }
}

/** How a student with these runs, oldest first, is getting on. */
export function studentState(
  { name, username }: Student,
  path: readonly ClassRun[],
  now: number,
): StudentState {
  const own = path.filter((run) => run.reproduces === null);
  const verdicts = path.flatMap(({ verdict }) => verdict ?? []);
  const last = path.length === 0
    ? null
    : Math.max(...path.map((run) => run.end_time ?? run.start_time));
  return {
    name,
    username,
    lesson: own.at(-1)?.lesson ?? null,
    runs: own.length,
    failed: own.filter((run) => run.status === "FAILED").length,
    checks: Object.fromEntries(
      path.flatMap(({ lesson, check }) =>
        check === null ? [] : [[lesson, check]]
      ),
    ),
    stuck: whyStuck(own, last, now),
    one_at_a_time: oneAtATime(own),
    reproduced: verdicts.filter((v) => v === "REPRODUCED").length,
    drifted: verdicts.filter((v) => v !== "REPRODUCED").length,
    last,
    path: [...path],
  };
}

function whyStuck(
  runs: readonly ClassRun[],
  last: number | null,
  now: number,
): string | null {
  const run = runs.at(-1);
  if (run !== undefined && run.error !== null && run.status !== "FINISHED") {
    const { error, times } = run;
    const since = runs.findLastIndex((one) =>
      one.status !== "FAILED" || one.error !== error
    );
    // A notebook has the failures before a run, too: those of several runs are not added up.
    const count = Math.max(times, runs.length - 1 - since);
    if (count >= SAME_ERRORS) return `${count} times the same error: ${error}`;
  }
  if (last === null) return null;
  const silent = now - last;
  return silent >= SILENT_MS && silent < AWAY_MS
    ? `no new result for ${Math.floor(silent / 60_000)} minutes`
    : null;
}

/** Whether each run that differs from the one before it in its experiment does so in one param, or in its data, alone. */
function oneAtATime(runs: readonly ClassRun[]): boolean | null {
  let varied = false;
  for (const series of Map.groupBy(runs, (run) => run.experiment).values()) {
    for (const [i, run] of series.entries()) {
      const before = series[i - 1];
      if (before === undefined) continue;
      const count = changes(before, run);
      if (count > 1) return false;
      varied ||= count === 1;
    }
  }
  return varied ? true : null;
}

function changes(a: ClassRun, b: ClassRun): number {
  const keys = new Set([...Object.keys(a.params), ...Object.keys(b.params)]);
  const params = [...keys].filter((key) => a.params[key] !== b.params[key]);
  return params.length + Number(a.data !== b.data);
}
