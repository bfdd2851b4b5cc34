/**
 * Second digests of what a manifest vouches for, one for each dimension: who changes a bundle and adapts its first
 * digests leaves these as they were. They show an edited record, not one that somebody forged as a whole.
 *
 * @module
 */
import { type Digest, sha256 } from "../../base/digest.ts";
import { canonicalDigest } from "./canonical.ts";
import type { Manifest } from "./manifest.ts";
import type { SecondDigests } from "./second_digests_schema.ts";

/** Hex digits of a second digest. */
const DIGITS = 16;

/** The second digests of a manifest. */
export function secondDigestsOf(manifest: Manifest): SecondDigests {
  const { cells, overrides, run } = manifest;
  return {
    cells: cells.map(({ source }) =>
      source === null ? null : ofSourceDigest(source)
    ),
    data: manifest.datasets.map(({ name, kind, digest, made, files }) =>
      secondDigest("data", {
        name,
        kind,
        digest,
        made,
        files: files.map(({ path, digest, size }) => [path, digest, size]),
      })
    ),
    code: secondDigest("code", {
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
    packages: secondDigest("packages", {
      lock: manifest.lock,
      config: manifest.config,
      packages: manifest.packages,
    }),
    environment: environmentDigest(manifest.environment),
    seed: { recorded: manifest.seed, override: overrides.seed },
    results: resultsOf(manifest),
  };
}

/** The second digests of what a run showed and logged. */
function resultsOf(manifest: Manifest): SecondDigests["results"] {
  const { cells, run, missing, redactions, hidden_state = null } = manifest;
  // Lists of plain values, which have one form each: sorting the keys of a million points takes seconds.
  const metrics = JSON.stringify(
    manifest.metrics.map(({ key, points }) => [key, points]),
  );
  return {
    metrics: secondDigest("metrics", sha256(metrics)),
    // Sorted, so that another order alone leaves it as it is.
    outputs: secondDigest(
      "outputs",
      cells.map(({ outputs }) => outputs).sort(),
    ),
    artifacts: secondDigest(
      "artifacts",
      manifest.artifacts.map((
        { path, digest, content_type },
      ) => [path, digest, content_type]),
    ),
    logged: secondDigest("logged", {
      tags: manifest.tags,
      user_tags: manifest.user_tags ?? null,
      models: manifest.models ?? null,
      datasets: manifest.datasets.map(({ name, context }) => [name, context]),
      run: [
        run.experiment,
        run.name,
        run.description,
        run.status,
        run.end_reason,
      ],
    }),
    notes: secondDigest("notes", { missing, redactions, hidden_state }),
  };
}

/** The second digest of an environment. */
export function environmentDigest(
  environment: Manifest["environment"],
): string {
  return secondDigest("environment", environment);
}

/** The second digest of an execution's source. */
export function secondSourceDigest(source: string): string {
  return ofSourceDigest(sha256(source));
}

function ofSourceDigest(source: string): string {
  return secondDigest("cell", source);
}

function secondDigest(kind: string, value: unknown): string {
  const digest: Digest = canonicalDigest([kind, value]);
  return digest.slice("sha256:".length, "sha256:".length + DIGITS);
}
