/**
 * The texts of a JSON document, one after the other, each with the name of its member.
 *
 * @module
 */

import { holdsSecrets } from "./held_values.ts";

/** What becomes of a text, or of a number; `holder` is the name that holds secrets around its own, empty where none does. */
export type TextVisitor = (
  text: string,
  name: string,
  isNumber: boolean,
  holder: string,
) => string;

/**
 * A JSON document in which each text, and each name of a member, is what `visit` made of it.
 *
 * @param under The name of the whole document.
 */
export function mapJsonTexts(
  json: string,
  visit: TextVisitor,
  under = "",
): string {
  const indent = /^[[{]\r?\n([ \t]+)/.exec(json)?.[1] ?? "";
  const end = /\n$/.test(json) ? "\n" : "";
  return JSON.stringify(
    mapValue(
      JSON.parse(json),
      { name: "", holder: holdsSecrets(under) ? under : "" },
      visit,
    ),
    null,
    indent,
  ) + end;
}

/** The names over a value: its own, and the nearest one that holds secrets. */
interface Names {
  name: string;
  holder: string;
}

function mapValue(value: unknown, names: Names, visit: TextVisitor): unknown {
  const { name, holder } = names;
  if (typeof value === "string") return visit(value, name, false, holder);
  if (typeof value === "number") {
    const text = String(value);
    const seen = visit(text, name, true, holder);
    return seen === text ? value : seen;
  }
  if (Array.isArray(value)) {
    if (isLines(value)) return mapLines(value, names, visit);
    const whole = isText(name) && isPieces(value)
      ? withoutPieces(value, names, visit)
      : null;
    const inside = { name, holder: holderAt(names) };
    return whole ?? value.map((one) => mapValue(one, inside, visit));
  }
  if (typeof value !== "object" || value === null) return value;
  const inside = holderAt(names);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      visit(key, "", false, ""),
      mapValue(member, { name: key, holder: inside }, visit),
    ]),
  );
}

/** What holds the members of a value with these names. */
function holderAt({ name, holder }: Names): string {
  return holdsSecrets(name) ? name : holder;
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
  { name, holder }: Names,
  visit: TextVisitor,
): string[] | null {
  const text = pieces.join(name === "traceback" ? "\n" : "");
  const seen = visit(text, name, false, holder);
  return seen === text ? null : [seen];
}

/** What is taken out may reach over lines. */
function mapLines(
  lines: readonly string[],
  { name, holder }: Names,
  visit: TextVisitor,
): string[] {
  const text = lines.join("");
  const seen = visit(text, name, false, holder);
  return seen === text ? [...lines] : seen.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
