/**
 * The pages as files that need no server.
 *
 * @module
 */
import type { TableRow } from "../record/run_rows.ts";
import type { RecordedArtifact, RunRecord } from "../record/schema/record.ts";
import { ASSETS } from "./assets.ts";
import { artifactPage } from "./pages/artifact.ts";
import { withCurves } from "./pages/charts.ts";
import { comparePage } from "./pages/compare.ts";
import { curvesCsv, sharedMetrics } from "./pages/compare_curves.ts";
import { experimentDocument, NEWEST_COMPARED } from "./pages/experiment.ts";
import { experimentsPage } from "./pages/experiments.ts";
import { chartQuerySchema, metricPage } from "./pages/metric.ts";
import { runDocument } from "./pages/run.ts";
import { sessionsPage } from "./pages/sessions.ts";
import { csvChunks } from "./parts/answers.ts";
import type { Links } from "./parts/links.ts";
import type { PageSource } from "./parts/source.ts";
import { WHOLE_TABLE } from "./parts/table_query.ts";
import { SiteFiles } from "./site_files.ts";
import {
  distinctPaths,
  SITE_PATHS,
  type SiteContents,
  siteLinks,
} from "./site_links.ts";
import { SubsetSource } from "./subset_source.ts";
import {
  type MachineName,
  namesMachine,
  withoutNames,
} from "./unnamed_machine.ts";

/** What a site is made of. */
export interface SiteOptions {
  source: PageSource;
  dir: string;
  /** @default {every experiment} */
  experiments?: readonly string[];
  /** As `nbtrack runs --filter` takes it. @default {every run} */
  filter?: string | undefined;
  /** At most so many runs, the newest. @default {all} */
  limit?: number | undefined;
  /** What no file says of this machine. */
  names: readonly MachineName[];
}

/** What was written. */
export interface SiteResult {
  dir: string;
  pages: number;
  runs: number;
  bytes: number;
  /** Files that were not there as they are now. */
  written: number;
}

/** Largest artifact of which a copy is there, bytes. */
const MAX_COPY = 25_000_000;
/** Most points of a metric that are there as CSV. */
const MAX_CSV_POINTS = 100_000;
/** Sessions that are searched for those of the runs. */
const MAX_SESSIONS = 10_000;

/**
 * Writes a site; a second call writes only what changed.
 *
 * @throws {NbtrackError} when the folder is another one than a site's
 * @throws {QueryError} when the filter cannot be understood
 * @throws {UnknownNameError} when there is no such experiment
 */
export async function writeSite(options: SiteOptions): Promise<SiteResult> {
  const chosen = await chooseRuns(options);
  const files = SiteFiles.open(options.dir);
  const source = new SubsetSource(options.source, chosen);
  const site = new Site(source, files, chosen, options.names);
  await site.write();
  files.close();
  return {
    dir: options.dir,
    pages: site.pages,
    runs: [...chosen.values()].reduce((sum, runs) => sum + runs.length, 0),
    bytes: files.bytes,
    written: files.written,
  };
}

/** The newest runs that pass, by their experiments. */
async function chooseRuns(
  { source, experiments, filter, limit = Infinity }: SiteOptions,
): Promise<Map<string, TableRow[]>> {
  const all = (await source.experiments()).map(({ name }) => name);
  // An experiment that is named and is not there is an error of whoever named it.
  const names = experiments === undefined ? all : [...new Set(experiments)];
  const rows: TableRow[] = [];
  for (const experiment of names) {
    const { total, rows: read } = await source.select({ experiment, filter });
    rows.push(...read(0, total));
  }
  rows.sort((a, b) => b.start_time - a.start_time);
  const chosen = Map.groupBy(
    rows.slice(0, limit === Infinity ? rows.length : limit),
    (run) => run.experiment,
  );
  return new Map(
    names.flatMap((name) => {
      const runs = chosen.get(name);
      return runs === undefined ? [] : [[name, runs] as const];
    }),
  );
}

class Site {
  pages = 0;
  readonly #source: SubsetSource;
  readonly #files: SiteFiles;
  readonly #chosen: ReadonlyMap<string, readonly TableRow[]>;
  readonly #names: readonly MachineName[];
  /** Paths that links may lead to. */
  readonly #paths = new Set<string>();
  readonly #compared = new Map<string, readonly string[]>();
  readonly #contents: SiteContents;

