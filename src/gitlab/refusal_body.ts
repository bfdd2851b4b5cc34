/**
 * The body of a refused request: JSON with one of four keys, or plain text.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { z } from "../base/zod.ts";

const bodySchema = z.looseObject({
  error_code: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
  message: z.union([z.string(), z.looseObject({})]).optional().catch(undefined),
});
/** The members a refusal may have. */
export type Body = z.infer<typeof bodySchema>;

/** The members of a refusal; plain text counts as its message, a web page as none. */
export function parseBody(text: string): Body {
  // Throttling answers and proxies send plain text.
  return bodySchema.safeParse(parsedJson(text)).data ??
    (/^\s*</.test(text) ? {} : { message: text });
}

/** Database errors name internals and may hold the row that was refused. */
const DATABASE =
  /PG::|ActiveRecord|violates|constraint|DETAIL:|sqlite|psycopg|value too long for type/i;

/** What the server said, fit to be shown: one line, no database internals. */
export function said(body: Body): string {
  const { message, error, error_description } = body;
  const text = typeof message === "string"
    ? message
    : message !== undefined
    ? JSON.stringify(message)
    : error_description ?? error ?? body.error_code ?? "";
  if (DATABASE.test(text)) return "its database refused a value";
  const line = text.split("\n")[0]?.trim() ?? "";
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
