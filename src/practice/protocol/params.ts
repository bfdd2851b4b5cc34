/**
 * Parameters as Grape, GitLab's API framework, declares, converts and refuses them: a number may come as
 * text, a text may come as a number, and one answer names every problem.
 *
 * @module
 */
import { invalidParams } from "./answers.ts";
import type { Input } from "./input.ts";
import { isRecord, NumberLiteral, type RawRecord } from "./values.ts";

/** What each declared type becomes; all of them may be null. */
interface Kinds {
  string: string | null;
  integer: number | bigint | null;
  float: number | null;
  array: unknown[];
}

/** The declaration of one parameter. */
export interface Field {
  readonly type: keyof Kinds;
  /** Whether the name has to be there; its value may still be null. */
  readonly required?: true;
  /** What stands for a value that is absent or null, or that converts to null. */
  readonly default?: string | number | readonly never[];
  /** The only texts that are allowed. */
  readonly values?: readonly string[];
  /** The declaration of an array's items, which must be objects. */
  readonly items?: Fields;
  /** Whether no item of an array needs a conversion: then none is converted. */
  readonly plain?: (items: readonly unknown[]) => boolean;
}

/** Declarations by name, in the order in which problems are reported. */
export type Fields = Readonly<Record<string, Field>>;

/** The converted parameters of a declaration. */
export type Params<F extends Fields> = {
  readonly [K in keyof F]: F[K]["items"] extends Fields
    ? Params<F[K]["items"]>[]
    : F[K] extends { default: string } ? string
    : F[K] extends { default: number } ? number | bigint
    : F[K] extends { required: true } ? Kinds[F[K]["type"]]
    : F[K]["type"] extends "array" ? unknown[]
    : Kinds[F[K]["type"]] | undefined;
};

/**
 * Converts a request's values as declared.
 *
 * @throws {RefusedAnswer} 400 with every problem, in the order of the declarations
 */
export function coerce<const F extends Fields>(
  input: Input,
  fields: F,
): Params<F> {
  const first = new Pass();
  let values = first.fields(input.values(), fields);
  let pass = first;
  if (first.inexact) {
    pass = new Pass();
    values = pass.fields(input.exactValues(), fields);
  }
  const messages = pass.messages();
  if (messages.length > 0) throw invalidParams(messages);
  return values as Params<F>;
}

/** Names of one answer that have problems. */
const MAX_PROBLEMS = 10_000;

/** One conversion of all values. */
class Pass {
  readonly #problems = new Map<string, Set<string>>();
  /** Whether a number was met whose written form matters. */
  inexact = false;

  messages(): string[] {
    return [...this.#problems].flatMap(([name, problems]) =>
      [...problems].map((problem) => `${name} ${problem}`)
    );
  }

  fields(source: RawRecord, fields: Fields): RawRecord {
    const values: RawRecord = {};
    for (const [name, field] of Object.entries(fields)) {
      const given = Object.hasOwn(source, name);
      if (!given && field.required) this.#problem(name, "is missing");
      const raw = source[name] ?? field.default;
      if (raw === undefined && !given) {
        if (field.type === "array") values[name] = [];
        continue;
      }
      values[name] = this.#value(name, raw ?? null, field) ?? field.default ??
        null;
    }
    return values;
  }

