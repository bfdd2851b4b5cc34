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

/**
 * Time zone, locale, colours, seed and params as they were. What is as it was already is set by no other variable than it
 * is here: cells may show them.
 */
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
    const here = captureEnvironment();
    if (isTimeZone(timezone)) {
      const zone = timezone === here.timezone ? Deno.env.get("TZ") : timezone;
      if (zone !== undefined) env["TZ"] = zone;
    }
    if (isLang(lang)) {
      // `LC_ALL` wins over `LANG`.
      const decides = Deno.env.get("LC_ALL") ? "LC_ALL" : "LANG";
      const names = lang === here.lang ? [decides] : ["LANG", "LC_ALL"];
      for (const name of names) env[name] = lang;
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
  const { timezone, lang } = environment;
  const kept = (name: string, then: string | null, now: string | null) =>
    then !== null && then !== now
      ? [
        `it ran with the ${name} ${then} as recorded, not with ${
          now ?? "none"
        } as here`,
      ]
      : [];
  return [
    ...kept("time zone", isTimeZone(timezone) ? timezone : null, here.timezone),
    ...kept("locale", isLang(lang) ? lang : null, here.lang),
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

/** Longest name of a time zone or a locale, characters. */
const MAX_NAME = 64;

/** Whether it is a time zone that this machine knows: the system would take a path in its place. */
export function isTimeZone(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_NAME &&
    /^[\w/+:-]+$/.test(value) &&
    isTaken(() => new Intl.DateTimeFormat("en", { timeZone: value }));
}

/** Whether it is what `LANG` names a locale by, such as `de_DE.UTF-8@euro`. */
export function isLang(value: unknown): value is string {
  if (typeof value !== "string" || value.length > MAX_NAME) return false;
  const [, name = ""] =
    /^([A-Za-z\d_-]+)(?:\.[\w-]+)?(?:@[\w=-]+)?$/.exec(value) ?? [];
  return /^(?:C|POSIX)$/.test(name) ||
    name !== "" &&
      isTaken(() => Intl.getCanonicalLocales(name.replaceAll("_", "-")));
}

function isTaken(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false; // a RangeError: there is no such name
  }
}

function otherSeed(seed: number | null): number {
  return ((seed ?? 0) + 1) % 2 ** 32;
}
