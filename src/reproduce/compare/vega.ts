/**
 * Charts of Vega and Vega-Lite: what they draw, of which values, whichever version of the language they name.
 *
 * @module
 */

/** A type such as `application/vnd.vegalite.v5+json`. */
const VEGA = /^(application\/vnd\.vega(?:lite)?)\.v(\d+(?:\.\d+)*)(\+json)$/;

/** Contents by media type, with the charts among them under types that name no version. */
export interface WithoutVersions {
  data: Record<string, unknown>;
  /** The versions that were named, in the order of the types. */
  versions: string[];
}

/** Takes the version out of charts: out of their type, and out of the address of their schema. */
export function withoutVegaVersions(
  data: Readonly<Record<string, unknown>>,
): WithoutVersions {
  const plain: Record<string, unknown> = {};
  const versions: string[] = [];
  for (const [type, value] of Object.entries(data)) {
    const [, name, version, suffix] = VEGA.exec(type) ?? [];
    if (
      name === undefined || version === undefined ||
      Object.hasOwn(data, `${name}${suffix}`)
    ) {
      plain[type] = value;
      continue;
    }
    plain[`${name}${suffix}`] = withoutSchema(value);
    versions.push(`${type} ${schemaOf(value)}`);
  }
  return { data: plain, versions };
}

function withoutSchema(spec: unknown): unknown {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    return spec;
  }
  const { $schema: _, ...drawn } = spec as Record<string, unknown>;
  return drawn;
}

function schemaOf(spec: unknown): string {
  const schema = (spec as { $schema?: unknown } | null)?.$schema;
  return typeof schema === "string" ? schema : "";
}
