/**
 * What is fetched before the first cell.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import type { Lock } from "../../packages/lock_file.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { type ReplayConfig, specifiersIn } from "./replay_config.ts";

/** What nbtrack loads only when a cell needs it. */
export const LOADED_LATER: readonly string[] = [
  "src/track/options.ts",
  "src/track/seed.ts",
  "src/track/named_data.ts",
  "src/datasets/memory.ts",
  "src/record/loaded_run.ts",
  "src/lessons/mod.ts",
  "src/analysis/hidden_state.ts",
  "src/track/sweep_run.ts",
];
/** What a sandbox loads besides. */
export const SANDBOX_MODULES: readonly string[] = [
  "src/reproduce/sandbox/stage.ts",
  "src/reproduce/sandbox/collect_main.ts",
];

/** What a preload is for. */
export interface PreloadOptions {
  /** Whether the packages that the cells name are fetched without a lock. */
  newest: boolean;
  /** The URL of nbtrack's `mod.ts`. */
  module: string;
  /** Whether it is for a sandbox. */
  sandbox: boolean;
}

/** A module that imports everything the lock has, and nbtrack. It is fetched, never executed. */
export function preload(
  bundle: ReadableBundle,
  lock: Lock,
  { newest, module, sandbox }: PreloadOptions,
): string {
  const lines = Object.keys(lock.specifiers).map((specifier) =>
    specifier.startsWith("npm:")
      ? `import ${JSON.stringify(specifier)};`
      : `import(${JSON.stringify(specifier)});`
  );
  for (const url of Object.keys(lock.remote)) {
    lines.push(`import(${JSON.stringify(url)});`);
  }
  if (newest) {
    for (const { source } of bundle.cells) {
      for (const specifier of specifiersIn(source)) {
        if (/^(?:npm|jsr|https):/.test(specifier)) {
          lines.push(`import(${JSON.stringify(specifier)});`);
        }
      }
    }
  }
  return `${lines.join("\n")}\n${preloadOwn({ module, sandbox })}`;
}

/** A module that imports nbtrack, and what it loads later. */
export function preloadOwn(
  { module, sandbox }: Pick<PreloadOptions, "module" | "sandbox">,
): string {
  const own = [...LOADED_LATER, ...sandbox ? SANDBOX_MODULES : []]
    .map((path) => new URL(path, module).href);
  return [module, ...own].map((url) => `import(${JSON.stringify(url)});\n`)
    .join("");
}

/** The npm and JSR packages that cells import by a literal, as they or the configuration name them. */
export function importedPackages(
  { cells }: ReadableBundle,
  { imports = {}, scopes = {} }: ReplayConfig,
): Set<string> {
  const names: Record<string, string> = Object.assign(
    {},
    ...Object.values(scopes),
    imports,
  );
  const found = new Set<string>();
  for (const { source } of cells) {
    for (const written of specifiersIn(source)) {
      const specifier = ownValue(names, written) ?? written;
      const [plain] =
        /^(?:npm|jsr):\/?(?:@[\w.~-]+\/)?[\w.~-]+(?:@[\w.~^<>=|*+ -]+)?/
          .exec(specifier) ?? [];
      if (plain !== undefined) found.add(plain.replace(/^(npm|jsr):\//, "$1:"));
    }
  }
  return found;
}
