/**
 * Checks of where runs go: what names the server, and what it says to the token.
 *
 * @module
 */
import { ENV, switchedOn } from "../base/env.ts";
import { captureGit } from "../git/state.ts";
import { type Check, checkAccess } from "../gitlab/access.ts";
import { createClient } from "../gitlab/client.ts";
import { type Credential, readCredentials } from "../gitlab/credentials.ts";
import { resolveTarget, type Target } from "../gitlab/target.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { type DoctorOptions, fail, failed, ok, warn } from "./checks.ts";

const SOURCES: Record<Target["source"], string> = {
  options: "the options of track()",
  "mlflow-env": ENV.trackingUri,
  "gitlab-env": `${ENV.gitlabUrl} and ${ENV.gitlabProject}`,
  ci: `${ENV.ciApiUrl} and ${ENV.ciProjectId} of this CI job`,
  login: "what `nbtrack login` stored",
};
/** How long one answer may take, milliseconds: somebody waits. */
const TIMEOUT_MS = 10_000;

/** Finds out where runs go and asks that server. */
export async function* serverChecks(
  { home, cwd }: DoctorOptions,
): AsyncGenerator<Check> {
  const env = Deno.env.toObject();
  yield* ciChecks(env);
  if (switchedOn(env[ENV.offline])) {
    yield ok(
      "target",
      `${ENV.offline} is set: runs stay on this machine.`,
      "Unset it and run `nbtrack sync` to deliver them.",
    );
    return;
  }
  let credentials: Credential[];
  try {
    credentials = await readCredentials(home);
  } catch (error) {
    yield failed("credentials", error);
    credentials = [];
  }
  const remote = (await captureGit(cwd, { maxDiffBytes: 0 }))?.remote ?? null;
  const target = resolveTarget({ env, credentials, remote });
  if (target === null) {
    yield ok(
      "target",
      "No server is set: runs stay on this machine.",
      "Run `nbtrack login`, or set MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.",
    );
    return;
  }
  const source = SOURCES[target.source];
  if (target.problem !== null) {
    yield fail(
      "target",
      target.problem,
      `The address is given by ${source}.`,
    );
    return;
  }
  yield ok("target", `Runs go to ${target.tracking_uri}, named by ${source}.`);
  for (const warning of target.warnings) {
    yield warn("target", warning, `The address is given by ${source}.`);
  }
  const redaction = standardRedaction(home);
  for (const secret of [target.token, target.basic?.password]) {
    if (secret !== undefined) redaction.know("token", secret);
  }
  try {
    const { checks } = await checkAccess(createClient({
      tracking_uri: target.tracking_uri,
      timeout_ms: TIMEOUT_MS,
      ...(target.token === undefined ? {} : { token: target.token }),
      ...(target.basic === undefined ? {} : { basic: target.basic }),
    }));
    yield* checks;
  } catch (error) {
    yield failed("server", error); // an address or token that cannot even be sent
  }
}

/** What a CI job lacks. */
function* ciChecks(
  env: Readonly<Record<string, string | undefined>>,
): Generator<Check> {
  if (!env[ENV.ciJobId]) return;
  const name = "ci";
  const lacks = [ENV.ciApiUrl, ENV.ciProjectId].filter((n) => !env[n]);
  if (lacks.length > 0) {
    yield warn(
      name,
      `This CI job has no ${
        lacks.join(" and no ")
      }: the server cannot be found by itself.`,
      `Set ${ENV.gitlabUrl} and ${ENV.gitlabProject}.`,
    );
  }
  if (!env[ENV.gitlabToken] && !env[ENV.trackingToken]) {
    yield fail(
      name,
      "This CI job has no token that can log runs; CI_JOB_TOKEN cannot.",
      `Make a project access token (role Developer, scope api) and set it as the masked CI variable ${ENV.gitlabToken}; a protected variable reaches only protected branches.`,
    );
  } else if (lacks.length === 0) {
    yield ok(
      name,
      `This is CI job ${env[ENV.ciJobId]}; its runs are tied to it.`,
    );
  }
}
