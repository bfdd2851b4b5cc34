/**
 * What is captured when a run starts.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { captureEnvironment } from "../base/environment.ts";
import { captureGit } from "../git/state.ts";
import { ciCheckout, ciTags, runTags } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { RecorderLog } from "../base/log.ts";

/** Captures what the world is like when a run starts; failures become gaps of the run. */
export async function captureStart(
  journal: Journal,
  session: Session,
  run_id: string,
  log: RecorderLog,
): Promise<void> {
  const { entries } = journal;
  // An earlier recorder of the session may have done it, when the run did start.
  if (entries.document(run_id, "git") !== undefined) return;
  try {
    entries.setDocument(
      run_id,
      "environment",
      JSON.stringify(captureEnvironment()),
    );
    const git = await captureGit(session.cwd);
    const { changes_diff = null, excluded_notebooks = [], ...state } = git ??
      {};
    entries.setDocument(
      run_id,
      "git",
      JSON.stringify(git === null ? null : state),
    );
    if (changes_diff !== null) {
      entries.setDocument(run_id, "changes_diff", changes_diff);
    }
    for (const path of excluded_notebooks) {
      entries.setMissing(
        run_id,
        `changes of "${path}"`,
        "it has or had an excluded cell: they are not in changes.diff",
      );
    }
    const run = journal.runs.get(run_id);
    const env = Deno.env.toObject();
    const ci = ciCheckout(env);
    const tags = [
      ...ciTags(env),
      ...runTags({
        run_id,
        run_name: run?.name ?? "",
        source: session.notebook ?? session.main_module ?? undefined,
        source_type: session.kind === "kernel" ? "NOTEBOOK" : "LOCAL",
        git: {
          commit: git?.commit ?? ci.commit,
          branch: ci.branch ?? git?.branch ?? null,
          remote: git?.remote ?? ci.remote,
        },
        parent: run?.parent,
        reproduces: run?.reproduces,
        provenance: run?.provenance,
        description: run?.description ?? undefined,
      }),
    ];
    // What the user set by that name stays.
    const set = new Set(entries.tags(run_id).map((tag) => tag.key));
    for (const { key, value } of tags) {
      if (!set.has(key)) entries.setTag(run_id, key, value);
    }
  } catch (error) {
    log.write("capture at the start", error);
    entries.setMissing(run_id, "git", messageOf(error));
  }
}
