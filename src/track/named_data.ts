/**
 * The option `data`: one dataset, or several by name. Loaded only if it is more than a path or URL.
 *
 * @module
 */
import { isNamedData } from "../datasets/named_data.ts";

/** Datasets as they are to be logged. */
export interface NamedData {
  /** Each with its name. */
  datasets: [name: string, input: unknown][];
  /** By what two `data` options are compared without reading them. */
  text: unknown;
}

/**
 * Datasets from what is in memory, or from a record of datasets by name. A member `embed: false` of such a record is
 * no dataset: it keeps the data's contents out of the run's bundle.
 */
export function nameAll(data: unknown): NamedData {
  if (saysEmbed(data)) {
    const { embed, ...named } = data;
    const { datasets, text } = nameAll(named);
    return { datasets, text: { ...text as Record<string, unknown>, embed } };
  }
  return isNamedData(data)
    ? { datasets: Object.entries(data), text: textOf(data) }
    : { datasets: [["data", data]], text: textOf(data) };
}

function saysEmbed(
  data: unknown,
): data is Record<string, unknown> & { embed: boolean } {
  if (typeof data !== "object" || data === null) return false;
  if (!("embed" in data) || typeof data.embed !== "boolean") return false;
  const { embed: _, ...named } = data;
  return isNamedData(named);
}

function textOf(data: unknown): unknown {
  if (typeof data === "string" || data instanceof URL) return String(data);
  if (!isNamedData(data)) return "in memory";
  return Object.fromEntries(
    Object.entries(data).map(([name, input]) => [name, textOf(input)]),
  );
}
