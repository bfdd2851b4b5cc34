/**
 * The addresses of pages: paths of a server, or files beside each other.
 *
 * @module
 */

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
  /** One metric of a run. */
  metric(run_id: string, key: string, query?: Query): string;
  /** The points of a run's metric as CSV. */
  csv(run_id: string, key: string): string;
  /** The page of an artifact. */
  artifact(run_id: string, path: string): string;
  /** An artifact's bytes; null where they are not there. */
  download(run_id: string, path: string): string | null;
  /** Runs side by side; null where there is no such page. */
  compare(run_ids: readonly string[], query?: Query): string | null;
  /** The sessions; null where there is no such page. */
  sessions(): string | null;
  /** A file of the pages themselves. */
  asset(name: "style.css" | "script.js"): string;
  /** Whether a server answers: tables are sorted and filtered by their addresses, and pages are told what is new. */
  readonly live: boolean;
}

/** The address paths of a server, below a root such as `/group/project/-/nbtrack`. */
export function serverLinks(
  root = "",
  options: { sessions?: boolean; live?: boolean } = {},
): Links {
  const run = (run_id: string) => `${root}/runs/${encodeURIComponent(run_id)}`;
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
    artifact: (run_id, path) => `${run(run_id)}/artifacts/${segments(path)}`,
    download: (run_id, path) =>
      `${run(run_id)}/artifacts/${segments(path)}?download`,
    compare: (run_ids, query) =>
      `${root}/compare?runs=${run_ids.map(encodeURIComponent).join(",")}${
        search(query).replace("?", "&")
      }`,
    sessions: () => options.sessions === false ? null : `${root}/sessions`,
    asset: (name) => `${root}/assets/${name}`,
    live: options.live ?? true,
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
function segments(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
