/**
 * What a notebook gives to `track()` and gets from it.
 *
 * @module
 */
import type { RunStatus } from "../base/run_status.ts";
import type {
  RunCallbacks,
  RunCallbacksOptions,
  RunChart,
  RunChartOptions,
} from "./view_types.ts";

export type { RunCallbacks, RunCallbacksOptions, RunChart, RunChartOptions };

/** A value a param can have; what is not a text is stored as its JSON text. */
export type ParamValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

/** A schema of params, as zod (and any other library of the Standard Schema) makes it. */
export interface ParamsSchema<Output = unknown> {
  /** The Standard Schema's members, version 1. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?:
      | { readonly input: unknown; readonly output: Output }
      | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
    readonly issues: readonly {
      readonly message: string;
      readonly path?:
        | readonly (PropertyKey | { readonly key: PropertyKey })[]
        | undefined;
    }[];
  };

/** What may stand for params: their values, or their schema. */
export type ParamsInput = { readonly [key: string]: ParamValue } | ParamsSchema;

/** The values of params, after overrides by `nbtrack run -p`. */
export type ParamsOf<P> = P extends ParamsSchema<infer Output> ? Output : P;

/** The keys `logParam` takes: those of a schema, or any. */
export type ParamKey<P> = P extends ParamsSchema<infer Output>
  ? keyof Output & string
  : string;

/** The address of a GitLab project. */
export interface GitLabProject {
  /** The server's address. @default {the host of the git remote} */
  url?: string;
  /** Path (`group/name`) or numeric id. */
  project: string | number;
  /** An access token with scope `api`. Better kept in `GITLAB_TOKEN` or by `nbtrack login`. */
  token?: string;
}

/** Options of {@linkcode track}. */
export interface TrackOptions<
  P extends ParamsInput = ParamsInput,
  M extends readonly string[] = readonly string[],
> {
  /** The run's params: values by name, or a schema whose defaults fill them. */
  params?: P;
  /** The metrics this run will log; another name is then an error. @default {any name} */
  metrics?: M;
  /**
   * Input data: a path, folder, glob, URL, in-memory table, or a record of such by name. `embed: false` in that record
   * keeps its contents out of the run's bundle, in which small files travel otherwise.
   */
  data?: unknown;
  /** Makes `Math.random` repeat from here on; a whole number from 0 to 2^32 - 1. */
  seed?: number;
  /** The run's own name. @default {two words and a number} */
  name?: string;
  /** A sentence about the run, MLflow's note. */
  description?: string;
  /** Tags. */
  tags?: { readonly [key: string]: string };
  /** The run this one goes on from: a run, or its id. */
  from?: string | { readonly id: string };
  /** The notebook's path, when it cannot be found by itself. */
  notebook?: string;
  /** Tolerances a reproduction may use by metric name. @default {exact} */
  tolerance?: { readonly [metric: string]: { rtol?: number; atol?: number } };
  /** No card, no progress, no message. @default {false} */
  quiet?: boolean;
  /**
   * Metrics that are shown as charts from the start, growing while the run goes on: one chart for each name, and one
   * for each list of names. @default {none}
   */
  live?: readonly (string | readonly string[])[];
  /**
   * When the run is sent to its server: by itself while it goes on, or once `nbtrack sync RUN` is called;
   * `nbtrack show RUN --preview` lists before what would be sent. @default {"auto"}
   */
  deliver?: "auto" | "ask";
  /**
   * `"all"`: GitLab gets every metric point. Its page of a run has a column for every step, so otherwise it gets at
   * most 500 of each metric, and the whole history as `metrics.csv`. @default {a thinned series}
   */
  points?: "all";
  /**
   * `"auto"`: files that the notebook writes while the run is open are logged as artifacts when it ends, unless they
   * were logged already. `nbtrack show` lists them in any case. @default {none by itself}
   */
  artifacts?: "auto";
  /**
   * Whether processor load and memory of kernel and machine are noted every 10 seconds, on this machine only.
   * @default {true}
   */
  system?: boolean;
  /** The GitLab project to deliver to. */
  gitlab?: GitLabProject;
  /** An MLflow tracking URI to deliver to. */
  trackingUri?: string;
  /** The token for `trackingUri`. */
  token?: string;
}

export type { RunStatus };

/** The states a run can be ended with. */
export type EndStatus = "FINISHED" | "FAILED" | "KILLED";

/** Options of one logged metric. */
export interface MetricOptions {
  /** A whole number within ±2^53. @default {one more than the metric's last, from 0} */
  step?: number;
  /** Milliseconds since 1970. @default {now} */
  timestamp?: number;
}

/**
 * Files of a model: names of artifacts the run has logged, paths of files or folders, or contents by path within
 * the version.
 */
export type ModelFiles =
  | string
  | URL
  | readonly (string | URL)[]
  | { readonly [path: string]: string | Uint8Array | URL };

/** Options of {@linkcode Run.registerModel}. */
export interface ModelOptions {
  /** The version's files. @default {every artifact the run has logged} */
  files?: ModelFiles;
  /** What is new in this version. */
  description?: string;
  /** A semantic version such as `1.2.0`. @default {the next major one} */
  version?: string;
}

/** A run as the notebook holds it. */
export interface Run<
  P extends ParamsInput = ParamsInput,
  M extends string = string,
> {
  /** The run's id, a UUID. */
  readonly id: string;
  /** The run's name. */
  readonly name: string;
  /** The experiment's name. */
  readonly experiment: string;
  /** The run's page on its server; null until it was delivered there. */
  readonly url: string | null;
  /** The run's state. */
  readonly status: RunStatus;
  /** The params' values, overrides included: `const { k } = run.params`. */
  readonly params: ParamsOf<P>;
  /** The seed `Math.random` repeats from; null when none was given. */
  readonly seed: number | null;

  /** Logs one param. Params are written once: another value for the same key is not stored, and said. */
  logParam(key: ParamKey<P>, value: ParamValue): void;
  /** Logs params. */
  logParams(params: { readonly [key in ParamKey<P>]?: ParamValue }): void;
  /**
   * Logs one metric value: synchronous, never throws, on disk when it returns. A number instead of options is the
   * step.
   */
  logMetric(key: M, value: number, options?: MetricOptions | number): void;
  /** Logs several metrics at one step. */
  logMetrics(
    metrics: { readonly [key in M]?: number },
    options?: MetricOptions | number,
  ): void;
  /** Sets a tag. */
  setTag(key: string, value: string): void;
  /** Sets tags. */
  setTags(tags: { readonly [key: string]: string }): void;
  /**
   * Logs an artifact: bytes, a text, or the path of a file or folder. A one-line string that names an
   * existing file or folder is a path; a `file:` URL always is. Links in a folder are left out, and named. Without
   * content the name is the path.
   */
  logArtifact(
    name: string,
    content?: string | Uint8Array | ArrayBuffer | URL,
  ): Promise<void>;
  /** Logs a dataset and returns once it has its fingerprint. Other data under the same name is not stored, and said. */
  logDataset(
    name: string,
    data: unknown,
    options?: { context?: string },
  ): Promise<void>;
  /**
   * Registers a version of a model in the server's model registry, with files, params and metrics of this run. A
   * run makes one version of a model; registering it again adds files to that one. It is delivered with the run.
   */
  registerModel(name: string, options?: ModelOptions): Promise<void>;
  /**
   * Shows a chart of metrics in this cell; it grows while the run goes on, also in a loop without `await` (then write
   * `await run.chart("loss")` before it).
   */
  chart(keys: M | readonly M[], options?: RunChartOptions): RunChart;
  /**
   * What `model.fit(x, y, { callbacks: run.callbacks() })` of TensorFlow.js takes, and anything shaped alike: each
   * number of an epoch becomes a metric.
   */
  callbacks(options?: RunCallbacksOptions): RunCallbacks;
  /** Ends the run. It can be called again; the first call counts. */
  end(status?: EndStatus): Promise<void>;
}
