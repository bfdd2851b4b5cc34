/**
 * The texts of a JSON document, one after the other, each with the name of its member.
 *
 * @module
 */

/** What becomes of a text. */
export type TextVisitor = (text: string, name: string) => string;

/** A JSON document in which each text, and each name of a member, is what `visit` made of it. */
export function mapJsonTexts(json: string, visit: TextVisitor): string {
  const indent = /^[[{]\r?\n([ \t]+)/.exec(json)?.[1] ?? "";
  const end = /\n$/.test(json) ? "\n" : "";
  return JSON.stringify(mapValue(JSON.parse(json), "", visit), null, indent) +
    end;
}

function mapValue(value: unknown, name: string, visit: TextVisitor): unknown {
  if (typeof value === "string") return visit(value, name);
  if (typeof value === "number") {
    const text = String(value);
    const seen = visit(text, name);
    return seen === text ? value : seen;
  }
  if (Array.isArray(value)) {
    if (isLines(value)) return mapLines(value, name, visit);
    const whole = isText(name) && isPieces(value)
      ? withoutPieces(value, name, visit)
      : null;
    return whole ?? value.map((one) => mapValue(one, name, visit));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      visit(key, ""),
      mapValue(member, key, visit),
    ]),
  );
}

/** Whether an array is one text by its lines, as notebooks have them. */
function isLines(value: readonly unknown[]): value is string[] {
  return value.length > 1 &&
    value.every((line, i) =>
      typeof line === "string" &&
      (i === value.length - 1 || line.endsWith("\n"))
    );
}

/** Whether a list under a name is one text in a notebook: a source, a stream, what is under a media type, an error's lines. */
function isText(name: string): boolean {
  return /^(?:source|text|traceback)$|^[\w.+-]+\/[\w.+-]+$/.test(name);
}

function isPieces(value: readonly unknown[]): value is string[] {
  return value.length > 1 && value.every((one) => typeof one === "string");
}

/** The one piece that is left where something is taken out of the whole, as that may reach over pieces; else null. */
function withoutPieces(
  pieces: readonly string[],
  name: string,
  visit: TextVisitor,
): string[] | null {
  const text = pieces.join(name === "traceback" ? "\n" : "");
  const seen = visit(text, name);
  return seen === text ? null : [seen];
}

/** What is taken out may reach over lines. */
function mapLines(
  lines: readonly string[],
  name: string,
  visit: TextVisitor,
): string[] {
  const text = lines.join("");
  const seen = visit(text, name);
  return seen === text ? [...lines] : seen.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
