/**
 * Whether a bundle fits its own manifest: what does not, would make any verdict about another run than the one that
 * was recorded.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { messageOf } from "../base/errors.ts";
import { packagesOf } from "../packages/lock.ts";
import { parseLock } from "../packages/lock_file.ts";
import {
  canonicalJson,
  jsonTextDigest,
  outputsDigest,
} from "../record/bundle/canonical.ts";
import type { BundledCell, Manifest } from "../record/bundle/manifest.ts";
import type { LoggedCell, ReadableBundle } from "../record/bundle/read.ts";
import { cellName } from "../record/cell_name.ts";
import { changedPackages } from "../record/changed.ts";
import { secondDigestsOf } from "../record/bundle/second_digests.ts";
import { editedEnvironment } from "./edited_environment.ts";
import { alignBySecondDigests, alignCells } from "./cell_order.ts";
import { eachNamed } from "./limited_warnings.ts";
import type { Cause, Difference, ReproduceDimension } from "./replay/types.ts";

/** What was found out about a bundle before anything was executed. */
export interface Checked {
  differences: Difference[];
  warnings: string[];
  /** For each cell of the logged notebook, the recorded execution it stands for. */
  recorded: (BundledCell | null)[];
}

/** Files whose change cannot matter to the execution. */
const HARMLESS = /^(?:notebook\.ipynb|changes\.diff|datasets\.json)$/;

/** What is said of a record that anybody may have edited without a trace. */
const NO_SECOND_DIGESTS =
  "the record has no second digests, as nbtrack writes them: whether its metrics, outputs or params were changed after the recording cannot be told";

/** Compares a bundle with its manifest. Data is compared when it is put in the work folder. */
export async function checkBundle(bundle: ReadableBundle): Promise<Checked> {
  const differences: Difference[] = [];
  const warnings: string[] = [];
  const add = (dimension: ReproduceDimension, whats: Iterable<string>) => {
    for (const what of whats) {
      differences.push({ dimension, what, contradiction: true });
    }
  };
  const cells = alignCells(bundle);
  // Digests that were adapted to changed cells fit them; the second digests do not.
  const fits = ![cells.order, cells.code, cells.seed].some((l) => l.length > 0);
  const { order, code, seed } = (fits ? alignBySecondDigests(bundle) : null) ??
    cells;
  add("order", order);
  add("code", code);
  add("seed", seed);
  add("code", changedOutputs(bundle.cells, cells.recorded));
  add("packages", changedLock(bundle));
  add("packages", changedConfig(bundle));
  add("code", await changedModules(bundle));
  add("code", await changedArtifacts(bundle));
  for (const { dimension, what } of changedDigests(bundle.manifest)) {
    if (differences.some((d) => d.dimension === dimension)) continue;
    add(dimension, [what]);
  }
  add("code", changedResults(bundle.manifest));
  if (bundle.manifest.seals === undefined) warnings.push(NO_SECOND_DIGESTS);
  warnings.push(...await changedOthers(bundle, differences));
  return { differences, warnings, recorded: cells.recorded };
}

/** What of the manifest does not fit its second digests. */
function* changedDigests(manifest: Manifest): Generator<Cause> {
  const { seals: second } = manifest;
  if (second === undefined) return;
  const now = secondDigestsOf(manifest);
  const names = manifest.datasets.flatMap(({ name }, i) =>
    second.data[i] === now.data[i] ? [] : [name]
  );
  if (names.length > 0 || second.data.length !== now.data.length) {
    yield {
      dimension: "data",
      what: `${
        names.join(", ") || "the list of datasets"
      }: recorded digests were changed afterwards`,
    };
  }
  if (second.packages !== now.packages) {
    yield {
      dimension: "packages",
      what: "the recorded packages were changed afterwards",
    };
  }
  if (canonicalJson(second.seed) !== canonicalJson(now.seed)) {
    yield {
      dimension: "seed",
      what: `the recorded seed was changed afterwards: ${
        second.seed.recorded ?? "none"
      } → ${now.seed.recorded ?? "none"}`,
    };
  }
  if (second.code !== now.code) {
    yield {
      dimension: "code",
      what:
        "what the manifest says of cells, params, tolerances or modules was changed afterwards",
    };
  }
  if (second.environment !== now.environment) {
    yield {
      dimension: "environment",
      what: editedEnvironment(manifest.environment, second.environment),
    };
  }
}

/** What a second digest of results speaks of. */
const RESULTS = {
  metrics: "the recorded metrics were",
  outputs: "the recorded outputs and their digests were",
  artifacts: "the list of recorded artifacts was",
  logged: "recorded tags, models, or name, experiment or end of the run were",
  notes:
    "what the record says of itself (missing, redactions, hidden state) was",
} as const;

/** Results that do not fit their second digests: which of the two was recorded, nobody can say. */
function* changedResults(manifest: Manifest): Generator<string> {
  const [then, now] = [
    manifest.seals?.results,
    secondDigestsOf(manifest).results,
  ];
  if (then === undefined || now === undefined) return;
  for (const [name, what] of Object.entries(RESULTS)) {
    const key = name as keyof typeof RESULTS;
    if (then[key] === now[key]) continue;
    yield `${what} changed afterwards`;
  }
}

