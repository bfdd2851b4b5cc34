/**
 * The journal that `track()` finds in a sandbox: in the sandbox's own folder, with each metric noted as it is logged.
 * What is used later is taken before the first cell: cells share this realm and can change every prototype.
 *
 * @module
 */
import { TRACKING_STATE } from "../../base/names.ts";
import { Journal } from "../../journal/journal.ts";
import { MetricWriter } from "../../journal/metric_writer.ts";
import { standardRedaction } from "../../redaction/standard_redaction.ts";
import { kernelJson } from "./kernel_json.ts";
import { FRAME, type SendFrame } from "./line_out.ts";

/** Noted points are sent at least so often, characters and milliseconds; the first of them at once, since a cell may end its process. */
const [MAX_LINES_CHARS, MAX_LINES_MS, AT_ONCE] = [1 << 16, 5, 1000] as const;
const { defineProperty } = Object;
const apply = Reflect.apply;
const text = String;
const is = Object.is;
const writerLog = MetricWriter.prototype.log;
const { performance } = globalThis;
const { now } = performance;

/** The session that `track()` finds in the sandbox. @returns sends the points that were noted since */
export function setJournal(
  folder: string,
  define: (name: PropertyKey, value: unknown) => void,
  send: SendFrame,
): () => void {
  const journal = Journal.open({
    redactor: standardRedaction,
    home: `${folder}/home`,
  });
  const session = journal.sessions.open({
    kind: "script",
    pid: Deno.pid,
    process_started: "sandbox",
    connection_file: null,
    cwd: Deno.cwd(),
    notebook: null,
    main_module: null,
  });
  define(TRACKING_STATE, {
    journal,
    session,
    problems: new Map(),
    link: Promise.resolve(null),
    open: new Set(),
    restarts: 0,
    turn: Promise.resolve(),
  });
  return noteMetrics(journal, send);
}

/** Notes each point as it is logged, before it passes through code that cells can change. */
function noteMetrics(journal: Journal, send: SendFrame): () => void {
  let lines = "";
  let noted = 0;
  let sent = 0;
  const flush = () => {
    const text = lines;
    lines = "";
    sent = apply(now, performance, []);
    if (text !== "") send(FRAME.metrics, text);
  };
  const { metricWriter } = journal;
  defineProperty(journal, "metricWriter", {
    value: (run_id: string) => {
      const writer: MetricWriter = apply(metricWriter, journal, [run_id]);
      const run = kernelJson(run_id);
      const log = writerLog;
      defineProperty(writer, "log", {
        value: (key: string, value: number, step?: number, time?: number) => {
          lines += `${run}\t${kernelJson(key)}\t${
            is(value, -0) ? "-0" : text(value)
          }\n`;
          if (
            ++noted <= AT_ONCE || lines.length > MAX_LINES_CHARS ||
            apply(now, performance, []) - sent > MAX_LINES_MS
          ) flush();
          apply(log, writer, [key, value, step, time]);
        },
      });
      return writer;
    },
  });
  return flush;
}
