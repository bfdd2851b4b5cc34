/**
 * The addresses of pages: paths of a server, or files beside each other.
 *
 * @module
 */
import { urlPath } from "../../base/file_urls.ts";

/** Members of a query; what is empty is left out. */
export type Query = Record<string, string | number | undefined>;

/** Where a page's links lead. */
export interface Links {
  /** The page of all experiments. */
  home(query?: Query): string;
  /** An experiment's runs. */
  experiment(name: string, query?: Query): string;
  /** A run's page. */
  run(run_id: string, query?: Query): string;
  /** One metric of a run; null where its chart is on the run's page alone. */
  metric(run_id: string, key: string, query?: Query): string | null;
  /** The points of a run's metric as CSV; null where there is no such file. */
  csv(run_id: string, key: string): string | null;
  /** The page of an artifact. */
  artifact(run_id: string, path: string): string;
  /** An artifact's bytes; null where they are not there. */
  download(run_id: string, path: string): string | null;
  /** Where the star of a run is given and taken. */
  star(run_id: string): string;
  /** Runs side by side; null where there is no such page. */
  compare(run_ids: readonly string[], query?: Query): string | null;
  /** The points of one metric of some runs as CSV; null where there is no such file. */
  comparedCsv(run_ids: readonly string[], key: string): string | null;
  /** The sessions; null where there is no such page. */
  sessions(): string | null;
  /** A file of the pages themselves. */
  asset(name: "style.css" | "script.js"): string;
  /** Whether a run has a page. */
  hasRun(run_id: string): boolean;
  /** Whether a server answers: tables are sorted and filtered by their addresses, and pages are told what is new. */
  readonly live: boolean;
  /** Whether a page is told what is new of its run. */
  readonly news: boolean;
  /** How many charts a run's page holds from the start. */
  readonly charts: number;
}

/** Charts that a page holds from the start; others come when they come into view. */
const FIRST_CHARTS = 12;

/** The address paths of a server, below a root such as `/group/project/-/nbtrack`. */
export function serverLinks(
  root = "",
  options: { sessions?: boolean; news?: boolean } = {},
): Links {
  const run = (run_id: string) => `${root}/runs/${encodeURIComponent(run_id)}`;
  const compare = (run_ids: readonly string[], query?: Query) =>
    `${root}/compare?runs=${run_ids.map(encodeURIComponent).join(",")}${
      search(query).replace("?", "&")
    }`;
  return {
    home: (query) => `${root}/${search(query)}`,
    // A browser takes a segment of dots for a step in the path, encoded or not.
    experiment: (name, query) =>
      /^\.{1,2}$/.test(name)
        ? `${root}/experiments${search({ name, ...query })}`
        : `${root}/experiments/${encodeURIComponent(name)}${search(query)}`,
    run: (run_id, query) => `${run(run_id)}${search(query)}`,
    metric: (run_id, key, query) =>
      `${run(run_id)}/metric${search({ key, ...query })}`,
    csv: (run_id, key) =>
      `${run(run_id)}/metric?csv&key=${encodeURIComponent(key)}`,
    artifact: (run_id, path) => `${run(run_id)}/artifacts/${urlPath(path)}`,
    download: (run_id, path) =>
      `${run(run_id)}/artifacts/${urlPath(path)}?download`,
    star: (run_id) => `${run(run_id)}/star`,
    compare,
    comparedCsv: (run_ids, key) => compare(run_ids, { key, csv: 1 }),
    sessions: () => options.sessions === false ? null : `${root}/sessions`,
    asset: (name) => `${root}/assets/${name}`,
    hasRun: () => true,
    live: true,
    news: options.news ?? true,
    charts: FIRST_CHARTS,
  };
}

/** A query as it stands in an address, with its question mark; empty when nothing is in it. */
export function search(query: Query = {}): string {
  const members = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === ""
      ? []
      : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`]
  );
  return members.length === 0 ? "" : `?${members.join("&")}`;
}

/** A path within a run. */
