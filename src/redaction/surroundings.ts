/**
 * Secrets that are known by what stands around them: private keys, headers, addresses, commands, and prose that names them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isPublicId, isSample, looksRandom } from "./plausible.ts";
import { findPrivateKeys } from "./private_keys.ts";
import { saysSecret } from "./secret_names.ts";
import type { FoundForm } from "./find_token_forms.ts";

/** A way in which secrets are written: the group `s` is the secret. */
interface Surrounding {
  kind: string;
  /** A text without which the pattern cannot match, in small letters. */
  hint: RegExp;
  pattern: RegExp;
  /** Whether what was matched is one. */
  holds: (value: string, match: RegExpExecArray, text: string) => boolean;
}

const SURROUNDINGS: readonly Surrounding[] = [
  {
    kind: "token",
    hint: /bearer|token /i,
    pattern: /\b(?:bearer|token)\s{1,3}(?<s>[\w.~+/=-]{12,4000})/gid,
    holds: (value) => looksRandom(value) && !isPublicId(value),
  },
  {
    kind: "credential",
    hint: /basic /i,
    pattern: /\bbasic\s{1,3}(?<s>[A-Za-z\d+/]{8,1000}={0,2})/gid,
    holds: (value) => isBasic(value),
  },
  {
    kind: "password",
    hint: /-u|--user|login|pass|-p|identified/i,
    pattern:
      /(?:(?:\bcurl\b[^\n]{0,200}?|\s)(?:-u|--user)[ =]["']?[\w.@-]{1,60}:|\blogin\s+\S{1,80}\s+password\s+|\bsshpass\s+-p\s*["']?|\b(?:mysql|mysqldump|mariadb)\b[^\n]{0,80}?\s-p|\s--?(?:password|passwd|pass|pw)[ =]["']?|\bidentified\s+by\s+["']|\bpassword\s+["'](?=[^"'\n]{4,60}["']))(?<s>[^\s"'`;,<>|]{4,200})/gid,
    holds: (value) =>
      !isSample(value) && !/^[-$({]/.test(value) && !/^[a-z]{1,5}$/.test(value),
  },
  {
    kind: "W&B key",
    hint: /wandb/i,
    pattern:
      /\bwandb(?:\.login\(|\s+login\b)[^\n]{0,80}?(?<![\da-f])(?<s>[\da-f]{40})(?![\da-f])/gid,
    holds: () => true,
  },
  {
    kind: "token",
    hint: /--/,
    pattern:
      /\s--?(?:[a-z-]{0,20}(?:token|secret|key))[ =]["']?(?<s>[^\s"'`;,<>|]{8,400})/gid,
    holds: (value) => looksRandom(value),
  },
  {
    kind: "password",
    hint: /pass|pwd|kennwort/i,
    pattern:
      /\b(?:password|passwd|pwd|passphrase|passwort|kennwort)\s{0,2}(?:is|was|ist|war|->|→|as)\s{1,2}["'`“]?(?<s>[^\s"'`”;,<>|]{6,100})/gid,
    holds: (value) =>
      !isSample(value) && /\d/.test(value) && /[a-z]/i.test(value) &&
      !isPublicId(value),
  },
  // A plain word is one beside its user, or in quotation marks; code has neither in such a line.
  {
    kind: "password",
    hint: /pass|pwd|kennwort/i,
    pattern:
      /^[^\n"'`{}();]{0,80}?\b(?:user(?:name)?|login|account|e-?mail)[ \t]{0,2}[:=][ \t]{0,2}[^\s"'`{}();,|]{1,60}[ \t,/|]{1,6}(?:and |und )?(?:password|passwd|pwd|pass|passwort|kennwort)[ \t]{0,2}[:=][ \t]{0,2}(?<s>[^\s"'`{}();,|]{4,100})(?=[.,]?[ \t]*$)/gimd,
    holds: (value) => isPlainPassword(value),
  },
  {
    kind: "password",
    hint: /pass|pwd|kennwort/i,
    pattern:
      /\b(?:password|passwd|pwd|passphrase|passwort|kennwort)\s{1,2}(?:is|was|ist|war)\s{1,2}(?<q>["'`“])(?<s>[^\s"'`”]{4,100})["'`”]/gid,
    holds: (value) => isPlainPassword(value),
  },
  {
    kind: "password",
    hint: /pass|pwd/i,
    pattern:
      /\b(?:password|passwd|pwd|passphrase)\s{1,2}["'`“]?(?<s>[^\s"'`”;,<>|]{8,100})/gid,
    holds: (value) => looksRandom(value) && !isPublicId(value),
  },
  {
    kind: "key",
    hint: /pass|secret|token|key|credential/i,
    pattern:
      /\b(?:password|secret|token|(?:api|access|private|secret|auth|account)[ _-]?keys?|credentials?)\b(?<between>[^\n"'`]{0,40}?)[\s"'`:=(]{1,4}(?<s>[\w+/.~-]{20,200}={0,2})/gid,
    holds: (value, match) =>
      looksRandom(value) && !isPublicId(value) && !value.includes("//") &&
      !/sha|hash|digest|checksum|commit|integrity|md5|uuid|\bid\b|fingerprint|revision|https?:/i
        .test(match.groups?.["between"] ?? ""),
  },
];

/** Secrets that their surroundings tell. */
export function findSurrounded(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  for (const { kind, hint, pattern, holds } of SURROUNDINGS) {
    if (!hint.test(text)) continue;
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text)) !== null;) {
      const range = match.indices?.groups?.["s"];
      if (range === undefined) continue;
      const [start, end] = range;
      const value = text.slice(start, end).replace(/[.:!?]+$/, "");
      if (holds(value, match, text) && !isInPlaceholder(text, start)) {
        found.push({ start, end: start + value.length, kind });
      }
      pattern.lastIndex = Math.max(match.index + 1, start);
    }
  }
  return [
    ...found,
    ...findPrivateKeys(text),
    ...findInUrls(text),
    ...findInQueries(text),
  ];
}

/** Whether the digits of a placeholder begin here. */
function isInPlaceholder(text: string, at: number): boolean {
  return /\[redacted [^\]\n]{1,40}$/.test(text.slice(Math.max(0, at - 52), at));
}

/** A word that may be a password, and says nothing about one. */
function isPlainPassword(value: string): boolean {
  return !isSample(value) &&
    !/^(?:str|text|varchar|char|bytes|input|field|plain|hashed|encrypted|salted|below|above|see|same|optional|incorrect|wrong|ask|stdin|file|set|kept|stored|any)$/i
      .test(value.replace(/[.:!?]+$/, ""));
}

/** User and password, as a Basic header has them. */
function isBasic(value: string): boolean {
  try {
    const text = atob(value);
    const password = text.slice(text.indexOf(":") + 1);
    return /^[\x20-\x7e]+$/.test(text) && text.includes(":") &&
      !isSample(password);
  } catch {
    return false; // not Base64: a word behind "basic"
  }
}

/** Passwords of addresses and secret values of their queries. */
function findInUrls(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  const rest = /[^\s"'<>`\\]{1,2000}/y;
  let next = text.indexOf("://");
  while (next !== -1) {
    const at = next;
    next = text.indexOf("://", at + 3);
    if (!/[a-z\d+]/i.test(text[at - 1] ?? "")) continue;
    const from = at + 3;
    rest.lastIndex = from;
    // One that stands in the query of another is read for itself.
    const url = (rest.exec(text)?.[0] ?? "")
      .slice(0, next === -1 ? undefined : next - from);
    const scheme =
      /[a-z][a-z\d+.-]{0,20}$/i.exec(text.slice(Math.max(0, at - 21), at))
        ?.[0] ?? "";
    // A password may hold `@`, and `/` where it cannot be a port and a path.
    const info =
      /^([^/?#@:\s]*):(?!\d+(?:[/?#]|$))([^\s?#@]*(?:@(?=[^/?#]*@)[^/?#@]*)*)@/
        .exec(url);
    if (info !== null) {
      const name = info[1] ?? "";
      const start = from + name.length + 1;
      const value = info[2] ?? "";
      if (value.length >= 4 && !isSample(value)) {
        found.push({ start, end: start + value.length, kind: "password" });
      }
      // Some servers take a token as the user's name.
      if (looksRandom(name)) {
        found.push({ start: from, end: from + name.length, kind: "token" });
      }
    } else {
      const user = /^([^/?#@:\s]{8,})@/.exec(url)?.[1] ?? "";
      if (
        /^(?:https?|git\+https)$/i.test(scheme) &&
        /^[\w~-]*\d[\w~-]*$/.test(user) &&
        !isSample(user)
      ) {
        found.push({ start: from, end: from + user.length, kind: "token" });
      }
    }
    for (
      const pair of url.matchAll(
        /[?&;#]([\w.[\]-]{1,60})=([^&;#)\]}]{6,2000})/g,
      )
    ) {
      const [all, name = "", value = ""] = pair;
      if (!isQuerySecret(name, value)) continue;
      const start = from + pair.index + all.length - value.length;
      found.push({ start, end: start + value.length, kind: "token", name });
    }
  }
  return found;
}

/** Names that say secret in a query alone, of values that look like one. */
const SECRET_QUERY =
  /^(?:sig|key|code|state|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|apikey|appid)$/i;

/** Secret values of queries without an address before them; code that only looks like one goes on behind the value. */
function findInQueries(text: string): FoundForm[] {
  const pattern =
    /(?<=[\w/])(?:\?|&(?:amp;)?)([\w.[\]-]{1,60})=([\w.~%+-]{6,2000})(?![^\s"'`<>&#)\]}\\])/g;
  return [...text.matchAll(pattern)].flatMap(
    ({ 0: all, 1: name = "", 2: value = "", index }) => {
      if (!/\d/.test(value) || !isQuerySecret(name, value)) return [];
      const end = index + all.length;
      return [{ start: end - value.length, end, kind: "token", name }];
    },
  );
}

function isQuerySecret(name: string, value: string): boolean {
  if (isSample(value)) return false;
  if (SECRET_QUERY.test(name)) return looksRandom(value);
  return saysSecret(name) &&
    (value.length >= 16 || looksRandom(value) || /pass|pwd/i.test(name) ||
      // A word or a number is a choice: `auth=enabled`, `page_token=120000`.
      /\d/.test(value) && /[a-z]/i.test(value));
}
