/**
 * Registering a model: what of it goes to the journal.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { isSemanticVersion } from "../base/semantic_version.ts";
import { Journal } from "../journal/journal.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import type { ModelFileRow, ModelRow } from "../journal/models.ts";
import { contentTypeOf } from "../base/content_types.ts";
import { artifactPath, fileOf, filesBelow, pathOf } from "./artifact.ts";
import type { ModelFiles, ModelOptions } from "./types.ts";

/**
 * What GitLab and MLflow both take as a model's name. GitLab gives the model an experiment called `[model]NAME`,
 * and experiments' names end at 255 characters.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,247}$/;

/**
 * Stores what a run registers.
 *
 * @throws {NbtrackError} when name, version or a file cannot be used; nothing is stored then
 * @throws {JournalError} when it cannot be stored
 */
export async function putModel(
  ofRun: RunJournal,
  run_id: string,
  name: string,
  options: ModelOptions,
): Promise<ModelRow> {
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new NbtrackError(
      `A model's name is up to 248 letters, digits and . _ -, without spaces: it was given ${
        JSON.stringify(name)
      }.`,
      { hint: 'Write it like "penguins-knn".' },
    );
  }
  const journal = Journal.of(ofRun);
  const { version, description } = options;
  if (version !== undefined && !isSemanticVersion(version)) {
    throw new NbtrackError(
      `A model's version is a semantic version: it was given ${
        JSON.stringify(version)
      }.`,
      { hint: 'Write it like "1.2.0", or leave it out for the next one.' },
    );
  }
  const before = journal.models.get(run_id, name);
  const made = before?.remote_name ?? null;
  // A plain MLflow server numbers versions itself: there the one that was asked for is only a tag.
  const same = version === made || version === before?.version;
  if (version !== undefined && made !== null && !same) {
    throw new NbtrackError(
      `This run is version ${made} of the model "${name}" already; it cannot be ${version} too.`,
      {
        hint:
          "A run has one version of a model: leave the version out, or register another run.",
      },
    );
  }
  const put = (files: readonly ModelFileRow[]) =>
    journal.models.put(run_id, { name, version, description, files });
  const files = await filesOf(journal, run_id, options.files);
  const row = journal.transaction(() =>
    files.every(({ digest }) => journal.artifacts.has(digest))
      ? put(files)
      : null
  );
  // An artifact among them was replaced meanwhile.
  return row ?? put(await filesOf(journal, run_id, options.files));
}

async function filesOf(
  journal: Journal,
  run_id: string,
  given: ModelFiles | undefined,
): Promise<ModelFileRow[]> {
  if (given === undefined) {
    return journal.artifacts.list(run_id).filter((a) => a.origin === "user");
  }
  if (typeof given === "string" || given instanceof URL) given = [given];
  const files: ModelFileRow[] = [];
  if (Array.isArray(given)) {
    for (const one of given as readonly (string | URL)[]) {
      files.push(...await named(journal, run_id, one));
    }
    return files;
  }
  for (const [path, content] of Object.entries(given)) {
    files.push(...await contents(journal, artifactPath(path), content));
  }
  return files;
}

/** Artifacts of the run of that name or below it, else a file or folder. */
async function named(
  journal: Journal,
  run_id: string,
  one: string | URL,
): Promise<ModelFileRow[]> {
  if (typeof one === "string") {
    const logged = journal.artifacts.list(run_id).filter((a) =>
      a.path === one || a.path.startsWith(`${one.replace(/\/+$/, "")}/`)
    );
    if (logged.length > 0) return logged;
  }
  const path = typeof one === "string" ? pathOf(one) : fileOf(one);
  if (path === null) {
    throw new NbtrackError(
      `There is no artifact of the run and no file ${JSON.stringify(one)}.`,
      { hint: "Name a logged artifact or a file, or give { path: content }." },
    );
  }
  const name = path.replaceAll("\\", "/").replace(/\/+$/, "").split("/").pop();
  return await onDisk(journal, artifactPath(name || "model"), path);
}

async function contents(
  journal: Journal,
  path: string,
  content: string | Uint8Array | URL,
): Promise<ModelFileRow[]> {
  if (content instanceof Uint8Array) return [keep(journal, path, content)];
  const file = content instanceof URL ? fileOf(content) : pathOf(content);
  return file === null
    ? [keep(journal, path, new TextEncoder().encode(String(content)))]
    : await onDisk(journal, path, file);
}

async function onDisk(
  journal: Journal,
  path: string,
  file: string,
): Promise<ModelFileRow[]> {
  const files: ModelFileRow[] = [];
  for await (const one of filesBelow(path, file)) {
    files.push(keep(journal, one.path, { file: one.file }));
  }
  return files;
}

function keep(
  journal: Journal,
  path: string,
  content: Uint8Array | { file: string },
): ModelFileRow {
  return {
    path,
    content_type: contentTypeOf(path),
    ...journal.artifacts.keep(content),
  };
}
