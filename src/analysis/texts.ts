/**
 * Texts that are known in part, and what is made of them.
 *
 * @module
 */

/** The parts of a text in their order; null for one that nobody knows. */
export type Parts = readonly (string | null)[];
/** All texts that something may be. */
export type Texts = readonly Parts[];

/** A text of which nothing is known. */
export const UNKNOWN: Texts = [[null]];
/** So many texts of one expression are told apart. */
const MAX_TEXTS = 64;

/** Texts, unless they are too many. @param none What none of them is */
export function capped(texts: Texts, none: Texts = UNKNOWN): Texts {
  if (texts.length === 0) return none;
  return texts.length > MAX_TEXTS ? UNKNOWN : texts;
}

/** One of each list, in every way; of lists that have too many ways, what all of those share. */
export function inEveryWay(lists: readonly Texts[]): readonly Texts[] {
  const ways = lists.reduce((count, { length }) => count * length, 1);
  if (ways > MAX_TEXTS) {
    return [
      lists.map(([first = [null], ...more]) =>
        more.length === 0 ? first : [null]
      ),
    ];
  }
  return lists.reduce<readonly Texts[]>(
    (found, texts) =>
      found.flatMap((before) => texts.map((text) => [...before, text])),
    [[]],
  );
}

/** The texts that follow one another, in every way. */
export function products(lists: readonly Texts[]): Texts {
  return inEveryWay(lists).map((texts) => texts.flat());
}

/** Paths one within the other; one from the root stands alone. */
export function resolved(paths: Texts): Parts {
  return paths.reduce((before, path) => {
    const [first] = merged(path);
    return before.length === 0 || first?.startsWith("/") === true
      ? path
      : [...before, "/", ...path];
  }, []);
}

/** Lists of texts with others between them. */
export function between(
  lists: readonly Texts[],
  separator: Texts,
): readonly Texts[] {
  return lists.flatMap((texts, i) => i === 0 ? [texts] : [separator, texts]);
}

/** Known parts that follow one another as one, and so unknown ones. */
export function merged(parts: Parts): Parts {
  const found: (string | null)[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (part === "") continue;
    if (part === null ? last !== null : typeof last !== "string") {
      found.push(part);
    } else if (part !== null) found.push(`${found.pop()}${part}`);
  }
  return found;
}

/** Paths of what lies in folders, however deep, or is found by patterns. */
export function listedTexts(texts: Texts, inFolders: boolean): Texts {
  return texts.map((parts) =>
    inFolders
      ? [...parts, "/", null]
      : parts.flatMap((part) =>
        part === null
          ? [null]
          : part.split(/[*?[{].*?(?=[\\/.]|$)/).flatMap((text, i) =>
            i === 0 ? [text] : [null, text]
          )
      )
  );
}
