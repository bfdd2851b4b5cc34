/**
 * The environment that a run is repeated with.
 *
 * @module
 */
import { captureEnvironment } from "../../base/environment.ts";
import { ENV } from "../../base/env.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import type { ReproduceDimension } from "./types.ts";

/** What decides about the environment. */
export interface ReplayEnvOptions {
  /** What is taken as it is now. */
  vary?: ReproduceDimension | undefined;
  /** Whether the new run is listed among others. @default {true} */
  listed?: boolean | undefined;
}

/** Time zone, locale, colours, seed and params as they were. */
export function replayEnv(
  manifest: Manifest,
  colours: boolean | null,
  { vary, listed = true }: ReplayEnvOptions,
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

/** What of that is otherwise here, in sentences. */
export function keptAsRecorded(
  { environment }: Manifest,
  { vary }: ReplayEnvOptions,
): string[] {
  if (vary === "environment") return [];
  const here = captureEnvironment();
  const kept = (name: string, then: unknown, now: string | null) =>
    isPlain(then) && then !== now
      ? [
        `it ran with the ${name} ${then} as recorded, not with ${
          now ?? "none"
        } as here`,
      ]
      : [];
  return [
    ...kept("time zone", environment.timezone, here.timezone),
    ...kept("locale", environment.lang, here.lang),
  ];
}

/** Whether the run showed values in colours; null where nothing tells. */
export function coloured({ manifest, cells }: ReadableBundle): boolean | null {
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
