/** The table of runs: which value of a metric it shows, stars, groups that are sorted. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes, pagesOf, textIn } from "./support.ts";

/** Three runs whose last, best and tenth values have different orders. */
function threeRuns(journal: Journal): string[] {
  const courses = {
    one: [9, 1, 5],
    two: [8, 3, 4],
    three: [7, 2, 6, Number.NaN],
  };
  return Object.entries(courses).map(([name, loss]) =>
    addRun(journal, { name, metrics: { loss, lr: [3, 2, 1] } })
  );
}

/** What a column of the table shows, by its runs' names in the order of the rows. */
function column(html: string, title: string): Record<string, string> {
  const head = /<thead>[^]*?<\/thead>/.exec(html)?.[0] ?? "";
  const heads = [...head.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(
    ([, text = ""]) => text.replaceAll(/<[^>]*>/g, "").trim(),
  );
  const at = heads.findIndex((text) => text.startsWith(title));
  assert(at >= 0, heads.join());
  return Object.fromEntries(
    [...html.matchAll(/<tr data-run[^]*?<\/tr>/g)].map(([row]) => {
      const cells = [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)];
      return [
        textIn(row, "a"),
        (cells[at]?.[1] ?? "").replaceAll(/<[^>]*>/g, "")
          .replace(" (best here)", ""),
      ];
    }),
  );
}

Deno.test("a metric's column shows its last value, its best, or the one at a step, and is sorted by what it shows", async () => {
  using made = emptyJournal();
  threeRuns(made.journal);
  const pages = pagesOf(made.journal);
  const shown = async (query: string) =>
    column(
      (await pages.get(`/experiments/penguins?sort=metrics.loss${query}`)).text,
      "loss",
    );
  assertEquals(await shown(""), { two: "4", one: "5", three: "NaN" });
  const best = { one: "1", three: "2", two: "3" };
  assertEquals(await shown("&values=best"), best);
  assertEquals(
    Object.keys(await shown("&values=best")),
    ["one", "three", "two"],
  );
  assertEquals(
    Object.entries(await shown("&values=step&step=0")),
    [["three", "7"], ["two", "8"], ["one", "9"]],
  );
  assertEquals(
    Object.entries(await shown("&values=step&step=2")),
    [["two", "4"], ["one", "5"], ["three", "6"]],
    "the last one at or before it",
  );
  assertEquals(await shown("&values=best&size=1&page=2"), { three: "2" });
  assertEquals(
    Object.entries(await shown("&values=max")),
    [["three", "7"], ["two", "8"], ["one", "9"]],
  );
  assertEquals(await shown("&values=min"), best);
  const { text } = await pages.get("/experiments/penguins?values=best");
  assertEquals(column(text, "lr")["one"], "1", "no better end is known");
  assertStringIncludes(text, 'loss <span class="quiet">lowest</span>');
  assertStringIncludes(text, 'lr <span class="quiet">last</span>');
  const sorts = attributes(text, "href").filter((href) =>
    href.includes("sort=metrics.loss")
  );
  assert(sorts.length > 0);
  for (const href of sorts) assertStringIncludes(href, "values=best");
});

Deno.test("an open run's best value is the one of now", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, { metrics: { loss: [3] }, end: null });
  const pages = pagesOf(made.journal);
  const shown = async () =>
    Object.values(
      column(
        (await pages.get("/experiments/penguins?values=best")).text,
        "loss",
      ),
    );
  assertEquals(await shown(), ["3"]);
  const writer = made.journal.metricWriter(id);
  writer.log("loss", 2, 1);
  writer.close();
  assertEquals(await shown(), ["2"]);
});

Deno.test("values that cannot be understood are 400, with a page that keeps the form", async () => {
  using made = emptyJournal();
  threeRuns(made.journal);
  const pages = pagesOf(made.journal);
  for (const query of ["values=most", "values=step", "values=step&step=x"]) {
    const { status, text } = await pages.get(`/experiments/penguins?${query}`);
    assertEquals(status, 400, query);
    assertStringIncludes(text, 'name="step"');
  }
});

