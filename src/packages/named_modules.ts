/**
 * Local modules that no import names as a literal, but a text does: the module of a Worker, `const name = "./m.ts";
 * import(name)`, `reload("./m.ts")`, and all of a folder that `import("./steps/" + name + ".ts")` can mean.
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

/** The notebook's folder before the rest of a path: `Deno.cwd() + "/`, `file://${Deno.cwd()}/`. */
const FOLDER = new RegExp(
  [
    String
      .raw`(?:(["'\x60])file:\/\/\1\s*\+\s*)?\b(?:Deno|process)\s*\.\s*cwd\(\)\s*\+\s*(?<quote>["'\x60])`,
    String.raw`\x60(?:file:\/\/)?\$\{\s*(?:Deno|process)\s*\.\s*cwd\(\)\s*\}`,
  ].map((start) => `(?:${start})(?=\\/)`).join("|"),
  "g",
);
/** A path of which only the middle of the file's name is computed: `"./steps/" + name + ".ts"`, `./steps/${name}.ts`. */
const COMPUTED =
  /(?<quote>["'`])(?<start>\.{1,2}\/[^"'`\n$?#]*)(?:\k<quote>\s*\+[^"'`;\n]+\+\s*["'`]|\$\{[^}\n]*\})(?<end>[^"'`\n$?#/]*\.[cm]?[jt]sx?)["'`]/g;
/** Of a folder with more such files it is not known which are meant. */
const MAX_OF_FOLDER = 50;

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
  for (const source of sources.map(fromFolder)) {
    const paths = [...source.matchAll(PATHS)].map(({ groups }) =>
      groups?.["path"] ?? ""
    );
    for (const path of [...paths, ...computedPaths(source, base)]) {
      const url = new URL(path, base).href;
      if (isFile(new URL(url))) found.set(`${path} ${url}`, { path, url });
    }
  }
  return [...found.values()];
}

/** A source in which paths that begin with the notebook's folder begin with a dot. */
function fromFolder(source: string): string {
  return source.replace(
    FOLDER,
    (...found) => `${found.at(-1)?.quote ?? "`"}.`,
  );
}

/** Paths of the files that a computed name can mean, where they have a folder or the beginning of a name of their own. */
function computedPaths(source: string, base: URL): string[] {
  return [...source.matchAll(COMPUTED)].flatMap(({ groups }) => {
    const { start = "", end = "" } = groups ?? {};
    if (/^[./]*$/.test(start)) return [];
    const folder = start.slice(0, start.lastIndexOf("/") + 1);
    const paths = namesOf(new URL(folder, base)).map((name) => folder + name)
      .filter((path) =>
        path.length >= start.length + end.length && path.startsWith(start) &&
        path.endsWith(end)
      );
    return paths.length > MAX_OF_FOLDER ? [] : paths;
  });
}

/** The names in a folder; none where it cannot be read. */
function namesOf(folder: URL): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Makes the module of a Worker from a text. */
const FROM_TEXT = /["'`](?:data|blob):|\bcreateObjectURL\b/;

/** Whether a source starts a Worker whose module no text of it names, and that is not made from a text either. */
export function startsUnknownWorker(
  source: string,
  named: readonly NamedModule[],
  sources: readonly string[],
): boolean {
  if (!/\bnew\s+Worker\s*\(/.test(source) || FROM_TEXT.test(source)) {
    return false;
  }
  const started = [...source.matchAll(/\bnew\s+Worker\s*\(\s*([^,)\n]*)/g)];
  return !named.some(({ path }) => fromFolder(source).includes(path)) &&
    !started.every(([, name = ""]) => {
      const values = valuesOf(name, sources);
      return values.length > 0 && values.every((v) => FROM_TEXT.test(v));
    });
}

/** What a name is bound to in sources; nothing of any other expression. */
function valuesOf(expression: string, sources: readonly string[]): string[] {
  const name = expression.trim();
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return [];
  const binding = new RegExp(
    `(?<![\\w$.])${name.replaceAll("$", "\\$&")}\\s*=(?!=)\\s*([^;\\n]*)`,
    "g",
  );
  return sources.flatMap((source) =>
    [...source.matchAll(binding)].map(([, value = ""]) => value.trim())
  );
}

/** Whether an expression is a name that is bound to nothing but texts that name modules. */
export function isBoundToModule(
  expression: string,
  sources: readonly string[],
  named: readonly NamedModule[],
): boolean {
  const values = valuesOf(expression, sources);
  const texts = new Set(
    named.flatMap(({ path }) => [`"${path}"`, `'${path}'`, `\`${path}\``]),
  );
  return values.length > 0 && values.every((value) => texts.has(value));
}
