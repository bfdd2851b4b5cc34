/**
 * Which constants a source does something with: one that is only declared, or shown as a cell's value, is read nowhere.
 *
 * @module
 */

const NAME = /^[\p{ID_Start}$_]/u;

/**
 * The names that a source does something with, as its tokens tell; a name within a template counts.
 *
 * @param aside Positions of names that are known to be no path
 */
export function usedNames(
  tokens: readonly string[],
  aside: ReadonlySet<number>,
): Set<string> {
  const used = new Set<string>();
  tokens.forEach((token, i) => {
    if (token.startsWith("`")) {
      for (
        const [name] of token.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)
      ) {
        used.add(name);
      }
    }
    if (
      NAME.test(token) && !used.has(token) && !isDeclared(tokens, i) &&
      !aside.has(i) && !isStatement(tokens, i)
    ) used.add(token);
  });
  return used;
}

/** Whether a token is the name in `const name =`, which no other code sees but by that name. */
function isDeclared(tokens: readonly string[], i: number): boolean {
  const before = tokens[i - 1];
  return (before === "const" || before === "let") && tokens[i + 1] === "=";
}

/** Whether a token is a statement of its own, as the name of what a cell shows. */
export function isStatement(tokens: readonly string[], i: number): boolean {
  const [before, after] = [tokens[i - 1] ?? ";", tokens[i + 1] ?? ";"];
  return (after === ";" || after === "}") && /^[;})\]"'\d]/.test(before);
}
