/**
 * Everything that is put in place before the first cell: the folder, the data, the modules, the packages, the Deno.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { checkBundle, type Checked } from "./checks.ts";
import { chooseCells } from "./choose_cells.ts";
import { coloured, replayEnv } from "./replay/replay_env.ts";
import {
  type ChosenDeno,
  currentDeno,
  denoOfVersion,
  otherEnvironment,
} from "./deno_version.ts";
import { placePackages } from "./packages/place_packages.ts";
import {
  NO_PACKAGES,
  type PlacedPackages,
} from "./packages/placed_packages.ts";
import { DataFolder } from "./data_folder.ts";
import { provideData } from "./provide_data.ts";
import type { ProvidedData } from "./put_data.ts";
import { replacedCode } from "./standing_data.ts";
import {
  answersEnv,
  type RedactedAnswers,
  restoreRedacted,
} from "./redacted_values.ts";
import type { PlannedCell } from "./replay/plan.ts";
import {
  parseConfig,
  replayConfig,
  sandboxConfig,
} from "./replay/replay_config.ts";
import type {
  Cause,
  Difference,
  ReproduceDimension,
  SandboxGrants,
  SandboxSurroundings,
} from "./replay/types.ts";
import { outsideFolder } from "./sandbox/outside_paths.ts";
import { placeModules } from "./replay/place_modules.ts";
import { removeFolder } from "./replay/remove_folder.ts";
import { cleanKeptFolder, listedFiles } from "./replay/kept_folder.ts";
import { givenNotebook, savedFile } from "./own_notebook.ts";
import { unseenCells } from "./unknown_sources.ts";
import { cellsAfterEnd, recordWarnings } from "./record_warnings.ts";
import {
  makeWorkspace,
  openWorkspace,
  type PlacedNotebook,
  placeNotebook,
  type Workspace,
} from "./replay/workspace.ts";

/** What is wanted of a reproduction, in this machine's journal. */
export interface PrepareOptions {
  journal: Journal;
  /** A new or empty folder. @default {a temporary one} */
  dir?: string | undefined;
  /** What is taken as it is now. */
  vary?: ReproduceDimension | undefined;
  /** Of that these parts alone. @default {all of it} */
  taken?: readonly string[] | undefined;
  /** Which Deno runs it. @default {"recorded", when it can be had} */
  deno?: "recorded" | "current" | undefined;
  /** Data by dataset. */
  data?: Readonly<Record<string, string>> | undefined;
  /** How long a cell may take, milliseconds. @default {20 times as long as it took, at least 60000} */
  timeout_ms?: number | undefined;
  /** Executes the saved notebook from top to bottom instead of what was executed. */
  topToBottom?: boolean | undefined;
  /** The notebook's folder on this machine; null when it is not known here. */
  home: string | null;
  /** The notebook's file on this machine; null when it is not known here. */
  notebook: string | null;
  /** The user's working directory. */
  cwd: string;
  sandbox?: boolean | undefined;
  /** What a sandbox may reach. */
  grants?: SandboxGrants | undefined;
  /** Values that the user typed instead of what was redacted. */
  answers?: RedactedAnswers | undefined;
  /** What a sandbox has besides its work folder; needed with `sandbox`. */
  surroundings?: SandboxSurroundings | undefined;
  /** The text of another lock instead of the bundle's. */
  lock?: string | undefined;
  /** Whether a seed reaches libraries that took `Math.random` before. @default {as recorded} */
  prepared?: boolean | undefined;
  /** Variables that are set to made-up values, to show what they change. */
  variables?: Readonly<Record<string, string>> | undefined;
  /** Whether the new run is listed among others; one that only proves something is not. @default {true} */
  listed?: boolean | undefined;
  /** The executions that are carried out, by their position in the recorded order. @default {all} */
  only?: ReadonlySet<number> | undefined;
}

/** What stands ready. */
export interface PreparedReplay {
  workspace: Workspace;
  /** The data that was put in place; to be disposed of after the replay. */
  data: DataFolder;
  /** What of it lies in the notebook's folder. */
  put: ProvidedData["put"];
  cells: PlannedCell[];
  deno: ChosenDeno;
  packages: PlacedPackages;
  notebook: PlacedNotebook;
  env: Record<string, string>;
  differences: Difference[];
  /** Why it cannot be run; empty when it can. */
  failures: Cause[];
  warnings: string[];
}

