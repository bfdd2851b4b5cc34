/**
 * The lock of the nbtrack that a pipeline's jobs run: the packages that nbtrack itself is tested with, by their
 * integrity.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";

const lockSchema = z.looseObject({
  version: z.string(),
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(
    z.string(),
    z.looseObject({ dependencies: z.array(z.string()).optional() }),
  ),
});

type Lock = z.infer<typeof lockSchema>;

/** The npm packages that nbtrack imports; its own lock also has those of its tests. */
export const IMPORTED_PACKAGES: readonly string[] = [
  "@jsquash/webp",
  "@uwdata/flechette",
  "@zip.js/zip.js",
  "commander",
  "diff",
  "es-module-lexer",
  "fast-png",
  "hyparquet",
  "hyparquet-writer",
  "jpeg-js",
  "jsonc-parser",
  "ky",
  "omggif",
  "papaparse",
  "pure-rand",
  "yaml",
  "zod",
];

/** nbtrack's own lock, beside its sources or at the registry. */
const OWN_LOCK = new URL("../../deno.lock", import.meta.url);

/**
 * The text of the lock. It holds npm packages only: a release of nbtrack never changes at its registry.
 *
 * @throws {NbtrackError} when nbtrack's own lock cannot be read
 */
export async function cliLock(): Promise<string> {
  try {
    const lock = lockSchema.parse(JSON.parse(await read(OWN_LOCK)));
    const specifiers = Object.fromEntries(
      Object.entries(lock.specifiers).filter(([specifier]) => {
        const named = /^npm:(.+)@\d+\.\d+\.\d+$/.exec(specifier)?.[1];
        return named !== undefined && IMPORTED_PACKAGES.includes(named);
      }),
    );
    const npm = packagesOf(lock, Object.keys(specifiers));
    return JSON.stringify({ version: lock.version, specifiers, npm }, null, 2) +
      "\n";
  } catch (cause) {
    throw new NbtrackError(
      `Cannot read nbtrack's own lock ${OWN_LOCK.href}: ${messageOf(cause)}`,
      { hint: "Check the network, or that nbtrack's folder is whole.", cause },
    );
  }
}

/** The packages that specifiers lead to, with those they depend on, in the lock's order. */
function packagesOf(lock: Lock, specifiers: readonly string[]): Lock["npm"] {
  const all = Object.keys(lock.npm);
  const wanted = new Set<string>();
  const add = (name: string) => {
    // A dependency is named without its version where the lock has only one.
    const key = lock.npm[name] === undefined
      ? all.find((one) => one.startsWith(`${name}@`))
      : name;
    if (key === undefined || wanted.has(key)) return;
    wanted.add(key);
    for (const dependency of lock.npm[key]?.dependencies ?? []) add(dependency);
  };
  for (const specifier of specifiers) add(specifier.slice("npm:".length));
  return Object.fromEntries(
    Object.entries(lock.npm).filter(([key]) => wanted.has(key)),
  );
}

async function read(url: URL): Promise<string> {
  if (url.protocol === "file:") return await Deno.readTextFile(url);
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (answer.ok) return await answer.text();
  await answer.body?.cancel();
  throw new Error(`the answer was ${answer.status}`);
}
