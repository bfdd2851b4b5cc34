/**
 * The metrics that a sandbox's stage noted when they were logged. The sandbox's journal is in reach of its cells: what it
 * holds counts only as far as it fits.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { fromJsonNumber, numeral } from "../../base/numbers.ts";
import { FrameError } from "./frame_reader.ts";
import type { SandboxRun } from "./collect.ts";

/** So many values are kept before they go into the digest: an open hash of `node:crypto` takes 8 KB, and there is one a metric. */
const FOLDED = 64;

/** Values in their order as a count and a digest. */
class Values {
  count = 0;
  #digest = "";
  #pending = "";

  add(value: string): void {
    this.count++;
    this.#pending += `${value}\n`;
    if (this.count % FOLDED === 0) this.#fold();
  }

  /** Whether the first values of others are these. */
  are(others: Iterable<string>): boolean {
    const own = new Values();
    for (const value of others) {
      if (own.count === this.count) break;
      own.add(value);
    }
    return own.count === this.count && own.#digest === this.#digest &&
      own.#pending === this.#pending;
  }

  #fold(): void {
    this.#digest = sha256(this.#digest + this.#pending);
    this.#pending = "";
  }
}

/** Values by run and metric. */
export class NotedMetrics {
  readonly #noted = new Map<string, Values>();

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
      this.#of(line.slice(0, end)).add(line.slice(end + 1));
    }
  }

  /** A run with the points that were noted; null when its journal has others. */
  fitting(run: SandboxRun): SandboxRun | null {
    const metrics: SandboxRun["metrics"] = [];
    for (const { key, points } of run.metrics) {
      const name = nameOf(run.run_id, key);
      const noted = this.#noted.get(name);
      // What came after the last cell had ended is no part of it.
      if (noted === undefined) continue;
      const values = points.map(([, , value]) =>
        numeral(fromJsonNumber(value))
      );
      if (!noted.are(values)) return null;
      metrics.push({ key, points: points.slice(0, noted.count) });
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

  #of(name: string): Values {
    let noted = this.#noted.get(name);
    if (noted === undefined) {
      noted = new Values();
      this.#noted.set(name, noted);
    }
    return noted;
  }
}

function nameOf(run_id: string, key: string): string {
  return `${JSON.stringify(run_id)}\t${JSON.stringify(key.toWellFormed())}`;
}
