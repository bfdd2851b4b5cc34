/**
 * The tokens of a source, as far as reading its constants needs them.
 *
 * @module
 */
import { dirname } from "node:path";
import { toFileUrl } from "../../base/file_urls.ts";

const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|\s+|[^]/gu;

/** The tokens of a source without spaces and comments; a literal is one. */
export function sourceTokens(source: string): string[] {
  return (source.match(TOKEN) ?? []).filter((token) =>
    !/^(?:\s|\/[/*])/.test(token)
  );
}

/** What a member of `import.meta` is. */
export function ofModule(member: string, module: string): string | null {
  switch (member) {
    case "url":
      return toFileUrl(module).href;
    case "dirname":
      return dirname(module);
    case "filename":
      return module;
    default:
      return null;
  }
}

/** The text that a literal means, its escapes taken as the characters behind them. */
export function literalText(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}
