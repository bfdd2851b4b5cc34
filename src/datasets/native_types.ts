/**
 * Our names of the types that other schemas name.
 *
 * @module
 */

const RULES: readonly (readonly [RegExp, string])[] = [
  [/^dictionary<[^,]*,\s*(.*)>$/i, ""],
  [/\[\d*\]$/, "array"],
  [
    /^(?:large_?)?list(?:_?view)?\b|^fixed_?size_?list|^array\b/i,
    "array",
  ],
  [
    /^(?:struct|map|union|json|bson|variant|object)\b|^(?:dense|sparse)union/i,
    "object",
  ],
  [/timestamp|datetime/i, "datetime"],
  [/^date/i, "date"],
  [/^time/i, "time"],
  [/^(?:duration|interval)/i, "duration"],
  [
    /^u?int(?:eger)?_?\d*\b|^u?(?:tiny|small|big|huge)int$|^bignum$/i,
    "integer",
  ],
  [/^(?:float|double|decimal|half)/i, "number"],
  [/^bool/i, "boolean"],
  [/^(?:large_?)?(?:utf-?8|string)|^enum|^uuid|^varchar/i, "string"],
  [/binary|byte_array|^blob|^bit$/i, "binary"],
  [/^null/i, "null"],
];

/** Our name of a type, from its name in Arrow or Parquet; the name itself, in small letters, when it is another. */
export function typeOfNative(native: string): string {
  for (const [pattern, type] of RULES) {
    const match = pattern.exec(native);
    if (match !== null) {
      return type === "" ? typeOfNative(match[1] ?? "") : type;
    }
  }
  return native.toLowerCase();
}
