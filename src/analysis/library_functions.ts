/**
 * Functions of libraries that change their first argument.
 *
 * @module
 */

/** Of each of these libraries, for certain. */
const KNOWN: readonly [library: RegExp, functions: RegExp][] = [
  [
    /^(?:npm:\/?|jsr:\/?|https?:.*\/)?lodash(?:-es)?(?:@[^/]*)?\/?$/,
    /^(?:pull(?:All|AllBy|AllWith|At)?|remove|fill|reverse|assign(?:In)?(?:With)?|extend|merge(?:With)?|defaults(?:Deep)?|set(?:With)?|unset|update(?:With)?)$/,
  ],
  [/\bd3(?:-array)?\b/, /^(?:shuffle|quickselect)$/],
  [/./, /InPlace$/],
];

/** Of any library, where nothing is done with what they give. */
const BY_NAME =
  /^(?:shuffle|pull(?:All|At)?|remove|fill|reverse|sort|assign|extend|merge|defaults|set|unset|swap|splice|insert|quickselect)$/;

/** Libraries whose functions leave their arguments alone. */
const PURE = /\b(?:ramda|rambda|remeda|immutable|date-fns|fp)\b/;

/**
 * Whether a function of a library changes its first argument.
 *
 * @param from The specifiers that it may come from
 * @param use.statement Its value is not used
 * @param use.shown Its value is what the cell shows
 */
export function changesGiven(
  from: readonly string[],
  name: string | null,
  { statement, shown }: { statement: boolean; shown: boolean },
): boolean {
  if (name === null || from.length === 0) return false;
  const certain = from.every((specifier) =>
    KNOWN.some(([library, functions]) =>
      library.test(specifier) && functions.test(name)
    )
  );
  return certain ||
    statement && !shown && BY_NAME.test(name) &&
      !from.some((specifier) => PURE.test(specifier));
}
