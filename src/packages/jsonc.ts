/**
 * JSON with comments and trailing commas, as `deno.jsonc` and `deno.json` may hold.
 *
 * @module
 */

const TOKEN =
  /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[\]}])/g;

/**
 * Parses JSON with comments and trailing commas.
 *
 * @throws {SyntaxError} when it is not JSON otherwise
 */
export function parseJsonc(text: string): unknown {
  return JSON.parse(
    text.replace(/^\uFEFF/, "").replace(
      TOKEN,
      (token) => token.startsWith('"') ? token : " ",
    ),
  );
}
