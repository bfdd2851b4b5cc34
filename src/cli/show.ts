/**
 * `nbtrack show`
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { messageOf } from "../base/errors.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { findRun } from "../record/find.ts";
import type { FoundRun } from "../record/reader.ts";
import type { RecordedPoint } from "../record/schema/record.ts";
import { moduleChanges } from "../record/module_changes.ts";
import { withOrigin } from "../record/recorded_here.ts";
import { readPresentNotebook } from "../record/present_notebook.ts";
import { withStateNotes } from "../record/state_notes.ts";
import { sweepRuns } from "../record/sweep/children.ts";
import { bucketsOf } from "../view/chart/shared_edges.ts";
import { textPlot } from "../view/chart/text_plot.ts";
import { foundVerdicts } from "../record/found_verdicts.ts";
import { metricCurves } from "../view/metric_facts.ts";
import { closeLostSessions } from "../recorder/lost_sessions.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { clock, numberText } from "./format.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";
import { recordText } from "./show_text.ts";
import { table } from "./table.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  experiment: z.string().optional(),
  metric: z.string().optional(),
  artifact: z.string().optional(),
  output: z.string().optional(),
  bundle: z.string().min(1, "it is empty").optional(),
  preview: z.boolean().optional(),
});

/** Defines `nbtrack show`. */
export function define(command: Command, done: Done): void {
  command
    .argument(
      "<run>",
      "id or the beginning of it, `last`, name, or address on GitLab",
    )
    .option("--experiment <name>", "the experiment in which a name is meant")
    .option("--metric <key>", "print every point of a metric")
    .option("--artifact <path>", "print an artifact")
    .option("--output <file>", "where to write the artifact")
    .option("--preview", "list what delivery would send")
    .option("--bundle <file>", "write all that reproduces the run to a file");
  example(command, "nbtrack show last --metric loss");
  act(command, done, {
    schema,
    async work(input, out) {
      const { args: [text], experiment, metric, artifact, output } = input;
      if (metric !== undefined && artifact !== undefined) {
        throw new UsageError(
          "--metric and --artifact cannot be asked for at once.",
          {
            hint: "Call nbtrack show once for each.",
          },
        );
      }
      if (output !== undefined && artifact === undefined) {
        throw new UsageError(
          "--output is where an artifact goes, but none was asked for.",
          {
            hint: "Add --artifact PATH.",
          },
        );
      }
      using journal = openJournal();
      await closeLostSessions(journal);
      const run = await findRun(text, journal, { experiment });
      if (input.bundle !== undefined) {
        const { bundleOf } = await import("../reproduce/input.ts");
        const bytes = await bundleOf(run, journal);
        return await writeBundle(run.run_id, bytes, input.bundle, out);
      }
      if (input.preview === true) {
        return await showPreview(run.run_id, journal, out);
      }
      if (metric !== undefined) return await showPoints(run, metric, out);
      if (artifact !== undefined) {
        return await showArtifact(run, { path: artifact, output }, out);
      }
      const found = await run.reader.get(run.run_id);
      const record = await withStateNotes(
        withOrigin(found, journal),
        // A file may have been edited since the run ended.
        found.end_time === null
          ? await readPresentNotebook(found.notebook, journal.redactor)
          : null,
        moduleChanges(journal, run.run_id),
      );
      const sweep = sweepRuns(journal, run.run_id);
      const shown = sweep === null
        ? record
        : { ...record, children: sweep.children, best: sweep.best };
      out.result(shown, () =>
        recordText(record, {
          width: out.width,
          paint: out.paint,
          nbtrack: out.nbtrack,
          ...(sweep === null ? {} : { sweep }),
          verdicts: foundVerdicts(journal, run.run_id),
          curves: journal.runs.get(run.run_id) === undefined
            ? new Map()
            : metricCurves(journal, run.run_id),
        }));
      return 0;
    },
  });
}

async function writeBundle(
  run_id: string,
  bytes: Uint8Array,
  path: string,
  out: CommandOutput,
): Promise<0> {
  const file = resolvePath(path);
  using opened = await create(file);
  for (let at = 0; at < bytes.length;) {
    at += await opened.write(bytes.subarray(at));
  }
  const result = { run_id, bundle: file, size: bytes.length };
  out.result(
    { ...result, digest: sha256(bytes) },
    () => `Wrote the bundle of run ${run_id.slice(0, 8)} to ${file}.`,
  );
  return 0;
}

async function showPreview(
  run_id: string,
  journal: Journal,
  out: CommandOutput,
): Promise<0> {
  const run = journal.runs.get(run_id);
  if (run === undefined) {
    throw new UsageError("A run that is on a server only is not sent again.", {
      hint: "nbtrack runs lists the runs of this machine.",
    });
  }
  const { previewOf, targetOf } = await import("../delivery/preview.ts");
  const target = await targetOf(journal, run);
  const items = previewOf(journal, run, target);
  out.result({ run_id, target, items }, () =>
    table(
      [{ title: "KIND" }, { title: "NAME" }, { title: "SIZE", right: true }, {
        title: "REDACTED",
        right: true,
      }],
      items.map((i) => [i.kind, i.name, String(i.size), String(i.redactions)]),
      out.width,
    ));
  return 0;
}

async function showPoints(
  { run_id, reader }: FoundRun,
  key: string,
  out: CommandOutput,
): Promise<0> {
  const points = await reader.points(run_id, key);
  out.result({ key, points }, () =>
    plotAbove(points, out.width) + table(
      [{ title: "STEP", right: true }, { title: "TIME" }, {
        title: key,
        right: true,
      }],
      points.map((p) => [
        p.step === null ? "" : String(p.step),
        p.timestamp === null ? "" : clock(p.timestamp),
        numberText(p.value),
      ]),
      out.width,
    ));
  return 0;
}

/** The metric's course above its points, where there are enough to see one. */
function plotAbove(points: readonly RecordedPoint[], width: number): string {
  if (points.length < 3) return "";
  const course = bucketsOf(points.map(({ step, value }) => ({
    step,
    value: value === null ? NaN : fromJsonNumber(value),
  })));
  return `${textPlot([course], { width: Math.min(width, 100) })}\n\n`;
}

async function showArtifact(
  { run_id, reader }: FoundRun,
  { path, output }: { path: string; output: string | undefined },
  out: CommandOutput,
): Promise<0> {
  const stream = await reader.artifact(run_id, path);
  if (output !== undefined) {
    const file = resolvePath(output);
    await stream.pipeTo((await create(file)).writable);
    const { size } = await Deno.stat(file);
    out.result({ path, size, output: file }, () => "");
    if (!out.json) out.note(`Wrote ${path} to ${file}.`);
    return 0;
  }
  if (!out.json) {
    for await (const chunk of stream) out.bytes(chunk);
    return 0;
  }
  const bytes = new Uint8Array(
    await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>)
      .arrayBuffer(),
  );
  out.result({ path, size: bytes.length, ...contents(bytes) }, () => "");
  return 0;
}

/** Makes the file that the user named. */
async function create(file: string): Promise<Deno.FsFile> {
  try {
    return await Deno.create(file);
  } catch (cause) {
    throw new UsageError(`Cannot write ${file}: ${messageOf(cause)}.`, {
      cause,
      hint: "Name a file in a folder that can be written.",
    });
  }
}

/** Bytes as JSON can hold them. */
function contents(
  bytes: Uint8Array,
): { encoding: "utf-8" | "base64"; content: string } {
  try {
    const content = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
    return { encoding: "utf-8", content };
  } catch {
    return { encoding: "base64", content: bytes.toBase64() }; // no text
  }
}
