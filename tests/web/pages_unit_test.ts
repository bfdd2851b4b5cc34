import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { JournalSource } from "../../src/web/journal_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { machineNames } from "../../src/web/unnamed_machine.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes, decoded, pagesOf, textIn } from "./support.ts";

Deno.test("each page has one h1, main, a nav with a link to /, a language, and a title that starts with the h1", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    name: "first",
    metrics: { loss: [0.5, 0.25] },
    artifacts: { "notes.txt": "hello" },
  });
  const other = addRun(made.journal, { name: "second" });
  const pages = pagesOf(made.journal);
  const headings: Record<string, string> = {
    "/": "Experiments",
    "/experiments/penguins": "penguins",
    [`/runs/${id}`]: "first",
    [`/runs/${id}/metric?key=loss`]: "loss",
    [`/runs/${id}/artifacts/notes.txt`]: "notes.txt",
    [`/compare?runs=${id},${other}`]: "Compare 2 runs",
    "/sessions": "Sessions",
    "/experiments/none": "No such experiment",
    "/nothing": "Nothing is here",
  };
  for (const [path, heading] of Object.entries(headings)) {
    const { text, headers } = await pages.get(path);
    assertEquals(text.match(/<h1[ >]/g)?.length, 1, path);
    assertEquals(textIn(text, "h1"), heading, path);
    assert(textIn(text, "title").startsWith(heading), path);
    assertEquals(text.match(/<main[ >]/g)?.length, 1, path);
    assertMatch(text, /<html lang="en">/);
    const nav = /<nav[^>]*>([^]*?)<\/nav>/.exec(text)?.[1] ?? "";
    assertStringIncludes(nav, 'href="/"', path);
    assertMatch(
      headers.get("content-security-policy") ?? "",
      /script-src 'self'/,
    );
    assert(
      !/script-src[^;]*unsafe-inline/.test(
        headers.get("content-security-policy") ?? "",
      ),
    );
  }
});

Deno.test("a run whose name has nothing to see can be found, chosen and opened by what stands for it", async () => {
  using made = emptyJournal();
  const unseen = addRun(made.journal, {
    name: "\u200b\u200b",
    metrics: { accuracy: [0.1, 0.2] },
  });
  const other = addRun(made.journal, { metrics: { accuracy: [0.1, 0.1] } });
  const pages = pagesOf(made.journal);
  const link = `<a href="/runs/${unseen}">\\u{200b}\\u{200b}</a>`;
  for (
    const path of [
      "/",
      "/experiments/penguins",
      `/compare?runs=${unseen},${other}`,
    ]
  ) assertStringIncludes((await pages.get(path)).text, link, path);
  const { text } = await pages.get(`/runs/${unseen}`);
  assertEquals(textIn(text, "h1"), "\\u{200b}\\u{200b}");
});