Deno.test("runs that are equally good are the best alike, in a table and side by side, and a reproduction is none", async () => {
  using made = emptyJournal();
  const ids = [0.9, 0.8, 0.9].map((accuracy) =>
    addRun(made.journal, { metrics: { accuracy: [accuracy] } })
  );
  const [first = ""] = ids;
  const again = addRun(made.journal, {
    reproduces: first,
    metrics: { accuracy: [0.9] },
  });
  const pages = pagesOf(made.journal);
  for (
    const path of [
      "/experiments/penguins",
      `/compare?runs=${[...ids, again].join(",")}`,
    ]
  ) {
    const { text } = await pages.get(path);
    assertEquals(text.match(/\(best here\)/g)?.length, 2, path);
  }
});

/** The headers of a table. */
function heads(html: string): string[] {
  return [...html.matchAll(/<th scope="col"[^>]*>([^]*?)<\/th>/g)].map(
    ([, text = ""]) => text.replaceAll(/<[^>]*>/g, "").trim(),
  );
}

Deno.test("a metric that alone differs has the first column of values, what has none is named, and its curves are below", async () => {
  using made = emptyJournal();
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const run of [1, 2]) {
    addRun(made.journal, {
      params: Object.fromEntries(
        [...numbers, 9, 10, 11].map((n) => [`p${n}`, String(n * run)]),
      ),
      metrics: {
        ...Object.fromEntries(numbers.map((n) => [`m${n}`, [0, n]])),
        zloss: [3, run],
      },
    });
  }
  const pages = pagesOf(made.journal);
  const { text } = await pages.get("/experiments/penguins");
  assertEquals(
    heads(text).slice(0, 10),
    ["Run", "State", "Started", "zloss", "m1", "m2", "m3", "m4", "m5", "p1"],
  );
  assertEquals(heads(text).length, 3 + 6 + 10);
  assertStringIncludes(
    text,
    "Left out: metrics.m6, metrics.m7, metrics.m8, params.p9.",
  );
  assertStringIncludes(text, 'data-metric="zloss"');
  const sorted = (await pages.get("/experiments/penguins?sort=metrics.m8"))
    .text;
  assertEquals(
    heads(sorted).slice(3, 9),
    ["zloss", "m1", "m2", "m3", "m4", "m8 ↑"],
    "what is sorted by is shown",
  );
  const asked = await pages.get("/experiments/penguins?columns=metrics.m8");
  assertEquals(heads(asked.text), ["Run", "m8"]);
  assertEquals(asked.text.includes("Left out"), false);
  addRun(made.journal, { tags: { "nbtrack.sweep": "2 runs, max m7" } });
  assertEquals(
    heads((await pages.get("/experiments/penguins")).text).slice(3, 5),
    ["m7", "zloss"],
    "what a sweep calls best is first",
  );
});

