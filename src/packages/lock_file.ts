/**
 * The text of lock files (`deno.lock`, version 5).
 *
 * @module
 */
import { NbtrackError, recogniser } from "../base/errors.ts";
import { z } from "../base/zod.ts";

const npmEntry = z.looseObject({
  integrity: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
  optionalDependencies: z.array(z.string()).optional(),
  optionalPeers: z.array(z.string()).optional(),
});

const jsrEntry = z.looseObject({
  integrity: z.string(),
  dependencies: z.array(z.string()).optional(),
});

const lockSchema = z.object({
  version: z.literal("5"),
  /** What was asked for (`npm:d3-array@3`) and the version it got. */
  specifiers: z.record(z.string(), z.string()).default({}),
  jsr: z.record(z.string(), jsrEntry).default({}),
  npm: z.record(z.string(), npmEntry).default({}),
  redirects: z.record(z.string(), z.string()).default({}),
  /** Modules by URL with the SHA-256 of their text. */
  remote: z.record(z.string(), z.string()).default({}),
  workspace: z.looseObject({}).optional(),
});

/** A `deno.lock` of version 5. */
export type Lock = z.infer<typeof lockSchema>;

/** A lock file that cannot be read. */
export class LockError extends NbtrackError {}

/** Whether a value is a {@linkcode LockError}. */
export const isLockError = recogniser(LockError);

/**
 * Parses a lock.
 *
 * @throws {LockError} when the text is not JSON or not a lock of version 5
 */
export function parseLock(text: string): Lock {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LockError("Cannot read the lock: it is not JSON", { cause });
  }
  const parsed = lockSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const version = z.object({ version: z.string() }).safeParse(json).data
    ?.version;
  throw version === undefined || version === "5"
    ? new LockError(
      `Cannot read the lock: ${parsed.error.issues[0]?.message ?? "no lock"}`,
      { cause: parsed.error },
    )
    : new LockError(`Cannot read the lock: its version is ${version}, not 5`, {
      hint: "Let Deno 2.3 or newer write it again: deno install",
    });
}

/** A lock without entries. */
export function emptyLock(): Lock {
  return {
    version: "5",
    specifiers: {},
    jsr: {},
    npm: {},
    redirects: {},
    remote: {},
  };
}

/** A lock's text in Deno's order and layout: equal locks give equal texts. */
export function formatLock(lock: Lock): string {
  const sections: Record<string, unknown> = { version: lock.version };
  const canonical = { ...lock, npm: shortened(lock.npm) };
  for (const name of SECTIONS) {
    const entries = Object.entries(canonical[name]).sort(([a], [b]) =>
      a < b ? -1 : a > b ? 1 : 0
    );
    if (entries.length > 0) sections[name] = Object.fromEntries(entries);
  }
  if (lock.workspace !== undefined) sections.workspace = lock.workspace;
  const text = JSON.stringify(sections, null, 2);
  return text.replace(
    /("(?:os|cpu)": )\[([^\]]*)\]/g,
    (_, key: string, items: string) =>
      `${key}[${items.trim().replace(/\s*\n\s*/g, " ")}]`,
  ) + "\n";
}

/** Writes `a@1.0.0` as `a` where the lock has no other version of it, as Deno does. */
function shortened(npm: Lock["npm"]): Lock["npm"] {
  const versions = Map.groupBy(Object.keys(npm), (id) => splitId(id)[0]);
  return mapDependencies(npm, (dependency) => {
    const [name, version] = splitId(dependency);
    return version === "" || version.startsWith("npm:") ||
        versions.get(name)?.length !== 1
      ? dependency
      : name;
  });
}

/** The npm part of a lock with each dependency entry changed. */
export function mapDependencies(
  npm: Lock["npm"],
  change: (dependency: string) => string,
): Lock["npm"] {
  return Object.fromEntries(
    Object.entries(npm).map(([id, entry]) => {
      const changed = { ...entry };
      for (const kind of DEPENDENCY_KINDS) {
        const list = entry[kind];
        if (list !== undefined) changed[kind] = list.map(change);
      }
      return [id, changed];
    }),
  );
}

/** The members of an npm entry that name other packages. */
export const DEPENDENCY_KINDS = [
  "dependencies",
  "optionalDependencies",
  "optionalPeers",
] as const;

const SECTIONS = ["specifiers", "jsr", "npm", "redirects", "remote"] as const;

/** An id in two: `@a/b@1.0.0` is `@a/b` and `1.0.0`; a name alone has no version. */
export function splitId(id: string): [name: string, version: string] {
  const at = id.indexOf("@", 1);
  return at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
}
