/**
 * A JupyterLab with Deno's kernel and a browser in front of it, as a user has them.
 *
 * @module
 */
import {
  type Browser,
  chromium as browserType,
  type Page,
} from "npm:playwright-core@^1.57.0";
import { CHECKOUT, chromium, freePort, python, run, until } from "./setup.ts";

/** A running JupyterLab. */
export interface Lab {
  /** The folder it serves. */
  folder: string;
  /** nbtrack's folder for its kernels. */
  home: string;
  /** Opens a notebook and waits until its kernel is idle. */
  open(notebook: string): Promise<Page>;
  /** Runs a command of nbtrack on the same journal; returns what it printed as JSON. */
  nbtrack(...args: string[]): Promise<unknown>;
  close(): Promise<void>;
}

const SETTINGS = {
  "@jupyterlab/notebook-extension:tracker": {
    autoStartDefaultKernel: true,
    windowingMode: "none",
  },
  "@jupyterlab/apputils-extension:notification": {
    fetchNews: "false",
    checkForUpdates: false,
  },
};

/** Starts JupyterLab on a new folder. */
export async function startLab(env: Record<string, string> = {}): Promise<Lab> {
  const bin = await python();
  const program = await chromium();
  const root = await Deno.makeTempDir({ prefix: "nbtrack-lab-" });
  const folder = `${root}/work`;
  const home = `${root}/nbtrack`;
  await Deno.mkdir(folder);
  await Deno.mkdir(`${root}/.jupyter/labconfig`, { recursive: true });
  await Deno.writeTextFile(
    `${root}/.jupyter/labconfig/default_setting_overrides.json`,
    JSON.stringify(SETTINGS),
  );
  await Deno.mkdir(`${root}/kernels/kernels/deno`, { recursive: true });
  await Deno.writeTextFile(
    `${root}/kernels/kernels/deno/kernel.json`,
    JSON.stringify({
      argv: [
        Deno.execPath(),
        "jupyter",
        "--kernel",
        "--conn",
        "{connection_file}",
      ],
      display_name: "Deno",
      language: "typescript",
      interrupt_mode: "message",
    }),
  );
  const port = freePort();
  const denoDir = JSON.parse(await run(Deno.execPath(), ["info", "--json"]))
    .denoDir as string;
  const server = new Deno.Command(`${bin}/jupyter`, {
    args: [
      "lab",
      "--no-browser",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--ServerApp.token=",
      "--ServerApp.password=",
      `--ServerApp.root_dir=${folder}`,
      "--allow-root",
      "--ServerApp.disable_check_xsrf=True",
    ],
    cwd: folder,
    env: {
      ...env,
      HOME: root,
      NBTRACK_HOME: home,
      DENO_DIR: denoDir,
      JUPYTER_RUNTIME_DIR: `${root}/runtime`,
      JUPYTER_PATH: `${root}/kernels`,
    },
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("JupyterLab", async () => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/kernelspecs`);
      return "deno" in (await answer.json()).kernelspecs;
    } catch {
      return false; // not listening yet
    }
  });
  const browser: Browser = await browserType.launch({
    executablePath: program,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    folder,
    home,
    async open(notebook) {
      const page = await browser.newPage({
        viewport: { width: 1200, height: 900 },
      });
      await page.goto(`http://127.0.0.1:${port}/lab/tree/${notebook}?reset`);
      await page.waitForSelector(".jp-Notebook .jp-Cell");
      await page.waitForSelector(
        '.jp-Notebook-ExecutionIndicator[data-status="idle"]',
      );
      return page;
    },
    async nbtrack(...args) {
      return JSON.parse(
        await run(Deno.execPath(), [
          "run",
          "-A",
          `${CHECKOUT}src/cli/main.ts`,
          ...args,
          "--json",
        ], {
          cwd: folder,
          env: { NBTRACK_HOME: home },
        }),
      );
    },
    async close() {
      await browser.close();
      server.kill("SIGTERM");
      await server.status;
      await until("the kernels' recorders to end", async () => {
        const sessions = await run(Deno.execPath(), [
          "eval",
          `import { DatabaseSync } from "node:sqlite";
           const db = new DatabaseSync(${
            JSON.stringify(`${home}/journal.db`)
          }, { timeout: 5000 });
           console.log(db.prepare("SELECT count(*) AS n FROM sessions WHERE end_time IS NULL").get().n);`,
        ]);
        return sessions.trim() === "0";
      });
      await Deno.remove(root, { recursive: true });
    },
  };
}

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

/** Saves the notebook. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
}
