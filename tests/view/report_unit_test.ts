import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { recordOf } from "../../src/record/journal_record.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { bucketsOf } from "../../src/view/charts.ts";
import { recordReport, reportHtml } from "../../src/view/report.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const BAD =
  `"></iframe></script><script>alert(1)</script><img src="http://127.0.0.1:9/x" onerror=alert(1)>'`;
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function record(): RunRecord {
  using opened = emptyJournal();
  const { journal } = opened;
  const id = addRun(journal, {
    experiment: "penguins",
    name: "quiet-otter",
    run_id: "3f2a91bc-0000-4000-8000-000000000000",
    seed: 7,
    params: { k: "5" },
    metrics: { loss: [3, 1, 0.5] },
    cells: ["const k = 5;"],
    artifacts: { "notes.txt": "well" },
    documents: {
      packages: [{
        name: "d3-array",
        version: "3.2.4",
        registry: "npm",
        integrity: null,
        direct: true,
      }],
      git: { commit: "0123456789abcdef", branch: "main", dirty: true },
      environment: { deno: "2.9.6", os: "linux", arch: "x86_64" },
      changed: [{ dimension: "code", what: "cell 4 changed" }],
    },
    datasets: {
      penguins: {
        uri: "penguins.csv",
        digest: `sha256:${"0".repeat(64)}`,
        size: 4000,
        rows: 200,
        columns: [{ name: "bill", type: "number" }],
        profile: [{
          name: "bill",
          type: "number",
          missing: 2,
          distinct: 90,
          min: 32.1,
          max: 59.6,
        }],
      },
    },
    end: "FINISHED",
  });
  const row = journal.runs.get(id);
  if (row === undefined) throw new Error("there is no run");
  return {
    ...recordOf(journal, row),
    start_time: Date.UTC(2026, 0, 2, 3, 4, 5),
    end_time: Date.UTC(2026, 0, 2, 3, 4, 7),
  };
}

const output = (data: Record<string, unknown>) => ({
  output_type: "display_data" as const,
  data,
  metadata: {},
});

/** A run with these outputs in its one cell. */
function withOutputs(outputs: RunRecord["cells"][number]["outputs"]) {
  const run = record();
  const [cell] = run.cells;
  if (cell === undefined) throw new Error("there is no cell");
  return { ...run, cells: [{ ...cell, outputs }] };
}

Deno.test("a report has overview, charts, cells, data with its profile, packages, artifacts, changes and what is missing", async () => {
  const run = record();
  const courses = new Map([
    ["loss", bucketsOf([3, 1, 0.5].map((value, step) => ({ step, value })))],
  ]);
  const html = reportHtml(run, courses);
  assertEquals(html, reportHtml(run, courses), "it is the same each time");
  const text = html.replaceAll(/<style>[\s\S]*?<\/style>/g, "")
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, "[chart]");
  await assertSnapshot(SNAPSHOTS, "report", text);
  assertEquals(text.includes('<th scope="col"></th>'), false);
  assertEquals(
    text.split("<table>").length,
    text.split('<div class="box" tabindex="0" role="region" aria-label="')
      .length,
    "a wide table is scrolled by keys",
  );
  assertStringIncludes(
    html,
    '<figure data-metric="loss"><svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="loss over step, 0.5 to 3, last 0.5"',
  );
});

