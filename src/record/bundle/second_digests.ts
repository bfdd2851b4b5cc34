/**
 * A second witness of what a manifest vouches for, apart for each dimension: who changes a bundle and adapts its
 * digests leaves these as they were. They tell an edited record, not one that somebody forged as a whole.
 *
 * @module
 */
import { type Digest, sha256 } from "../../base/digest.ts";
import { canonicalDigest } from "./canonical.ts";
import type { Manifest } from "./manifest.ts";
import type { SecondDigests } from "./second_digests_schema.ts";

/** Hex digits of a mark. */
const MARK_DIGITS = 16;

/** The seals of a manifest. */
export function secondDigestsOf(manifest: Manifest): SecondDigests {
  const { cells, overrides, run } = manifest;
  return {
    cells: cells.map(({ source }) => source === null ? null : markOf(source)),
    data: manifest.datasets.map(({ name, kind, digest, made, files }) =>
      mark("data", {
        name,
        kind,
        digest,
        made,
        files: files.map(({ path, digest, size }) => [path, digest, size]),
      })
    ),
    code: mark("code", {
      // Sorted, so that another order alone leaves it as it is.
      ends: cells.map(({ status, flags }) =>
        `${status} ${flags.includes("excluded")}`
      ).sort(),
      params: manifest.params,
      overrides: overrides.params,
      tolerance: manifest.tolerance,
      modules: manifest.modules.map(({ path, digest }) => [path, digest]),
      run: [run.ordinal, run.opened_by_runner],
    }),
    packages: mark("packages", {
      lock: manifest.lock,
      config: manifest.config,
      packages: manifest.packages,
    }),
    environment: mark("environment", manifest.environment),
    seed: { recorded: manifest.seed, override: overrides.seed },
  };
}

/** The mark of an execution's source. */
export function sourceMark(source: string): string {
  return markOf(sha256(source));
}

function markOf(source: string): string {
  return mark("cell", source);
}

function mark(kind: string, value: unknown): string {
  const digest: Digest = canonicalDigest([kind, value]);
  return digest.slice("sha256:".length, "sha256:".length + MARK_DIGITS);
}
