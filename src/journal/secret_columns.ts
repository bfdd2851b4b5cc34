/**
 * Columns of data whose names say secret: their smallest and largest values, and how they are spread, are not stored.
 *
 * @module
 */
import { saysSecret } from "../redaction/secret_names.ts";

function withoutValues(
  { histogram: _, ...column }: Record<string, unknown>,
): Record<string, unknown> {
  return { ...column, min: null, max: null };
}

/** A fingerprint's JSON without values of columns whose names say secret. */
export function withoutSecretValues(fingerprint: string): string {
  if (!fingerprint.includes('"profile"')) return fingerprint;
  const found: unknown = JSON.parse(fingerprint);
  if (typeof found !== "object" || found === null || !("profile" in found)) {
    return fingerprint;
  }
  const { profile } = found;
  if (!Array.isArray(profile)) return fingerprint;
  const isSecret = ({ name }: { name?: unknown }) =>
    typeof name === "string" && saysSecret(name);
  if (!profile.some(isSecret)) return fingerprint;
  return JSON.stringify({
    ...found,
    profile: profile.map((column) =>
      isSecret(column) ? withoutValues(column) : column
    ),
  });
}
