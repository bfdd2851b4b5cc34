/**
 * Starting the practice server for a class.
 *
 * @module
 */
import type { Incoming } from "../protocol/incoming.ts";
import {
  type PracticeServer,
  type ServerOptions,
  startServer,
} from "../server.ts";
import type { DataLocation } from "../store/data_dir.ts";
import type { Store } from "../store/store.ts";
import type { ClassPlan } from "./class_file.ts";
import { type ClassState, ClassWatch } from "./class_state.ts";
import {
  classConfig,
  enrol,
  type EnrolOptions,
  type NewToken,
  readRoster,
  type Roster,
  writeRoster,
} from "./roster.ts";

/** How long a state of the class is shown before it is made anew, milliseconds: many may look at once. */
const FRESH_MS = 3000;

/** How a class is served. */
export interface ClassOptions extends EnrolOptions {
  plan: ClassPlan;
  data: DataLocation;
  port: number;
  host: string;
  /** The host that students' machines reach this one by. @default {that of `host`} */
  reached?: string | undefined;
  /** Makes the pages of projects, as for any practice server. */
  projectPages?: ServerOptions["pages"];
  /** Answers a request for a page of the teacher's; undefined for one that is not its own. */
  pages?: (
    request: Incoming,
    state: () => Promise<ClassState>,
  ) => Promise<Response> | undefined;
}

/** A class that is served. */
export interface ServedClass {
  server: PracticeServer;
  /** The tokens that were made now, each with the address that it logs to; nothing keeps them. */
  made: (NewToken & { tracking_uri: string })[];
}

/**
 * Serves a class.
 *
 * @throws {NbtrackError} when its folder or port cannot be used
 */
export async function startClass(options: ClassOptions): Promise<ServedClass> {
  const { plan, data, port, host, reached, pages, projectPages } = options;
  const known = data === "memory" ? null : await readRoster(data.dir);
  const { roster, made } = enrol(plan, known, options);
  let watch: CachedWatch | null = null;
  const server = await startServer({
    data,
    port,
    host,
    config: classConfig(plan, roster),
    ...(projectPages === undefined ? {} : { pages: projectPages }),
    before: (request, store) => {
      watch ??= new CachedWatch(store, plan, roster);
      const { state } = watch;
      return pages?.(request, state);
    },
  });
  // Not before the server has the folder to itself.
  if (data !== "memory") writeRoster(data.dir, roster);
  return {
    server,
    made: made.map((one) => ({
      ...one,
      tracking_uri: trackingUri(server, reached, one.project),
    })),
  };
}

class CachedWatch {
  readonly #watch: ClassWatch;
  #last: Promise<ClassState> | null = null;
  #until = 0;

  constructor(store: Store, plan: ClassPlan, roster: Roster) {
    this.#watch = new ClassWatch(store, plan, roster);
  }

  readonly state = (): Promise<ClassState> => {
    if (this.#last === null || Date.now() >= this.#until) {
      this.#until = Infinity;
      this.#last = this.#watch.state().finally(() =>
        this.#until = Date.now() + FRESH_MS
      );
    }
    return this.#last;
  };
}

/** The address that a project's runs go to, as students' machines reach it. */
function trackingUri(
  { url }: PracticeServer,
  reached: string | undefined,
  project: number,
): string {
  const address = new URL(url);
  if (reached !== undefined) address.hostname = reached;
  return `${address.origin}/api/v4/projects/${project}/ml/mlflow`;
}
