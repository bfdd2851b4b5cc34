/**
 * Columns of data that hold secrets, by their names or by how their values look: their smallest and largest values, and
 * how they are spread, are not stored.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isSecretColumn } from "../redaction/naming.ts";
import {
  isPublicId,
  looksLikeKey,
  looksRandom,
} from "../redaction/plausible.ts";
import { saysSecret } from "../redaction/secret_names.ts";
import { isDrawn } from "../redaction/spoken.ts";
import { saysSecretVariable } from "../redaction/variable_secrets.ts";

/** Names that say secret of a column, and not in a text: `geheim`. */
const OF_COLUMN = /(?:^|[^a-z])geheim/i;
/** A column of numbers to sign in with, or of the pins of a chip. */
const PIN = /(?:(?:^|[^A-Za-z])pins?|(?:^|[^A-Z])P(?:in|IN)s?)\d*$/;
/** Chips have fewer pins. */
const LEAST_PIN = 1000;

/** A column's profile as far as it is read here. */
interface ProfiledColumn {
  name?: unknown;
  min?: unknown;
  max?: unknown;
}

function withoutValues(
  { histogram: _, ...column }: Record<string, unknown>,
): Record<string, unknown> {
  return { ...column, min: null, max: null };
}

/** A fingerprint's JSON without values of columns that hold secrets. */
export function withoutSecretValues(fingerprint: string): string {
  if (!fingerprint.includes('"profile"')) return fingerprint;
  const found: unknown = JSON.parse(fingerprint);
  if (typeof found !== "object" || found === null || !("profile" in found)) {
    return fingerprint;
  }
  const { profile } = found;
  if (!Array.isArray(profile)) return fingerprint;
  const heads = profile.map(({ name }: ProfiledColumn) => String(name));
  const isSecret = (column: ProfiledColumn) => holdsSecrets(column, heads);
  if (!profile.some(isSecret)) return fingerprint;
  return JSON.stringify({
    ...found,
    profile: profile.map((column) =>
      isSecret(column) ? withoutValues(column) : column
    ),
  });
}

function holdsSecrets(
  { name, min, max }: ProfiledColumn,
  heads: readonly string[],
): boolean {
  if (typeof name !== "string") return false;
  if (
    saysSecret(name) || isSecretColumn(name, heads) || OF_COLUMN.test(name)
  ) return true;
  const ends = [min, max].filter((end) => end !== null && end !== undefined);
  if (PIN.test(name)) {
    return ends.some((end) => !(Math.abs(Number(end)) < LEAST_PIN));
  }
  const texts = ends.filter((end) => typeof end === "string");
  // The smallest of random texts tells nobody anything.
  return texts.some((text) => saysSecretVariable(name, text) || isRandom(text));
}

/** Whether a text is drawn at random and no public id; paths, titles and addresses are not. */
function isRandom(text: string): boolean {
  return !isPublicId(text) && isDrawn(text) &&
    (looksLikeKey(text) || /^[A-Za-z\d]{20,}$/.test(text) && looksRandom(text));
}