Deno.test("experiments are listed with their runs, their last one and the best of the metric that is chosen", async () => {
  using made = emptyJournal();
  addRun(made.journal, { name: "worse", metrics: { loss: [0.5], f1: [0.9] } });
  addRun(made.journal, { name: "better", metrics: { loss: [0.1], f1: [0.2] } });
  addRun(made.journal, { experiment: "a/b & <c>", metrics: {} });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get("/?metric=loss");
  assertEquals(attributes(text, "data-experiment").toSorted(), [
    "a/b & <c>",
    "penguins",
  ]);
  const row = /<tr data-experiment="penguins">[^]*?<\/tr>/.exec(text)?.[0] ??
    "";
  assertStringIncludes(row, "better");
  assertStringIncludes(row, "0.1");
  const [, address = ""] =
    /data-experiment="a\/b[^]*?<a href="([^"]*)"/.exec(text) ?? [];
  const there = await pages.get(decoded(address));
  assertEquals([there.status, textIn(there.text, "h1")], [200, "a/b & <c>"]);
  const byF1 = await pages.get("/?metric=f1");
  assertStringIncludes(byF1.text, "worse");
});

Deno.test("the best of an experiment is that of its newest sweep's goal, and which end is meant is said", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const runs = [["slow", 9, 0.9], ["fast", 2, 0.5]] as const;
  for (const [name, score, accuracy] of runs) {
    addRun(journal, {
      name,
      metrics: { score: [score], accuracy: [accuracy] },
    });
  }
  const pages = pagesOf(journal);
  const row = async (path: string) =>
    textIn((await pages.get(path)).text, "tbody");
  assertStringIncludes(await row("/"), "score 9 highest, of slow");
  assertStringIncludes(await row("/?metric=accuracy"), "0.9 highest, of slow");
  addRun(journal, { tags: { "nbtrack.sweep": "2 runs, min score" } });
  assertStringIncludes(await row("/"), "score 2 lowest, of fast");
  addRun(journal, {
    experiment: "other",
    name: "only",
    metrics: { things: [3, 4] },
  });
  assertStringIncludes(await row("/"), "things 4 last, of only");
  const { text } = await pages.get("/experiments/penguins");
  assertStringIncludes(text, '<span class="quiet">sweep</span>');
});

Deno.test("a run stays the best when it was reproduced, in the list of experiments and in their tables, here and in a site", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const reproduction = (of: string, name: string, loss: number) =>
    addRun(journal, {
      name,
      reproduces: of,
      tags: { "nbtrack.reproduces": of },
      metrics: { loss: [loss] },
    });
  addRun(journal, { name: "worse", metrics: { loss: [0.5] } });
  const best = addRun(journal, { name: "better", metrics: { loss: [0.1] } });
  reproduction(best, "again", 0.1);
  reproduction(best, "drifted", 0.05);
  const row = (text: string) =>
    /<tr data-experiment="penguins">[^]*?<\/tr>/.exec(text)?.[0] ?? "";
  const pages = pagesOf(journal);
  assertStringIncludes(row((await pages.get("/")).text), `/runs/${best}"`);
  const { text } = await pages.get("/experiments/penguins");
  const marked = text.split("<tr data-run=").filter((one) =>
    one.includes("(best here)")
  );
  assertEquals(marked.length, 1);
  assertStringIncludes(marked[0] ?? "", best);
  const dir = `${made.home}/site`;
  await writeSite({
    source: new JournalSource(journal),
    dir,
    names: machineNames({
      folders: [],
      home: undefined,
      user: undefined,
      host: undefined,
    }),
  });
  const index = row(Deno.readTextFileSync(`${dir}/index.html`));
  assertStringIncludes(index, ">better<");
  reproduction(crypto.randomUUID(), "of-another-machine's", 0.01);
  assertStringIncludes(
    row((await pages.get("/")).text),
    "of-another-machine",
    "its original is not there",
  );
});

Deno.test("the table of runs filters, sorts, pages and shows the columns that are asked for", async () => {
  using made = emptyJournal();
  const ids = [0.3, 0.1, 0.2].map((loss, i) =>
    addRun(made.journal, {
      name: `run-${i}`,
      metrics: { loss: [loss] },
      params: { k: String(i), same: "yes" },
    })
  );
  const pages = pagesOf(made.journal);
  const rows = async (query: string) =>
    attributes(
      (await pages.get(`/experiments/penguins${query}`)).text,
      "data-run",
    )
      .filter((id) => id !== "").map((id) => ids.indexOf(id));
  assertEquals((await rows("")).toSorted(), [0, 1, 2]);
  assertEquals(await rows("?sort=metrics.loss"), [1, 2, 0]);
  assertEquals(await rows("?sort=-metrics.loss"), [0, 2, 1]);
  assertEquals(await rows("?filter=metrics.loss%20%3C%200.25&sort=params.k"), [
    1,
    2,
  ]);
  assertEquals(await rows("?sort=metrics.loss&size=2"), [1, 2]);
  assertEquals(await rows("?sort=metrics.loss&size=2&page=2"), [0]);
  assertEquals(await rows("?sort=metrics.loss&size=9999"), [1, 2, 0]);
  assertEquals(await rows("?page=7"), []);
  const { text } = await pages.get(
    "/experiments/penguins?columns=params.same,metrics.loss&filter=params.k = '1'",
  );
  const headers = [...text.matchAll(/<th scope="col"[^>]*><a[^>]*>([^<]*)/g)]
    .map((found) => found[1]);
  assertEquals(headers, ["Run", "same", "loss"]);
  assertStringIncludes(text, "<caption>");
  assertEquals(attributes(text, "value").includes("params.k = '1'"), true);
  const usual = await pages.get("/experiments/penguins");
  assert(
    !usual.text.includes(">same</a></th>"),
    "a param that is the same everywhere",
  );
  assertStringIncludes(usual.text, ">k</a></th>");
});

