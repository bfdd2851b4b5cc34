/**
 * What completes the record of a run that has ended.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { messageOf } from "../base/errors.ts";
import { ownFolders } from "../base/own_folders.ts";
import { capturePackages } from "../packages/packages.ts";
import type { LocalModule } from "../packages/local_modules.ts";
import { UNSEEDED } from "../journal/entries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { PROJECT_FILES } from "../record/bundle/manifest.ts";
import { keepChartSpecs } from "./chart_specs.ts";
import { recordReport } from "../view/report.ts";
import { isSweep } from "../record/is_sweep.ts";
import { recordArtifacts } from "../record/record_bundle.ts";
import { changedSince } from "../record/changed.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { moduleChanges } from "../record/module_changes.ts";
import { stateNotes } from "../record/state_notes.ts";
import type { RecorderLog } from "../base/log.ts";
import { addAnswers } from "./data/answered_data.ts";
import { addImportedData } from "./data/imported_data.ts";
import { completeData } from "./data/complete_data.ts";
import type { ReadingRun } from "./data/reading_run.ts";
import {
  knownReads,
  type LabelledRead,
  nameUnknownReads,
  readsOf,
} from "./data/unknown_reads.ts";
import { nameKeptState } from "./data/kept_state.ts";
import { nameUnseenNetwork } from "./data/unseen_network.ts";
import { leaveOutExcluded } from "./excluded_changes.ts";
import { nameOutputs, nameSources } from "./gaps.ts";
import { nameKeptOut } from "./kept_out.ts";
import { unparsable } from "./parse.ts";
import { refreshCards } from "./refresh_cards.ts";
import { nameListedFolders } from "./listed_folders.ts";
import { scrubJournal } from "../journal/scrub.ts";

/** nbtrack's own folder: its modules are not the user's. */
const OWN_ROOT = new URL("../../", import.meta.url);

/** What the record of a run is completed from. */
export interface FinaliseOptions {
  run_id: string;
  /** Positions of executions some of whose outputs were left out. */
  partial: ReadonlySet<number>;
  log: RecorderLog;
}

/** Completes the record of a run that has ended; what keeps it from that is named on the run. */
export async function finaliseOrNameWhy(
  journal: Journal,
  options: FinaliseOptions,
): Promise<void> {
  const { run_id, log } = options;
  try {
    await finaliseRun(journal, options);
  } catch (error) {
    log.write(`finalise ${run_id}`, error);
    journal.entries.setMissing(run_id, "record", messageOf(error));
  }
  journal.runs.setFinalised(run_id, Date.now());
}

/** Gaps, packages, what changed, notebook and bundle. */
async function finaliseRun(
  journal: Journal,
  { run_id, partial, log }: FinaliseOptions,
): Promise<void> {
  const run = journal.runs.get(run_id) as RunRow;
  const session = journal.sessions.get(run.session_id) as Session;
  nameSources(journal, session, run);
  leaveOutExcluded(journal, session, run);
  nameKeptOut(journal, run);
  journal.entries.setDocument(
    run_id,
    "folders",
    JSON.stringify(ownFolders(session.cwd)),
  );
  journal.entries.setDocument(
    run_id,
    "project_files",
    JSON.stringify(projectFiles(session.cwd)),
  );
  nameOutputs(journal, run, partial);
  const lookAgain = lookingAgain(journal, run);
  const modules = await packagesOf(journal, session, run, log);
  await parseSilent(journal, run, log);
  const reading = { journal, session, run_id };
  addAnswers(
    reading,
    run.last_execution,
    modules.map(({ source }) => source ?? ""),
  );
  const reads = await foundReads(reading, modules, log);
  await completeData({ ...reading, row: run });
  nameListedFolders(journal, session, run);
  nameUnknownReads(reading, reads);
  nameUnseenNetwork(reading, modules);
  nameKeptState(reading, modules);
  if (journal.entries.document(run_id, UNSEEDED) === "true") {
    journal.entries.setMissing(
      run_id,
      "seed",
      "Math.random was not seeded: track() was not awaited",
    );
  }
  lookAgain();
  await hiddenStateOf(journal, run, log);
  await changedOf(journal, run, log);
  keepChartSpecs(journal, run);
  await refreshCards(journal, session.session_id);
  if (isSweep(journal, run_id)) return; // it has no cells of its own to bundle
  await recordArtifacts(journal, run_id);
  if (lookAgain()) await recordArtifacts(journal, run_id);
  reportOf(journal, run_id, log);
}

/**
 * Looks through a run again where its modules or its data have told of a secret since the last time.
 *
 * @returns a function that does so, and says whether it did
 */
