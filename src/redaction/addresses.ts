/**
 * Secrets in addresses: the password before a host, and the secret values of queries.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import type { FoundForm } from "./find_token_forms.ts";
import { isPublicId, isSample, looksRandom } from "./plausible.ts";
import { saysSecret } from "./secret_names.ts";
import { isDrawn } from "./spoken.ts";

/** Passwords and other secrets of the addresses of a text. */
export function findInAddresses(text: string): FoundForm[] {
  return [...findInUrls(text), ...findInQueries(text)];
}

/** A password with signs that an address would have to escape, before the host. */
const UNESCAPED_PASSWORD =
  /^([^/?#@:\s]{1,60}):(?!\d+[/?#])([^\s@]{4,100})@[\w.-]+(?::\d+)?(?:[/?#]|$)/;

/** So much of an address is read, characters. */
const MOST_CHARS = 2000;
const OF_URL = /^[^\s"'<>`\\]+/;
const IN_SCHEME = /[a-z\d+]/i;
const QUERY_PAIR = /[?&;#]([\w.[\]-]{1,60})=([^&;#)\]}]{6,2000})/g;

/** Where a service has the key of its user in the path: `/v3/…`, `/bot…/send`, `/private-…/basic.ics`. */
const KEYS_IN_PATHS = [
  /^[^/?#]+\/(?:[\w.-]{1,40}\/){0,2}?(?:v\d{1,2}|api|rpc|ws|forecast)\/(?<s>[\w-]{20,64})(?=[/?#]|$)/,
  /\/(?:bot|private-)(?<s>[\w:-]{24,64})(?=[/?#]|$)/,
];

/** Whether a part of a path is a key; digests and ids that all may see are not, but 32 hexadecimal digits there are. */
function isKeyInPath(value: string): boolean {
  if (value === "" || isSample(value)) return false;
  return /^(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{32}$/.test(value) ||
    /\d/.test(value) && !isPublicId(value) && looksRandom(value) &&
      isDrawn(value);
}

/** Passwords of addresses and secret values of their queries. */
function findInUrls(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  let next = text.indexOf("://");
  while (next !== -1) {
    const at = next;
    next = text.indexOf("://", at + 3);
    if (!IN_SCHEME.test(text[at - 1] ?? "")) continue;
    const from = at + 3;
    // One that stands in the query of another is read for itself.
    const piece = text.slice(
      from,
      next === -1 ? from + MOST_CHARS : Math.min(next, from + MOST_CHARS),
    );
    const url = OF_URL.exec(piece)?.[0] ?? "";
    // A password may hold `@`, and `/` where it cannot be a port and a path.
    const hasUser = url.includes("@");
    const info = hasUser
      ? /^([^/?#@:\s]*):(?!\d+(?:[/?#]|$))([^\s?#@]*(?:@(?=[^/?#]*@)[^/?#@]*)*)@/
        .exec(url)
      : null;
    const scheme = hasUser
      ? /[a-z][a-z\d+.-]{0,20}$/i.exec(text.slice(Math.max(0, at - 21), at))
        ?.[0] ?? ""
      : "";
    if (info !== null) {
      const name = info[1] ?? "";
      const start = from + name.length + 1;
      const value = info[2] ?? "";
      // `s3://bucket:version@…` names what is kept there.
      const isKept =
        /^(?:s3|gs|gcs|az|abfss?|docker|oci|npm|jsr)$/i.test(scheme) &&
        !isDrawn(value);
      if (value.length >= 4 && !isSample(value) && !isKept) {
        found.push({ start, end: start + value.length, kind: "password" });
      }
      // Some servers take a token as the user's name.
      if (looksRandom(name)) {
        found.push({ start: from, end: from + name.length, kind: "token" });
      }
    } else if (hasUser) {
      const user = /^([^/?#@:\s]{8,})@/.exec(url)?.[1] ?? "";
      if (
        /^(?:https?|git\+https)$/i.test(scheme) &&
        /^[\w~-]*\d[\w~-]*$/.test(user) &&
        !isSample(user)
      ) {
        found.push({ start: from, end: from + user.length, kind: "token" });
      } else if (looksRandom(user) && !isPublicId(user)) {
        found.push({ start: from, end: from + user.length, kind: "token" });
      }
      const [, name = "", value = ""] = UNESCAPED_PASSWORD.exec(url) ?? [];
      if (isDrawn(value.replace(/[#/?]/g, "")) && !isSample(value)) {
        const start = from + name.length + 1;
        found.push({ start, end: start + value.length, kind: "password" });
      }
    }
    for (const pattern of KEYS_IN_PATHS) {
      const value = pattern.exec(url)?.groups?.["s"] ?? "";
      if (!isKeyInPath(value)) continue;
      const start = from + url.lastIndexOf(value);
      found.push({ start, end: start + value.length, kind: "key" });
    }
    if (!/[?&;#]/.test(url)) continue;
    QUERY_PAIR.lastIndex = 0;
    for (let pair; (pair = QUERY_PAIR.exec(url)) !== null;) {
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
  /^(?:sig|key|code|state|t?otp|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|apikey|appid)$/i;

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