function* changedOutputs(
  cells: readonly LoggedCell[],
  recorded: readonly (BundledCell | null)[],
): Generator<string> {
  for (const [i, cell] of cells.entries()) {
    const known = recorded[i];
    if (known && outputsDigest(cell.outputs) !== known.outputs) {
      yield `the recorded outputs of cell ${
        cellName(known)
      } were changed afterwards`;
    }
  }
}

function* changedLock({ lock, manifest }: ReadableBundle): Generator<string> {
  if (lock === null) {
    if (manifest.lock !== null) yield "deno.lock is gone";
    return;
  }
  const second = manifest.seals?.packages;
  const fits = second === undefined ||
    second === secondDigestsOf(manifest).packages;
  if (jsonTextDigest(lock) === manifest.lock && fits) return;
  if (manifest.lock === null) {
    yield "deno.lock was added afterwards";
    return;
  }
  let packages;
  try {
    packages = packagesOf(parseLock(lock));
  } catch (error) {
    yield `deno.lock was changed afterwards: ${messageOf(error)}`;
    return;
  }
  const changes = [...changedPackages(
    { packages: manifest.packages },
    { packages: packages.map((item) => ({ ...item, direct: false })) },
  )];
  if (changes.length > 0) yield* changes;
  else if (jsonTextDigest(lock) === manifest.lock) {
    yield "the recorded packages and their digest were changed afterwards";
  } else yield "deno.lock was changed afterwards: other specifiers";
}

function* changedConfig(
  { config, manifest }: ReadableBundle,
): Generator<string> {
  const digest = config === null ? null : jsonTextDigest(config);
  if (digest !== manifest.config) yield "deno.json was changed afterwards";
}

async function changedModules(
  { manifest, file }: ReadableBundle,
): Promise<string[]> {
  const changed: string[] = [];
  for (const module of manifest.modules) {
    const bytes = module.file === null ? null : await file(module.file);
    if (bytes !== null && sha256(bytes) !== module.digest) {
      changed.push(module.path);
    }
  }
  return eachNamed(
    changed,
    (path) => `module ${path} was changed afterwards`,
    (count) => `${count} more modules were changed afterwards`,
  );
}

/** Artifacts whose contents are not those that the manifest names: which of the two was recorded, nobody can say. */
async function changedArtifacts(
  { manifest, file }: ReadableBundle,
): Promise<string[]> {
  const changed: string[] = [];
  for (const artifact of manifest.artifacts) {
    const bytes = artifact.file === null ? null : await file(artifact.file);
    if (bytes !== null && sha256(bytes) !== artifact.digest) {
      changed.push(artifact.path);
    }
  }
  return eachNamed(
    changed,
    (path) => `the recorded artifact ${path} was changed afterwards`,
    (count) => `${count} more recorded artifacts were changed afterwards`,
  );
}

/** What else is not as the manifest says, and is not named already. */
async function changedOthers(
  bundle: ReadableBundle,
  named: Difference[],
): Promise<string[]> {
  if (bundle.kind === "notebook") return [];
  const missing: string[] = [];
  const changed: string[] = [];
  const harmless: string[] = [];
  for (const [path, { digest }] of Object.entries(bundle.manifest.files)) {
    const bytes = await bundle.file(path);
    if (bytes === null) {
      missing.push(path);
    } else if (sha256(bytes) !== digest && isUnnamed(path, named)) {
      const isHarmless = HARMLESS.test(path) || path === "session.ipynb";
      (isHarmless ? harmless : changed).push(path);
    }
  }
  const added = [...bundle.paths].filter((path) =>
    path !== "manifest.json" && !(path in bundle.manifest.files)
  );
  return [
    ...eachFile(missing, "is", "are", "missing in the bundle"),
    ...eachFile(
      harmless,
      "was",
      "were",
      "changed after the recording, in nothing that is executed",
    ),
    ...eachFile(changed, "was", "were", "changed after the recording"),
    ...eachNamed(
      added,
      (path) => `${path} was added to the bundle and is not used`,
      (count) =>
        `${count} more files were added to the bundle and are not used`,
    ),
  ];
}

function eachFile(
  paths: readonly string[],
  is: string,
  are: string,
  what: string,
): string[] {
  return eachNamed(
    paths,
    (path) => `${path} ${is} ${what}`,
    (count) => `${count} more files ${are} ${what}`,
  );
}

/** Whether no difference speaks of the file: changed data and artifacts are named where those are compared. */
function isUnnamed(path: string, named: readonly Difference[]): boolean {
  if (/^(?:data|local|artifacts)\//.test(path)) return false;
  const dimensions: Record<string, readonly ReproduceDimension[]> = {
    "session.ipynb": ["order", "code", "seed"],
    "deno.lock": ["packages"],
    "deno.json": ["packages"],
  };
  return !named.some((d) => dimensions[path]?.includes(d.dimension));
}
