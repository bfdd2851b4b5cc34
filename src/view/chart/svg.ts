/**
 * The pieces that drawings are made of.
 *
 * @module
 */
import { escapeHtml, loggedHtml } from "../../base/markup.ts";
import { type Ink, textColour } from "./palette.ts";
import type { Scale } from "./scales.ts";

/** Where the values are drawn: around it is room for axes, title and names. */
export interface PlotArea {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Attributes of an element; what is null or undefined is left out. */
export type Attributes = Record<string, string | number | null | undefined>;

/** An element of SVG; attributes are escaped, the content is not. */
export function element(
  name: string,
  attributes: Attributes,
  content = "",
): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [` ${key}="${escapeHtml(numberOrText(value))}"`]
  ).join("");
  return content === ""
    ? `<${name}${written}/>`
    : `<${name}${written}>${content}</${name}>`;
}

/** A text of SVG, escaped. */
export function label(
  text: string,
  at: { x: number; y: number },
  attributes: Attributes = {},
): string {
  return element("text", { ...at, ...attributes }, loggedHtml(text));
}

/** A whole drawing of a constant size with its name for those who do not see it. */
export function drawing(
  name: string,
  { width, height, ink }: { width: number; height: number; ink: Ink },
  content: string,
  attributes: Attributes = {},
): string {
  return element("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    role: "img",
    "aria-label": name,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": "system-ui, sans-serif",
    "font-size": 11,
    fill: textColour(ink),
    ...attributes,
  }, content);
}

/** The values that the lower axis names, and what it is called. */
export function lowerAxis(
  scale: Scale,
  { left, right, bottom }: PlotArea,
  name: string,
  ink: Ink,
): string {
  const ticks = scale.ticks.map(({ value, text }) => {
    const x = scale.at(value) ?? left;
    return element("path", { d: `M${round(x)},${bottom}v4` }) +
      label(text, { x: round(x), y: bottom + 15 }, {
        "text-anchor": "middle",
        stroke: "none",
      });
  }).join("");
  return element(
    "g",
    { stroke: textColour(ink), "stroke-opacity": 0.6 },
    element("path", { d: `M${left},${bottom}H${right}` }) + ticks +
      label(name, { x: right, y: bottom + 29 }, {
        "text-anchor": "end",
        stroke: "none",
        "fill-opacity": 0.8,
      }),
  );
}

/** The values that the left axis names, with a faint line at each. */
export function leftAxis(
  scale: Scale,
  { left, right }: PlotArea,
  ink: Ink,
): string {
  const ticks = scale.ticks.map(({ value, text }) => {
    const y = round(scale.at(value) ?? 0);
    return element("path", {
      d: `M${left},${y}H${right}`,
      "stroke-opacity": 0.18,
    }) +
      label(text, { x: left - 6, y: y + 4 }, {
        "text-anchor": "end",
        stroke: "none",
      });
  }).join("");
  return element("g", { stroke: textColour(ink) }, ticks);
}

/** The width that the texts of an axis take. */
export function widthOfTexts(scale: Scale): number {
  return Math.max(...scale.ticks.map(({ text }) => text.length), 1) * 6.6;
}

/** A position with one digit. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A figure with a drawing, as pages and reports have it. */
export function figure(key: string, svg: string): string {
  return `<figure data-metric="${escapeHtml(key)}">${svg}</figure>`;
}

/** A drawing as an image of its own, which every front end shows; its text is there where it is not shown. */
export function asImage(
  svg: string,
  alternative: string,
  { width, height }: { width: number; height: number },
): string {
  const bytes = new TextEncoder().encode(svg);
  return `<img width="${width}" height="${height}" alt="${
    escapeHtml(alternative)
  }" src="data:image/svg+xml;base64,${bytes.toBase64()}">`;
}

function numberOrText(value: string | number): string {
  return typeof value === "number" ? String(value) : value;
}
