/**
 * Where chance comes into a cell: time, random numbers, the network, the order of objects. It is read from the sources,
 * so it is a hint for people and a limit for masks, never a proof.
 *
 * @module
 */
import { namesIn } from "../analysis/analysis.ts";
import { readCell } from "../analysis/cell.ts";
import { certaintyOf, HARMLESS } from "../analysis/methods.ts";
import {
  isLocalSpecifier,
  type Operation,
  SHARED,
} from "../analysis/operations.ts";
import { isUnseenModule, takesUnseen } from "./unseen_sources.ts";

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

/** `Math.random`, however it is reached, and what libraries call their functions that draw by it. */
const DRAWS = new RegExp(
  [
    String.raw`\bMath\s*(?:\?\.\s*)?\[|["'\x60]Math["'\x60]`,
    String.raw`\brandom\b[^}\n]*\}\s*=\s*Math\b`,
    String
      .raw`\.\s*random\b|\b\w*(?<!seed)random(?!forest|state|seed|uuid)\w*\s*\(|\bseedrandom\s*\(\s*\)`,
    String
      .raw`\b(?:sample(?:Size|With\w*)?|chance|dice|rng|gauss(?:ian)?|jitter)\s*\(|\.\s*sample\b`,
    String.raw`\bfaker\b|\bshuffle`,
  ].join("|"),
  "i",
);
/** Draws also where a seed was recorded, by which `Math.random` repeats. */
const DRAWS_ANEW =
  /\bgetRandomValues\b|\brandom(?:Bytes|Int|Fill(?:Sync)?)\b|\bgenerateKey(?:Pair)?(?:Sync)?\b/;
const EACH_DRAWN_ANEW = new RegExp(DRAWS_ANEW, "g");

