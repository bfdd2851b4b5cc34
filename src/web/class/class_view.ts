/**
 * What the teacher's pages are drawn from.
 *
 * @module
 */

/** What `check()` found. */
export interface CheckView {
  holds: number;
  of: number;
}

/** A run of a student. */
export interface ClassRunView {
  run_id: string;
  name: string;
  experiment: string;
  lesson: string;
  status: string;
  start_time: number;
  end_time: number | null;
  params: Record<string, string>;
  metrics: Record<string, number | null>;
  data: string;
  reproduces: string | null;
  verdict: string | null;
  error: string | null;
  check: CheckView | null;
}

/** A student. */
export interface StudentView {
  name: string;
  username: string;
  lesson: string | null;
  runs: number;
  failed: number;
  checks: Record<string, CheckView>;
  stuck: string | null;
  one_at_a_time: boolean | null;
  reproduced: number;
  drifted: number;
  last: number | null;
  path: ClassRunView[];
}

/** A class. */
export interface ClassView {
  name: string;
  lessons: string[];
  students: StudentView[];
  time: number;
}
