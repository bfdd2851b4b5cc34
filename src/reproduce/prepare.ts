/**
 * Everything that is put in place before the first cell: the folder, the data, the modules, the packages, the Deno.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { emptyLock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { cellName } from "../record/cell_name.ts";
import { checkBundle, type Checked } from "./checks.ts";
import { type ChosenDeno, currentDeno, denoOfVersion } from "./deno_version.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import { type PlacedPackages, placePackages } from "./packages.ts";
import { DataFolder } from "./data_folder.ts";
import { provideData } from "./provide_data.ts";
import { restoreRedacted } from "./redacted_values.ts";
import { planCells, type PlannedCell } from "./replay/plan.ts";
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
import { placePresentModules } from "./present_modules.ts";
import { presentCells, topToBottom } from "./variants.ts";
import { outsideFolder } from "./sandbox/outside_paths.ts";
import { removeFolder } from "./replay/remove_folder.ts";
import { cleanKeptFolder, listedFiles } from "./replay/kept_folder.ts";
import { cellsAfterEnd, recordWarnings } from "./record_warnings.ts";
import {
  makeWorkspace,
  openWorkspace,
  placeModules,
  placeNotebook,
  type Workspace,
} from "./replay/workspace.ts";

/** What is wanted of a reproduction. */
export interface PrepareOptions {
  /** A new or empty folder. @default {a temporary one} */
  dir?: string | undefined;
  /** What is taken as it is now. */
  vary?: ReproduceDimension | undefined;
  /** Which Deno runs it. @default {"recorded", when it can be had} */
  deno?: "recorded" | "current" | undefined;
  /** Data by dataset. */
  data?: Readonly<Record<string, string>> | undefined;
  /** How long a cell may take, milliseconds. @default {20 times as long as it took, at least 60000} */
  timeout_ms?: number | undefined;
  /** Executes the saved notebook from top to bottom in place of what was executed. */
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
  /** What a sandbox has besides its work folder; needed with `sandbox`. */
  surroundings?: SandboxSurroundings | undefined;
  /** The text of another lock in place of the bundle's. */
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
  cells: PlannedCell[];
  deno: ChosenDeno;
  packages: PlacedPackages;
  notebook: string;
  env: Record<string, string>;
  differences: Difference[];
  /** Why it cannot be run; empty when it can. */
  failures: Cause[];
  warnings: string[];
}

/** Puts everything in place. Nothing of the bundle is executed. */
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
    instead: options.sandbox === true ? outsideFolder(workspace) : null,
  });
  try {
    return await fill(workspace, data, bundle, checked, options);
  } catch (error) {
    data[Symbol.dispose]();
    for (const path of [workspace.own, ...workspace.temporary]) {
      removeFolder(path);
    }
    if (options.sandbox === true) {
      const { root, cwd } = workspace;
      cleanKeptFolder(root, listedFiles(bundle.manifest, cwd));
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
  const { only } = options;
  const failures = unseenCells(manifest, only);

  const data = await provideData(bundle, folder, {
    given: options.data ?? {},
    home: options.home,
    cwd: options.cwd,
    asNow: vary === "data",
    sandbox,
    hosts: options.grants?.net ?? [],
  });
  const modules = await placeModules(bundle, workspace, { sandbox });
  for (const what of modules.missing) {
    failures.push({ dimension: "code", what });
  }
  differences.push(...data.differences);
  failures.push(...data.failures);
  warnings.push(
    ...data.warnings,
    ...modules.warnings,
    ...recordWarnings(bundle),
    ...await cellsAfterEnd(bundle),
  );

  let cells = planCells(bundle.cells, checked.recorded, options)
    .filter(({ of }) => only === undefined || of !== null && only.has(of));
  if (vary === "order" || options.topToBottom === true) {
    const changed = await topToBottom(bundle, cells);
    cells = changed.cells;
    differences.push(...changed.differences);
    warnings.push(...changed.warnings);
  } else if (vary === "code") {
    const changed = await presentCells(bundle, cells, options.notebook);
    cells = changed.cells;
    differences.push(...changed.differences);
    warnings.push(...changed.warnings);
    if (options.home !== null && !sandbox) {
      const sources = cells.map((cell) => cell.source);
      differences.push(
        ...await placePresentModules(bundle, workspace, options.home, sources),
      );
    }
  }

  const restored = restoreRedacted(cells, manifest, {
    sandbox,
    grants: options.grants,
  });
  cells = restored.cells;
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
    cells,
    deno,
    packages,
    notebook: await placeNotebook(bundle, workspace),
    env: {
      ...options.variables,
      ...replayEnv(manifest, coloured(bundle), options),
    },
    differences,
    failures,
    warnings,
  };
}

