/**
 * Where chance comes into a cell: time, random numbers, the network, the order of objects. It is read from the sources,
 * so it is a hint for people and a limit for masks, never a proof.
 *
 * @module
 */

/** A source of chance. */
export type ChanceKind =
  | "the time"
  | "random numbers"
  | "the network"
  | "the order in which things come"
  | "what lies in a folder"
  | "the machine";

const CLOCK =
  /\bperformance\s*\.\s*(?:now|mark|measure|timeOrigin)\b|\bDate\s*\.\s*now\b|\bDate\s*\(\s*\)|\bnew\s+Date\b(?!\s*\(\s*[^)\s])|\bTemporal\s*\.\s*Now\b|\bconsole\s*\.\s*time|\bhrtime\b|\bprocess\s*\.\s*uptime\b|\b(?:dayjs|moment)\s*\(\s*\)|\bDateTime\s*\.\s*(?:now|local|utc)\s*\(\s*\)/;

const SOURCES: readonly (readonly [kind: ChanceKind, pattern: RegExp])[] = [
  ["the time", CLOCK],
  [
    "random numbers",
    /\bMath\s*\.\s*random\b|\b(?:randomUUID|getRandomValues|random(?:Bytes|Int|Fill(?:Sync)?)|generateKey(?:Pair)?(?:Sync)?)\b|\bsubtle\s*\.\s*sign\b|\bmake(?:Temp|TempDir|TempFile)|\b(?:uuid|nanoid|ulid|faker|shuffle)\b/,
  ],
  [
    "the network",
    /\bfetch\s*\(|\bWebSocket\b|\bDeno\s*\.\s*connect|["'`]https?:\/\//,
  ],
  [
    "the order in which things come",
    /\bPromise\s*\.\s*(?:race|any|all)\b|\bfor\s+await\b|\bsetTimeout\b|\bsetInterval\b|\bWorker\b/,
  ],
  [
    "what lies in a folder",
    /\breadDir|\breaddir|\bexpandGlob/,
  ],
  [
    "the machine",
    /\bDeno\s*\.\s*(?:pid|hostname|cwd|env|memoryUsage|osUptime|loadavg)|\bnavigator\b/,
  ],
];

/** The sources of chance that a source uses, by name. */
export function chanceOf(source: string): ChanceKind[] {
  return SOURCES.flatMap(([kind, pattern]) =>
    pattern.test(source) ? [kind] : []
  );
}

/** Whether a source reads a clock. */
export function readsClock(source: string): boolean {
  return CLOCK.test(source);
}

/** A binding: `const a`, `let [a, b]`, `var { a, b: c }`, `function a`, `class a`, `import { a }`, `a = `, `a.b += `. */
const BINDINGS =
  /\b(?:const|let|var)\s+(\{[^}=]*\}|\[[^\]=]*\]|[\w$]+)|\b(?:function\s*\*?|class)\s+([\w$]+)|\bimport\s+([^"';]+?)\s+from\b|(?:^|[;{}\s])([\w$]+)(?:\s*(?:\.\s*[\w$]+|\[[^\]\n]*\]))*\s*(?:[-+*/%|&^?]|\*\*|\?\?|\|\||&&)?=(?![=>])/g;
const NAMES = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
const NO_NAMES: ReadonlySet<string> = new Set([
  "as",
  "type",
  "default",
  "const",
  "let",
  "var",
]);

/** Names that a source binds or changes, as far as its text tells. */
function boundIn(source: string): string[] {
  return [...source.matchAll(BINDINGS)].flatMap(([, a, b, c, d]) =>
    (a ?? b ?? c ?? d ?? "").match(NAMES) ?? []
  ).filter((name) => !NO_NAMES.has(name));
}

/**
 * The sources of chance of each cell: its own, and those of the cells that bound the names it uses.
 *
 * @param sources The cells in the order they are executed.
 * @param modules Sources of local modules: what imports one may use all that they do.
 */
export function chanceByCell(
  sources: readonly string[],
  modules: readonly string[] = [],
): ReadonlySet<ChanceKind>[] {
  return usesByCell(sources, modules, chanceOf);
}

/** What each cell uses: itself, or by names that another one bound. */
export function usesByCell<K>(
  sources: readonly string[],
  modules: readonly string[],
  usesOf: (source: string) => readonly K[],
): ReadonlySet<K>[] {
  const ofModules = new Set(modules.flatMap(usesOf));
  const byName = new Map<string, Set<K>>();
  return sources.map((source) => {
    const kinds = new Set<K>(usesOf(source));
    if (/\b(?:from|import)\b\s*\(?\s*["'`](?:\.|\/|file:)/.test(source)) {
      for (const kind of ofModules) kinds.add(kind);
    }
    for (const [name] of source.matchAll(NAMES)) {
      for (const kind of byName.get(name) ?? []) kinds.add(kind);
    }
    for (const name of boundIn(source)) {
      const known = byName.get(name) ?? new Set();
      for (const kind of kinds) known.add(kind);
      byName.set(name, known);
    }
    return kinds;
  });
}
