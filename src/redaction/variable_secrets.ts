/**
 * The secrets within the value of a variable: passwords of addresses and connection strings, members of JSON, elements
 * of a list, what is encoded.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { isHarmless } from "./harmless_values.ts";
import { isSample, looksLikeKey, looksRandom } from "./plausible.ts";
import { saysSecret, variableSaysSecret } from "./secret_names.ts";
import { isDrawn } from "./spoken.ts";
import { decodedText } from "./teaching.ts";

/** Folders of a shell; the name of the first is also a short form of password. */
const FOLDERS = new Set(["PWD", "OLDPWD"]);
/** A longer value is no setting, characters. */
const LONGEST = 20_000;
/** How deep values may lie in one another. */
const MOST_LAYERS = 4;
/** A list of more is none of secrets. */
const MOST_ELEMENTS = 50;

/** The password of an address. */
const OF_ADDRESS = /:\/\/[^/?#@:\s]*:([^\s@]{4,})@/g;
/** The same without a scheme: `ada:password@tcp(db:3306)/x`, `ada:password@db:5432`. */
const OF_USER =
  /(?:^|[\s,;="'])[\w.+-]{1,64}:([^\s@/"']{4,200})@(?:[a-z]{2,8}\(|(?!sha\d)(?:\[[\da-f:]+\]|[\w.-]{1,200}):\d{2,5}(?![\w.]))/gi;
/** A user with a password, and nothing else: `ada:…`. */
const OF_USER_ALONE = /^[\w.+@-]{1,64}:(?!\d+$)([^\s/@][^\s@]{5,199})$/;
/** Names of variables that hold both. */
const SIGNS_IN = /(?:login|auth|creds?|credentials?|userpass|user_pass)$/i;
/** A setting of a connection string, such as `Password="a;b"`. */
const SETTING =
  /([^;={}"']{1,60})=[ \t]*("[^"]*"|'[^']*'|\{[^}]*\}|[^;]*)(?:;|$)/g;
/** A setting that says how one signs in. */
const WAY = /^auth(?!orization)[a-z]+$/i;
const NAME = /^[A-Za-z][\w .-]{0,60}$/;

/** Whether a variable of the environment holds a secret, by its name and, where that alone does not say so, its value. */
export function saysSecretVariable(name: string, value: string): boolean {
  return variableSaysSecret(
    name,
    () => looksRandom(value) || looksLikeKey(value),
  );
}

/** What a variable says to be secrets: its value, or parts of it. */
export function secretsOfVariable(name: string, value: string): string[] {
  const found = new Set<string>();
  collect(name, value, found, 0);
  return [...found];
}

function collect(
  name: string,
  value: string,
  found: Set<string>,
  layer: number,
): void {
  const isSecret = saysSecretVariable(name, value) && !isFolder(name, value) &&
    (layer === 0 || !isHarmless(name, value));
  if (isSecret) found.add(value);
  if (value.length > LONGEST || layer >= MOST_LAYERS) return;
  const inner = (name: string, value: string) =>
    collect(name, value, found, layer + 1);
  if (value.includes("@")) {
    for (const pattern of [OF_ADDRESS, OF_USER]) {
      for (const { 1: password = "" } of value.matchAll(pattern)) {
        addWithDecoded(password, found);
      }
    }
  }
  if (value.includes("=")) {
    for (const [key, set] of settings(value)) {
      if (saysSecret(key) && !WAY.test(key) && !isHarmless(key, set)) {
        addWithDecoded(set, found);
      }
    }
  }
  const ofUser = OF_USER_ALONE.exec(value)?.[1] ?? "";
  if (ofUser !== "" && (isSecret || SIGNS_IN.test(name))) found.add(ofUser);
  const document = /^\s*[[{]/.test(value) ? parsedJson(value) : undefined;
  if (document !== undefined) ofDocument(isSecret ? name : "", document, inner);
  else if (isSecret) {
    for (const one of elements(value)) found.add(one);
    const text = decodedText(value);
    if (text === null) return;
    inner(name, text);
    // As for a Basic header.
    const [, password] = /^[\w.+-]{1,64}:(\S{4,})$/.exec(text) ?? [];
    if (password !== undefined) found.add(password);
  }
}

/** Names and values of a connection string or a query. */
function settings(value: string): [string, string][] {
  const found: [string, string][] = [];
  if (value.includes(";")) {
    for (const [, name = "", set = ""] of value.matchAll(SETTING)) {
      found.push([name, set]);
    }
  }
  for (const part of value.split(/[?&;\s]+/)) {
    const at = part.indexOf("=");
    if (at > 0) found.push([part.slice(0, at), part.slice(at + 1)]);
  }
  return found.map(([name, set]): [string, string] => [
    name.trim().replace(/^-+/, ""),
    set.trim().replace(/^(["'{])([^]*)["'}]$/, "$2"),
  ]).filter(([name]) => NAME.test(name));
}

/** Each text of a document, under the name of its member. */
function ofDocument(
  name: string,
  value: unknown,
  take: (name: string, value: string) => void,
): void {
  if (typeof value === "string") take(name, value);
  else if (Array.isArray(value)) {
    for (const one of value) ofDocument(name, one, take);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) ofDocument(key, one, take);
  }
}

/** The elements of a list that look like secrets; none where the value is no list. */
function elements(value: string): string[] {
  if (value.includes("-----BEGIN")) return [];
  const all = value.split(/[,;|\s]+/).filter((one) => one !== "");
  if (all.length < 2 || all.length > MOST_ELEMENTS) return [];
  return all.flatMap((one) => {
    const at = one.indexOf(":");
    return at > 0 ? [one, one.slice(at + 1)] : [one];
  }).filter(isNoWord);
}

/** Whether an element of a list is no word, as scopes and names of models are. */
function isNoWord(value: string): boolean {
  return value.length >= 8 && !isSample(value) &&
    (isDrawn(value) ||
      /^[A-Za-z\d]+$/.test(value) && /\d.*\d/.test(value) &&
        /[A-Za-z]/.test(value));
}

/** A password as it is written, and as programs read it. */
function addWithDecoded(value: string, found: Set<string>): void {
  found.add(value);
  try {
    found.add(decodeURIComponent(value));
  } catch {
    // not escaped: it is known as it is
  }
}

function isFolder(name: string, value: string): boolean {
  return FOLDERS.has(name) && /^(?:\/|[A-Za-z]:[\\/])/.test(value);
}
