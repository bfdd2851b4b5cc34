/**
 * The packages of a run by name.
 *
 * @module
 */
import type { RecordedPackage } from "./schema/documents.ts";
import type { RunRecord } from "./schema/record.ts";

/** The versions of one package in a run. */
export interface PackageVersions {
  /** Usually one; several are joined with a comma. */
  versions: string;
  /** Null when that of one of them is not known. */
  integrity: string | null;
}

/**
 * The versions of each package of a run. Built-in modules are left out: they are part of Deno. Names from JSR carry
 * `jsr:` in front.
 */
export function packageVersions(
  run: Pick<RunRecord, "packages">,
): Map<string, PackageVersions> {
  const groups = Map.groupBy(
    run.packages.filter((item) => item.registry !== "node"),
    nameOf,
  );
  return new Map(
    [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([name, items]) => {
      const sorted = items.toSorted((a, b) => a.version < b.version ? -1 : 1);
      const integrities = sorted.map((item) => item.integrity);
      return [name, {
        versions: sorted.map((item) => item.version).join(", "),
        integrity: integrities.includes(null) ? null : integrities.join(" "),
      }];
    }),
  );
}

function nameOf({ name, registry }: RecordedPackage): string {
  return registry === "jsr" && !name.startsWith("jsr:") ? `jsr:${name}` : name;
}
