/**
 * Checks of this machine: Deno, kernel, kernelspec, notebook, packages, disk.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { duration, sizeText } from "../base/quantities.ts";
import { ifThere } from "../base/files.ts";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "../base/zod.ts";
import { isFileGone, readNotebookConfig } from "../packages/deno_config.ts";
import { startKernel } from "../jupyter/kernel.ts";
import type { Check } from "../gitlab/access.ts";
import { type DoctorOptions, fail, failed, ok, warn } from "./checks.ts";
import { kernelNameOf, type Notebook, sourceOf } from "../notebook/notebook.ts";
import {
  findTrackedKernelspec,
  TRACKED_DISPLAY,
  TRACKED_NAME,
} from "./tracked_kernelspec.ts";
import { readDenoNotebook } from "../runner/read_notebook.ts";

/** The Deno that nbtrack is made for; its kernel was another one before 2.8. */
const WANTED_DENO: readonly [number, number] = [2, 9];
/** Less free space than this is too little, and than this soon will be, bytes. */
const LEAST_FREE = 50e6;
const LITTLE_FREE = 1e9;
const PACKAGE = "@nbtrack/nbtrack";
const UPGRADE = "Run `deno upgrade`.";
const KERNEL_TIMEOUT_MS = 30_000;

/** Checks everything but nbtrack's own folder. */
export async function* machineChecks(
  options: DoctorOptions,
): AsyncGenerator<Check> {
  const { notebook, jupyter } = options;
  const cwd = notebook === undefined ? options.cwd : dirname(notebook);
  const { deno } = Deno.version;
  yield denoCheck(deno);
  yield await kernelCheck(cwd, deno);
  yield await kernelspecCheck(jupyter);
  yield await trackedKernelCheck(jupyter);
  if (notebook !== undefined) yield await notebookCheck(notebook);
  yield packagesCheck(cwd);
}

/** Whether nbtrack is made for a version of Deno. */
export function denoCheck(deno: string): Check {
  const [major = 0, minor = 0] = deno.split(".").map(Number);
  const [least, leastMinor] = WANTED_DENO;
  return major > least || (major === least && minor >= leastMinor)
    ? ok("deno", `Deno ${deno}.`)
    : warn(
      "deno",
      `Deno ${deno} is older than ${
        WANTED_DENO.join(".")
      }, for which nbtrack is made.${
        hasFaultyKernel(deno)
          ? " Kernels of Deno 2.8 have known faults: front ends may not connect, and errors are not shown."
          : ""
      }`,
      UPGRADE,
    );
}

function hasFaultyKernel(deno: string): boolean {
  return deno.startsWith("2.8.");
}

/** A kernel that does not work: where its Deno is known for that, this is the reason. */
export function kernelFault(error: unknown, deno: string): Check {
  const check = failed("kernel", error);
  return hasFaultyKernel(deno)
    ? {
      ...check,
      hint: `Run \`deno upgrade\`: kernels of Deno ${deno} have known faults.`,
    }
    : check;
}

async function kernelCheck(cwd: string, deno: string): Promise<Check> {
  const began = performance.now();
  try {
    const kernel = await startKernel({ cwd, timeout_ms: KERNEL_TIMEOUT_MS });
    try {
      const reply = await kernel.execute("1 + 1", {
        timeout_ms: KERNEL_TIMEOUT_MS,
      });
      return reply.status === "ok"
        ? ok(
          "kernel",
          `Deno's kernel starts and answers, after ${
            duration(performance.now() - began)
          }.`,
        )
        : fail(
          "kernel",
          `Deno's kernel starts, but 1 + 1 failed: ${
            reply.evalue ?? "no reason given"
          }.`,
          "Run `deno upgrade`, or try another folder.",
        );
    } finally {
      await kernel.shutdown();
    }
  } catch (error) {
    return kernelFault(error, deno);
  }
}

const specSchema = z.looseObject({
  argv: z.array(z.string()).min(1),
  interrupt_mode: z.string().optional(),
});

async function kernelspecCheck(
  { found, search }: DoctorOptions["jupyter"],
): Promise<Check> {
  const name = "kernelspec";
  for (const folder of search) {
    const path = join(folder, "kernels", "deno", "kernel.json");
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (
        error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory
      ) continue;
      return failed(name, error);
    }
    const spec = specSchema.safeParse(parsedJson(text));
    if (!spec.success) {
      return fail(
        name,
        `${path} cannot be read as a kernelspec.`,
        "Remove it and run `nbtrack init`.",
      );
    }
    const [program = ""] = spec.data.argv;
    if (/[/\\]/.test(program) && !isThere(program)) {
      return fail(
        name,
        `${path} starts ${program}, which is not there.`,
        "Remove it and run `nbtrack init`.",
      );
    }
    return spec.data.interrupt_mode === "message"
      ? ok(name, `Jupyter finds the kernel in ${path}.`)
      : warn(
        name,
        `${path} lacks "interrupt_mode": "message": Interrupt ends the kernel, and its variables are gone.`,
        "Run `nbtrack init` in the notebooks' folder, which adds it.",
      );
  }
  return found
    ? warn(
      name,
      "Jupyter is there, but it does not know Deno's kernel.",
      "Run `nbtrack init` in the notebooks' folder, or `deno jupyter --install`.",
    )
    : ok(
      name,
      "Jupyter was not found; `nbtrack run` and VS Code work without.",
    );
}

