/**
 * hono, for this room: the router, and HTML in which every text is escaped.
 *
 * @module
 */
import { html } from "npm:hono@4.13.19/html";
export { type Context, Hono } from "npm:hono@4.13.19";
export { raw } from "npm:hono@4.13.19/html";

/** HTML whose texts are escaped. */
export type Html = ReturnType<typeof html>;

/**
 * Makes HTML of a template; every text in it is escaped. Its name is not `html`, since formatters would move white
 * space about inside of it, which counts in sources and outputs.
 */
export const markup: typeof html = html;
