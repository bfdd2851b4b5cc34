/**
 * Local modules that no import names as a literal, but a text does: the module of a Worker, `const name = "./m.ts";
 * import(name)`, `reload("./m.ts")`.
 *
 * @module
 */
import { isFile } from "../base/files.ts";

/** Loads something by a name that the module graph does not see. */
const LOADS =
  /\bnew\s+Worker\s*\(|\bimport\s*\(\s*(?!["'`][^"'`$\n]*["'`]\s*[,)])/;
/** A text that is the path of a module in a file. */
const PATHS =
  /(?<quote>["'`])(?<path>(?:\.{1,2}\/|\/|file:\/\/\/)[^"'`\n$?#]*\.[cm]?[jt]sx?)\k<quote>/g;

/** A module that a text names. */
export interface NamedModule {
  /** As written. */
  path: string;
  /** Its `file:` URL. */
  url: string;
}

/**
 * The modules that sources name in texts and that exist, where one of them loads something by a name that is no literal.
 *
 * @param sources Sources of one folder.
 * @param base The folder, or the module, that their relative paths are meant from.
 */
export function namedModules(
  sources: readonly string[],
  base: URL,
): NamedModule[] {
  if (!sources.some((source) => LOADS.test(source))) return [];
  const found = new Map<string, NamedModule>();
  for (const source of sources) {
    for (const { groups } of source.matchAll(PATHS)) {
      const path = groups?.["path"] ?? "";
      const url = new URL(path, base).href;
      if (isFile(new URL(url))) found.set(`${path} ${url}`, { path, url });
    }
  }
  return [...found.values()];
}

/** Whether a source starts a Worker whose module no text of it names, and that is not made from a text either. */
export function startsUnknownWorker(
  source: string,
  named: readonly NamedModule[],
): boolean {
  return /\bnew\s+Worker\s*\(/.test(source) &&
    !/\bdata:|\bblob:|createObjectURL/.test(source) &&
    !named.some(({ path }) => source.includes(path));
}

/** Whether an expression is a name that is bound to nothing but texts that name modules. */
export function isBoundToModule(
  expression: string,
  sources: readonly string[],
  named: readonly NamedModule[],
): boolean {
  const name = expression.trim();
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return false;
  const binding = new RegExp(
    `(?<![\\w$.])${name.replaceAll("$", "\\$&")}\\s*=(?!=)\\s*([^;\\n]*)`,
    "g",
  );
  const values = sources.flatMap((source) =>
    [...source.matchAll(binding)].map(([, value = ""]) => value.trim())
  );
  const texts = new Set(
    named.flatMap(({ path }) => [`"${path}"`, `'${path}'`, `\`${path}\``]),
  );
  return values.length > 0 && values.every((value) => texts.has(value));
}
