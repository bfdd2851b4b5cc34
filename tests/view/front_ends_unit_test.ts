/** What front ends keep of HTML in a notebook that is not trusted, or that is shown as a page (docs/front-ends.md). */
import { assert, assertEquals } from "@std/assert";
import { cardBundle, runCard } from "../../src/view/run_card.ts";
import { chartBundle } from "../../src/view/chart_view.ts";
import { bucketsOf } from "../../src/view/charts.ts";
import { compareInCell, runsInCell } from "../../src/view/runs_in_cell.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

Deno.test("what is shown in a cell needs no style sheet, script, inline drawing, class or id, has text and Markdown beside HTML, and no PNG in front of it", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const ids = [1, 2].map((k) =>
    addRun(journal, {
      experiment: "e",
      params: { k: String(k) },
      metrics: { loss: [3, 2, k] },
      documents: { packages: [] },
      end: "FINISHED",
    })
  );
  const shown = async (value: object) =>
    await (value as Record<symbol, () => Promise<Record<string, unknown>>>)[
      Symbol.for("Jupyter.display")
    ]?.() ?? {};
  const run = { id: ids[0] ?? "", name: "n", experiment: "e" };
  const bundles = [
    cardBundle(runCard(journal, { ...run, status: "FINISHED" })),
    chartBundle({
      run_id: run.id,
      keys: ["loss"],
      series: [{ name: "loss", buckets: bucketsOf([{ step: 0, value: 1 }]) }],
      options: {},
      caption: "FINISHED",
      display_id: "1",
    }),
    await shown(await runsInCell("e", { home })),
    await shown(await compareInCell(ids, { home })),
  ];
  for (const bundle of bundles) {
    assertEquals(
      Object.keys(bundle).toSorted().slice(1),
      ["text/html", "text/markdown", "text/plain"],
    );
    const html = String(bundle["text/html"]);
    assert(
      !/<(?:style|script|svg|link|iframe)|\s(?:class|id|on\w+)=/i.test(html),
      html,
    );
    assert(!/(?:src|href)="(?!data:image\/svg\+xml|https?:)/.test(html), html);
    assert(!/var\(|currentColor/.test(html), "colours that are taken out");
  }
});
