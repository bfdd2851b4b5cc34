/**
 * Whether a text that stands where a secret would is one: samples of documentation, digests and plain words are not.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isDrawn, isMixedUp, isSpoken } from "./spoken.ts";

/** Words by which documentation marks what is no secret. */
const SAMPLE_WORD =
  /example|sample|placeholder|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)|my[-_ ]?(?:super[-_ ]?)?(?:secret|password|token)|my[-_ ](?:api|key)|insert[-_ ]|redacted|censored|\bfake|foobar|\*{3,}|\.{3}|_here\b|-here\b/gi;

/** Such words that are so short that a long random value may hold one by chance. */
const SHORT_SAMPLE_WORD = /x{4,}|your|dummy|lorem|my(?:api|key)/gi;

/** Values that say what belongs there, or that there is none. */
const WORD_FOR_IT = new Set(
  ("pass password passwd secret token key apikey api_key api-key string number boolean text hidden required optional none null undefined " +
    "true false yes no on off test testing default unknown empty missing invalid valid include omit same-origin basic bearer digest " +
    "anonymous public private unset nil nan object value user username admin_password enter forgot reset new old current confirm " +
    "prompt env var local demo todo n/a tbd password123").split(" "),
);

/** An expression that stands for a value: `${TOKEN}`, `$TOKEN`, `{{ token }}`, `<token>`, `%TOKEN%`. */
const VARIABLE =
  /^(?:\$[\w{(]|\{\{|\{%|\{[A-Za-z_.]{1,60}(?:\([A-Za-z_.]{0,60}\)?)?(?:![rs])?\}?$|<[^>]*>?$|%\w+%?$|%\([A-Za-z_]{1,60}\)s$|@@|#\{|\[|process\.env|Deno\.env|os\.environ|import\.meta)/;

/** All of an expression that has an end. */
const EXPRESSION =
  /\$\{\{?[^}]*\}{1,2}|\$\([^)]*\)|\{\{[^}]*\}\}|\{%[^%]*%\}|#\{[^}]*\}/g;
/** A version, a package, a rule of validation and a pattern of a text, none of which is a value of its own. */
const SPECIFIER =
  /^(?:[\^~]?\d+\.\d+\.\d+(?:-(?:alpha|beta|rc|pre|dev|next|canary)[\w.-]{0,20})?|(?:npm|jsr):@?[\w./-]+(?:@[\w.^~-]+)?|workspace:[\w.*^~-]+|git\+https?:\/\/[^@\s]+|(?:required|string|nullable|sometimes|confirmed|min:\d+|max:\d+)(?:\|[a-z_]+(?::[\w,]+)?)+|(?:%[sdr][:@/ -]?)+)$/;
/** A day, or a time of one, as ISO 8601 writes them. */
const MOMENT =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?(?:\d\d)?))?)?$/i;
/** What stands around the name of a variable. */
const MARKS = /^[$@#%<[{(]+|[>%)}\]]+$/g;
/** A shorter rest of a sample says nothing, characters. */
const SHORTEST_REST = 10;
/** What this redaction puts in a secret's position. */
const OWN_PLACEHOLDER = /\[(?:redacted[ :][^\]\n]{1,60}\]|not stored: )/;
/** How Amazon ends its samples. */
const AMAZON_SAMPLE = /EXAMPLE(?:KEY)?$/;

/** The sample of jwt.io, in its encoded form. */
const JWT_SAMPLE = "IxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l";
/** The sample of GitHub's documentation. */
const GITHUB_SAMPLE = "16C7e42F292c6912";

/** Whether a text is a day or a time, which nobody has as a secret. */
export function isMoment(text: string): boolean {
  return MOMENT.test(text);
}

/** Whether a value is a sample, a date, a variable or a word for a secret, and no secret. */
export function isSample(value: string): boolean {
  const v = value.trim();
  return v === "" || WORD_FOR_IT.has(v.toLowerCase()) || isVariable(v) ||
    isMoment(v) || OWN_PLACEHOLDER.test(v) || SPECIFIER.test(v) ||
    AMAZON_SAMPLE.test(v) ||
    hasSampleWord(v) ||
    hasShortSampleWord(v) || isMonotonous(v) ||
    v.includes(JWT_SAMPLE) ||
    v.includes(GITHUB_SAMPLE);
}

/** Whether a value is the name of a variable or an expression; a random text with the same signs is none. */
function isVariable(value: string): boolean {
  if (!VARIABLE.test(value)) return false;
  if (/^(?:\[|(?:process|Deno|os|import)\.)/.test(value)) return true;
  const rest = value.replace(EXPRESSION, "").replace(MARKS, "");
  return /\s|^[A-Z_]+$/.test(rest) || !isRest(rest);
}

/** Whether a value holds a sample word, and nothing random beside it. */
function hasSampleWord(value: string): boolean {
  if (value.search(SAMPLE_WORD) < 0) return false;
  const parts = value.split(SAMPLE_WORD);
  return !parts.some(isRest);
}

/** Whether what a sample word leaves is a secret of its own. */
function isRest(text: string): boolean {
  return text.length >= SHORTEST_REST && isDrawn(text) && !isMonotonous(text);
}

/** Whether a value holds a short sample word, and not in the middle of random letters and digits. */
function hasShortSampleWord(value: string): boolean {
  if (value.search(SHORT_SAMPLE_WORD) < 0) return false;
  return value.split(/[^A-Za-z\d+/]+/).some((piece) => {
    const rest = piece.replace(SHORT_SAMPLE_WORD, "");
    return rest.length < piece.length && !looksRandom(rest) && !isRest(rest);
  });
}

/** Few different characters, one that is repeated, or a long piece of the alphabet or of the digits. */
function isMonotonous(text: string): boolean {
  if (/(.)\1{5}/.test(text)) return true;
  const body = text.replace(/^[a-z]{2,12}[-_]/i, "");
  if (body.length >= 12 && new Set(body).size <= 4) return true;
  let run = 1;
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    run = step === 1 ? run + 1 : 1;
    if (run >= 9) return true;
  }
  return /(?:1234567890|0987654321|deadbeef|cafebabe|abcabcabc|123123123)/i
    .test(text);
}

/** Shannon's entropy of a text's characters, bits. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) {
    const p = n / text.length;
    bits -= p * Math.log2(p);
  }
  return bits;
}

/** Whether a text is random enough for a key or token: letters and digits mixed, and no words of a name. */
export function looksRandom(text: string): boolean {
  if (text.length < 12 || isSample(text)) return false;
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) {
    // Letters alone are random when small and large ones alternate.
    if (text.length < 20 || !/^[A-Za-z+/=_-]+$/.test(text)) return false;
    return alternates(text) && entropyOf(text) > 3.5;
  }
  if (isName(text)) return false;
  return entropyOf(text) >= (text.length < 20 ? 2.9 : 3.1);
}