  #value(name: string, raw: unknown, field: Field): unknown {
    const value = this.#convert(raw, field.type);
    if (value === undefined) this.#problem(name, "is invalid");
    if (
      field.values !== undefined && raw !== null &&
      !(typeof value === "string" && field.values.includes(value))
    ) this.#problem(name, "does not have a valid value");
    if (!Array.isArray(value) || field.items === undefined) return value;
    if (field.plain?.(value) === true) return value;
    return this.#items(name, value, field.items);
  }

  #items(name: string, items: unknown[], fields: Fields): RawRecord[] {
    const converted: RawRecord[] = items.map(() => ({}));
    for (const [key, field] of Object.entries(fields)) {
      items.forEach((item, at) => {
        if (field.required && !(isRecord(item) && Object.hasOwn(item, key))) {
          this.#problem(`${name}[${at}][${key}]`, "is missing");
        }
      });
      items.forEach((item, at) => {
        const path = `${name}[${at}][${key}]`;
        if (!isRecord(item)) {
          if (field.required) this.#problem(path, "is invalid");
        } else if (Object.hasOwn(item, key)) {
          (converted[at] as RawRecord)[key] = this.#value(
            path,
            item[key] ?? null,
            field,
          );
        }
      });
    }
    return converted;
  }

  #convert(raw: unknown, type: keyof Kinds): unknown {
    if (type === "array") {
      return Array.isArray(raw)
        ? raw
        : raw === null || raw === ""
        ? []
        : undefined;
    }
    if (raw === null) return null;
    if (type === "string") return this.#text(raw);
    return type === "float" ? toFloat(raw) : this.#integer(raw);
  }

  #text(raw: unknown): string | undefined {
    if (typeof raw === "string") return raw;
    if (typeof raw === "boolean") return String(raw);
    if (raw instanceof NumberLiteral) return rubyText(raw.text);
    if (typeof raw !== "number") return undefined;
    this.inexact = true;
    return String(raw);
  }

  #integer(raw: unknown): number | bigint | null | undefined {
    if (typeof raw === "number") {
      if (Number.isSafeInteger(raw)) return raw;
      this.inexact ||= Math.abs(raw) > Number.MAX_SAFE_INTEGER;
      return Number.isFinite(raw) ? Math.trunc(raw) : undefined;
    }
    if (raw instanceof NumberLiteral) {
      if (/^-?\d+$/.test(raw.text)) return smallest(BigInt(raw.text));
      const value = Number(raw.text);
      return Number.isFinite(value)
        ? smallest(BigInt(Math.trunc(value)))
        : undefined;
    }
    if (typeof raw !== "string") return undefined;
    if (raw === "") return null;
    const digits = raw.trim();
    return /^[+-]?\d+(_\d+)*$/.test(digits)
      ? smallest(BigInt(digits.replaceAll("_", "").replace(/^\+/, "")))
      : undefined;
  }

  /** @throws {RefusedAnswer} 400 once there are more problems than an answer can name */
  #problem(name: string, problem: string): void {
    if (this.#problems.size >= MAX_PROBLEMS) {
      throw invalidParams(this.messages());
    }
    const known = this.#problems.get(name);
    if (known === undefined) this.#problems.set(name, new Set([problem]));
    else known.add(problem);
  }
}

function toFloat(raw: unknown): number | null | undefined {
  if (typeof raw === "number") return raw;
  if (raw instanceof NumberLiteral) return Number(raw.text);
  if (typeof raw !== "string") return undefined;
  if (raw === "") return null;
  const text = raw.trim();
  if (/^[+-]?0[xX][0-9a-fA-F]+$/.test(text)) {
    const value = Number(text.replace(/^[+-]/, ""));
    return text.startsWith("-") ? -value : value;
  }
  return /^[+-]?\d+(_\d+)*(\.\d+(_\d+)*)?([eE][+-]?\d+)?$/.test(text)
    ? Number(text.replaceAll("_", ""))
    : undefined;
}

function smallest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A JSON number as Ruby writes it: `5`, `5.0`, `1.0e+20`. */
function rubyText(literal: string): string {
  if (/^-?\d+$/.test(literal)) return BigInt(literal).toString();
  const value = Number(literal);
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    const power = exponent.replace(/^[+-]/, "").padStart(2, "0");
    return `${digits.includes(".") ? digits : `${digits}.0`}e${sign}${power}`;
  }
  const text = String(value);
  const signed = Object.is(value, -0) ? "-0" : text;
  return signed.includes(".") ? signed : `${signed}.0`;
}
