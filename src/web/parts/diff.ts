/**
 * Differences of texts in pages.
 *
 * @module
 */
import { sourceText } from "../../base/markup.ts";
import { type Html, markup } from "./hono.ts";

/** A difference of texts, its lines distinguished by their signs and by colour. */
export function diffOf(diff: string): Html {
  return markup`<pre class="diff"><code>${
    sourceText(diff).split("\n").map((line) =>
      line.startsWith("+")
        ? markup`<ins>${line}</ins>
`
        : line.startsWith("-")
        ? markup`<del>${line}</del>
`
        : line.startsWith("@@")
        ? markup`<span class="quiet">${line}</span>
`
        : markup`${line}
`
    )
  }</code></pre>`;
}

/** A text that is on one side only. */
export function lonely(sign: "+" | "-", text: string): string {
  return text.split("\n").map((line) => sign + line).join("\n");
}