/** Puts everything in place; nothing is executed. */
export async function prepare(
  bundle: ReadableBundle,
  options: PrepareOptions,
): Promise<PreparedReplay> {
  const checked = await checkBundle(bundle);
  parseConfig(bundle.config);
  const workspace = await makeWorkspace(bundle.manifest, {
    dir: options.dir,
    closed: options.sandbox ?? false,
  });
  const data = new DataFolder(workspace.cwd, {
    root: workspace.root,
    instead: options.sandbox === true ? outsideFolder(workspace) : null,
  });
  try {
    return await fill(workspace, data, bundle, checked, options);
  } catch (error) {
    using _ = workspace.atExit;
    data[Symbol.dispose]();
    for (const path of [workspace.own, ...workspace.temporary]) {
      removeFolder(path);
    }
    if (options.sandbox === true && workspace.kept !== null) {
      const { cwd, kept } = workspace;
      const listed = listedFiles(bundle.manifest, cwd);
      await cleanKeptFolder(kept.from, listed, kept.removed);
    }
    openWorkspace(workspace);
    throw error;
  }
}

async function fill(
  workspace: Workspace,
  folder: DataFolder,
  bundle: ReadableBundle,
  checked: Checked,
  options: PrepareOptions,
): Promise<PreparedReplay> {
  const { manifest } = bundle;
  const { vary, sandbox = false } = options;
  const choosing =
    options.deno === "current" || vary === "environment" || sandbox
      ? Promise.resolve(currentDeno())
      : denoOfVersion(manifest.environment.deno);
  const differences = [...checked.differences];
  const warnings = [...checked.warnings];
  const failures = unseenCells(manifest, options.only);

  const data = await provideData(bundle, folder, {
    given: options.data ?? {},
    home: options.home,
    cwd: options.cwd,
    asNow: vary === "data" && (options.taken ?? true),
    sandbox,
    hosts: options.grants?.net ?? [],
  });
  const modules = await placeModules(bundle, workspace, {
    sandbox,
    home: options.home,
    leaves: (path) => data.standing.replacesModule(path),
  });
  warnings.push(...replacedCode(manifest.modules, data.standing));
  for (const what of modules.missing) {
    failures.push({ dimension: "code", what });
  }
  differences.push(...data.differences);
  failures.push(...data.failures);
  warnings.push(
    ...data.warnings,
    ...modules.warnings,
    ...recordWarnings(bundle, options.journal),
    ...await cellsAfterEnd(bundle),
  );

  const chosen = await chooseCells(
    bundle,
    checked.recorded,
    workspace,
    { ...options, standing: data.standing },
  );
  differences.push(...chosen.differences);
  warnings.push(...chosen.warnings);
  const restored = restoreRedacted(chosen.cells, manifest, {
    sandbox,
    grants: options.grants,
    answers: options.answers,
  });
  warnings.push(...restored.warnings);

  const deno = await choosing;
  differences.push(...otherEnvironment(manifest, deno));
  if (deno.instead !== null) {
    warnings.push(`${deno.instead}; Deno ${deno.version} ran it`);
  }
  const { surroundings } = options;
  const { config, warnings: unused } = surroundings === undefined
    ? { config: replayConfig(bundle, workspace), warnings: [] }
    : sandboxConfig(bundle, workspace, surroundings.module);
  warnings.push(...unused);
  const packages = failures.length > 0
    ? NO_PACKAGES
    : await placePackages(bundle, workspace, {
      denoPath: deno.path,
      config,
      lock: options.lock ?? bundle.lock,
      newest: vary === "packages" && options.lock === undefined,
      sandbox: surroundings,
      hosts: options.grants?.net,
    });
  failures.push(...packages.failures);
  return {
    workspace,
    data: folder,
    put: data.put,
    cells: restored.cells,
    deno,
    packages,
    notebook: await placeNotebook(
      bundle,
      workspace,
      await givenNotebook(manifest, data.standing) ?? await savedFile(bundle),
    ),
    env: {
      ...options.variables,
      ...replayEnv(manifest, coloured(bundle), options),
      ...answersEnv(options.answers),
    },
    differences,
    failures,
    warnings,
  };
}
