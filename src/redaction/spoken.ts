/**
 * Whether letters read like words or were drawn at random: by how often words have each pair of letters.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/**
 * How often one letter follows another in words, of English and of code: a row for each first letter, a digit for each
 * second one. 4 is what chance gives; each step is twice as often.
 */
const PAIRS: readonly string[] = [
  "26662351504767060768443451",
  "52325100430611510442500030",
  "62436216506521720547510030",
  "63458321711433530454421020",
  "64775653412768464887354741",
  "51225500600401610433400020",
  "41217134500424420542300000",
  "60116000500221510325200020",
  "55666560102668751577150405",
  "20003000100000200030200000",
  "30226010400212210141201000",
  "63358311701622630255530050",
  "74127110601443660142410010",
  "62677572613434640377441020",
  "44562540424668560755645301",
  "71237114501621650646401040",
  "00000000000100000000500000",
  "73558341704455742666542050",
  "52637325703433652368623140",
  "73548426801543640765523160",
  "44435330400556250656000000",
  "50106020500000200000000000",
  "40114003500104300431000000",
  "21325200400120240015000220",
  "22213120300434350244011000",
  "20004000200000400100000000",
];

/** What the pairs of random letters do not reach on average, but for one text of fifty; by how many there are. */
const LEAST_OF_FEW = 4.1;
const LEAST = 4.6;
/** The same where few texts are words. */
const LEAST_OF_STRICT = 4.9;
/** Words that are joined, each with a large letter. */
const CAMEL_CASE = /^[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*$/;
/** In fewer letters chance alone decides. */
const FEW = 8;

/**
 * Whether the letters of a text read like words, of one language or of code. Other characters end a word.
 *
 * @param least What their pairs have to reach on average.
 */
export function isSpoken(text: string, least = LEAST): boolean {
  let sum = 0;
  let pairs = 0;
  let before = -1;
  let wasSmall = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code | 0x20) - 0x61;
    const isSmall = code > 0x60;
    if (letter < 0 || letter > 25) before = -1;
    else {
      // A large letter behind a small one begins another word.
      if (before >= 0 && (isSmall || !wasSmall)) {
        sum += (PAIRS[before]?.charCodeAt(letter) ?? 0x30) - 0x30;
        pairs++;
      }
      before = letter;
      wasSmall = isSmall;
    }
  }
  return sum >= pairs * (pairs < FEW ? LEAST_OF_FEW : least);
}

/** Whether small and large letters follow one another as no writing of words has them. */
export function isMixedUp(text: string): boolean {
  const letters = text.match(/[A-Za-z]/g)?.length ?? 0;
  const words = text.match(/[A-Z]?[a-z]+|[A-Z]+/g)?.length ?? 0;
  const inWords = text.match(/[a-z]{3,}/g)?.join("").length ?? 0;
  return words >= 3 && letters < words * 3 && inWords <= letters / 2;
}

/**
 * Whether letters without any other sign are no words, where all but a word is a secret: more of what is unusual in words
 * counts as drawn than for {@linkcode isDrawn}.
 */
export function isHardlySpoken(text: string): boolean {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return /^[A-Za-z]{8,}$/.test(text) &&
    (!isSpoken(text, LEAST_OF_STRICT) && !CAMEL_CASE.test(text) ||
      words.length >= 4 && words.filter((one) => one.length < 3).length >= 2);
}

/** How often the kind of character changes in a text: words in it, numbers and signs. */
function changesOf(text: string): number {
  return text.match(/[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+/g)?.length ?? 0;
}

/**
 * Whether a text of eight characters or more was drawn at random, not written as words with numbers: `resnet_1024`,
 * `v1.2.3-rc4` and `batchSize` are not.
 */
export function isDrawn(text: string): boolean {
  if (text.length < 8 || /^[-+\d.,:eE_/ ]+$/.test(text)) return false;
  const words = text.split(/[-_./:+ @=\\]+/);
  if (words.every((word) => isWordWithNumber(word))) return false;
  return isMixedUp(text) || !isSpoken(text) ||
    /\d/.test(text) && changesOf(text) > text.length / 4;
}

/** A word, a number, or one behind the other; letters too few to tell are a word. */
function isWordWithNumber(word: string): boolean {
  return /^(?:[A-Za-z]*\d{0,8}|\d{1,4}[A-Za-z]{0,8}|[A-Z][a-z]{2,}\d{1,3}[A-Z][a-z]{2,})$/
    .test(word) &&
    !isMixedUp(word) && (word.length < 8 || isSpoken(word));
}
