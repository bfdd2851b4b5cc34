/**
 * How a name and its value stand beside each other in code: in a list of two, with comments between them, as the arguments
 * of a call, in a comparison.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { PASSWORD } from "./naming.ts";
import { looksRandom } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";

/** A way in which a name and a value stand beside each other. */
export interface NamedPair {
  /** Without it the pattern finds nothing. */
  hint: RegExp;
  /** With the groups `n` and `v`, `q` for a value in quotation marks, `k` for one that is a secret in any case. */
  pattern: RegExp;
  /** Whether the value has to look drawn too. @default {false} */
  isSure?: boolean;
}

const COMMENT = "(?:\\/\\*[^*]{0,200}\\*\\/|\\/\\/[^\\n]{0,200}\\n)";

/** Such ways of code. */
export const IN_CODE: readonly NamedPair[] = [
  {
    // ["password", "…"]: an entry, and what lists of them print.
    hint: /\[\s{0,12}["'`][\w.-]{2,80}["'`]\s{0,4},/,
    pattern:
      /\[\s{0,12}(?<o>["'`])(?<n>[\w.-]{2,80})\k<o>\s{0,4},\s{0,12}(?<m>["'`])(?<q>[^"'`\\\s]{6,200})\k<m>\s{0,4},?\s{0,12}\]/gd,
    isSure: true,
  },
  {
    // const password /* of the database */ = /* old */ "…"
    hint: /\*\/\s{0,12}(?:[=:]|["'`])|\/\/[^\n]{0,200}\n\s{0,40}["'`]/,
    pattern: new RegExp(
      `(?<![\\w$])(?<n>[A-Za-z_$][\\w$]{1,80})["']?\\s{0,4}(?:${COMMENT}\\s{0,12}){0,2}(?::\\s?\\w{1,20}\\s{0,4}(?:${COMMENT}\\s{0,12})?(?==))?(?::|=(?![=>]))\\s{0,12}(?:${COMMENT}\\s{0,40}){0,3}(?<m>["'\`])(?<q>[^"'\`\\\\\\n]{1,400})\\k<m>`,
      "gd",
    ),
  },
  {
    // "…" === password
    hint: /["'`]\s{0,3}[=!]==?/,
    pattern:
      /(?<m>["'`])(?<q>[^"'`\\\s]{6,200})\k<m>\s{0,3}[=!]==?\s{0,3}(?:[A-Za-z_$][\w$]{0,40}\??\.){0,4}(?<n>[A-Za-z_$][\w$]{1,80})(?![\w$]|\??\.)/gd,
    isSure: true,
  },
  {
    // What OpenWeather calls its key.
    hint: /app[_-]?id/i,
    pattern:
      /(?<n>app[_-]?id)["'`]?\s{0,4}(?:=>|[:=,])\s{0,12}["'`]?(?<q>[\da-f]{32})(?!\w)/gid,
  },
  {
    // searchParams.set("key", "…")
    hint: /\.(?:set|append)\(\s{0,12}["'`]key["'`]/,
    pattern:
      /(?:params|query|search)\w{0,20}\.(?:set|append)\(\s{0,12}["'`](?<n>key)["'`]\s{0,4},\s{0,12}["'`](?<k>(?=\d{0,31}[a-f])(?=[a-f]{0,31}\d)[\da-f]{32})["'`]/gid,
  },
];

/** Whether a value with letters and digits looks drawn, where words are more common than secrets. */
export function isSurelyDrawn(value: string): boolean {
  return /\d/.test(value) && /[a-z]/i.test(value) &&
    (isDrawn(value) || looksRandom(value) || /[^\w./-]/.test(value));
}

/** Names of algorithms and models, which are written with numbers too. */
const ALGORITHM =
  /^(?:gpt|o\d|llama|qwen|gemma|gemini|claude|mi[sx]tral|phi|bert|deepseek|md\d|rsa|ecdsa|[ex]d?25519|[hrep]s\d|base\d|utf|iso|rfc|oauth|yolo|resnet|vit)|ssha|sha\d|pbkdf|argon|[bs]crypt|hmac|aes\d|chacha|poly1305|blake|int\d|float\d/i;

/** Whether a value begins like the name of an algorithm or a model, or holds one: `Argon2id`, `GPT4o2024`. */
export function namesAlgorithm(value: string): boolean {
  return ALGORITHM.test(value);
}

/** How people make a password of a word: a capital, digits, a sign. */
function isMadeOfWord(value: string): boolean {
  return /^[A-Za-z]{3,20}[-_.]?\d{2,8}[!#$%&*?@][\w!#$%&*?@]{0,8}$/.test(
    value,
  ) &&
    /[A-Z]/.test(value) && /[a-z]/.test(value);
}

/**
 * Whether a word at the end of a line, behind the word for a secret, is one; samples and public ids are asked for before.
 *
 * @param name The word for the secret.
 */
export function isPrinted(value: string, name: string): boolean {
  if (PASSWORD.test(name) && isMadeOfWord(value)) return true;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d.*\d/.test(value) &&
    (isDrawn(value) || looksRandom(value)) && !namesAlgorithm(value) &&
    !/:\/\/|^[~.]*[\\/]|[(){}<>[\]]|[/\\].*[/\\]/.test(value);
}
