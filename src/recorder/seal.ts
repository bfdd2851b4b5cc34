/**
 * What is captured when a run starts, and what completes its record when it has ended.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { captureEnvironment } from "../capture/environment.ts";
import { captureGit } from "../capture/git.ts";
import { capturePackages } from "../capture/packages.ts";
import { ciBranch, ciTags, runTags } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { recordArtifacts } from "../runs/bundle/record.ts";
import { changedSince } from "../runs/changed.ts";
import { JournalReader } from "../runs/journal_reader.ts";
import type { RecorderLog } from "./log.ts";

/** nbtrack's own folder: its modules are not the user's. */
const OWN_ROOT = new URL("../../", import.meta.url);

/** Captures what the world is like when a run starts; failures become gaps of the run. */
export async function captureStart(
  journal: Journal,
  session: Session,
  run_id: string,
  log: RecorderLog,
): Promise<void> {
  const { entries } = journal;
  try {
    entries.setDocument(
      run_id,
      "environment",
      JSON.stringify(captureEnvironment()),
    );
    const git = await captureGit(session.cwd);
    const { changes_diff = null, ...rest } = git ?? {};
    entries.setDocument(
      run_id,
      "git",
      JSON.stringify(git === null ? null : rest),
    );
    if (changes_diff !== null) {
      entries.setDocument(run_id, "changes_diff", changes_diff);
    }
    const run = journal.runs.get(run_id);
    const env = Deno.env.toObject();
    const tags = [
      ...ciTags(env),
      ...runTags({
        run_id,
        run_name: run?.name ?? "",
        source: session.notebook ?? session.main_module ?? undefined,
        source_type: session.kind === "kernel" ? "NOTEBOOK" : "LOCAL",
        git: git && { ...git, branch: git.branch ?? ciBranch(env) },
        parent: run?.parent,
        description: run?.description ?? undefined,
      }),
    ];
    for (const { key, value } of tags) entries.setTag(run_id, key, value);
  } catch (error) {
    log.write("capture at the start", error);
    entries.setMissing(run_id, "git", messageOf(error));
  }
}

/** Completes the record of a run that has ended: gaps, packages, what changed, notebook and bundle. */
export async function sealRun(
  journal: Journal,
  session: Session,
  run_id: string,
  log: RecorderLog,
): Promise<void> {
  const run = journal.runs.get(run_id) as RunRow;
  nameGaps(journal, session, run);
  await packagesOf(journal, session, run, log);
  await changedOf(journal, run, log);
  journal.runs.seal(run_id, Date.now());
  await recordArtifacts(journal, run_id);
}

/** Names the cell executions whose source nobody saw. */
function nameGaps(journal: Journal, session: Session, run: RunRow): void {
  const what = "cell sources";
  const unseen = journal.executions.list(session.session_id, run.last_execution)
    .filter((e) => e.source === null).map((e) =>
      `[${e.execution_count ?? "?"}]`
    );
  if (session.kind === "repl") {
    journal.entries.setMissing(
      run.run_id,
      what,
      "deno repl tells nobody what was typed.",
    );
  } else if (unseen.length === 0) {
    journal.entries.healed(run.run_id, what);
  } else {
    journal.entries.setMissing(
      run.run_id,
      what,
      `${unseen.join(", ")} ran before the recording began and ${
        session.notebook === null
          ? "the notebook's file was not found"
          : "the notebook was not saved since"
      }. Save it, or pass the option notebook.`,
    );
  }
}

async function packagesOf(
  journal: Journal,
  session: Session,
  run: RunRow,
  log: RecorderLog,
): Promise<void> {
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
    entries.setDocument(
      run.run_id,
      "modules",
      JSON.stringify(
        found.modules.map(({ path, digest, size }) => ({ path, digest, size })),
      ),
    );
    entries.setDocument(
      run.run_id,
      "module_sources",
      JSON.stringify(
        Object.fromEntries(found.modules.map((m) => [m.path, m.source])),
      ),
    );
    entries.setDocument(run.run_id, "lock", found.lock);
    if (found.config !== null) {
      entries.setDocument(run.run_id, "config", found.config);
    }
    for (const { what, why } of found.missing) {
      entries.setMissing(run.run_id, what, why);
    }
  } catch (error) {
    log.write("packages", error);
    entries.setMissing(run.run_id, "packages", messageOf(error));
  }
}

async function changedOf(
  journal: Journal,
  run: RunRow,
  log: RecorderLog,
): Promise<void> {
  try {
    const before = journal.runs.list({ experiment: run.experiment })
      .filter((r) =>
        r.start_time < run.start_time && r.sealed_time !== null
      )[0];
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
