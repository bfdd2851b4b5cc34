/**
 * The metrics that a sandbox's stage noted when they were logged. The sandbox's journal is in reach of its cells: what it
 * holds counts only as far as it fits.
 *
 * @module
 */
import { newSha256 } from "../../base/digest.ts";
import { fromJsonNumber, numeral } from "../../base/numbers.ts";
import { FrameError } from "./frame_reader.ts";
import type { SandboxRun } from "./collect.ts";

interface Noted {
  count: number;
  hash: ReturnType<typeof newSha256>;
}

/** Points by run and metric, each as a count and a digest. */
export class NotedMetrics {
  readonly #noted = new Map<string, Noted>();

  /** How many metrics there are, all runs together. */
  get size(): number {
    return this.#noted.size;
  }

  /** Takes in lines of the stage: the run, the metric, the value. */
  take(lines: string): void {
    for (const line of lines.split("\n")) {
      if (line === "") continue;
      const end = line.lastIndexOf("\t");
      if (end < 0) throw new FrameError("a metric has no value");
      const noted = this.#of(line.slice(0, end));
      noted.count++;
      noted.hash.update(`${line.slice(end + 1)}\n`);
    }
  }

  /** A run with the points that were noted; null when its journal has others. */
  fitting(run: SandboxRun): SandboxRun | null {
    const metrics: SandboxRun["metrics"] = [];
    for (const { key, points } of run.metrics) {
      const name = nameOf(run.run_id, key);
      const { count, hash } = this.#noted.get(name) ?? { count: 0, hash: null };
      const own = newSha256();
      for (const [, , value] of points.slice(0, count)) {
        own.update(`${numeral(fromJsonNumber(value))}\n`);
      }
      if (hash !== null && own.digest("hex") !== hash.copy().digest("hex")) {
        return null;
      }
      if (count > points.length) return null;
      // What came after the last cell had ended is no part of it.
      if (count > 0) metrics.push({ key, points: points.slice(0, count) });
    }
    const known = new Set(metrics.map(({ key }) => nameOf(run.run_id, key)));
    for (const name of this.#noted.keys()) {
      if (
        name.startsWith(`${JSON.stringify(run.run_id)}\t`) && !known.has(name)
      ) {
        return null;
      }
    }
    return { ...run, metrics };
  }

  #of(name: string): Noted {
    let noted = this.#noted.get(name);
    if (noted === undefined) {
      noted = { count: 0, hash: newSha256() };
      this.#noted.set(name, noted);
    }
    return noted;
  }
}

function nameOf(run_id: string, key: string): string {
  return `${JSON.stringify(run_id)}\t${JSON.stringify(key.toWellFormed())}`;
}
