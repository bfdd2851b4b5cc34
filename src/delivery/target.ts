/**
 * Where a run is delivered to. Before anything was sent that is what options, variables and logins say; from then
 * on the run stays with the server where it began.
 *
 * @module
 */
import { ENV, switchedOn } from "../base/env.ts";
import { z } from "../base/zod.ts";
import { captureGit } from "../git/state.ts";
import { parseGitLabUri } from "../gitlab/tracking_uri.ts";
import { type Credential, readCredentials } from "../gitlab/credentials.ts";
import type { Env, KnownTokens } from "../gitlab/sign_in.ts";
import { resolveTarget, type Target } from "../gitlab/target.ts";
import type { Journal } from "../journal/journal.ts";
import type { Destination } from "../base/destination.ts";

const optionsSchema = z.looseObject({
  trackingUri: z.string().optional(),
  deliver: z.string().optional(),
  gitlab: z.looseObject({
    url: z.string().optional(),
    project: z.union([z.string(), z.number()]).transform(String).optional(),
  }).optional(),
  points: z.literal("all").optional(),
});

/** Which points of a run `track()` wants on GitLab. */
export function pointsWanted(
  { options }: { options: string },
): "all" | "thinned" {
  const { data } = optionsSchema.safeParse(JSON.parse(options));
  return data?.points ?? "thinned";
}

/** Whether delivery is switched off. */
export function isOffline(env: Env = Deno.env.toObject()): boolean {
  return switchedOn(env[ENV.offline]);
}

/**
 * Decides where a run goes, and notes it in the journal without credentials.
 *
 * @param options.destination what `track()` was given and saw
 * @param options.cwd the notebook's folder, whose git remote may name the project
 * @returns null when no server is known, delivery is switched off, or something must be mended first: then the
 * run is refused, and its error says what to do
 * @throws {CredentialsError} when the stored logins cannot be read
 */
export async function decideTarget(
  journal: Journal,
  run_id: string,
  options: { destination: Destination; cwd: string; asked?: boolean },
): Promise<Target | null> {
  const { deliveries, entries } = journal;
  const target = await findTarget(journal, run_id, options);
  if (target === null) return null;
  if (target.warnings.length > 0) {
    entries.setMissing(run_id, "delivery", target.warnings.join(" "));
  }
  if (options.asked !== true && waitsToBeAsked(journal, run_id)) {
    const id = run_id.slice(0, 8);
    deliveries.set(run_id, {
      target: target.tracking_uri || null,
      error:
        `It is sent when you say so: nbtrack show ${id} --preview lists what would be sent, nbtrack sync ${id} sends it.`,
    });
    return null;
  }
  deliveries.set(run_id, {
    target: target.tracking_uri || null,
    ...(target.problem === null
      ? { state: "pending", error: null }
      : { state: "refused", error: target.problem, next_try: null }),
  });
  return target.problem === null ? target : null;
}

/** Whether a run is sent only when its user says so, and nothing of it was. */
export function waitsToBeAsked(journal: Journal, run_id: string): boolean {
  const parsed = optionsSchema.safeParse(
    JSON.parse(journal.runs.get(run_id)?.options ?? "{}"),
  );
  const { state, remote_run_id } = journal.deliveries.get(run_id);
  return parsed.success && parsed.data.deliver === "ask" &&
    state === "local" && remote_run_id === null;
}

/**
 * The server that options, variables and logins name for a run, or where it has begun to go; nothing is noted.
 *
 * @throws {CredentialsError} when the stored logins cannot be read
 */
export async function findTarget(
  journal: Journal,
  run_id: string,
  options: { destination: Destination; cwd: string },
): Promise<Target | null> {
  const { destination, cwd } = options;
  const env: Env = { ...Deno.env.toObject(), ...destination.env };
  if (isOffline(env)) return null;
  const { deliveries } = journal;
  const credentials = await readCredentials(journal.home);
  const wanted = resolveTarget({
    options: destination.options,
    env,
    credentials,
    remote: await remoteOf(destination, env, { cwd, credentials }),
  });
  const before = deliveries.get(run_id);
  const begun = before.remote_run_id !== null || before.creating === 1;
  const elsewhere = wanted === null ||
    begun && wanted.tracking_uri !== before.target;
  return before.target !== null && elsewhere
    ? resumeTarget(before.target, { env, credentials, begun })
    : wanted;
}

/** What the journal knows of a run's `track()`: tokens are not stored there. */
export function storedDestination(
  journal: Journal,
  run_id: string,
): Destination {
  const text = journal.runs.get(run_id)?.options ?? "{}";
  const parsed = optionsSchema.safeParse(JSON.parse(text));
  const options: Record<string, string> = {};
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined) options[key] = value;
  };
  if (parsed.success) {
    put("trackingUri", parsed.data.trackingUri);
    put("url", parsed.data.gitlab?.url);
    put("project", parsed.data.gitlab?.project);
  }
  return { options, env: {} };
}

/** The git remote; git is asked only where it could name the project. */
async function remoteOf(
  destination: Destination,
  env: Env,
  known: { cwd: string; credentials: readonly Credential[] },
): Promise<string | null> {
  const matters = known.credentials.length > 0 ||
    destination.options["project"] !== undefined ||
    env[ENV.gitlabToken] !== undefined || env[ENV.gitlabUrl] !== undefined;
  return matters
    ? (await captureGit(known.cwd, { maxDiffBytes: 0 }))?.remote ?? null
    : null;
}

/** The server that a run's delivery was noted for, with what signs in there: no other server's token. */
function resumeTarget(
  tracking_uri: string,
  known: KnownTokens & { begun: boolean },
): Target | null {
  const target = resolveTarget({
    ...known,
    options: { trackingUri: tracking_uri },
  });
  if (target === null || target.problem === null) return target;
  if (parseGitLabUri(tracking_uri) !== null && target.token === undefined) {
    target.problem = `The run ${
      known.begun ? "has begun to go" : "is to go"
    } to ${tracking_uri}, and there is no token for it here: run \`nbtrack login\`, or set MLFLOW_TRACKING_URI to that address and MLFLOW_TRACKING_TOKEN.`;
  }
  return target;
}
