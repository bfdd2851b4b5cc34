/**
 * What a run's card says, as data: HTML, Markdown and text are made of the same.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { capturedOf, changedTexts } from "./captured_facts.ts";
import { duration } from "../base/quantities.ts";
import { clockText } from "../base/clock_text.ts";
import { shortened } from "../base/markup.ts";
import type { RunStatus } from "../base/run_status.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Buckets } from "./chart/buckets.ts";
import { type MetricFact, metricFacts } from "./metric_facts.ts";
import { failedCell, missingOf, stateTexts } from "./run_facts.ts";
import { type ChosenChild, sweepOf } from "./sweep_child.ts";

/** Characters of a sentence. */
const SENTENCE_CHARS = 300;

/** The run that a card shows, for programs: they read no text that is for people. */
export interface CardRun {
  run_id: string;
  name: string;
  experiment: string;
  status: RunStatus;
  /** When the card was true, milliseconds since 1970. */
  as_of: number;
}

/** What is known of a run besides the journal. */
export interface CardOptions {
  /** What could not be done for it. @default {[]} */
  problems?: readonly string[];
  /** The server that options or variables name. @default {none is known} */
  server?: string | null;
  /** Whether it is known by now that no server is set. @default {true} */
  decided?: boolean;
  /** The courses of its metrics, where this process has them. @default {read from the journal} */
  series?: ReadonlyMap<string, Buckets> | null;
  /** Whether it is one of many pictures of a run that goes on: what takes time to read is left out. @default {false} */
  live?: boolean;
  /** The cell that failed, where that is known without reading. @default {null} */
  failed?: string | null;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
}

/** How much of a run its card says. */
export interface CardLimits {
  params: number;
  metrics: number;
  /** Of what is missing, what was redacted, and what changed: so many each. */
  lines: number;
  /** Characters of a line. */
  chars: number;
}

/** A param on a card. */
export interface ParamFact {
  key: string;
  value: string;
  /** Its value in the run before, where that was another one. */
  before: string | null;
}

/** A list of which the end may be left out. */
export interface ShownList<T> {
  shown: T[];
  /** How many are not shown. */
  more: number;
}

/** What a card says. */
export interface CardFacts {
  run: CardRun;
  /** The first eight characters of the run's id. */
  short: string;
  /** `after 2.1 s` or, of a run that goes on, `as of 12:30:05`. */
  when: string;
  /** Why it ended so, when nobody called `end()`. */
  reason: string | null;
  /** The cell that failed. */
  failed: string | null;
  params: ShownList<ParamFact>;
  seed: number | null;
  metrics: ShownList<MetricFact>;
  /** The name of the run before, when params or metrics are compared with it. */
  previous: string | null;
  /** In one line. */
  captured: string;
  changed: ShownList<string>;
  /** What the notebook does not show of its state. */
  hidden: ShownList<string>;
  missing: ShownList<string>;
  redacted: ShownList<string>;
  /** Where it is kept or going; null while that is not decided, or when the page says it. */
  delivery: string | null;
  /** What its server has not, or has in fewer points. */
  notThere: string | null;
  /** The run's page. */
  url: string | null;
  /** The next commands; none of a run that goes on. */
  next: string[];
}