Deno.test("the links of headers sort, first upwards and then downwards, and keep what else is asked for", async () => {
  using made = emptyJournal();
  addRun(made.journal, { metrics: { "val loss": [1] } });
  addRun(made.journal, { metrics: { "val loss": [2] } });
  const pages = pagesOf(made.journal);
  const sorts = (text: string) =>
    attributes(text, "href").map((href) =>
      new URL(href, "http://x").searchParams
    ).find((query) => query.get("sort")?.includes("val loss"));
  const first = await pages.get(
    "/experiments/penguins?filter=status = 'FINISHED'",
  );
  const up = sorts(first.text);
  assertEquals(up?.get("sort"), "metrics.`val loss`");
  assertEquals(up?.get("filter"), "status = 'FINISHED'");
  const second = await pages.get(`/experiments/penguins?${up}`);
  assertEquals(second.status, 200);
  assertStringIncludes(second.text, 'aria-sort="ascending"');
  assertEquals(sorts(second.text)?.get("sort"), "-metrics.`val loss`");
});

Deno.test("runs in groups have mean, standard deviation and count of each metric, without reproductions and sweeps", async () => {
  using made = emptyJournal();
  const ids = ([["1", 1], ["1", 3], ["2", 5]] as const).map(([k, loss]) =>
    addRun(made.journal, { params: { k }, metrics: { loss: [loss] } })
  );
  addRun(made.journal, {
    params: { k: "1" },
    metrics: { loss: [1] },
    reproduces: ids[0] ?? "",
  });
  addRun(made.journal, {
    params: { k: "1,2" },
    tags: { "nbtrack.sweep": "2 runs" },
  });
  // What it reproduces is not here: it is all that is known of that.
  const elsewhere = { reproduces: crypto.randomUUID() };
  addRun(made.journal, {
    ...elsewhere,
    params: { k: "3" },
    metrics: { loss: [8] },
  });
  addRun(made.journal, { metrics: { loss: [7] } });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get("/experiments/penguins?group=params.k");
  assertEquals(attributes(text, "data-group"), ["1", "2", "3", ""]);
  assertStringIncludes(text, "; without 1 reproduction and 1 sweep</caption>");
  const row = (value: string) =>
    textIn(text.slice(text.indexOf(`data-group="${value}"`) - 4), "tr");
  assertEquals(row("1"), "122.0 ± 1.4 n = 2");
  assertEquals(row("2"), "215 n = 1");
  assertEquals(row(""), "none17 n = 1");
  const two = await pages.get("/experiments/penguins?group=params.k,params.l");
  assertEquals(two.status, 400);
});

Deno.test("an unknown experiment, run or artifact is 404 and an unreadable query 400, each with a page that keeps the form", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { artifacts: { "notes.txt": "hello" } });
  const pages = pagesOf(made.journal);
  const kept = 'value="metrics.loss &lt;"';
  for (
    const [path, status, form] of [
      ["/experiments/penguin", 404, 'name="filter"'],
      ["/experiments/penguin?filter=metrics.loss <", 400, kept],
      ["/experiments/penguins?filter=metrics.loss <", 400, kept],
      ["/experiments/penguins?sort=nothing", 400, 'name="filter"'],
      ["/experiments/penguins?columns=nothing", 400, 'name="columns"'],
      ["/experiments/penguins?page=0", 400, 'name="filter"'],
      ["/experiments/penguins?size=many", 400, 'name="filter"'],
      ["/runs/nothing", 404, "<form"],
      [`/runs/${id}/artifacts/none.txt`, 404, "<form"],
      [`/runs/${id}/artifacts/none.txt?download`, 404, "<form"],
      [`/runs/${id}/metric?key=none`, 404, "<form"],
      [`/compare?runs=${id}`, 400, "<form"],
      ["/compare", 400, "<form"],
      ["/nothing", 404, "<form"],
    ] as const
  ) {
    const answer = await pages.get(path);
    assertEquals(answer.status, status, path);
    assertStringIncludes(answer.text, form, path);
    assertStringIncludes(answer.text, 'role="alert"', path);
  }
});

Deno.test("nothing changes by a request: every method but GET and HEAD is refused", async () => {
  using made = emptyJournal();
  addRun(made.journal);
  const { app } = pagesOf(made.journal);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const answer = await app.request("/", { method });
    assertEquals([answer.status, answer.headers.get("allow")], [
      405,
      "GET, HEAD",
    ]);
  }
  assertEquals((await app.request("/", { method: "HEAD" })).status, 200);
});

Deno.test("names that look like steps of a path have a page", async () => {
  using made = emptyJournal();
  for (const experiment of ["..", ".", "a b/../c", "100%", "ä?#&"]) {
    addRun(made.journal, { experiment });
  }
  const pages = pagesOf(made.journal);
  const { text } = await pages.get("/");
  const links = attributes(text, "href").filter((href) =>
    href.startsWith("/experiments")
  );
  assertEquals(links.length, 5);
  for (const href of links) {
    const there = await pages.get(href);
    assertEquals(there.status, 200, href);
  }
});
