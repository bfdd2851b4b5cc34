/**
 * HTML and SVG with generated ids evened out: an id is named by the order in which it first stands in the text.
 *
 * @module
 */

const DEFINED = /\bid\s*=\s*(?:"([^"]+)"|'([^']+)')/g;
/** Where an id may stand: its own attribute, those that refer to ids, and behind `#`. */
const USED =
  /(\b(?:id|for|headers|aria-[a-z]+)\s*=\s*)(?:"([^"]+)"|'([^']+)')|#([\w.:-]+)/g;

/** A markup text whose ids are numbered by their first appearance. What is no id keeps its text. */
export function evenIds(markup: string): string {
  const names = new Map<string, string>();
  for (const [, double, single] of markup.matchAll(DEFINED)) {
    const id = double ?? single ?? "";
    if (!names.has(id)) names.set(id, `id${names.size}`);
  }
  if (names.size === 0) return markup;
  const named = (id: string) => names.get(id) ?? id;
  return markup.replace(
    USED,
    (
      all,
      attribute?: string,
      double?: string,
      single?: string,
      behind?: string,
    ) =>
      attribute !== undefined
        ? `${attribute}"${
          (double ?? single ?? "").split(" ").map(named).join(" ")
        }"`
        : behind !== undefined && names.has(behind)
        ? `#${named(behind)}`
        : all,
  );
}

/** Markup without the white space between tags, which no reader sees. */
export function plainMarkup(markup: string): string {
  return markup.replace(/>\s+</g, "><").trim();
}
