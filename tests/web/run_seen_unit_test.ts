/** What a run's page says beside its cells: what failed, pictures, network, files, load, and what changed. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { gitlabToken } from "../redaction/support.ts";
import { attributes, decoded, pagesOf } from "./support.ts";
import { SessionAnswers } from "../../src/journal/session_answers.ts";
import { SessionSystem } from "../../src/journal/session_system.ts";

/** Lets cells of a run fail after it was opened, each with an error of its own. */
function failCells(
  journal: Journal,
  run_id: string,
  errors: Readonly<Record<number, string>>,
): void {
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  for (const [i, execution] of journal.executions.list(session_id).entries()) {
    const evalue = errors[i];
    journal.executions.put({
      ...execution,
      status: evalue === undefined ? "ok" : "error",
      // The first is the one that opened the run.
      ...i === 0 ? {} : { start_time: Date.now() + 1000 },
      end_time: Date.now() + 1000,
    });
    if (evalue === undefined) continue;
    journal.executions.putOutputs(session_id, execution.position, [
      JSON.stringify({
        output_type: "error",
        ename: "RangeError",
        evalue,
        traceback: [],
      }),
    ]);
  }
}

/** A part of a page; empty where it has none of that name. */
function partOf(html: string, id: string): string {
  return new RegExp(`<section id="${id}"[^]*?</section>`).exec(html)?.[0] ?? "";
}

Deno.test("the top of a run's page names every cell that failed, with links to them, whatever the run's state", async () => {
  using made = emptyJournal();
  const pages = pagesOf(made.journal);
  for (const end of ["FAILED", "FINISHED"] as const) {
    const id = addRun(made.journal, { cells: ["a", "b", "c"], end });
    failCells(made.journal, id, { 0: "too <large>", 2: "too small" });
    const { text } = await pages.get(`/runs/${id}`);
    const head = /<p class="beside" data-part="head">[^]*?<\/p>/.exec(text)
      ?.[0] ?? "";
    assertStringIncludes(
      head,
      '<a href="#cell-0">cell [1]</a>, <a href="#cell-2">cell [3]</a>',
    );
    assertEquals(attributes(text, "id").includes("cell-2"), true);
    const overview = partOf(text, "overview");
    assertStringIncludes(
      overview,
      '<a href="#cell-0">cell [1]</a>: RangeError: too &lt;large&gt;',
    );
    assertStringIncludes(overview, "RangeError: too small");
  }
  const whole = addRun(made.journal, { cells: ["a"] });
  const { text } = await pages.get(`/runs/${whole}`);
  assertEquals(text.includes("<dt>Failed"), false);
});

Deno.test("drawings and pictures that were logged are shown on the run's page, and a click opens their preview", async () => {
  using made = emptyJournal();
  const token = gitlabToken();
  const id = addRun(made.journal, {
    artifacts: {
      "confusion.svg":
        `<svg width="20" height="10"><script>alert(1)</script><text>é</text></svg>`,
      "said.svg":
        `<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>`,
      "dot.png": "not really",
    },
  });
  const { journal } = made;
  // What is known of secrets may come after what was stored.
  const stored = journal.artifacts.get(id, "said.svg");
  assert(stored !== undefined);
  Deno.writeTextFileSync(
    journal.artifacts.file(stored.digest),
    `<svg xmlns="http://www.w3.org/2000/svg"><text>${token}</text></svg>`,
  );
  const { text } = await pagesOf(journal).get(`/runs/${id}`);
  const pictures = /<div class="pictures">[^]*?<\/div>/.exec(text)?.[0] ?? "";
  assertEquals(attributes(pictures, "href"), [
    `/runs/${id}/artifacts/confusion.svg`,
    `/runs/${id}/artifacts/dot.png`,
    `/runs/${id}/artifacts/said.svg`,
  ]);
  const [first = "", dot, said = ""] = attributes(pictures, "src");
  assertEquals(dot, `/runs/${id}/artifacts/dot.png?download`);
  const [drawn, other] = [first, said].map((address) => {
    assertMatch(address, /^data:image\/svg\+xml,[\w%.~-]*$/);
    return decodeURIComponent(address.split(",")[1] ?? "");
  });
  assertMatch(
    drawn ?? "",
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" wid/,
  );
  assertStringIncludes(drawn ?? "", "<text>é</text>");
  assertEquals(other?.split("xmlns=").length, 2);
  assert(!other?.includes(token), "a secret is drawn");
  assertEquals(decoded(text).includes("alert(1)"), false);
});

Deno.test("a run's page has what was answered to the notebook, and how busy the machine was", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const id = addRun(journal, {
    end: null,
    cells: ["await fetch('https://data.example/x.csv')"],
  });
  const run = journal.runs.get(id);
  assert(run !== undefined);
  const { session_id, start_time } = run;
  new SessionAnswers(journal).note({
    session_id,
    position: 1_000_000,
    method: "GET",
    url: "https://data.example/x.csv?a=<b>",
    status: 200,
    digest: `sha256:${"ab".repeat(32)}`,
    size: 2048,
    content_type: "text/csv",
  });
  new SessionSystem(journal).add(session_id, {
    time: start_time,
    kernel_cpu: 0.75,
    kernel_memory: 3_000_000,
    machine_cpu: 0.25,
    machine_memory: 5_000_000,
  });
  const pages = pagesOf(journal);
  const { text } = await pages.get(`/runs/${id}`);
  const network = partOf(text, "network");
  assertStringIncludes(network, "https://data.example/x.csv?a=&lt;b&gt;");
  assertStringIncludes(network, '<td class="number">200</td>');
  const system = partOf(text, "system");
  assertStringIncludes(system, '<td class="number">75 %</td>');
  assertStringIncludes(system, '<td class="number">25 %</td>');
  assertStringIncludes(text, '<a href="#network">Network</a>');
  const short = addRun(journal);
  const ended = journal.runs.get(short);
  new SessionSystem(journal).add(ended?.session_id ?? "", {
    time: ended?.start_time ?? 0,
    kernel_cpu: null,
    kernel_memory: 3_000_000,
    machine_cpu: null,
    machine_memory: 5_000_000,
  });
  const moment = partOf((await pages.get(`/runs/${short}`)).text, "system");
  assertStringIncludes(moment, "Memory, most");
  assertEquals(moment.includes("Processor"), false, "it is not known");
  const none = await pages.get(`/runs/${addRun(journal)}`);
  assertEquals(partOf(none.text, "network") + partOf(none.text, "system"), "");
});

Deno.test("the page of an experiment's first run says nothing of a run before it", async () => {
  using made = emptyJournal();
  const [first, second] = [addRun(made.journal), addRun(made.journal)];
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${first}`);
  assertEquals(text.includes("the run before it"), false);
  assertEquals(text.includes("#changes"), false);
  const next = await pages.get(`/runs/${second}`);
  assertStringIncludes(
    partOf(next.text, "changes"),
    "Nothing is known to have changed since the run before it.",
  );
});