async function trackedKernelCheck(
  jupyter: DoctorOptions["jupyter"],
): Promise<Check> {
  const name = "tracked-kernel";
  const hint = "Run `nbtrack kernel install`.";
  const spec = await findTrackedKernelspec(jupyter.search);
  if (spec === null) {
    return jupyter.found
      ? warn(
        name,
        `Jupyter does not know the kernel ${TRACKED_DISPLAY}, which records from the first cell.`,
        hint,
      )
      : ok(
        name,
        `Without Jupyter the kernel ${TRACKED_DISPLAY} is not needed.`,
      );
  }
  const absent = spec.files.find((file) => !isThere(file));
  return absent === undefined
    ? ok(name, `Jupyter finds the kernel ${TRACKED_DISPLAY} in ${spec.path}.`)
    : fail(name, `${spec.path} starts ${absent}, which is not there.`, hint);
}

async function notebookCheck(path: string): Promise<Check> {
  try {
    const notebook = await readDenoNotebook(path);
    const code = notebook.cells.filter((cell) => cell.cell_type === "code")
      .length;
    const tracked = kernelNameOf(notebook) === TRACKED_NAME;
    const gap = importsByName(notebook) ? nameGap(dirname(path)) : null;
    if (gap !== null) {
      return fail(
        "notebook",
        `${path} imports ${PACKAGE}, and ${gap}.`,
        `Run \`nbtrack init ${dirname(path)}\`, and restart the kernel.`,
      );
    }
    return ok(
      "notebook",
      `${path} is a notebook for ${
        tracked ? `the kernel ${TRACKED_DISPLAY}` : "Deno's kernel"
      } with ${code} code cell${code === 1 ? "" : "s"}.`,
      tracked
        ? undefined
        : `With the kernel ${TRACKED_DISPLAY} it is recorded from its first cell.`,
    );
  } catch (error) {
    return failed("notebook", error);
  }
}

/** Whether a cell imports nbtrack by its name. */
function importsByName(notebook: Notebook): boolean {
  return notebook.cells.some((cell) =>
    cell.cell_type === "code" &&
    /["']@nbtrack\/nbtrack["']/.test(sourceOf(cell))
  );
}

/** Why the configuration of a folder does not lead to nbtrack; null when it does. */
function nameGap(folder: string): string | null {
  const { file, root, importMap } = readNotebookConfig(folder);
  for (const one of [file, root, importMap]) {
    const imports = one?.config.imports ?? {};
    if (one === null || !Object.hasOwn(imports, PACKAGE)) continue;
    return isFileGone(imports[PACKAGE], one.path)
      ? `${one.path} says that it is ${imports[PACKAGE]}, which is not there`
      : null;
  }
  return "no deno.json of its folder says what that is";
}

/** A package.json makes Deno take npm packages from a node_modules that has to be installed. */
function packagesCheck(cwd: string): Check {
  const name = "packages";
  const { nodeModules, missing } = readNotebookConfig(cwd);
  const [unread] = missing;
  if (unread !== undefined) {
    return fail(name, `${unread.what}: ${unread.why}`, "Mend that file.");
  }
  if (nodeModules === null) {
    return ok(name, "Imports of npm packages come from Deno's cache.");
  }
  const cure =
    'Add "nodeModulesDir": "none" to the deno.json of the notebooks\' folder; `nbtrack init` does.';
  return isThere(nodeModules)
    ? warn(
      name,
      `Imports of npm packages come from ${nodeModules}, because of a package.json or deno.json there: what is not installed in it cannot be imported.`,
      cure,
    )
    : fail(
      name,
      `A package.json makes Deno take npm packages from ${nodeModules}, which is not there: importing them fails.`,
      cure,
    );
}

/** Checks the free space where nbtrack's folder is, or will be. */
export async function* diskCheck(home: string): AsyncGenerator<Check> {
  let folder = home;
  while (!isThere(folder) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  const { bavail, bsize } = await statfs(folder);
  const free = Number(bavail) * Number(bsize);
  const message = `${sizeText(free)} are free on the disk of ${home}.`;
  const hint = "Free space there, or set NBTRACK_HOME to another disk.";
  yield free < LEAST_FREE
    ? fail("disk", message, hint)
    : free < LITTLE_FREE
    ? warn("disk", message, hint)
    : ok("disk", message);
}

function isThere(path: string): boolean {
  return ifThere(() => Deno.statSync(path)) !== null;
}
