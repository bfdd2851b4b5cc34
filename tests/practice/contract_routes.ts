/** The routes of GitLab's MLflow API, as its contract lists them, for tests that go through all of them. */
import type { ServerConfig } from "../../src/practice/settings/config.ts";

type Profile = NonNullable<ServerConfig["profile"]>;

/** A route of the contract. */
export interface ContractRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `api/2.0/`. */
  readonly path: string;
  /** The declared parameters that must be there, in order. */
  readonly required: readonly string[];
  /** What a request without any parameter is answered, when none is required. */
  readonly bare?: { status: number; body?: unknown };
  /** Whether the model registry must be on. */
  readonly registry?: true;
  /** Whether a Reporter may call it although it does not read: only the scope counts. */
  readonly open?: true;
  readonly profiles: readonly Profile[];
}

const ALL: readonly Profile[] = ["16.4", "17.9", "newest"];
const SINCE_17: readonly Profile[] = ["17.9", "newest"];
const MISSING = { error_code: "RESOURCE_DOES_NOT_EXIST" };
const missing = { status: 404, body: MISSING };

const post = (path: string, required: string[], profiles = ALL) =>
  ({ method: "POST", path: `mlflow/${path}`, required, profiles }) as const;
const get = (path: string, required: string[], profiles = ALL) =>
  ({ method: "GET", path: `mlflow/${path}`, required, profiles }) as const;
const registry = { registry: true } as const;

/** Every route but those of packages. */
export const CONTRACT_ROUTES: readonly ContractRoute[] = [
  { ...get("experiments/get", []), bare: missing },
  { ...get("experiments/get-by-name", []), bare: missing },
  { ...get("experiments/list", []), bare: { status: 200 } },
  { ...post("experiments/search", [], SINCE_17), bare: { status: 200 } },
  post("experiments/create", ["name"]),
  post("experiments/set-experiment-tag", ["experiment_id", "key", "value"]),
  post("experiments/delete", ["experiment_id"], SINCE_17),
  post("runs/create", ["experiment_id"]),
  get("runs/get", ["run_id"]),
  post("runs/search", ["experiment_ids"]),
  post("runs/update", ["run_id"]),
  post("runs/log-metric", ["run_id", "key", "value", "timestamp"]),
  post("runs/log-parameter", ["run_id", "key", "value"]),
  post("runs/set-tag", ["run_id", "key", "value"]),
  post("runs/log-batch", ["run_id"]),
  post("runs/delete", ["run_id"], SINCE_17),
  get("metrics/get-history", ["run_id", "metric_key"], ["newest"]),
  { ...post("registered-models/create", ["name"], SINCE_17), ...registry },
  { ...get("registered-models/get", [], SINCE_17), ...registry, bare: missing },
  {
    ...post("registered-models/update", [], SINCE_17),
    method: "PATCH",
    ...registry,
    bare: missing,
  },
  {
    ...post("registered-models/delete", [], SINCE_17),
    method: "DELETE",
    ...registry,
    bare: missing,
  },
  {
    ...post("registered-models/get-latest-versions", [], SINCE_17),
    ...registry,
    open: true,
    bare: missing,
  },
  {
    ...get("registered-models/search", [], SINCE_17),
    ...registry,
    bare: { status: 200 },
  },
  {
    ...get("registered-models/alias", [], SINCE_17),
    ...registry,
    bare: missing,
  },
  {
    ...post("model-versions/create", [], SINCE_17),
    ...registry,
    bare: missing,
  },
  { ...get("model-versions/get", [], SINCE_17), ...registry, bare: missing },
  {
    ...post("model-versions/update", [], SINCE_17),
    method: "PATCH",
    ...registry,
    bare: { status: 400 },
  },
  {
    ...get("model-versions/get-download-uri", ["version"], SINCE_17),
    ...registry,
  },
  {
    method: "GET",
    path: "mlflow-artifacts/artifacts",
    required: [],
    profiles: SINCE_17,
    ...registry,
    bare: { status: 500 },
  },
];

/** What MLflow's protocol has, and GitLab does not: a call is answered as one to any unknown path. */
export const LACKING: readonly [method: string, path: string][] = [
  ["POST", "mlflow/experiments/restore"],
  ["POST", "mlflow/experiments/update"],
  ["POST", "mlflow/experiments/delete-experiment-tag"],
  ["POST", "mlflow/runs/restore"],
  ["POST", "mlflow/runs/delete-tag"],
  ["POST", "mlflow/runs/log-inputs"],
  ["POST", "mlflow/runs/outputs"],
  ["POST", "mlflow/runs/log-model"],
  ["POST", "mlflow/runs/log-param"],
  ["GET", "mlflow/metrics/get-history-bulk"],
  ["GET", "mlflow/metrics/get-history-bulk-interval"],
  ["GET", "mlflow/artifacts/list?run_id=x"],
  ["POST", "mlflow/registered-models/rename"],
  ["POST", "mlflow/registered-models/set-tag"],
  ["DELETE", "mlflow/registered-models/delete-tag"],
  ["GET", "mlflow/registered-models/list"],
  ["GET", "mlflow/model-versions/search"],
  ["DELETE", "mlflow/model-versions/delete"],
  ["POST", "mlflow/model-versions/transition-stage"],
  ["POST", "mlflow/model-versions/set-tag"],
  ["DELETE", "mlflow/model-versions/delete-tag"],
  ["POST", "mlflow/logged-models"],
  ["POST", "mlflow/logged-models/search"],
  ["GET", "mlflow/logged-models/m-0123456789abcdef"],
  ["PATCH", "mlflow/logged-models/m-0123456789abcdef"],
  ["POST", "mlflow/logged-models/m-0123456789abcdef/params"],
  ["PATCH", "mlflow/logged-models/m-0123456789abcdef/tags"],
  ["GET", "mlflow/logged-models/m-0123456789abcdef/artifacts/directories"],
  ["POST", "mlflow/traces"],
  ["GET", "mlflow/traces?experiment_ids=1"],
  ["GET", "mlflow/gateway-proxy"],
  ["GET", "mlflow/webhooks"],
  ["POST", "mlflow-artifacts/mpu/create/x"],
];