/** Gathers what a card says of a run. */
export function cardFacts(
  journal: Journal | null,
  run: CardRun,
  options: CardOptions & { limits: CardLimits },
): CardFacts {
  const { limits, problems = [], series = null, live = false, failed = null } =
    options;
  const short = run.run_id.slice(0, 8);
  const row = journal?.runs.get(run.run_id);
  const facts: CardFacts = {
    run,
    short,
    when: whenOf(run, row),
    reason: shortenedOrNull(row?.end_reason ?? null),
    failed: null,
    params: { shown: [], more: 0 },
    seed: row?.seed ?? null,
    metrics: { shown: [], more: 0 },
    previous: null,
    captured: "",
    changed: { shown: [], more: 0 },
    hidden: { shown: [], more: 0 },
    missing: { shown: [], more: 0 },
    redacted: { shown: [], more: 0 },
    delivery: null,
    notThere: null,
    url: null,
    next: run.status === "RUNNING"
      ? []
      : [`nbtrack show ${short}`, `nbtrack reproduce ${short}`],
  };
  const missing = new Set(problems);
  if (journal !== null && row !== undefined) {
    const open = run.status === "RUNNING";
    const before = journal.runs.before(row);
    facts.params = paramsOf(journal, row, before, limits);
    facts.metrics = metricFacts(journal, run.run_id, {
      most: limits.metrics,
      series,
      previous: before?.run_id ?? null,
    });
    const compared = facts.params.shown.some((one) => one.before !== null) ||
      facts.metrics.shown.some((one) => one.before !== null);
    facts.previous = compared ? before?.name ?? null : null;
    facts.failed = shortenedOrNull(
      live ? failed : failedCell(journal, run.run_id),
    );
    if (facts.reason !== null && facts.failed?.includes(`: ${facts.reason}`)) {
      facts.reason = null; // it is said once
    }
    if (!open) {
      const sweep = sweepOf(journal, run.run_id);
      if (sweep !== null) facts.next = nextOfSweep(short, sweep.child);
      facts.captured = capturedOf(journal, row);
      facts.changed = listOf(changedTexts(journal, run.run_id), limits);
      facts.hidden = listOf(stateTexts(journal, run.run_id), limits);
      facts.redacted = listOf(redactedOf(journal, run.run_id), limits);
    }
    Object.assign(facts, deliveryOf(journal, run.run_id, options));
    for (const text of missingOf(journal, run.run_id)) missing.add(text);
  }
  facts.missing = listOf([...missing], limits);
  return facts;
}

/** A sweep is shown; one of its runs can be run again. */
function nextOfSweep(short: string, child: ChosenChild | null): string[] {
  return [
    `nbtrack show ${short}`,
    ...child === null ? [] : [`nbtrack reproduce ${child.run_id.slice(0, 8)}`],
  ];
}

function shortenedOrNull(text: string | null): string | null {
  return text === null ? null : shortened(text, SENTENCE_CHARS);
}

function whenOf(run: CardRun, row: RunRow | undefined): string {
  if (row === undefined || run.status === "RUNNING" || row.end_time === null) {
    return `as of ${clockText(run.as_of)}`;
  }
  return `after ${duration(row.end_time - row.start_time)}`;
}

/** Those that are not as in the run before come first. */
function paramsOf(
  journal: Journal,
  run: RunRow,
  before: RunRow | undefined,
  { params: most, chars }: CardLimits,
): ShownList<ParamFact> {
  const earlier = new Map(
    before === undefined
      ? []
      : journal.entries.params(before.run_id).map(({ key, value }) =>
        [key, value] as const
      ),
  );
  const all = journal.entries.params(run.run_id).map(({ key, value }) => {
    const other = earlier.get(key);
    return {
      key: shortened(key, 40),
      value: shortened(value, chars),
      before: other === undefined || other === value
        ? null
        : shortened(other, chars),
    };
  }).toSorted((a, b) => Number(a.before === null) - Number(b.before === null));
  return { shown: all.slice(0, most), more: Math.max(0, all.length - most) };
}

function redactedOf(journal: Journal, run_id: string): string[] {
  return journal.entries.redactions(run_id).map(({ where, kind }) =>
    `${kind} in ${where}`
  );
}

function deliveryOf(
  journal: Journal,
  run_id: string,
  { server = null, decided = true }: CardOptions,
): Pick<CardFacts, "delivery" | "notThere" | "url"> {
  const { state, error, url, thinned, target: known } = journal.deliveries.get(
    run_id,
  );
  const target = known ?? server;
  const destination = target === null
    ? decided ? "kept on this machine" : null
    : state === "delivered"
    ? `delivered to ${target}`
    : `on its way to ${target}`;
  const lacking = journal.deliveries.leftOut(run_id).map(({ what }) => what);
  const notThere = [
    ...lacking.length === 0 ? [] : [`not there: ${lacking.join(", ")}`],
    ...thinned === null ? [] : [thinned],
  ];
  return {
    delivery: error === null
      ? url === null ? destination : null
      : shortened(error, SENTENCE_CHARS),
    notThere: notThere.length === 0
      ? null
      : shortened(notThere.join("; "), SENTENCE_CHARS),
    url,
  };
}

function listOf(
  texts: readonly string[],
  { lines, chars }: CardLimits,
): ShownList<string> {
  return {
    shown: texts.slice(0, lines).map((text) => shortened(text, 3 * chars)),
    more: Math.max(0, texts.length - lines),
  };
}