const IMPORTS_LOCAL = /\b(?:from|import)\b\s*\(?\s*["'`](?:\.|\/|file:)/;

/** Imports what may be a local module, also by a name of the configuration, by a computed one, or in a Worker. */
const MAY_IMPORT_LOCAL =
  /\b(?:from|import)\b\s*\(?\s*["'`](?!(?:npm|jsr|node|https?|data|blob):|@nbtrack\/nbtrack["'`])|\bimport\s*\(\s*[^"'`\s]|\bWorker\b|\brequire\s*\(/;

const SOURCES: readonly (readonly [kind: ChanceKind, pattern: RegExp])[] = [
  ["the time", CLOCK],
  [
    "random numbers",
    new RegExp(
      [
        DRAWS.source,
        DRAWS_ANEW.source,
        String
          .raw`\b(?:randomUUID|uuid|nanoid|ulid)\b|\bsubtle\s*\.\s*sign\b|\bmake(?:Temp|TempDir|TempFile)`,
      ].join("|"),
      "i",
    ),
  ],
  [
    "the network",
    /\bfetch\s*\(|\bWebSocket\b|\bDeno\s*\.\s*connect|["'`]https?:\/\/|["'`](?:node:)?(?:net|tls|dgram)["'`]/,
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
    /\bDeno\s*\.\s*(?:p?pid|hostname|cwd|env|memoryUsage|osUptime|loadavg|systemMemoryInfo|networkInterfaces)\b|\bnavigator\b|\bprocess\s*\.\s*(?:p?pid|cwd|env|memoryUsage|cpuUsage|resourceUsage)\b|\b(?:freemem|totalmem|loadavg)\s*\(|\bos\s*\.\s*(?:cpus|hostname|uptime|networkInterfaces|userInfo)\b/,
  ],
];

/** The sources of chance that a source uses, by name. */
export function chanceOf(source: string): ChanceKind[] {
  return SOURCES.flatMap(([kind, pattern]) =>
    pattern.test(source) ? [kind] : []
  );
}

/**
 * Whether each cell, or one whose names it uses, may draw by what a seed makes repeat: `Math.random`, and no cryptography.
 * What a local module does is not looked at.
 */
export function drawsBySeed(sources: readonly string[]): boolean[] {
  return usesByCell(
    sources,
    [],
    (source) =>
      IMPORTS_LOCAL.test(source) ||
        DRAWS.test(source.replaceAll(EACH_DRAWN_ANEW, ""))
        ? [true]
        : [],
  ).map((uses) => uses.has(true));
}

/** Whether a source reads a clock. */
export function readsClock(source: string): boolean {
  return CLOCK.test(source);
}

/** Cells in which a number that no clock gave may be another one each time though nothing that is known differs, itself or by names that another one bound. */
export function drawingCells(
  sources: readonly string[],
  modules: readonly string[],
  { seeded, unread = new Set() }: {
    seeded: boolean;
    /** Sources that read data of which nothing is known. @default {none} */
    unread?: ReadonlySet<string>;
  },
): boolean[] {
  // What a function of the notebook's own draws is seen where it is made.
  const own = new Set(
    (seeded ? [] : sources).map((source) => namesOf(source)).flatMap((
      { declared, bound },
    ) => [
      ...declared.intersection(bound),
    ]),
  );
  const uses = (source: string) => {
    const others = source.replace(
      CALLED,
      (name) => own.has(name) ? "own" : name,
    );
    const draws = unread.has(source) || DRAWS_ANEW.test(source) ||
      takesUnseen(source) || !seeded && DRAWS.test(others);
    return draws ? [true] : [];
  };
  const draws = usesByCell(sources, modules, uses).map(({ size }) => size > 0);
  const unreadModules = modules.filter((source) => unread.has(source));
  if (unreadModules.length === 0) return draws;
  const reached = usesByCell(sources, unreadModules, uses, {
    imports: MAY_IMPORT_LOCAL,
    isForeign: (specifier) => !MAY_IMPORT_LOCAL.test(`from "${specifier}"`),
  });
  return draws.map((one, i) => one || (reached[i]?.size ?? 0) > 0);
}

/** A binding: `const a`, `let [a, b]`, `var { a, b: c }`, `function a`, `class a`, `import { a }`, `a = `, `a.b += `. */
const BINDINGS =
  /\b(?:const|let|var)\s+(\{[^}=]*\}|\[[^\]=]*\]|[\w$]+)|\b(?:function\s*\*?|class)\s+([\w$]+)|\bimport\s+([^"';]+?)\s+from\b|(?:^|[;{}\s])([\w$]+)(?:\s*(?:\.\s*[\w$]+|\[[^\]\n]*\]))*\s*(?:[-+*/%|&^?]|\*\*|\?\?|\|\||&&)?=(?![=>])/g;
const NAMES = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** A name that is called, and no member. */
const CALLED = /(?<![.\p{L}\p{N}_$])[\p{L}_$][\p{L}\p{N}_$]*(?=\s*\()/gu;

/** What a cell does with the names of its notebook. */
interface CellNames {
  /** Those that it uses and does not declare. */
  used: Set<string>;
  /** Those that it binds or changes. */
  bound: Set<string>;
  /** Those that it makes anew. */
  declared: Set<string>;
}

/** Which cells use what local modules do. */
interface ModuleUse {
  /** What a source imports one by. */
  imports: RegExp;
  /** Whether a specifier is that of a package, which gives the same each time. */
  isForeign: (specifier: string) => boolean;
}

const LOCAL: ModuleUse = {
  imports: IMPORTS_LOCAL,
  isForeign: (specifier) =>
    !isLocalSpecifier(specifier) && !isUnseenModule(specifier),
};

function namesOf(source: string, { isForeign } = LOCAL): CellNames {
  const steps = readCell(source);
  if (steps === null) { // it does not parse: as far as its text tells
    const bound = [...source.matchAll(BINDINGS)].flatMap(([, a, b, c, d]) =>
      (a ?? b ?? c ?? d ?? "").match(NAMES) ?? []
    );
    return {
      used: new Set(source.match(NAMES)),
      bound: new Set(bound),
      declared: new Set(),
    };
  }
  const { used, declared } = namesIn(steps);
  const bound = new Set(boundBy(steps, isForeign));
  bound.delete(SHARED.random); // each cell that draws says so itself
  return { used: used.union(bound).difference(declared), bound, declared };
}

/** What a package gives is the same whatever else its cell does. */
function isForeignImport(
  { constant, bodies, shares }: Extract<Operation, { type: "bind" }>,
  isForeign: ModuleUse["isForeign"],
): boolean {
  return constant && bodies.length === 0 &&
    !shares.some(({ name }) =>
      name.startsWith(SHARED.module) &&
      !isForeign(name.slice(SHARED.module.length))
    );
}

function boundBy(
  steps: readonly Operation[],
  isForeign: ModuleUse["isForeign"],
): string[] {
  return steps.flatMap((step) => {
    if (
      step.type === "read" || step.type === "access" ||
      step.type === "together"
    ) return [];
    if (step.type === "call") {
      return certaintyOf(step.method, step) === "sure"
        ? step.targets.filter(({ name, direct }) =>
          direct && !HARMLESS.has(name)
        ).map(({ name }) => name)
        : [];
    }
    if (step.type === "bind" && isForeignImport(step, isForeign)) return [];
    const inner = step.type === "change" ? [] : step.bodies;
    return [
      step.name,
      ...inner.flatMap(({ operations }) => boundBy(operations, isForeign)),
    ];
  });
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
  moduleUse = LOCAL,
): ReadonlySet<K>[] {
  const ofModules = new Set(modules.flatMap(usesOf));
  const byName = new Map<string, Set<K>>();
  return sources.map((source) => {
    const kinds = new Set<K>(usesOf(source));
    if (moduleUse.imports.test(source)) {
      for (const kind of ofModules) kinds.add(kind);
    }
    if (kinds.size === 0 && byName.size === 0) return kinds; // no name matters yet
    const { used, bound, declared } = namesOf(source, moduleUse);
    for (const name of used) {
      for (const kind of byName.get(name) ?? []) kinds.add(kind);
    }
    for (const name of declared) byName.delete(name);
    for (const name of bound) {
      const known = byName.get(name) ?? new Set();
      for (const kind of kinds) known.add(kind);
      byName.set(name, known);
    }
    return kinds;
  });
}
