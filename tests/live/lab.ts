/**
 * A JupyterLab with Deno's kernel and a browser in front of it, as a user has them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import {
  type Browser,
  chromium as browserType,
  type Page,
} from "npm:playwright-core@^1.57.0";
import { z } from "../../src/base/zod.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import {
  CHECKOUT,
  chromium,
  DENO_KERNELSPEC,
  freePort,
  python,
  run,
} from "./setup.ts";
import { LONGEST_MS, until } from "../until.ts";

export type { Page };

/** The kernels of a JupyterLab by the names of their kernelspecs: Deno's own, and the tracked one. */
export const LAB_KERNELS = ["deno", "nbtrack"] as const;
/** The name of a kernelspec. */
export type LabKernel = (typeof LAB_KERNELS)[number];

/** A running JupyterLab. */
export interface Lab {
  /** The folder it serves. */
  folder: string;
  /** Writes a notebook with these code cells; their ids are cell-0, cell-1 and so on. @default {Deno's own kernel} */
  write(
    notebook: string,
    sources: readonly string[],
    kernel?: LabKernel,
  ): Promise<void>;
  /** Opens a notebook and waits until its kernel is idle. */
  open(notebook: string): Promise<Page>;
  /** Runs a command of nbtrack on the same journal; returns what it printed as JSON. */
  nbtrack(...args: string[]): Promise<unknown>;
  /** What the journal says of the kernel sessions of a notebook, the oldest first. */
  sessions(notebook: string): Session[];
  close(): Promise<void>;
}

const sessionSchema = z.object({
  pid: z.number(),
  connection_file: z.string().nullable(),
  end_time: z.number().nullable(),
});

/** A kernel session in the journal. */
export type Session = z.infer<typeof sessionSchema>;

const openedSchema = z.array(z.looseObject({
  path: z.string(),
  kernel: z.looseObject({
    name: z.string(),
    execution_state: z.string(),
  }).nullable(),
}));

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
export async function startLab(): Promise<Lab> {
  const bin = await python();
  const executablePath = await chromium();
  const root = await Deno.makeTempDir({ prefix: "nbtrack-lab-" });
  const folder = `${root}/work`;
  const env = await environment(root);
  const port = freePort();
  await Deno.mkdir(folder);
  await configure(root, env);
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
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const address = `http://127.0.0.1:${port}`;
  let browser: Browser | undefined;
  const journal = `${env["NBTRACK_HOME"]}/journal.db`;
  const close = async () => {
    await browser?.close();
    server.kill("SIGTERM");
    await server.status;
    try {
      await until(
        "the recorders to end",
        () => sessionsOf(journal, "%").every((one) => one.end_time !== null),
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  };
  try {
    await until("JupyterLab", async () => {
      try {
        const answer = await fetch(`${address}/api/kernelspecs`);
        return "deno" in (await answer.json()).kernelspecs;
      } catch (error) {
        if (error instanceof TypeError) return false; // not listening yet
        throw error;
      }
    });
    browser = await browserType.launch({
      executablePath,
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
  } catch (error) {
    await close();
    throw error;
  }
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
  });
  context.setDefaultTimeout(LONGEST_MS);
  return {
    folder,
    close,
    async write(notebook, sources, kernel = "deno") {
      const cells = sources.map((source, i) =>
        newCodeCell(source, { id: `cell-${i}` })
      );
      const written = newNotebook(cells);
      written.metadata["kernelspec"] = {
        display_name: kernel === "deno" ? "Deno" : "Deno (nbtrack)",
        language: "typescript",
        name: kernel,
      };
      await Deno.writeTextFile(
        `${folder}/${notebook}`,
        formatNotebook(written),
      );
    },
    async open(notebook) {
      const page = await context.newPage();
      await page.goto(`${address}/lab/tree/${notebook}?reset`);
      await page.waitForSelector(".jp-Notebook .jp-Cell");
      await until(`the kernel of ${notebook}`, async () => {
        const answer = await fetch(`${address}/api/sessions`);
        return openedSchema.parse(await answer.json()).some((session) =>
          session.path === notebook &&
          LAB_KERNELS.some((name) => name === session.kernel?.name) &&
          session.kernel?.execution_state === "idle"
        );
      });
      await page.waitForSelector('.jp-Toolbar-kernelName:has-text("Deno")');
      await page.waitForSelector(
        '.jp-Notebook-ExecutionIndicator[data-status="idle"]',
      );
      return page;
    },
    async nbtrack(...args) {
      const command = ["run", "-A", `${CHECKOUT}src/cli/main.ts`];
      return JSON.parse(
        await run(Deno.execPath(), [...command, ...args, "--json"], {
          cwd: folder,
          env,
        }),
      );
    },
    sessions: (notebook) => sessionsOf(journal, `%/${notebook}`),
  };
}

/** What the server, its kernels and nbtrack see of this machine. */
async function environment(root: string): Promise<Record<string, string>> {
  const { denoDir } = z.looseObject({ denoDir: z.string() }).parse(
    JSON.parse(await run(Deno.execPath(), ["info", "--json"])),
  );
  return {
    HOME: root,
    NBTRACK_HOME: `${root}/nbtrack`,
    DENO_DIR: denoDir,
    JUPYTER_RUNTIME_DIR: `${root}/runtime`,
    JUPYTER_PATH: `${root}/kernels`,
    JUPYTER_DATA_DIR: `${root}/kernels`,
  };
}

async function configure(
  root: string,
  env: Record<string, string>,
): Promise<void> {
  const settings = `${root}/.jupyter/labconfig`;
  await Deno.mkdir(settings, { recursive: true });
  await Deno.writeTextFile(
    `${settings}/default_setting_overrides.json`,
    JSON.stringify(SETTINGS),
  );
  const spec = `${root}/kernels/kernels/deno`;
  await Deno.mkdir(spec, { recursive: true });
  await Deno.writeTextFile(`${spec}/kernel.json`, DENO_KERNELSPEC);
  const install = ["run", "-A", `${CHECKOUT}src/cli/main.ts`, "kernel"];
  await run(Deno.execPath(), [...install, "install"], { env });
}

function sessionsOf(journal: string, notebook: string): Session[] {
  if (!existsSync(journal)) return []; // nothing was tracked yet
  using db = new DatabaseSync(journal, { readOnly: true, timeout: 5000 });
  return z.array(sessionSchema).parse(
    db.prepare(
      "SELECT pid, connection_file, end_time FROM sessions WHERE coalesce(notebook, '') LIKE ? ORDER BY start_time",
    ).all(notebook).map((row) => ({ ...row })),
  );
}
