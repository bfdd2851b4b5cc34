/**
 * Files that hold variables of the environment: those of a folder, and `.env` of the folders above it.
 * Loaded inside cells: it imports nothing.
 *
 * @module
 */

/** One beside a notebook, such as `.env.production`; not one that shows which variables there are. */
const BESIDE =
  /^\.env(?:\.(?!.*(?:example|sample|template|dist|defaults)).+)?$/;
/** Folders above one, at most. */
const MOST_ABOVE = 40;

/** Where variables are read from, looked up again when something comes to lie in a folder. */
export class EnvFiles {
  readonly #beside = new Map<string, { state: string; paths: string[] }>();
  readonly #above = new Map<string, string[]>();

  /** The files of a folder, and `.env` of those above it up to the root of its repository or of the user's home. */
  of(folder: string): string[] {
    const whole = folder === "." ? workFolder() : folder;
    let above = this.#above.get(whole);
    if (above === undefined) {
      this.#above.set(whole, above = foldersAbove(whole));
    }
    return [...this.#in(whole), ...above.map((one) => `${one}/.env`)];
  }

  #in(folder: string): string[] {
    const state = changedTime(folder);
    const known = this.#beside.get(folder);
    if (known?.state === state) return known.paths;
    const paths = namesIn(folder).filter((name) => BESIDE.test(name))
      .map((name) => `${folder}/${name}`);
    this.#beside.set(folder, { state, paths });
    return paths;
  }
}

/** The variables in the text of such a file: each value as it stands, and as it is read by programs. */
export function fileVariables(text: string): [name: string, value: string][] {
  const pattern =
    /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|'([^']*)'|`([^`]*)`|([^\n\r]*))/gm;
  return [...text.matchAll(pattern)].flatMap(
    ([, name = "", double, single, tick, bare]): [string, string][] => {
      const quoted = double ?? single ?? tick;
      const values = quoted === undefined
        ? [bare ?? "", (bare ?? "").replace(/\s+#.*$/, "")]
        : [quoted, quoted.replace(/\\n/g, "\n").replace(/\\(["'`\\$])/g, "$1")];
      return [...new Set(values.map((value) => value.trim()))]
        .filter((value) => value !== "")
        .map((value) => [name, value]);
    },
  );
}

/** The folders above one up to the root of its repository or the user's home; none where it lies in neither. */
function foldersAbove(folder: string): string[] {
  const home = homeFolder();
  const found: string[] = [];
  for (let one = folder; found.length < MOST_ABOVE;) {
    if (one === home || changedTime(`${one}/.git`) !== "") return found;
    const above = one.replace(/[/\\][^/\\]*$/, "");
    if (above === one || above === "") return [];
    found.push(one = above);
  }
  return [];
}

function workFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    return "."; // it may not be asked for, or is gone
  }
}

function homeFolder(): string | undefined {
  try {
    return Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  } catch {
    return undefined; // the variable may not be read
  }
}

function changedTime(path: string): string {
  try {
    const { mtime, ino } = Deno.statSync(path);
    return `${mtime?.getTime()}:${ino}`;
  } catch {
    return ""; // it is not there, or may not be looked at
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [".env"]; // single files may still be read
  }
}
