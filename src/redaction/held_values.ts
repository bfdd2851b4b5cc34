/**
 * Which names hold secrets under other names, as `passwords: { ada: … }`, and which members of such a block are secrets.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isAddress, isNameOfSecret } from "./named_kinds.ts";
import { isPublicName, PASSWORD } from "./naming.ts";
import {
  isPublicId,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { saysSecret } from "./secret_names.ts";
import { isDrawn } from "./spoken.ts";

/** Names of what is always a secret, of one or of many, also by whom or for what. */
const HOLDER =
  /(?:passw(?:or)?d|passphrase|passcode|passwort|kennwort|pwd|secret|credential|(?:^|[_-])cred|(?:api|access|private|signing|encryption|auth|secret)[_-]?key|token)s?(?:[_-]?(?:by|for|of|per)[_-]?[a-z]{2,20}|[_-]?(?:map|dict|store|list|table))?$/i;
/** A name without one of these pieces is none of them, which is seen in a tenth of the time. */
const HOLDER_PIECE = /pass|kennwort|pwd|secret|cred|key|token/i;
/** Tokens of which the name does not say that they are secrets: of texts they are words. */
const ANY_TOKENS = /(?:^|[^a-z])tokens?(?![a-z])|Tokens?(?![a-z])|^tokens?/;
const GRANTING =
  /(?:access|api|auth|refresh|bearer|personal|private|secret|gitlab|github|deploy|bot|service)[_-]?tokens?/i;
/** The last words of members that say what they hold, and that it is no secret. */
const OTHER_MEMBER = new Set(
  ("id ids type kind name names user username login email mail host hostname server domain port url uri endpoint path file " +
    "filename dir folder model encoding vocab tokenizer version revision commit sha sha1 sha256 sha512 md5 digest checksum " +
    "fingerprint integrity hash algorithm alg date time timestamp created updated expires expiry at on until policy format " +
    "region zone account project tenant org organization scope scopes status state description comment note text title label " +
    "prefix suffix env variable mode method provider issuer audience subject arn public image tag dataset pattern regex uuid")
    .split(" "),
);
/** A shorter text is a secret by its name alone, characters. */
const SHORTEST = 8;
/** The same of a word among words, characters. */
const SHORTEST_TOKEN = 16;

/** Whether what has this name is a secret, or holds secrets under names of its own. */
export function holdsSecrets(name: string): boolean {
  if (
    name.length > 80 || !HOLDER_PIECE.test(name) || !HOLDER.test(name) ||
    isPublicName(name)
  ) return false;
  return /^tokens$/i.test(name) || saysSecret(name) || GRANTING.test(name);
}

/**
 * Whether a text inside what holds secrets is one by itself.
 *
 * @param holder The name of what holds it.
 * @param name Its own name; empty for an element of a list.
 */
export function isHeldSecret(
  holder: string,
  name: string,
  value: string,
): boolean {
  if (
    value.length < SHORTEST || value.length > 400 || !/\d/.test(value) ||
    !/[a-z]/i.test(value) || /\s/.test(value)
  ) return false;
  if (OTHER_MEMBER.has(lastWord(name))) return false;
  if (
    isSample(value) || isAddress(value) || isNameOfSecret(value) ||
    /^\d{4}-\d\d-\d\d|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|:\/\//.test(value)
  ) return false;
  if (isPublicId(value)) {
    return /key/i.test(holder) && value.length >= 32 &&
      /^[\da-f]+$/i.test(value);
  }
  if (PASSWORD.test(holder)) return isDrawn(value) || looksRandom(value);
  if (!/^[\w.~+/=-]+$/.test(value)) return false;
  if (ANY_TOKENS.test(holder) && !GRANTING.test(holder)) {
    return value.length >= SHORTEST_TOKEN && isDrawn(value) &&
      looksRandom(value) && !isOfWords(value);
  }
  return looksRandom(value) || looksLikeKey(value);
}

/** A name such as `RWTexture2DArray`: most of its letters stand in rows of small ones. */
function isOfWords(text: string): boolean {
  const inWords = text.match(/[a-z]{3,}/g)?.join("").length ?? 0;
  return /[A-Z]/.test(text) && inWords > text.length / 2;
}

/** `createdAt` is `at`, `x_id` is `id`. */
function lastWord(name: string): string {
  return /(?:[A-Z]?[a-z\d]+|[A-Z\d]+)$/.exec(name)?.[0].toLowerCase() ?? "";
}
