/**
 * Metric points read back.
 *
 * @module
 */
import { PageWalk } from "./page_walk.ts";
import type { Connection } from "./connection.ts";
import { hasHistory } from "./detect.ts";
import { getRun } from "./runs.ts";
import { type Metric, metricsAnswer } from "./schemas.ts";

/** A stored point. */
export interface StoredPoint {
  /** Null when none was sent. */
  step: number | null;
  /** Milliseconds since 1970. */
  timestamp: number | null;
  /** Null where the server kept none. */
  value: number | null;
}

/** What a server says of a metric. */
export interface StoredPoints {
  /** By step, then timestamp. */
  points: StoredPoint[];
  /**
   * Whether these are all points. False where the server may give only the last one inserted of each metric.
   * Since GitLab stores a batch's metrics all or none, that one still shows whether the last batch is there.
   */
  complete: boolean;
}

/** Reads points; remembers whether the server has a history. */
export class MetricReader {
  readonly #connection: Connection;
  #history: Promise<boolean> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All points of a metric that the server lists; none for an unknown key. */
  async points(run_id: string, key: string): Promise<StoredPoints> {
    this.#history ??= hasHistory(this.#connection).catch((error) => {
      this.#history = null;
      throw error;
    });
    if (await this.#history) {
      return { points: sorted(await this.#pages(run_id, key)), complete: true };
    }
    const { metrics } = (await getRun(this.#connection, run_id)).data;
    const keys = new Set(metrics.map((m) => m.key));
    return {
      points: sorted(metrics.filter((m) => m.key === key)),
      // Two points under one key prove that this server gives them all.
      complete: metrics.length === 0 || metrics.length > keys.size,
    };
  }

  async #pages(run_id: string, key: string): Promise<Metric[]> {
    const url = await this.#connection.endpoint("metrics/get-history");
    const attempted = `read the points of "${key}" of run ${run_id}`;
    const walk = new PageWalk(attempted, url);
    const all: Metric[] = [];
    let page_token: string | null = null;
    do {
      const page: { metrics: Metric[]; next_page_token: string | null } =
        await this.#connection.http.json("GET", url, {
          attempted,
          query: {
            run_id,
            metric_key: key,
            max_results: 1000,
            page_token: page_token ?? undefined,
          },
          schema: metricsAnswer,
        });
      for (const metric of page.metrics) all.push(metric);
      page_token = page.next_page_token;
      // Points have nothing that tells one from all others.
      if (page_token !== null) walk.next(page_token, null);
    } while (page_token !== null);
    return all;
  }
}

function sorted(metrics: Metric[]): StoredPoint[] {
  return metrics
    .map(({ step, timestamp, value }) => ({ step, timestamp, value }))
    .sort((a, b) =>
      (a.step ?? Infinity) - (b.step ?? Infinity) ||
      (a.timestamp ?? 0) - (b.timestamp ?? 0)
    );
}
