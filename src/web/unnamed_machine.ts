/**
 * What leaves this machine in a site: neither its folders nor its user are named.
 *
 * @module
 */

import { allEncoded, urlPath } from "../base/file_urls.ts";
import { escapeHtml } from "../base/markup.ts";

/** What is not named, and what stands instead. */
export interface MachineName {
  text: string;
  instead: string;
  /** Whether it is meant only as a word of its own. */
  word: boolean;
}

/** Users whose names say nothing of a person, and stand in many texts for something else. */
const COMMON =
  /^(root|user|users|admin|node|deno|runner|ubuntu|debian|jovyan|vscode|gitpod|app|home|test|guest)$/i;

/** Where a word begins, also behind a character that an address has as its number. */
const WORD_BEGINS = "(?:(?<![\\p{L}\\p{N}_])|(?<=%[0-9A-Fa-f]{2}))";

/** The names of a machine, the longest first, so that a folder is taken before the one that it lies in. */
export function machineNames(known: {
  /** Folders that notebooks lie in, and others that are named in what they show. */
  folders: readonly string[];
  /** The user's own folder. */
  home: string | undefined;
  user: string | undefined;
  host: string | undefined;
}): MachineName[] {
  const folder = (text: string, instead: string): MachineName[] =>
    /^([A-Za-z]:)?[/\\]+$/.test(text) || text.length < 3
      ? []
      : formsOf(text.replace(/[/\\]+$/, "")).map((form) => ({
        text: form,
        instead,
        word: false,
      }));
  const name = (text: string | undefined, instead: string): MachineName[] =>
    text === undefined || text.length < 3 || COMMON.test(text)
      ? []
      : [{ text, instead, word: true }];
  const all = [
    ...known.folders.flatMap((text) => folder(text, ".")),
    ...known.home === undefined ? [] : folder(known.home, "~"),
    ...name(known.user, "user"),
    ...name(known.host, "host"),
  ];
  const once = new Map(all.map((one) => [one.text, one]));
  return [...once.values()].sort((a, b) => b.text.length - a.text.length);
}

/** Ways in which a path stands in pages: plain, in addresses, in JSON, escaped for HTML once or twice. */
function formsOf(path: string): string[] {
  const encoded = urlPath(path);
  const whole = encodeURIComponent(path);
  const json = JSON.stringify(path).slice(1, -1);
  const plain = [
    path,
    path.replaceAll("\\", "/"),
    json,
    encoded,
    whole,
    encodeURIComponent(whole),
    allEncoded(path),
  ];
  const escaped = plain.map(escapeHtml);
  return [...new Set([...plain, ...escaped, ...escaped.map(escapeHtml)])];
}

/** A text without the names of a machine. */
export function withoutNames(
  text: string,
  names: readonly MachineName[],
): string {
  let result = text;
  for (const { text: name, instead, word } of names) {
    if (!result.includes(name)) continue;
    result = word
      ? result.replaceAll(
        new RegExp(
          `${WORD_BEGINS}${RegExp.escape(name)}(?![\\p{L}\\p{N}_])`,
          "gu",
        ),
        instead,
      )
      : result.replaceAll(name, instead);
  }
  return result;
}

/** Whether bytes hold a name of a machine, as UTF-8. */
export function namesMachine(
  bytes: Uint8Array,
  names: readonly MachineName[],
): boolean {
  const text = new TextDecoder("latin1").decode(bytes);
  return names.some((name) => {
    const latin = new TextDecoder("latin1").decode(
      new TextEncoder().encode(name.text),
    );
    return name.word
      ? withoutNames(text, [{ ...name, text: latin }]) !== text
      : text.includes(latin);
  });
}
