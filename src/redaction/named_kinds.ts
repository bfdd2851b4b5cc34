/**
 * Whether a value is one that its name speaks of: a password, a key, a phrase, cookies.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  isAccount,
  isPublicId,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { isPublicName, PASSWORD } from "./naming.ts";
import { isDrawn } from "./spoken.ts";

/** A longer text is no word, characters. */
const LONGEST_PIECE = 24;

/** Services whose keys are hexadecimal digits or a UUID, as digests and ids are too, in lower case without anything between their words. */
const SERVICES = new Set(
  ("openweather openweathermap owm weather weatherapi weatherstack weatherbit tomorrow tomorrowio datadog algolia infura alchemy " +
    "etherscan deepl news newsapi gnews guardian nytimes tmdb omdb fred census ncbi alphavantage finnhub polygon nasa mapbox tomtom " +
    "giphy unsplash pexels mailgun sendgrid pinecone cohere mistral groq serp serpapi coinmarketcap coingecko opencage ipinfo " +
    "ipstack fixer waqi rapidapi lastfm steam riot eia bea bls noaa usda server")
    .split(" "),
);
/** So many words a service's name has at most, as names are written: `alpha_vantage`. */
const MOST_WORDS = 4;
/** Hexadecimal digits or a UUID. */
const DIGITS =
  /^(?:(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{32,200}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
/** What OpenWeather calls its key; elsewhere it is a number or a word. */
const APP_ID = /app[_-]?id$/i;

/** A long random value under the name of any key: `TMDB_KEY=…`, `const key = "…"`. */
export function isRandomKey(name: string, value: string): boolean {
  if (isServiceKey(name, value)) return true;
  if (!/(?:^|_|[a-z])(?:key|Key|KEY)$/.test(name) || isPublicName(name)) {
    return false;
  }
  const kinds = value.match(/[a-z]+|[A-Z]+|\d+/g)?.length ?? 0;
  return value.length >= 24 && value.length <= 200 &&
    /^[\w+/-]+={0,2}$/.test(value) && looksLikeKey(value) &&
    looksRandom(value) &&
    (kinds > value.length / 3 && /[A-Z]/.test(value) && /[a-z]/.test(value) ||
      /^[A-Z][A-Z\d]*_[A-Z\d_]*KEY$/.test(name) &&
        /^[\da-f]{32,}$/.test(value));
}

/** Whether a value is the key of a service that its name speaks of: `openWeatherKey`, `deepl_key`, `appid`. */
function isServiceKey(name: string, value: string): boolean {
  if (!/(?:key|id)$/i.test(name) || name.length > 80) return false;
  if (!DIGITS.test(value) || isSample(value)) return false;
  if (APP_ID.test(name)) return /^[\da-f]{32}$/i.test(value);
  if (!/key$/i.test(name)) return false;
  const words = name.slice(0, -3)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase().split(/[^a-z\d]+/).filter((word) => word !== "");
  for (let n = 1; n <= Math.min(MOST_WORDS, words.length); n++) {
    if (SERVICES.has(words.slice(-n).join(""))) return true;
  }
  return false;
}

/** Cookies of which one is random. */
export function isCookie(value: string): boolean {
  return value.split(";").some((one) =>
    looksRandom(one.slice(one.indexOf("=") + 1).trim())
  );
}

const NUMBER = "[-+]?(?:\\d[\\d_]*(?:\\.\\d*)?|\\.\\d+)(?:e[-+]?\\d+)?";
/** A number, with a unit or as a part of another. */
const FIGURE = new RegExp(
  `^${NUMBER}(?:[n%x]|[mµun]?s)?(?:[/±]${NUMBER}%?)?(?:…|\\.{2,3})?$`,
  "i",
);

/**
 * A count or a rate under a name that passwords have too: `pass: 0.87`, `pass: 12345678`.
 *
 * @param isText Whether it stands in quotation marks: a number that is a text may be a password, but for a rate.
 */
export function isFigure(
  name: string,
  value: string,
  isText: boolean,
): boolean {
  if (
    !/^(?:pass|pwd|(?:\w+_)?ps?w|passphrase)$/i.test(name) ||
    !FIGURE.test(value)
  ) {
    return false;
  }
  return value.includes(".") || !isText && /^pass$/i.test(name);
}

/** How many there are, where the name has them in the plural: `n_passwords: 14344391`. */
export function isNumberOf(name: string, value: string): boolean {
  return /^\d[\d_,.]*n?$/.test(value) &&
    /(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|key|credential)s$/i
      .test(name);
}

/** A value under the name of a password: any that is no word about passwords. */
export function isPassword(value: string, name: string): boolean {
  if (!PASSWORD.test(name)) return false;
  return /^[a-z]+$/i.test(value) ? value.length >= 5 : value.length >= 4;
}

/** A value under the name of a key, a token or a secret: not a word, nor the name of something. */
export function isStrong(value: string, name: string): boolean {
  if (/\s|^[\^~>=v]*\d+\.\d+/.test(value)) return false;
  const weak = /(?:token|key|auth|jwt|bearer|cookie)$/i.test(name) &&
    !/api|access|private|secret|auth_?token/i.test(name);
  if (isPublicId(value)) {
    return value.length >= 32 && !/^[\d.,:eE+-]+$/.test(value) &&
      !value.startsWith("sha");
  }
  if (looksRandom(value) || looksLikeKey(value)) {
    return !weak || !isPiece(value);
  }
  return !weak && value.length >= 8 && /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !/^[a-z]+[-_.]?v?\d+(?:\.\d+)*$/i.test(value) &&
    !/^[\w-]+[-_][a-z]+$/.test(value);
}

/** Whether a value is a piece of a text as models read it, with or without the mark of a space before it: `Ġxylophone99`. */
function isPiece(value: string): boolean {
  const word = value.replace(/^(?:[ĠĊ▁]|##)+|<\/w>$/g, "");
  return word.length < LONGEST_PIECE && /^[A-Za-z]+\d{1,3}$/.test(word) &&
    !isDrawn(word);
}

/** Words of a phrase that is itself the secret; a sentence about passwords is none. */
export function isPhrase(value: string, name: string): boolean {
  if (!/passphrase|passw|mnemonic|pwd/i.test(name)) return false;
  const words = value.trim().split(/\s+/);
  return words.length >= 3 && words.length <= 24 &&
    words.every((word) => /^[a-z\d-]{2,12}$/.test(word)) &&
    !/\b(?:the|your|is|are|must|be|to|for|please|enter|an?|of|and|or|not|password|with|at|least|should|can|in|this)\b/
      .test(value);
}

/** The name of a variable or member that holds one. */
export function isNameOfSecret(value: string): boolean {
  return /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(value) ||
    /^[a-z]+(?:[_-][a-z]+|[A-Z][a-z]+)+$/.test(value) &&
      /pass|key|token|secret|auth/i.test(value);
}

/** Where there is a host, what follows it holds no password: `https://esm.sh/cookie@1.0.2`. */
const WITH_HOST = /^(?:https?|wss?):\/\/[\w.-]+(?::\d{1,5})?(?:[/?#]\S*)?$/;

/** An address or path without a password: what a name such as `token_url` or `secret` in a file system holds. */
export function isAddress(value: string): boolean {
  return WITH_HOST.test(value) ||
    /^(?:https?|file|wss?):\/\/[^@]*$/.test(value) ||
    isAccount(value) || // for all to see
    /^data:(?:image|audio|video|font)\//.test(value) ||
    /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value) &&
      !/^\/?[A-Za-z\d+/]{40}$/.test(value);
}
