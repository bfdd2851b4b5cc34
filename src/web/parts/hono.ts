/**
 * hono, for this room: the router, and HTML in which every text is escaped.
 *
 * @module
 */
import { sourceText } from "../../base/markup.ts";
import { html } from "npm:hono@4.13.19/html";
export { type Context, Hono } from "npm:hono@4.13.19";
export { raw } from "npm:hono@4.13.19/html";

/** HTML whose texts are escaped. */
export type Html = ReturnType<typeof html>;

/**
 * Makes HTML of a template; every text in it is escaped, and what turns the direction of a text between tags is made
 * visible: a name could read as another one. Its name is not `html`, since formatters would move white space about inside
 * of it, which counts in sources and outputs.
 */
export const markup: typeof html = (strings, ...values) => {
  const between = betweenTags(strings);
  return html(
    strings,
    ...values.map((value, i) => between[i] === true ? marked(value) : value),
  );
};

/** For each value of a template whether it stands between tags, and not in an attribute, which programs read. */
function betweenTags(strings: TemplateStringsArray): readonly boolean[] {
  const known = KNOWN.get(strings);
  if (known !== undefined) return known;
  let inTag = false;
  let inValue = false;
  const between = strings.map((literal) => {
    const [opened, closed] = [
      literal.lastIndexOf("<"),
      literal.lastIndexOf(">"),
    ];
    if (opened !== closed) inTag = opened > closed;
    // A template may be a part of a tag.
    if (/["']/.test(literal)) inValue = /=["'][^"'<>]*$/.test(literal);
    return !inTag && !inValue;
  });
  KNOWN.set(strings, between);
  return between;
}

const KNOWN = new WeakMap<TemplateStringsArray, readonly boolean[]>();

/** HTML, which is an object, stays as it is: it was made here. */
function marked(value: unknown): unknown {
  return typeof value === "string"
    ? sourceText(value)
    : Array.isArray(value)
    ? value.map(marked)
    : value;
}
