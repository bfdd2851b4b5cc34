/** The questions that people ask most, each answered at most two clicks from the first page. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { addRun } from "../record/filled.ts";
import { decoded, pagesOf, textIn } from "./support.ts";
import { week } from "./week.ts";

/** Somebody who begins at the first page and counts the clicks. */
function visitor(journal: ReturnType<typeof week>["journal"]) {
  const pages = pagesOf(journal);
  let html = "";
  let clicks = 0;
  return {
    get clicks() {
      return clicks;
    },
    get html() {
      return html;
    },
    async start() {
      clicks = 0;
      html = (await pages.get("/")).text;
    },
    /** Follows the link with this text. */
    async click(text: string) {
      for (
        const [, href = "", inner = ""] of html.matchAll(
          /<a [^>]*?href="([^"]*)"[^>]*>([^]*?)<\/a>/g,
        )
      ) {
        if (decoded(inner.replaceAll(/<[^>]*>/g, "")).trim() !== text) continue;
        clicks++;
        const answer = await pages.get(decoded(href));
        assertEquals(answer.status, 200, href);
        html = answer.text;
        return;
      }
      throw new Error(`no link says "${text}"`);
    },
    /** Marks rows of the table and sends its form. */
    async compare(ids: readonly string[]) {
      clicks++;
      for (const id of ids) {
        assertStringIncludes(html, `name="runs" value="${id}"`);
      }
      html =
        (await pages.get(`/compare?${ids.map((id) => `runs=${id}`).join("&")}`))
          .text;
    },
    row: (start: string) =>
      html.slice(html.indexOf(start)).split("</tr>")[0] ?? "",
    part: (id: string) =>
      /^[^]*?<\/section>/.exec(html.slice(html.indexOf(`<section id="${id}"`)))
        ?.[0] ?? "",
  };
}

Deno.test("the questions that are asked most are answered in at most two clicks", async () => {
  using at = week();
  const visit = visitor(at.journal);
  const asked: Record<string, () => Promise<void>> = {
    "which run was best, and by what value": async () => {
      const row = visit.row('<tr data-experiment="penguins"');
      assertStringIncludes(row, "day-3");
      assertStringIncludes(row, "0.1");
      return await Promise.resolve();
    },
    "with what params": async () => {
      await visit.click("day-3");
      assertEquals(
        textIn(
          visit.html.slice(visit.html.indexOf('<th scope="row">k</th>')),
          "td",
        ),
        "3",
      );
    },
    "what is running now": async () => {
      assertStringIncludes(visit.html, "1 running");
      await visit.click("penguins");
      assertStringIncludes(visit.row(`<tr data-run="${at.ids[4]}"`), "running");
    },
    "what changed since the run before": async () => {
      await visit.click("penguins");
      await visit.click("day-2");
      assertStringIncludes(visit.part("changes"), "k 1 → 2");
    },
    "why is this one different": async () => {
      await visit.click("day-3");
      await visit.click("Compare with day-2");
      assertStringIncludes(visit.html, "<ins>+fit({ k: 3 })</ins>");
      assertStringIncludes(visit.html, "3.0.2");
    },
    "which cell failed, and how": async () => {
      await visit.click("penguins");
      await visit.click("day-4");
      assertStringIncludes(visit.html, "RangeError: k is too large");
      assertStringIncludes(visit.html, 'href="#cell-1"');
    },
    "what does the figure look like that was logged": async () => {
      await visit.click("day-3");
      assertStringIncludes(
        visit.part("artifacts"),
        '<img loading="lazy" alt="confusion.png"',
      );
    },
    "how does the loss go": async () => {
      await visit.click("day-3");
      assertStringIncludes(
        visit.html,
        'aria-label="loss over step, 0.1 to 1, last 0.1"',
      );
    },
    "how do the curves of two runs lie above each other": async () => {
      await visit.click("penguins");
      await visit.compare(at.ids.slice(1, 3));
      assertStringIncludes(visit.html, "2 series");
    },
    "which data and packages did it use": async () => {
      await visit.click("day-3");
      assertStringIncludes(visit.part("data"), "penguins.csv");
      assertStringIncludes(visit.part("packages"), "3.0.2");
    },
  };
  addRun(at.journal, {
    name: "again",
    reproduces: at.ids[2] ?? "",
    tags: { "nbtrack.verdict": "REPRODUCED" },
  });
  const more: typeof asked = {
    "did it reproduce": async () => {
      await visit.click("day-3");
      assertStringIncludes(visit.part("verdict"), "REPRODUCED");
    },
    "where does this curve come from": async () => {
      await visit.click("day-3");
      await visit.click("loss");
      assertStringIncludes(visit.html, "Cells behind it");
    },
    "which param mattered": async () => {
      await visit.click("penguins");
      await visit.compare(at.ids);
      assertMatch(
        visit.html,
        /Which param went with loss[^]*<th scope="row">k</,
      );
    },
    "how do I go on": async () => {
      await visit.click("day-3");
      assertStringIncludes(visit.html, "nbtrack reproduce ");
    },
  };
  Object.assign(asked, more);
  assertEquals(Object.keys(asked).length, 14);
  for (const [question, answer] of Object.entries(asked)) {
    await visit.start();
    await answer().catch((error) => {
      throw new Error(question, { cause: error });
    });
    assert(visit.clicks <= 2, `${question}: ${visit.clicks} clicks`);
  }
});