function lookingAgain(
  journal: Journal,
  { run_id, session_id }: RunRow,
): () => boolean {
  const version = () => journal.redactor.handOver?.(-1)?.version ?? 0;
  let known = version();
  return () => {
    if (version() === known) return false;
    known = version();
    const { findings } = scrubJournal(journal, [run_id], { session_id });
    if (findings.length > 0) journal.checkpoint();
    return findings.length > 0;
  };
}

/** The run's page in one file; the record is complete without it. */
function reportOf(journal: Journal, run_id: string, log: RecorderLog): void {
  try {
    recordReport(journal, run_id);
  } catch (error) {
    log.write("report", error);
    journal.entries.setMissing(run_id, "report", messageOf(error));
  }
}

/** What Deno is set up by in the notebook's folder: a replay has the same names there. */
function projectFiles(cwd: string): string[] {
  return PROJECT_FILES.filter((name) => isPresent(`${cwd}/${name}`));
}

/** A cell that does not parse publishes nothing: one that showed nothing may be such a cell. */
async function parseSilent(
  journal: Journal,
  run: RunRow,
  log: RecorderLog,
): Promise<void> {
  const { executions } = journal;
  const silent = executions.list(run.session_id, run.last_execution).filter((
    e,
  ) =>
    e.via === "wire" && e.status === "ok" && e.source !== null &&
    !e.flags.includes("excluded") &&
    executions.outputs(e.session_id, e.position).length === 0
  );
  try {
    const broken = await unparsable(silent.map((e) => e.source ?? ""));
    for (const i of broken) {
      const execution = silent[i];
      if (execution !== undefined) {
        executions.put({ ...execution, status: "error" });
      }
    }
  } catch (error) {
    log.write("parse", error);
    journal.entries.setMissing(
      run.run_id,
      "syntax of cells",
      messageOf(error),
    );
  }
}

async function packagesOf(
  journal: Journal,
  session: Session,
  run: RunRow,
  log: RecorderLog,
): Promise<LocalModule[]> {
  const { entries } = journal;
  const cells = journal.executions.list(session.session_id, run.last_execution)
    .filter((e) => e.source !== null)
    .map((e) => ({
      label: `cell [${e.execution_count ?? "?"}]`,
      source: e.source ?? "",
    }));
  try {
    const found = await capturePackages({
      cells,
      cwd: session.cwd,
      denoPath: Deno.execPath(),
      ownRoot: OWN_ROOT,
      since_ms: session.start_time,
    });
    entries.setDocument(run.run_id, "packages", JSON.stringify(found.packages));
    entries.setModules(run.run_id, found.modules);
    entries.setDocument(run.run_id, "lock", found.lock);
    if (found.config !== null) {
      entries.setDocument(run.run_id, "config", found.config);
    }
    for (const { what, why } of found.missing) {
      entries.setMissing(run.run_id, what, why);
    }
    return found.modules;
  } catch (error) {
    log.write("packages", error);
    entries.setMissing(run.run_id, "packages", messageOf(error));
    return [];
  }
}

/** Adds the data that modules and calls name by constant paths; gives the calls that read files. */
async function foundReads(
  run: ReadingRun,
  modules: readonly LocalModule[],
  log: RecorderLog,
): Promise<LabelledRead[]> {
  try {
    const reads = await readsOf(run, modules);
    await addImportedData(run, modules, knownReads(run, reads));
    return reads;
  } catch (error) {
    log.write("reads", error);
    const what = "data of modules and of computed paths";
    run.journal.entries.setMissing(run.run_id, what, messageOf(error));
    return [];
  }
}

/** What the notebook does not show of its state. */
async function hiddenStateOf(
  journal: Journal,
  { run_id }: RunRow,
  log: RecorderLog,
): Promise<void> {
  const { entries } = journal;
  try {
    const { cells } = await new JournalReader(journal).get(run_id);
    const notes = await stateNotes(
      cells,
      entries.document(run_id, "notebook_file") ?? null,
      moduleChanges(journal, run_id),
    );
    entries.setDocument(run_id, "hidden_state", JSON.stringify(notes));
  } catch (error) {
    log.write("hidden state", error);
    entries.setMissing(run_id, "hidden state", messageOf(error));
  }
}

async function changedOf(
  journal: Journal,
  run: RunRow,
  log: RecorderLog,
): Promise<void> {
  try {
    const before = journal.runs.before(run, { complete: true });
    const reader = new JournalReader(journal);
    const changes = before === undefined ? [] : changedSince(
      await reader.get(before.run_id),
      await reader.get(run.run_id),
    );
    journal.entries.setDocument(run.run_id, "changed", JSON.stringify(changes));
  } catch (error) {
    log.write("changed", error);
    journal.entries.setMissing(run.run_id, "changed", messageOf(error));
  }
}