const NO_PACKAGES: PlacedPackages = {
  failures: [],
  lock: emptyLock(),
  frozen: true,
  owned: new Set(),
  lockPath: null,
};

/** Executions whose source nobody saw cannot be repeated. */
function unseenCells(
  { cells }: Manifest,
  only?: ReadonlySet<number>,
): Cause[] {
  return cells.filter(({ index, source }) =>
    source === null && only?.has(index) !== false
  ).map((cell) => ({
    dimension: "code",
    what: `cell ${
      cellName(cell)
    } ran before the recording began: its source is not known`,
  }));
}

function otherEnvironment(manifest: Manifest, deno: ChosenDeno): Difference[] {
  const { environment } = manifest;
  const pairs: [string, string | null, string][] = [
    ["Deno", environment.deno, deno.version],
    ["operating system", environment.os, Deno.build.os],
    ["processor", environment.arch, Deno.build.arch],
  ];
  return pairs.flatMap(([name, then, now]) =>
    then === null || then === now ? [] : [{
      dimension: "environment" as const,
      what: `${name} ${then} → ${now}`,
      contradiction: false,
    }]
  );
}

/** Time zone, locale, colours, seed and params as they were. */
function replayEnv(
  manifest: Manifest,
  colours: boolean | null,
  { vary, listed = true }: PrepareOptions,
): Record<string, string> {
  const { run_id, ordinal } = manifest.run;
  const env: Record<string, string> = {
    // No run of the replay has such a number: none is listed.
    [ENV.reproduces]: `${run_id}#${listed ? ordinal : -1}`,
  };
  if (!listed) env[ENV.offline] = "1";
  if (colours !== null) env["NO_COLOR"] = colours ? "" : "1";
  const { timezone, lang } = manifest.environment;
  if (vary !== "environment") {
    if (isPlain(timezone)) env["TZ"] = timezone;
    if (isPlain(lang)) {
      env["LANG"] = lang;
      env["LC_ALL"] = lang;
    }
  }
  const { params } = manifest.overrides;
  // Nothing in a notebook without track() says the seed it was run with.
  const seed = manifest.overrides.seed ??
    (manifest.run.opened_by_runner ? manifest.seed : null);
  if (Object.keys(params).length > 0) env[ENV.params] = JSON.stringify(params);
  const wanted = vary === "seed" ? otherSeed(manifest.seed) : seed;
  if (wanted !== null) {
    env[ENV.seed] = String(wanted);
    env["DENO_V8_FLAGS"] = `--random-seed=${wanted}`;
  }
  return env;
}

/** Whether the run showed values in colours; null where nothing tells. */
function coloured({ manifest, cells }: ReadableBundle): boolean | null {
  const { colours } = manifest.environment;
  if (typeof colours === "boolean") return colours;
  const some = cells.some(({ outputs }) =>
    outputs.some((output) =>
      JSON.stringify(output["data"] ?? "").includes("\\u001b[")
    )
  );
  return some ? true : null;
}

/** A name of a time zone or a locale, and nothing that a process cannot be given. */
function isPlain(value: unknown): value is string {
  return typeof value === "string" && /^[\w.@/+:-]+$/.test(value);
}

function otherSeed(seed: number | null): number {
  return ((seed ?? 0) + 1) % 2 ** 32;
}
