/**
 * A plain MLflow server of a version, as small as the tests of delivery need it, with its limits.
 *
 * @module
 */
import { json } from "../gitlab/scripted_server.ts";

/** What a server is like. */
export interface PlainMlflowOptions {
  /** Its version; null where a proxy passes only its API. @default {"3.1.0"} */
  version?: string | null;
  /** Whether it passes files on. @default {true} */
  serveArtifacts?: boolean;
  /** Characters of a tag. @default {8000} */
  tagValue?: number;
  /** Whether keys may hold a colon. @default {true} */
  colonKeys?: boolean;
  /** Bytes of a request; more is 413. @default {Infinity} */
  bodyBytes?: number;
  /** Refuses a param, tag or metric of that key. */
  refusedKey?: string;
}

/** A run as it is kept. */
export interface PlainRun {
  info: Record<string, unknown> & { run_id: string; status: string };
  params: Map<string, string>;
  tags: Map<string, string>;
  metrics: { key: string; value: number; step: number; timestamp: number }[];
  files: Map<string, string>;
}

/** A running server. */
export interface PlainMlflow extends AsyncDisposable {
  tracking_uri: string;
  runs: PlainRun[];
}

type Pair = { key: string; value: string };

const invalid = (message: string) =>
  json({ error_code: "INVALID_PARAMETER_VALUE", message }, 400);
const missing = () =>
  json({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "no" }, 404);

/** Starts a server. */
export function startPlainMlflow(
  options: PlainMlflowOptions = {},
): PlainMlflow {
  const {
    version = "3.1.0",
    serveArtifacts = true,
    tagValue = 8000,
    colonKeys = true,
    bodyBytes = Infinity,
  } = options;
  const runs: PlainRun[] = [];
  const experiments: string[] = [];
  const runOf = (id: unknown) => runs.find((run) => run.info.run_id === id);
  const shown = (run: PlainRun) => ({
    info: run.info,
    data: {
      metrics: run.metrics,
      params: [...run.params].map(([key, value]) => ({ key, value })),
      tags: [...run.tags].map(([key, value]) => ({ key, value })),
    },
  });
  const wrong = (pair: Pair): string | null => {
    if (pair.key === options.refusedKey) return `bad key ${pair.key}`;
    return !colonKeys && pair.key.includes(":") ? "bad name" : null;
  };
  const routes: Record<
    string,
    // deno-lint-ignore no-explicit-any
    (body: any, query: URLSearchParams) => Response
  > = {
    "experiments/get-by-name": (_, query) => {
      const at = experiments.indexOf(query.get("experiment_name") ?? "");
      return at < 0 ? missing() : json({
        experiment: { experiment_id: `${at}`, name: experiments[at] },
      });
    },
    "experiments/get": () => missing(),
    "experiments/create": ({ name }) =>
      json({ experiment_id: `${experiments.push(name) - 1}` }),
    "runs/create": ({ experiment_id, start_time, run_name, tags }) => {
      if (start_time < 0) return invalid("Invalid value for start_time");
      const run_id = crypto.randomUUID().replaceAll("-", "");
      const run: PlainRun = {
        info: {
          run_id,
          experiment_id,
          run_name,
          start_time,
          status: "RUNNING",
          artifact_uri: serveArtifacts
            ? `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`
            : `/srv/mlruns/${experiment_id}/${run_id}/artifacts`,
        },
        params: new Map(),
        tags: new Map((tags as Pair[]).map((t) => [t.key, t.value])),
        metrics: [],
        files: new Map(),
      };
      runs.push(run);
      return json({ run: shown(run) });
    },
    "runs/get": (_, query) => {
      const run = runOf(query.get("run_id"));
      return run === undefined ? missing() : json({ run: shown(run) });
    },
    "runs/search": ({ filter }) => {
      const id = /'([^']*)'/.exec(filter ?? "")?.[1];
      return json({
        runs: runs.filter((run) =>
          id === undefined || run.tags.get("nbtrack.run_id") === id
        ).map(shown),
      });
    },
    "runs/update": ({ run_id, status, end_time }) => {
      const run = runOf(run_id);
      if (run === undefined) return missing();
      Object.assign(run.info, { status, end_time });
      return json({ run_info: run.info });
    },
    "runs/log-batch": ({ run_id, params = [], tags = [], metrics = [] }) => {
      const run = runOf(run_id);
      if (run === undefined) return missing();
      for (const pair of [...params, ...tags, ...metrics]) {
        const why = wrong(pair);
        if (why !== null) return invalid(why);
      }
      for (const { value } of tags as Pair[]) {
        if (value.length > tagValue) return invalid("Tag value is too long");
      }
      for (const { timestamp } of metrics) {
        if (timestamp < 0) return invalid("Timestamp must be nonnegative");
      }
      for (const { key, value } of params as Pair[]) run.params.set(key, value);
      for (const { key, value } of tags as Pair[]) run.tags.set(key, value);
      run.metrics.push(...metrics);
      return json({});
    },
    "runs/log-inputs": () => json({}),
    "artifacts/list": (_, query) => {
      const run = runOf(query.get("run_id"));
      return json({
        files: [...run?.files ?? []].map(([path, content]) => ({
          path,
          is_dir: false,
          file_size: content.length,
        })),
      });
    },
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const body = await request.text();
      if (body.length > bodyBytes) {
        return new Response("<h1>413 Request Entity Too Large</h1>", {
          status: 413,
        });
      }
      if (pathname === "/version" && version !== null) {
        return new Response(version);
      }
      const file = /mlflow-artifacts\/artifacts\/\d+\/(\w+)\/artifacts\/(.*)$/
        .exec(pathname);
      const owner = runOf(file?.[1]);
      if (request.method === "PUT" && owner !== undefined) {
        owner.files.set(file?.[2] ?? "", body);
        return json({});
      }
      const route = routes[pathname.replace("/api/2.0/mlflow/", "")];
      return route === undefined
        ? new Response("<!doctype html><title>not found</title>", {
          status: 404,
          headers: { "content-type": "text/html" },
        })
        : route(body === "" ? {} : JSON.parse(body), searchParams);
    },
  );
  return {
    tracking_uri: `http://127.0.0.1:${server.addr.port}`,
    runs,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
