/**
 * Tokens of which the parts stand in lines, or in texts of code, that belong together.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { endOfLoose, loosePattern } from "./escaped.ts";
import { findTokenForms, type FoundForm } from "./find_token_forms.ts";

/** Two texts that code joins. */
const JOINED = /(?<=[\w-])(["'`])\s{0,9}\+\s{0,20}\1(?=[\w-])/g;
/** What begins a token that may be split stands in the text. */
const BEGINS_TOKEN =
  /gl[a-z]{1,5}t?-|gh[opusr]_|github_pat_|AKIA|sk[-_]|hf_|xox|eyJ|npm_/;

/** Tokens in lines or texts that belong together: joined, what is left is looked at for tokens of a known form. */
export function findSplit(
  text: string,
  found: readonly FoundForm[],
): FoundForm[] {
  const code = text.replace(JOINED, "");
  if (code === text && !text.includes("\n") || !BEGINS_TOKEN.test(code)) {
    return [];
  }
  let rest = "";
  let at = 0;
  for (const { start, end } of [...found].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    rest += `${text.slice(at, start)} `;
    at = end;
  }
  rest += text.slice(at);
  const joined = rest.replace(JOINED, "")
    .replace(/(?<=[\w=-])(?:(?<=\w)=|[ \t]*)\r?\n[ \t]*(?=[\w=-])/g, "");
  if (joined === rest) return [];
  return findTokenForms(joined).flatMap((one) => {
    const value = joined.slice(one.start, one.end);
    // A sentence that goes on in the next line is no token.
    if (!/\d/.test(value) || !/[A-Z]/.test(value)) return [];
    const places = [...text.matchAll(loosePattern(value, true))];
    return places.map(({ 0: all, index }) => ({
      ...one,
      value,
      start: index,
      end: endOfLoose(text, index + all.length, value, true),
    }));
  });
}
