/**
 * What a user does in JupyterLab's page.
 *
 * @module
 */
import type { Page } from "./lab.ts";
import { until } from "../until.ts";

/** Chooses an entry of JupyterLab's menu. */
export async function menu(
  page: Page,
  name: string,
  entry: string,
): Promise<void> {
  await page.click(`#jp-MainMenu >> text="${name}"`);
  await page.click(`.lm-Menu-itemLabel >> text="${entry}"`);
}

/** Waits until so many cells have a number at their prompt. */
export async function executed(page: Page, cells: number): Promise<void> {
  await until(`${cells} executed cells`, async () => {
    const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt")
      .allInnerTexts();
    return prompts.filter((p) => /\d/.test(p)).length >= cells;
  });
}

/** Runs one cell, by its place, as Shift-Enter does. */
export async function runCell(page: Page, at: number): Promise<void> {
  await page.locator(".jp-CodeCell .jp-InputArea-editor").nth(at).click();
  await page.keyboard.press("Control+Enter");
}

/** Saves the notebook. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
}