Deno.test("a run that diverged is the best on no page", async () => {
  using made = emptyJournal();
  const ids = [Infinity, 0.5, 0.7].map((accuracy, i) =>
    addRun(made.journal, { name: `r${i}`, metrics: { accuracy: [accuracy] } })
  );
  const pages = pagesOf(made.journal);
  for (
    const path of ["/experiments/penguins", `/compare?runs=${ids.join(",")}`]
  ) {
    const { text } = await pages.get(path);
    assertEquals(
      text.match(/[^>]+(?=<span class="unseen"> \(best here)/g),
      ["0.7"],
      path,
    );
  }
  assertStringIncludes((await pages.get("/")).text, "<strong>0.7</strong>");
});

Deno.test("groups have the mean of what is shown, and are sorted by it", async () => {
  using made = emptyJournal();
  for (
    const [k, loss] of [
      ["1", [1, 9]],
      ["1", [3, 9]],
      ["2", [5, 1]],
      ["3", []],
    ] as const
  ) {
    addRun(made.journal, { params: { k }, metrics: { loss } });
  }
  const pages = pagesOf(made.journal);
  const groups = async (query: string) => {
    const { text } = await pages.get(
      `/experiments/penguins?group=params.k${query}`,
    );
    return attributes(text, "data-group");
  };
  assertEquals(await groups(""), ["1", "2", "3"]);
  assertEquals(await groups("&sort=metrics.loss"), ["2", "1", "3"]);
  assertEquals(await groups("&sort=-metrics.loss"), ["1", "2", "3"]);
  assertEquals(await groups("&sort=-params.k"), ["3", "2", "1"]);
  const { text } = await pages.get(
    "/experiments/penguins?group=params.k&values=best&columns=metrics.loss",
  );
  assertStringIncludes(text, '2.0 ± 1.4 <span class="quiet">n = 2</span>');
});

/** Sends the star's form. */
async function star(
  { app }: ReturnType<typeof pagesOf>,
  run_id: string,
  form: Record<string, string>,
): Promise<Response> {
  return await app.request(`/runs/${run_id}/star`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
}

Deno.test("a star is given and taken by a form, stays in the journal, and a table can show starred runs alone", async () => {
  using made = emptyJournal();
  const [one = "", two = ""] = threeRuns(made.journal);
  const pages = pagesOf(made.journal);
  const starred = async () =>
    attributes(
      (await pages.get("/experiments/penguins?starred=1")).text,
      "data-run",
    ).filter((id) => id !== "");
  assertEquals(await starred(), []);
  const given = await star(pages, one, {
    starred: "true",
    back: "/experiments/penguins?page=1",
  });
  assertEquals([given.status, given.headers.get("location")], [
    303,
    "/experiments/penguins?page=1",
  ]);
  assertEquals(await starred(), [one]);
  assertEquals((await star(pages, two, { starred: "true" })).status, 204);
  assertEquals((await starred()).toSorted(), [one, two].toSorted());
  const { text } = await pages.get(`/runs/${two}`);
  assertStringIncludes(text, 'value="false" aria-pressed="true"');
  await star(pages, one, { starred: "false" });
  assertEquals(await starred(), [two]);
  // It is no part of what is delivered or packed.
  assertEquals(made.journal.entries.tags(two), []);
  assertEquals((await star(pages, "none", { starred: "true" })).status, 404);
});

Deno.test("a star changes nothing by GET, and leads to no other host", async () => {
  using made = emptyJournal();
  const [one = ""] = threeRuns(made.journal);
  const pages = pagesOf(made.journal);
  await pages.get(`/runs/${one}/star?starred=true`);
  assertEquals(
    new JournalSource(made.journal).stars.among({ run_ids: [one] }).size,
    0,
  );
  for (
    const back of [
      "//evil.example/",
      "/\\evil.example",
      "https://e.x/",
      "/\t/evil.example/",
      "/\n/evil.example/",
      "/.//evil.example/",
      "/a\r\nX: y",
      "/\0",
      "experiments",
    ]
  ) {
    const answer = await star(pages, one, { starred: "true", back });
    assertEquals(
      [answer.status, answer.headers.get("location")],
      [400, null],
      JSON.stringify(back),
    );
  }
  assertEquals(
    new JournalSource(made.journal).stars.among({ run_ids: [one] }).size,
    0,
  );
  const other = await star(pages, one, {
    starred: "true",
    back: "/experiments/é €?filter=a < 1",
  });
  assertEquals(
    [other.status, other.headers.get("location")],
    [303, "/experiments/%C3%A9%20%E2%82%AC?filter=a%20%3C%201"],
  );
});

Deno.test("the first columns have the classes that keep them in place", async () => {
  using made = emptyJournal();
  threeRuns(made.journal);
  const { text } = await pagesOf(made.journal).get("/experiments/penguins");
  assertEquals(text.match(/<th scope="row" class="name">/g)?.length, 3);
  assertEquals(text.match(/<td class="pick"><input/g)?.length, 3);
});

Deno.test("a site's table has no star, and its values as exact as sorting needs", async () => {
  using made = emptyJournal();
  addRun(made.journal, { metrics: { loss: [0.123456789012] } });
  addRun(made.journal, { metrics: { loss: [0.123456789011] } });
  await writeSite({
    source: new JournalSource(made.journal),
    dir: `${made.home}/site`,
    names: [],
  });
  const text = Deno.readTextFileSync(
    `${made.home}/site/experiments/penguins/index.html`,
  );
  assertEquals(attributes(text, "data-value"), [
    "0.123456789011",
    "0.123456789012",
  ]);
  assert(!text.includes('class="star"'));
  assertStringIncludes(text, "data-sortable");
});

Deno.test("runs that differ by their seed alone are told apart by it, in the table and under their sweep", async () => {
  using made = emptyJournal();
  const sweep = addRun(made.journal, { name: "sweep" });
  for (const seed of [41, 42]) {
    addRun(made.journal, {
      name: `repeat-${seed}`,
      parent: sweep,
      params: { k: "5" },
      seed,
    });
  }
  const pages = pagesOf(made.journal);
  const shown = async (query: string) =>
    column((await pages.get(`/experiments/penguins${query}`)).text, "Seed");
  assertEquals(await shown(""), {
    sweep: "",
    "repeat-41": "41",
    "repeat-42": "42",
  });
  assertEquals(Object.keys(await shown("?sort=-seed"))[0], "repeat-42");
  assertEquals(
    await shown("?columns=seed&filter=seed%20%3D%2041"),
    { "repeat-41": "41" },
  );
  const { text } = await pages.get(`/runs/${sweep}`);
  const part = /<section id="children"[^]*?<\/section>/.exec(text)?.[0] ?? "";
  assertStringIncludes(part, '<th scope="col" class="number">Seed</th>');
  assertStringIncludes(part, '<td class="number">42</td>');
  for (const k of ["1", "2"]) {
    addRun(made.journal, { experiment: "alike", params: { k }, seed: 7 });
  }
  const alike = await pages.get("/experiments/alike");
  assertEquals(alike.text.includes("Seed"), false);
});

Deno.test("a page behind the last of a table leads to the first, with what else is asked for", async () => {
  using at = emptyJournal();
  addRun(at.journal, { metrics: { loss: [1] } });
  addRun(at.journal, { metrics: { loss: [2] } });
  const pages = pagesOf(at.journal);
  const { status, text } = await pages.get(
    "/experiments/penguins?page=9&sort=metrics.loss",
  );
  assertEquals(status, 200);
  assertStringIncludes(
    text,
    'The table has no page 9. <a href="/experiments/penguins?sort=metrics.loss">Show the first</a>',
  );
  assertEquals(text.includes("Compare the chosen runs"), false);
});

Deno.test("below a table are curves of what its first rows have logged, and each of them is there", async () => {
  using made = emptyJournal();
  for (let n = 0; n < 20; n++) {
    addRun(made.journal, { metrics: { old: [2, 1], loss: [2, 1] } });
  }
  for (let n = 0; n < 10; n++) {
    addRun(made.journal, { metrics: { accuracy: [0.5, n / 10] } });
  }
  const pages = pagesOf(made.journal);
  const drawn = async (query: string) => {
    const { text } = await pages.get(`/experiments/penguins${query}`);
    for (const href of attributes(text, "data-later")) {
      assertEquals((await pages.get(href)).status, 200, href);
    }
    return attributes(text, "data-metric");
  };
  assertEquals(await drawn(""), ["accuracy"]);
  assertEquals(await drawn("?size=50&sort=start_time"), ["old", "loss"]);
  assertEquals(await drawn("?columns=metrics.loss"), []);
});
