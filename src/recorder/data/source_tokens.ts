/**
 * The tokens of a source, as far as reading its constants needs them.
 *
 * @module
 */
import { dirname } from "node:path";
import { toFileUrl } from "../../base/file_urls.ts";

/** A regular expression stands where a value may begin. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|(?<=(?:^|[(,=:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|in|of|void|await|yield))\s{0,99})\/(?:[^\\/\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|\s+|[^]/gu;

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

/** The text that a literal means; of escapes but those of characters by their number, the characters behind them. */
export function literalText(text: string): string {
  return text.replace(
    /\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|(.))/gis,
    (_, ...[four, any, two, other = ""]: string[]) => {
      const code = parseInt(four ?? any ?? two ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : other;
    },
  );
}
