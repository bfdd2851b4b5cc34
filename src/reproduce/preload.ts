/**
 * What is fetched before the first cell.
 *
 * @module
 */
import type { Lock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { OWN_MODULE, specifiersIn } from "./workspace.ts";

/** nbtrack, and what it loads only when a cell needs it. */
const OWN_MODULES: readonly string[] = [
  OWN_MODULE,
  ...[
    "src/track/options.ts",
    "src/track/seed.ts",
    "src/track/named_data.ts",
    "src/datasets/memory.ts",
    "src/record/loaded_run.ts",
  ].map((path) => new URL(path, OWN_MODULE).href),
];

/** A module that imports everything the lock has, and nbtrack. It is fetched, never executed. */
export function preload(
  bundle: ReadableBundle,
  lock: Lock,
  newest: boolean,
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
  for (const url of OWN_MODULES) lines.push(`import(${JSON.stringify(url)});`);
  return `${lines.join("\n")}\n`;
}
