/**
 * `nbtrack runs`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { metricCurves } from "../view/metric_facts.ts";
import { ownValue } from "../base/values.ts";
import { parseFilter } from "../record/filter.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { SWEEP_TAG } from "../record/own_tags.ts";
import { withOrigin } from "../record/recorded_here.ts";
import { parseOrder } from "../record/sort.ts";
import { goalOfTag } from "../record/sweep/sweep_tag.ts";
import { closeLostSessions } from "../recorder/lost_sessions.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import { runsText, type RunsTextOptions } from "./runs_text.ts";

/** Bars of a curve in the table. */
const CURVE_WIDTH = 8;
/** Runs shown to people who set no limit. */
const SHOWN = 30;

const schema = z.object({
  experiment: z.string().optional(),
  filter: z.string().optional(),
  sort: z.string().optional(),
  limit: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(
      1,
      "it must be 1 or more",
    )
    .optional(),
});

/** Defines `nbtrack runs`. */
export function define(command: Command, done: Done): void {
  command
    .option(
      "--experiment <name>",
      "only runs of this experiment, or its address on GitLab",
    )
    .option(
      "--filter <text>",
      "only runs that pass, such as \"metrics.loss < 0.3 and params.k = '5'\"",
    )
    .option(
      "--sort <field>",
      'order, such as metrics.loss or "metrics.loss DESC"',
    )
    .option("--limit <n>", "at most so many");
  example(
    command,
    'nbtrack runs --experiment penguins-knn --sort "metrics.accuracy DESC" --limit 5',
  );
  act(command, done, {
    schema,
    async work(options, out) {
      using journal = openJournal();
      await closeLostSessions(journal);
      const { experiment, filter, sort, limit } = options;
      const shown = limit ?? (out.json ? undefined : SHOWN);
      const wanted = {
        filter,
        sort,
        // One more than is shown: then it is known whether there are more.
        limit: limit ?? (shown === undefined ? undefined : shown + 1),
      };
      const all = experiment !== undefined && /^https?:\/\//i.test(experiment)
        ? await (await import("../record/server_runs.ts")).listOnServer(
          { ...wanted, experiment },
          journal,
        )
        : await new JournalReader(journal).list({ ...wanted, experiment });
      const runs = all.slice(0, shown).map((run) => withOrigin(run, journal));
      out.result({ runs }, () =>
        runsText(runs, {
          width: out.width,
          paint: out.paint,
          asked: [
            ...runs.flatMap(({ tags }) => {
              const goal = goalOfTag(ownValue(tags, SWEEP_TAG));
              return goal === null
                ? []
                : [{ kind: "metrics", key: goal.metric } as const];
            }).slice(0, 1),
            ...sort === undefined ? [] : parseOrder(sort).fields,
            ...parseFilter(filter ?? "").fields,
          ],
          ...curvesOf(journal, runs),
        }));
      if (runs.length < all.length) {
        out.note(`There are more: --limit N shows N of them.`);
      }
      return 0;
    },
  });
}

/** Curves of the metric that most of the runs have points of. */
function curvesOf(
  journal: Journal,
  runs: readonly RunSummary[],
): Pick<RunsTextOptions, "curves"> {
  const drawn = runs.flatMap(({ run_id }) =>
    journal.runs.get(run_id) === undefined
      ? []
      : [[run_id, metricCurves(journal, run_id, CURVE_WIDTH)] as const]
  );
  const uses = new Map<string, number>();
  for (const [, curves] of drawn) {
    for (const key of curves.keys()) uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const [most] = [...uses].sort(([, a], [, b]) => b - a);
  if (most === undefined) return {};
  const [metric] = most;
  return {
    curves: {
      metric,
      of: new Map(drawn.flatMap(([run_id, curves]) => {
        const drawn = curves.get(metric);
        return drawn === undefined ? [] : [[run_id, drawn.curve]];
      })),
    },
  };
}
