/**
 * Where chance comes into a cell: time, random numbers, the network, the order of objects.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";

const SOURCES: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "the time",
    /\bDate\b|\bperformance\s*\.\s*now|\bTemporal\b|\bhrtime\b|\bconsole\s*\.\s*time/,
  ],
  [
    "random numbers",
    /\bMath\s*\.\s*random\b|\bcrypto\b|\brandomUUID\b|\bgetRandomValues\b/,
  ],
  [
    "the network",
    /\bfetch\s*\(|\bWebSocket\b|\bDeno\s*\.\s*connect|https?:\/\//,
  ],
  [
    "the order in which things come",
    /\bPromise\s*\.\s*(?:race|any|all)\b|\breadDir|\bfor\s+await\b|\bsetTimeout\b|\bsetInterval\b|\bWorker\b/,
  ],
  [
    "the machine",
    /\bDeno\s*\.\s*(?:pid|hostname|cwd|env|memoryUsage|osUptime|loadavg)|\bnavigator\b/,
  ],
];

/** The sources of chance that a source uses, by name. */
export function chanceOf(source: string): string[] {
  return SOURCES.flatMap(([name, pattern]) =>
    pattern.test(source) ? [name] : []
  );
}

/** Says of cells that differ without a known cause which sources of chance they, or the cells before them, use. */
export function chanceIn(
  cells: readonly { index: number; source: string }[],
  manifest: Manifest,
): string[] {
  const said = cells.flatMap(({ index, source }) => {
    const chance = chanceOf(source);
    return chance.length === 0
      ? []
      : [`cell ${index} depends on ${chance.join(", ")}`];
  });
  if (
    manifest.seed === null &&
    cells.some(({ source }) => /Math\s*\.\s*random/.test(source))
  ) {
    said.push(
      "no seed was recorded: track(…, { seed }) makes Math.random repeat",
    );
  }
  return said.length > 0 ? said : [
    "nothing that was recorded differs; --twice tells whether chance alone changes it",
  ];
}