  constructor(
    source: SubsetSource,
    files: SiteFiles,
    chosen: ReadonlyMap<string, readonly TableRow[]>,
    names: readonly MachineName[],
  ) {
    this.#source = source;
    this.#files = files;
    this.#chosen = chosen;
    this.#names = names;
    this.#contents = {
      has: (path) => this.#paths.has(path),
      file: distinctPaths(),
      compared: (ids) =>
        [...this.#compared].find(([, compared]) =>
          ids.every((id) => compared.includes(id))
        )?.[0] ?? null,
      sessions: source.sessions(1) !== null,
    };
    for (const [experiment, runs] of chosen) {
      if (runs.length > 1) {
        this.#compared.set(
          experiment,
          runs.slice(0, NEWEST_COMPARED).map((run) => run.run_id),
        );
      }
      for (const { run_id } of runs) this.#paths.add(SITE_PATHS.run(run_id));
    }
  }

  async write(): Promise<void> {
    for (const [name, { text }] of Object.entries(ASSETS)) {
      this.#files.put(`assets/${name}`, text);
    }
    const source = this.#source;
    await this.#page(
      SITE_PATHS.home(),
      (links) => experimentsPage(source, links, ""),
    );
    for (const [experiment, runs] of this.#chosen) {
      await this.#page(
        SITE_PATHS.experiment(experiment),
        (links) =>
          experimentDocument(source, links, experiment, {
            ...WHOLE_TABLE,
            size: runs.length,
          }),
      );
      const ids = this.#compared.get(experiment);
      if (ids !== undefined) {
        await this.#comparedPoints(experiment, ids);
        await this.#page(
          SITE_PATHS.compare(experiment),
          (links) => comparePage(source, links, ids, new URLSearchParams()),
        );
      }
      for (const { run_id } of runs) await this.#run(run_id);
    }
    const sessions = await source.sessions(MAX_SESSIONS);
    if (sessions !== null) {
      await this.#page(
        SITE_PATHS.sessions(),
        (links) => Promise.resolve(sessionsPage(links, sessions)),
      );
    }
  }

  /** The points of the curves that a comparison draws. */
  async #comparedPoints(
    experiment: string,
    ids: readonly string[],
  ): Promise<void> {
    const source = this.#source;
    const runs = ids.map((run_id) => ({ run_id }));
    const links = siteLinks("", this.#contents);
    const { first } = await sharedMetrics(source, links, runs);
    for (const { key, count } of first) {
      if ((count ?? 0) * ids.length > MAX_CSV_POINTS) continue;
      const csv = await new Response(
        (await curvesCsv(source, ids, key)).body,
      ).text();
      this.#put(SITE_PATHS.comparedCsv(experiment, key), csv);
    }
  }

  async #run(run_id: string): Promise<void> {
    const source = this.#source;
    const run = await source.record(run_id);
    const metrics = withCurves(await source.metrics(run_id));
    const { charts } = siteLinks("", this.#contents);
    for (const { key, count } of metrics) {
      if ((count ?? 0) > MAX_CSV_POINTS) continue;
      const path = SITE_PATHS.csv(run_id, key);
      const points = await source.points(run_id, key);
      this.#put(path, [...csvChunks([{ run_id, points }])].join(""));
    }
    if (metrics.length > charts) {
      for (const { key } of metrics) {
        this.#paths.add(SITE_PATHS.metric(run_id, key));
      }
      for (const { key } of metrics) {
        await this.#page(
          SITE_PATHS.metric(run_id, key),
          (links) =>
            metricPage(
              source,
              links,
              { run_id, key },
              chartQuerySchema.parse({}),
            ),
        );
      }
    }
    for (const artifact of run.artifacts) await this.#copy(run, artifact);
    await this.#page(
      SITE_PATHS.run(run_id),
      (links) => runDocument(source, links, run_id),
    );
    for (const { path } of run.artifacts) {
      await this.#page(
        SITE_PATHS.artifact(run_id, path),
        (links) => artifactPage(source, links, { run_id, path }),
      );
    }
  }

  /** Copies what a user logged; what names this machine stays here. */
  async #copy(run: RunRecord, artifact: RecordedArtifact): Promise<void> {
    const { path, origin, size } = artifact;
    if (origin !== "user" || (size ?? 0) > MAX_COPY) return;
    const bytes = await new Response(
      await this.#source.artifact(run.run_id, path),
    ).bytes();
    if (bytes.byteLength > MAX_COPY || namesMachine(bytes, this.#names)) return;
    this.#put(SITE_PATHS.download(run.run_id, path), bytes);
  }

  async #page(
    path: string,
    make: (links: Links) => Promise<string>,
  ): Promise<void> {
    const text = await make(siteLinks(path, this.#contents));
    this.#put(path, withoutNames(text, this.#names));
    this.pages++;
  }

  /** Files are called as the links in the pages have them, which name nothing of this machine either. */
  #put(path: string, content: Uint8Array | string): void {
    this.#paths.add(path);
    const file = this.#contents.file(path);
    this.#files.put(withoutNames(file, this.#names), content);
  }
}
