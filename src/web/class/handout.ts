/**
 * What a student gets on paper: the address, the token, and the three lines to type.
 *
 * @module
 */
import encodeQR from "npm:qr@0.7.0";
import { markup } from "../parts/hono.ts";
import { raw } from "../parts/hono.ts";

/** A student's way in. */
export interface Handout {
  /** The class. */
  title: string;
  /** The student's name. */
  name: string;
  tracking_uri: string;
  token: string;
}

/** The three lines to type before a notebook is opened. */
export function handoutLines(
  { tracking_uri, token }: Pick<Handout, "tracking_uri" | "token">,
): string[] {
  return [
    `export MLFLOW_TRACKING_URI=${tracking_uri}`,
    `export MLFLOW_TRACKING_TOKEN=${token}`,
    `export NBTRACK_ALLOW_HTTP=${new URL(tracking_uri).hostname}`,
  ];
}

/** The page to print. */
export function handoutPage(handout: Handout): string {
  const lines = handoutLines(handout);
  return String(markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${handout.name} · ${handout.title}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem } pre { font-size: .9rem; white-space: pre-wrap; word-break: break-all } svg { width: 12rem; height: 12rem; background: white }</style></head>
<body><main><h1>${handout.name}</h1>
<p>${handout.title}. You need nbtrack and its lessons on your machine: the folder that your teacher hands out, and Deno (<code>npm install -g deno</code>). In that folder, type once:</p>
<pre>deno task nbtrack kernel install</pre>
<p>The lessons lie in <code>notebooks/</code>. Then, each time, type these three lines in the terminal, then start JupyterLab or VS Code in it:</p>
<pre>${lines.join("\n")}</pre>
<p>Keep the token to yourself: whoever has it can log runs as you. The picture holds the same three lines.</p>
${raw(encodeQR(lines.join("\n"), "svg"))}
</main></body></html>
`);
}
