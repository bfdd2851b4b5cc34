/** The questions that people ask most, each answered in at most two clicks on what `nbtrack ui` shows in a browser. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chromium as browserType } from "npm:playwright-core@^1.57.0";
import { command } from "../cli/nbtrack.ts";
import { week } from "../web/week.ts";
import { chromium } from "./setup.ts";

/** `nbtrack ui` over a journal, as a process; its address. */
async function startUi(home: string) {
  const child = command(["ui", "--json", "--no-open"], { home }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const { url } = JSON.parse(value) as { url: string };
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.stderr.cancel();
      await child.status;
    },
  };
}

Deno.test("whoever opens what nbtrack ui prints has the ten questions that are asked most answered in at most two clicks", async () => {
  using made = week();
  await using ui = await startUi(made.home);
  const browser = await browserType.launch({
    executablePath: await chromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(ui.url);
    const home = new URL("/", ui.url).href;
    let clicks = 0;
    const click = async (selector: string) => {
      clicks++;
      await page.click(selector);
      await page.waitForLoadState();
    };
    const link = (text: string) => `a:text-is("${text}")`;
    const text = async (selector: string) =>
      (await page.locator(selector).allInnerTexts()).join("\n");
    const asked: Record<string, () => Promise<void>> = {
      "which run was best, and by what value": async () => {
        const row = await text("tr[data-experiment=penguins]");
        assertStringIncludes(row, "day-3");
        assertStringIncludes(row, "0.1");
      },
      "with what params": async () => {
        await click(link("day-3"));
        assertEquals(await text("table.pairs tr:has(th:text-is('k')) td"), "3");
      },
      "what is running now": async () => {
        assertStringIncludes(await text("main"), "1 running");
        await click(link("penguins"));
        assertStringIncludes(
          await text(`tr[data-run="${made.ids[4]}"]`),
          "running",
        );
      },
      "what changed since the run before": async () => {
        await click(link("penguins"));
        await click(link("day-2"));
        assertStringIncludes(await text("#changes"), "k 1 → 2");
      },
      "why is this one different": async () => {
        await click(link("day-3"));
        await click(link("Compare with day-2"));
        assertStringIncludes(await text("ins"), "+fit({ k: 3 })");
        assertStringIncludes(await text("#differences"), "3.0.2");
      },
      "which cell failed, and how": async () => {
        await click(link("penguins"));
        await click(link("day-4"));
        assertStringIncludes(
          await text("[data-status=error]"),
          "RangeError: k is too large",
        );
      },
      "what does the figure look like that was logged": async () => {
        await click(link("day-3"));
        const picture = page.locator("#artifacts img");
        await picture.scrollIntoViewIfNeeded();
        assertEquals(await picture.getAttribute("alt"), "confusion.png");
      },
      "how does the loss go": async () => {
        await click(link("day-3"));
        assertEquals(
          await page.locator("figure[data-metric=loss] svg").getAttribute(
            "aria-label",
          ),
          "loss over step, 0.1 to 1, last 0.1",
        );
      },
      "how do the curves of two runs lie above each other": async () => {
        await click(link("penguins"));
        for (const name of ["day-2", "day-3"]) {
          await page.check(`input[aria-label="Compare ${name}"]`);
        }
        await click("text=Compare the chosen runs");
        assertStringIncludes(
          await page.locator("figure[data-metric=loss] svg").getAttribute(
            "aria-label",
          ) ?? "",
          "2 series",
        );
      },
      "which data and packages did it use": async () => {
        await click(link("day-3"));
        assertStringIncludes(await text("#data"), "penguins.csv");
        assertStringIncludes(await text("#packages"), "3.0.2");
      },
    };
    assertEquals(Object.keys(asked).length, 10);
    for (const [question, answer] of Object.entries(asked)) {
      await page.goto(home);
      clicks = 0;
      await answer().catch((cause) => {
        throw new Error(question, { cause });
      });
      assert(clicks <= 2, `${question}: ${clicks} clicks`);
    }
  } finally {
    await browser.close();
  }
});
