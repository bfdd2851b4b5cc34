/**
 * The JSON files of a bundle as texts: indented, with a line for each point of a metric. Spread over five lines, as
 * indented JSON has it, a million points would be half as long again.
 *
 * @module
 */

/** The numbers that JSON has no form for, as bundles store them. */
const NOT_IN_JSON: readonly unknown[] = ["NaN", "Infinity", "-Infinity", "-0"];

/** Whether a value is a point of a metric: step, milliseconds since 1970, value. */
export function isPoint(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [step, time, logged] = value;
  return Number.isFinite(step) && Number.isFinite(time) &&
    (Number.isFinite(logged) || NOT_IN_JSON.includes(logged));
}

/** JSON with one space of indentation, a line for each point, and a final newline. */
export function indentedJson(value: unknown): string {
  const mark = crypto.randomUUID();
  const lists: string[] = [];
  const text = JSON.stringify(value, (key, inner) => {
    if (key !== "points" || !Array.isArray(inner) || !inner.every(isPoint)) {
      return inner;
    }
    // A point holds no text in which brackets could stand.
    lists.push(JSON.stringify(inner).replaceAll("],[", "],\n["));
    return `${mark} ${lists.length - 1}`;
  }, 1);
  return `${
    text.replaceAll(
      new RegExp(`"${mark} (\\d+)"`, "g"),
      (_, n) => lists[Number(n)] ?? "[]",
    )
  }\n`;
}
