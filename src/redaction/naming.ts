/**
 * Names that tell that what they hold is a secret, as they stand in texts.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { saysSecret } from "./secret_names.ts";

/** The words that end a name which may say secret; the whole name is judged by {@linkcode saysSecret}. */
export const WORD =
  "(?:passw(?:or)?d|passphrase|passcode|passwort|kennwort|pwd|pass|secret|token|key|credential|auth|bearer|jwt|cookie|mnemonic|authorization)";

/** Names of which the value is no secret, although a word in them says so: `password_length`, `tokenType`. */
const ABOUT_IT =
  /(?:len|length|size|min|max|count|field|input|label|type|name|names|id|ids|url|uri|endpoint|path|file|filename|dir|policy|rule|rules|regex|pattern|strength|expiry|expires|expiration|ttl|alg|algorithm|env|var|variable|header|prefix|suffix|format|enabled|disabled|required|hint|error|message|placeholder|title|text|manager|provider|store|form|reset|page|column|columns|attempts|version|mode|method|status|scope|scopes|kind|index|embedding|accuracy|limit|usage|used|budget|rate|dim|options|config|callback|handler|fn|check|valid|digest|hash|sha256|fingerprint|checksum|class|map|set|list|generator|chars|s)$/i;
/** Names of passwords: what they hold may be a plain word. */
export const PASSWORD =
  /passw|passphrase|passcode|pwd|kennwort|_pass$|^pass$|Pass$/i;
const PUBLIC =
  /public|sort|primary|foreign|cache|idempotency|partition|object|dict|index|translation|i18n/i;

/** The whole name around a word in it. */
export function nameAt(text: string, at: number): string {
  const before = /[\w$-]{0,60}$/.exec(text.slice(Math.max(0, at - 60), at))
    ?.[0] ?? "";
  const after = /^[\w-]{1,60}/.exec(text.slice(at, at + 60))?.[0] ?? "";
  return (before + after).replace(/^[$-]+/, "");
}

const judged = new Map<string, boolean>();
const MOST_JUDGED = 2000;

/** Whether a name says that what it holds is a secret. */
export function isSecretName(name: string): boolean {
  let known = judged.get(name);
  if (known === undefined) {
    if (judged.size >= MOST_JUDGED) judged.clear();
    known = judgeName(name);
    judged.set(name, known);
  }
  return known;
}

function judgeName(name: string): boolean {
  if (PUBLIC.test(name)) return false;
  if (/^pass$/i.test(name)) return true;
  if (/^(?:set-)?cookie$|mnemonic|_cookie$/i.test(name)) return true;
  if (!saysSecret(name)) return false;
  // The last word tells what the value is: `tokens` are text, `apiKeys` are keys.
  const last = name.replace(/^.*?([A-Za-z][a-z\d]*|[A-Z\d]+)$/, "$1");
  return !ABOUT_IT.test(last) || /pass|secret|token|key/i.test(last) &&
      !/(?:tokens|hash)$/i.test(last);
}

/** What a placeholder calls a value by the name that it stood under. */
export function kindOf(name: string): string {
  if (PASSWORD.test(name)) return "password";
  if (/token|jwt|bearer/i.test(name)) return "token";
  if (/key/i.test(name)) return "key";
  if (/cookie/i.test(name)) return "cookie";
  return /secret/i.test(name) ? "secret" : "credential";
}
