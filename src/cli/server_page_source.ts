/**
 * What pages are made from where the runs are a server's.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { captureGit } from "../git/state.ts";
import { createClient } from "../gitlab/client.ts";
import { readCredentials } from "../gitlab/credentials.ts";
import { resolveTarget } from "../gitlab/target.ts";
import type { Journal } from "../journal/journal.ts";
import { ServerReader } from "../record/server_reader.ts";
import type { PageSource } from "../web/parts/source.ts";
import { ServerSource } from "../web/server_source.ts";
import { userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { ServerStars } from "../journal/server_stars.ts";

/**
 * The runs of the server that variables, logins and the git remote name; stars of them are the journal's.
 *
 * @throws {UsageError} when no server is configured, or it cannot be used
 */
export async function serverPageSource(journal: Journal): Promise<PageSource> {
  const target = resolveTarget({
    env: Deno.env.toObject(),
    credentials: await readCredentials(nbtrackHome()),
    remote: (await captureGit(userFolder(), { maxDiffBytes: 0 }))?.remote ??
      null,
  });
  if (target === null || target.problem !== null) {
    throw new UsageError(
      target?.problem ?? "Cannot read runs of a server: none is configured.",
      {
        hint:
          "Set MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN, or run `nbtrack login` in a folder whose git remote is the project.",
      },
    );
  }
  const { tracking_uri, token, basic } = target;
  const client = createClient({
    tracking_uri,
    ...(token === undefined ? {} : { token }),
    ...(basic === undefined ? {} : { basic }),
  });
  return new ServerSource(new ServerReader(client), tracking_uri, {
    stars: {
      among: () => new ServerStars(journal).of(tracking_uri),
      set: (run_id, starred) =>
        new ServerStars(journal).set(tracking_uri, run_id, starred),
    },
  });
}
