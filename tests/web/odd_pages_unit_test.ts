import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { JournalSource } from "../../src/web/journal_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { SiteFiles } from "../../src/web/site_files.ts";
import { machineNames } from "../../src/web/unnamed_machine.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes, decoded, pagesOf } from "./support.ts";

const NAMES = machineNames({
  folders: [],
  home: "/home/ana-p",
  user: "ana-p",
  host: "lab-seven",
});

Deno.test("an artifact whose name has a line break has its page and its download", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { artifacts: { "new\nline.txt": "inside" } });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${id}`);
  const link = attributes(text, "href").map(decoded)
    .find((href) => href.includes("new%0Aline.txt"));
  assert(link !== undefined);
  assertEquals((await pages.get(link)).status, 200);
  const bytes = await pages.get(
    `/runs/${id}/artifacts/new%0Aline.txt?download`,
  );
  assertEquals(bytes.text, "inside");
});

Deno.test("a comparison that is refused has a form that leads somewhere", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal);
  const pages = pagesOf(made.journal);
  for (const path of ["/compare", `/compare?runs=${id}`]) {
    const { text } = await pages.get(path);
    for (
      const to of [...attributes(text, "action"), ...attributes(text, "href")]
    ) {
      if (!to.startsWith("/") || to.startsWith("/assets/")) continue;
      const { status } = await pages.get(`${decoded(to)}?run=${id}`);
      assert(status < 400, `${to} on ${path} is ${status}`);
    }
  }
});

Deno.test("an order that cannot be read is not in the form that the refusal keeps", async () => {
  using made = emptyJournal();
  addRun(made.journal);
  const { text, status } = await pagesOf(made.journal).get(
    "/experiments/penguins?sort=nothing&filter=params.k = '1'",
  );
  assertEquals(status, 400);
  assert(!text.includes('name="sort"'), text);
  assertStringIncludes(text, "params.k = &#39;1&#39;");
});

Deno.test("a run has the same colour in every chart of a comparison, and curves of one run alone are named", async () => {
  using made = emptyJournal();
  const [one, two, three] = [
    { a: [1, 2], b: [1, 2] },
    { a: [1, 2] },
    { a: [2, 1], b: [2, 1], "only mine": [1, 2, 3] },
  ].map((metrics) => addRun(made.journal, { metrics }));
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/compare?runs=${one},${two},${three}`);
  const strokes = (key: string) => {
    const figure = text.slice(text.indexOf(`data-metric="${key}"`));
    const line = figure.slice(figure.indexOf(`data-run="${three}"`));
    return /stroke="([^"]+)"/.exec(line)?.[1];
  };
  assert(strokes("a") !== undefined);
  assertEquals(strokes("a"), strokes("b"));
  const alone = /One of the runs alone has a curve of <a href="([^"]+)">/.exec(
    text,
  );
  const page = await pages.get(decoded(alone?.[1] ?? ""));
  assertStringIncludes(page.text, "only mine over step, 1 to 3, last 3");
  const none = `/compare?runs=${one},${two}&key=nothing`;
  for (const path of [none, `${none}&csv`, `${none}&svg=1`]) {
    assertEquals((await pages.get(path)).status, 404, path);
  }
});

Deno.test("a table of groups has pages, and what is no finite number is counted beside mean and deviation", async () => {
  using made = emptyJournal();
  for (let k = 0; k < 5; k++) {
    addRun(made.journal, { params: { k: `${k}` }, metrics: { loss: [k] } });
  }
  for (const loss of [NaN, 3, 5]) {
    addRun(made.journal, { params: { k: "9" }, metrics: { loss: [loss] } });
  }
  const pages = pagesOf(made.journal);
  const groups = async (query: string) => {
    const { text } = await pages.get(
      `/experiments/penguins?group=params.k&size=2${query}`,
    );
    return { text, values: attributes(text, "data-group") };
  };
  assertEquals((await groups("")).values, ["0", "1"]);
  const last = await groups("&page=3");
  assertEquals(last.values, ["4", "9"]);
  assertStringIncludes(last.text, "Page 3 of 3");
  assertStringIncludes(
    last.text,
    '4.0 ± 1.4 <span class="quiet">n = 2, 1 not finite</span>',
  );
  assertStringIncludes(
    (await groups("&page=9")).text,
    "The table has no page 9.",
  );
});

Deno.test("of few metrics a single value has its chart too, on the page of a journal's run as on a server's", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { metrics: { accuracy: [0.97] } });
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  assertStringIncludes(text, 'data-metric="accuracy"');
  assertStringIncludes(text, "accuracy over step, 0.97 to 0.97, last 0.97");
});

Deno.test("the address of a cell opens there without scripts", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { cells: ["1", "2", "3"] });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${id}?cell=1`);
  assertEquals(text.match(/<section[^>]*autofocus[^>]*>/g)?.length, 1);
  assertStringIncludes(text, 'id="cell-1" tabindex="-1" autofocus');
  assert(!(await pages.get(`/runs/${id}`)).text.includes("autofocus"));
});

Deno.test("a star is set by a form, and anything else is refused", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal);
  const answer = await pagesOf(made.journal).app.request(`/runs/${id}/star`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assertEquals(answer.status, 400);
});

Deno.test("an output keeps the line break that it begins with", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { cells: ["1"] });
  const session_id = made.journal.runs.get(id)?.session_id ?? "";
  const [cell] = made.journal.executions.list(session_id);
  made.journal.executions.putOutputs(session_id, cell?.position ?? 0, [
    JSON.stringify({ output_type: "stream", name: "stdout", text: "\nbelow" }),
  ]);
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  // A browser leaves out the first line break in it.
  assertStringIncludes(text, '<pre class="output">\n\nbelow</pre>');
});

Deno.test("a site has an artifact that is called as the page of another one", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    artifacts: {
      x: "file",
      "x/index.html": "page",
      "y/index.html": "page",
      y: "file",
    },
  });
  const dir = `${made.home}/site`;
  await writeSite({
    source: new JournalSource(made.journal),
    dir,
    names: NAMES,
  });
  const page = Deno.readTextFileSync(`${dir}/runs/${id}/index.html`);
  const links = attributes(page, "href").map(decoded)
    .filter((href) => href.includes("artifacts/"));
  assertEquals(new Set(links).size, 4);
  for (const link of links) {
    Deno.statSync(`${dir}/runs/${id}/${decodeURIComponent(link)}`);
  }
});

Deno.test("a site whose writing was interrupted is written again, and nothing of it is left that is gone", async () => {
  using made = emptyJournal();
  addRun(made.journal);
  const dir = `${made.home}/site`;
  const files = SiteFiles.open(dir);
  files.put("runs/gone/index.html", "of a run that is deleted since");
  await writeSite({
    source: new JournalSource(made.journal),
    dir,
    names: NAMES,
  });
  assert(
    [...Deno.readDirSync(`${dir}/runs`)].every(({ name }) => name !== "gone"),
  );
  assertEquals(
    [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) =>
      name.startsWith(".")
    ),
    [".nbtrack-site.json"],
  );
});

Deno.test("the page of sessions says when it shows the newest alone", async () => {
  using made = emptyJournal();
  for (let n = 0; n < 201; n++) addRun(made.journal);
  const { text } = await pagesOf(made.journal).get("/sessions");
  assertStringIncludes(text, "<caption>The newest 200 sessions</caption>");
  assertEquals(text.match(/data-session=/g)?.length, 200);
});