Deno.test("HTML and SVG outputs stand in frames without rights, pictures as data, and nothing of a run becomes markup", () => {
  const run: RunRecord = {
    ...withOutputs([
      { output_type: "stream", name: "stdout", text: BAD },
      {
        output_type: "error",
        ename: BAD,
        evalue: BAD,
        traceback: [`\u001b[31m${BAD}\u001b[0m`],
      },
      output({ "text/html": BAD, "text/plain": BAD }),
      output({ "image/svg+xml": `<svg onload="alert(1)">${BAD}</svg>` }),
      output({ "image/png": PNG, "text/plain": "picture" }),
      output({ "image/png": BAD, "text/plain": "no picture" }),
      output({ "application/json": { [BAD]: BAD } }),
    ]),
    name: BAD,
    experiment: BAD,
    description: BAD,
    end_reason: BAD,
    notebook: `/home/somebody/${BAD}.ipynb`,
    params: { [BAD]: BAD },
    tags: {
      [BAD]: BAD,
      "mlflow.source.name": "/home/somebody/a.ipynb",
      "nbtrack.version": "0.1.0",
    },
    metrics: { [BAD]: 1 },
    changed: [{ dimension: "code", what: BAD }],
    missing: [{ what: BAD, why: BAD }],
  };
  run.cells[0]!.source = BAD;
  const html = reportHtml(run, new Map());
  assertEquals(html.includes("nbtrack.version"), false);
  // What stands in attributes and texts is escaped: no element is left but the report's own.
  const elements = [...html.matchAll(/<([a-z0-9]+)/gi)].map((m) => m[1]);
  assertEquals(elements.filter((name) => name === "script"), []);
  assertEquals(
    elements.filter((name) => name === "img").length,
    1,
    "the picture alone",
  );
  const frames = html.match(/<iframe [^>]*>/g) ?? [];
  assertEquals(frames.length, 2);
  for (const frame of frames) {
    assertStringIncludes(frame, ' sandbox="" ');
    assert(!/&lt;script/i.test(frame), frame);
  }
  assertStringIncludes(html, `src="data:image/png;base64,${PNG}"`);
  assertStringIncludes(html, "default-src 'none'");
  assert(!/somebody/.test(html), "no folder of this machine");
  assert(!/(?:src|href)="(?!data:)/.test(html), "nothing is fetched");
});

Deno.test("a report stays small however much a run has, and says what it leaves out", () => {
  const long = "x".repeat(2_000_000);
  const run = withOutputs([
    { output_type: "stream", name: "stdout", text: long },
    output({ "text/html": long }),
    output({ "image/png": "A".repeat(2_000_000) }),
    ...Array.from({ length: 300 }, () => ({
      output_type: "stream" as const,
      name: "stdout" as const,
      text: "y".repeat(30_000),
    })),
  ]);
  run.metrics = Object.fromEntries(
    Array.from({ length: 1500 }, (_, i) => [`metric ${i}`, i]),
  );
  const courses = new Map(
    Object.keys(run.metrics).map((
      key,
    ) => [
      key,
      bucketsOf(
        Array.from({ length: 200 }, (_, step) => ({ step, value: step % 9 })),
      ),
    ]),
  );
  const html = reportHtml(run, courses);
  assert(html.length < 8_000_000, `${html.length} characters`);
  for (
    const part of [
      "1,980,000 more characters",
      "An output of 2.0 MB is left out here",
      "1,476 more are in the table alone",
      "and 1,000 more rows",
    ]
  ) assertStringIncludes(html, part);
});

Deno.test("the report lies among the artifacts of the run's record, with secrets taken out as they are in the journal", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const secret = ["gl", "pat", crypto.randomUUID().replaceAll("-", "")].join(
    "-",
  );
  const id = addRun(journal, {
    params: { token: secret },
    cells: [`const token = "${secret}";`],
    metrics: { loss: [1, 2] },
    end: "FINISHED",
  });
  recordReport(journal, id);
  const artifact = journal.artifacts.get(id, "report.html");
  assertEquals(artifact?.origin, "record");
  assertEquals(artifact?.content_type, "text/html");
  const html = Deno.readTextFileSync(
    journal.artifacts.file(artifact?.digest ?? "sha256:"),
  );
  assert(!html.includes(secret), "the secret is in it");
  assertStringIncludes(html, "<h1>");
});

Deno.test("figures that were logged stand in the report: pictures in the file itself, charts of Vega and large ones by their names", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const put = (path: string, content: string | Uint8Array<ArrayBuffer>) =>
    journal.artifacts.put(
      id,
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
      { content_type: "application/octet-stream", origin: "user" },
    );
  const id = addRun(journal, {});
  put("figures/confusion.svg", `<svg width="9">${BAD}</svg>`);
  put("pixel.PNG", Uint8Array.fromBase64(PNG));
  put(`${BAD.replaceAll("/", "|")}.svg`, "<svg/>");
  put("large.svg", `<svg>${" ".repeat(300_000)}</svg>`);
  put("bars.vl.json", "{}");
  put("notes.txt", "no picture");
  recordReport(journal, id);
  const { digest = "sha256:" } = journal.artifacts.get(id, "report.html") ?? {};
  const html = Deno.readTextFileSync(journal.artifacts.file(digest));
  assertStringIncludes(
    html,
    `<img alt="pixel.PNG" src="data:image/png;base64,${PNG}">`,
  );
  assertStringIncludes(
    html,
    '<img alt="figures/confusion.svg" src="data:image/svg+xml,%3Csvg%20xmlns%3D',
  );
  assertStringIncludes(
    html,
    "Too large to be shown here: <code>large.svg</code>",
  );
  assertStringIncludes(
    html,
    "Charts that Vega draws: <code>bars.vl.json</code>",
  );
  assertEquals(html.match(/<img /g)?.length, 3);
  assertEquals(html.match(/<script|<iframe|<[^>"]+ onerror/g), null);
});

Deno.test("a report shows what reproductions had found when it was made, and where later ones are seen", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const id = addRun(journal, { name: "first" });
  const report = (run_id: string) => {
    recordReport(journal, run_id);
    const { digest = "sha256:" } =
      journal.artifacts.get(run_id, "report.html") ?? {};
    return Deno.readTextFileSync(journal.artifacts.file(digest));
  };
  assertStringIncludes(
    report(id),
    "Nobody had reproduced it when this report was made",
  );
  const verdicts = ["REPRODUCED", "DRIFTED"].map((verdict) =>
    addRun(journal, {
      name: `again <${verdict}>`,
      reproduces: id,
      tags: { "nbtrack.verdict": verdict },
    })
  );
  addRun(journal, { name: "unfinished", reproduces: id, end: null });
  const html = report(id);
  for (
    const part of [
      "again &lt;REPRODUCED&gt;",
      "<td>DRIFTED</td>",
      "<td>none</td>",
      "nbtrack ui",
    ]
  ) assertStringIncludes(html, part);
  assertStringIncludes(
    report(verdicts[1] ?? ""),
    "It found: <strong>DRIFTED</strong>",
  );
});