/** Words that are joined, each with a large letter: most of their letters stand in a row of small ones. */
function isCamelCase(text: string): boolean {
  const inWords = text.match(/[a-z]{3,}/g)?.join("").length ?? 0;
  return inWords > text.length / 2;
}

/** Whether small and large letters alternate more often than in words. */
function alternates(text: string): boolean {
  const changes = text.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g)?.length ?? 0;
  return !isCamelCase(text) && changes > text.length / 5;
}

/** Names and versions of things: words, with numbers beside them. */
function isName(text: string): boolean {
  const words = text.split(/[-_./:+ @=]+/);
  const plain = words.filter((word) =>
    /^(?:[a-z]{2,}|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]{2,}|v?\d{1,8}|[a-z]+\d{1,3}|\d{1,4}[a-z]{1,4})$/
      .test(word)
  );
  return plain.length === words.length;
}

/** Whether a text of hexadecimal digits or of Base64 is long and mixed enough for a key. */
export function looksLikeKey(text: string): boolean {
  return !isSample(text) &&
    (/^(?=.*\d)(?=.*[a-f])[\da-f]{20,}$/i.test(text) ||
      text.length >= 20 &&
        /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=.~-]+$/.test(text) &&
        entropyOf(text) >= 3.4);
}

/** Whether a word is a text in Base64: one of a language would hold signs that no text has. */
export function isBase64Text(value: string): boolean {
  return value.length >= 12 && value.length % 4 === 0 &&
    /^[A-Za-z\d]+$/.test(value) && /^[\x20-\x7e]+$/.test(atob(value));
}

/** An account or a contract of a chain. */
export function isAccount(text: string): boolean {
  return /^0x[\da-f]{40}$/i.test(text);
}

/** Digests, ids and numbers: random, public, and everywhere in what notebooks print. */
export function isPublicId(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(
    text,
  ) ||
    isAccount(text) ||
    /^(?:sha(?:1|256|384|512)[-:])/.test(text) ||
    /^(?:[\da-f]{7,8}|[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$/i
      .test(text) ||
    /^[-+]?[\d.,:eE+-]+$/.test(text);
}

/** Whether a text is random in each of its two or three words. */
export function isDrawnInParts(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return parts.length >= 2 && parts.length <= 3 &&
    isDrawn(parts.join("")) &&
    parts.every((part) =>
      part.length >= 4 &&
      (/\d/.test(part) && /[a-z]/i.test(part) || isMixedUp(part) ||
        part.length >= 6 && /^[a-z]+$/i.test(part) && !isSpoken(part))
    );
}
