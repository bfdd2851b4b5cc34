/**
 * A run of the scripted GitLab's project 42, and a client of it.
 *
 * @module
 */
import { createClient } from "../../src/gitlab/client.ts";
import { type Scripted, token, tracking } from "./scripted_server.ts";

export const PACKAGES = "/api/v4/projects/42/packages";
export const RUN = {
  run_id: "r",
  experiment_id: "3",
  artifact_uri: "mlflow-artifacts:/candidate:17",
};
export const GENERIC = {
  ...RUN,
  artifact_uri:
    `https://elsewhere.example${PACKAGES}/generic/ml_experiment_3/17/`,
};

/** A client that waits for nothing. */
export function clientOf({ url }: Pick<Scripted, "url">, secret = token()) {
  return createClient({
    tracking_uri: tracking(url),
    token: secret,
    delay: () => Promise.resolve(),
  });
}
