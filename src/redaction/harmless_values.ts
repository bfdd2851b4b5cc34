/**
 * Values that are no secrets although the name that a user chose for them has a word of secrets in it: switches, counts
 * and words of `token_pooling` or `password_length`.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isFigure } from "./named_kinds.ts";
import { isSecretName, PASSWORD } from "./naming.ts";
import { isAccount, isMoment, looksLikeKey, looksRandom } from "./plausible.ts";
import { OTHER_WORDS, saysSecret } from "./secret_names.ts";
import { isDrawn } from "./spoken.ts";

const SWITCH =
  /^(?:true|false|null|undefined|none|yes|no|on|off|enabled|disabled)$/i;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;
/** One word or two, such as name a choice. */
const WORDS = /^[A-Za-z][a-z]*(?:[-_ ]?[A-Za-z][a-z]*){0,2}\d{0,2}$/;
/** A word as models mark one that stands for something: `<cat-toy>`, `</s>`. */
const MARKED = /^<\/?[\w|-]{1,24}>$/;
/** Where a service is; what lies in it is examined as every text. */
const ADDRESS = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]{0,80})?$/;
/** A folder, which a shell calls `PWD`. */
const FOLDER = /^(?:\/[\w.-]+){2,12}\/?$|^[A-Za-z]:\\/;
/** How something is signed or kept: `HS256`, `argon2id`. */
const ALGORITHM = /^[A-Za-z]{2,8}-?\d{0,3}[a-z]{0,2}$/;
const OF_ALGORITHM = /[_a-z](?:alg|algo|algorithm|scheme)$/i;
/** Names of tokens that go on behind the word, not with which token it is: `token_stride`, `jwt_issuer`. */
const BEHIND_TOKEN =
  /(?:^|_)(?:tokens?|jwt)_(?!(?:pin|code|otp|value|str|string|plain|raw|prod|production|staging|dev|ci|test|live|main|old|new|backup|admin|user|me|a|b)(?:_|$))[a-z]+(?:_[a-z]+)?$/;
/** A longer whole number says no size of anything, digits. */
const LONG_NUMBER = /^\d{7,}$/;
/** Longer ones name nothing, characters. */
const LONGEST_WORDS = 24;
/** A number of more digits may be a secret. */
const MOST_DIGITS = 5;
/** Names that say how something is done, or that it is. */
const OF_MODELS =
  /(?:^|_)(?:class|distill|distillation|prefix|query|register|memory|soft|learnable|visual|special|start|end|mask|pad|trigger|placeholder|initializer|modifier|concept|instance|sep|separator|stop|base|quote|target|source|answer|gold|predicted)_?tokens?$|(?:^|_)(?:use|has|is|with|no|enable|require|save|store|n|num)_[a-z_]+$/i;
/** The last words of names that say how many, how long, or which kind. */
const ABOUT =
  /[_a-z](?:pooling|mixer|f\d|ratio|merging|length|len|size|bits|count|entropy|policy|ttl|expires(?:_in)?|expiry|lifetime|score|strength|rate|type|kind|mode|method|limit|dim|depth|interval|seconds|strategy|weight|rotation|supply|distribution)$/i;

/** The last words of names whose value is called by its own name: `token_model`, `password_policy`. */
const DESCRIBES =
  /[_a-z](?:models?|encoding|encoder|vocab|vocabulary|file|filename|path|dir|folder|type|kind|policy|prefix|suffix|format|class|pattern|regexp?|datasets?|corpus|wordlist|cols?|columns?|fields?|env|address)$/i;
/** A longer value describes nothing, characters. */
const LONGEST_DESCRIPTION = 40;
/** From here on a drawn value may be a token, characters. */
const SHORTEST_DRAWN = 12;
/** Words of names that say what was measured: `recall_api_key`, `secrets_found`, `cost/token`. */
const MEASURES = new Set(
  ("n num count counts total found hits misses failures failed errors precision recall accuracy acc auc auroc auprc f score " +
    "tested tried checked seen guessed cracked unique perplexity ppl cost costs loss latency ms seconds bits rate ratio mean avg average std min max median strength entropy " +
    "confusion tp fp tn fn tpr fpr users clicks logins resets attempts without forgot epoch vocab")
    .split(" "),
);
/** Names that end in the word for a secret itself. */
const ENDS_IN_SECRET = new RegExp(
  `(?:passw(?:or)?d|passphrase|passcode|passwort|kennwort|pwd|ps?w|pass|secret|cred|credential|token|key|${OTHER_WORDS})[\\d_.-]*$`,
  "i",
);
/** Whole numbers from here on may be a PIN, a password or a key; where the name says what was measured, only longer ones. */
const [LEAST_SECRET, LEAST_MEASURED] = [1000, 1_000_000];

/** Whether a name says what was measured of secrets or of tokens. */
function isMeasure(name: string): boolean {
  return name.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase()
    .split(/[^a-z]+/).some((word) => MEASURES.has(word));
}

/** Whether a number under a name may be a secret: the name ends in the word for one. */
export function mayHoldNumber(name: string): boolean {
  return saysSecret(name) && ENDS_IN_SECRET.test(name);
}

/** Whether a number may be the secret that its name speaks of. */
export function isSecretNumber(name: string, value: number): boolean {
  return Number.isInteger(value) &&
    Math.abs(value) >= (isMeasure(name) ? LEAST_MEASURED : LEAST_SECRET) &&
    mayHoldNumber(name);
}

/** Whether the value of a param or a tag stays although its name says secret. */
export function isHarmless(name: string, value: string): boolean {
  if (SWITCH.test(value) || isMoment(value)) return true;
  if (isFigure(name, value, true)) return true;
  if (/^(?:old)?pwd$/i.test(name) && FOLDER.test(value)) return true;
  if (isAccount(value)) return true;
  const isAbout = ABOUT.test(name) || OF_MODELS.test(name) ||
    !isSecretName(name) ||
    BEHIND_TOKEN.test(name) && !ENDS_IN_SECRET.test(name) &&
      !LONG_NUMBER.test(value);
  if (NUMBER.test(value)) {
    if (isAbout) return true;
    if (isMeasure(name) && !isSecretNumber(name, Number(value))) return true;
    if (PASSWORD.test(name)) return false;
    return value.includes(".") ||
      /token$/i.test(name) && value.length <= MOST_DIGITS;
  }
  if (isDescription(name, value)) return true;
  if (OF_ALGORITHM.test(name) && ALGORITHM.test(value)) return true;
  if (!isAbout || isDrawn(value)) return false;
  return MARKED.test(value) || ADDRESS.test(value) && !looksRandom(value) ||
    value.length <= LONGEST_WORDS &&
      (WORDS.test(value) || /^[A-Z]{2,6}$/.test(value));
}

/** Whether a value could be the name of a model, a file or a rule that its name speaks of, and could be no token. */
export function isDescription(name: string, value: string): boolean {
  if (
    !DESCRIBES.test(name) || value.length > LONGEST_DESCRIPTION ||
    /\s/.test(value)
  ) return false;
  if (isDrawn(value)) {
    return value.length < SHORTEST_DRAWN && !PASSWORD.test(name) &&
      !looksRandom(value);
  }
  const words = value.split(/[-_./:]/);
  return words.every((word) => word.length < SHORTEST_DRAWN) ||
    !looksRandom(value) && !looksLikeKey(value);
}
