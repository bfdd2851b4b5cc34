/**
 * The Deno of a given version: this one, one fetched before, or the one that npm's package carries.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import type { Difference } from "./replay/types.ts";
import { runProcess } from "../base/process.ts";
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";

/** How long fetching may take, milliseconds. */
const FETCH_TIMEOUT_MS = 300_000;

/** The oldest Deno that nbtrack runs in: no run was recorded with an older one. */
const OLDEST = [2, 9] as const;

/** A Deno to run with. */
export interface ChosenDeno {
  path: string;
  version: string;
  /** Why it is not the wanted one; null when it is. */
  instead: string | null;
}

/** Where npm's packages for each platform carry the program. */
const PLATFORMS: Record<string, { name: string; file: string }> = {
  "linux x86_64": { name: "@deno/linux-x64-glibc", file: "deno" },
  "linux aarch64": { name: "@deno/linux-arm64-glibc", file: "deno" },
  "darwin x86_64": { name: "@deno/darwin-x64", file: "deno" },
  "darwin aarch64": { name: "@deno/darwin-arm64", file: "deno" },
  "windows x86_64": { name: "@deno/win32-x64", file: "deno.exe" },
  "windows aarch64": { name: "@deno/win32-arm64", file: "deno.exe" },
};

const infoSchema = z.looseObject({
  npmPackages: z.record(
    z.string(),
    z.looseObject({ localPath: z.string().optional() }),
  ).default({}),
});

/** This process's Deno. */
export function currentDeno(): ChosenDeno {
  return { path: Deno.execPath(), version: Deno.version.deno, instead: null };
}

/** The Deno of a version, or this one with the reason why. */
export async function denoOfVersion(
  version: string | null,
): Promise<ChosenDeno> {
  const current = currentDeno();
  if (version === null || version === current.version) return current;
  const instead = (why: string): ChosenDeno => ({
    ...current,
    instead: `Deno ${version} cannot be had here: ${why}`,
  });
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    return instead("that is no released version");
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) {
    return instead(
      `nbtrack needs ${
        OLDEST.join(".")
      } or newer, so no run was recorded with it`,
    );
  }
  const platform = PLATFORMS[`${Deno.build.os} ${Deno.build.arch}`];
  if (platform === undefined) {
    return instead(`npm has none for ${Deno.build.os} on ${Deno.build.arch}`);
  }
  const specifier = `npm:${platform.name}@${version}`;
  try {
    await deno(["cache", "--quiet", specifier]);
    const info = infoSchema.parse(
      JSON.parse(await deno(["info", "--json", specifier])),
    );
    const folder = info.npmPackages[`${platform.name}@${version}`]?.localPath;
    if (folder === undefined) return instead("npm's package was not found");
    const path = `${folder}/${platform.file}`;
    if (Deno.build.os !== "windows") await Deno.chmod(path, 0o755);
    return { path, version, instead: null };
  } catch (error) {
    return instead(messageOf(error));
  }
}

async function deno(args: readonly string[]): Promise<string> {
  const [command = "", ...others] = args;
  const { success, stdout, stderr } = await runProcess(Deno.execPath(), {
    args: [
      command,
      "--no-config",
      "--no-lock",
      "--node-modules-dir=none",
      ...others,
    ],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (success) return new TextDecoder().decode(stdout);
  const why = stderr.trim().split("\n")[0] ?? "";
  throw new Error(why.replace(/^error: /, ""));
}

/** What of this machine is not as the run had it. */
export function otherEnvironment(
  manifest: Manifest,
  deno: ChosenDeno,
): Difference[] {
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
