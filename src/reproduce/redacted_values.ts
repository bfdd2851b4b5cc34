/**
 * Values that were taken out of the cells of a record: a replay takes them from the variables of the same names.
 *
 * @module
 */
import { quote } from "../base/quote.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { HANDED_ON } from "../redaction/secret_sources.ts";
import type { PlannedCell } from "./replay/plan.ts";
import type { SandboxGrants } from "./replay/types.ts";

/** Where a value is taken from. */
export interface RestoreOptions {
  sandbox: boolean;
  /** What a sandbox may reach: only variables that the user names reach a stranger's code. */
  grants?: SandboxGrants | undefined;
  /** What the user typed, by placeholder. */
  answers?: RedactedAnswers | undefined;
}

/** Values that the user typed instead of what was redacted, by placeholder. */
export type RedactedAnswers = ReadonlyMap<
  string,
  { name: string; value: string }
>;

/** A stranger's record may name more; they keep their placeholders. */
const MOST_QUESTIONS = 20;

/** Asks for the values that no variable has, hidden as they are typed; none where nobody can be asked. */
export async function askForRedacted(
  { manifest: { redactions }, cells }: ReadableBundle,
  { askValue, redactor, ...options }: RestoreOptions & {
    /** Asks for one value; null and an empty text leave the placeholder. */
    askValue?: ((question: string) => Promise<string | null>) | undefined;
    /** Knows the values from then on: they are stored nowhere. */
    redactor: Redactor;
  },
): Promise<RedactedAnswers> {
  const answers = new Map<string, { name: string; value: string }>();
  const asked = new Set<string>();
  for (const { placeholder, name, kind } of redactions) {
    if (askValue === undefined || asked.size >= MOST_QUESTIONS) break;
    if (
      placeholder === "" || asked.has(placeholder) ||
      !cells.some(({ source }) => source.includes(placeholder))
    ) continue;
    if (variableFor(name, options) !== undefined) continue;
    asked.add(placeholder);
    const warning = options.sandbox
      ? " A stranger's code could pass it on where you let it."
      : "";
    const value = await askValue(
      `A value was taken out of the record's cells. Type it to run them with it, or press Enter to run them with its placeholder.${warning} It is called ${
        quote(name ?? kind)
      }: `,
    );
    if (value === null || value === "") continue;
    const known = name ?? "SECRET";
    redactor.know?.(known, value);
    answers.set(placeholder, { name: known, value });
  }
  return answers;
}

/** What the processes of a replay have to know so that a value that was typed is stored nowhere. */
export function answersEnv(
  answers: RedactedAnswers | undefined,
): Record<string, string> {
  if (answers === undefined || answers.size === 0) return {};
  const known = [...answers.values()].map(({ name, value }, i) =>
    [`${name} ${i}`, value] as const
  );
  return { [HANDED_ON]: JSON.stringify(Object.fromEntries(known)) };
}

/** The cells with the values that this machine has, and what is to be said of those and of the others. */
export function restoreRedacted(
  cells: readonly PlannedCell[],
  { redactions }: Manifest,
  options: RestoreOptions,
): { cells: PlannedCell[]; warnings: string[] } {
  const values = new Map<string, string>();
  const doubtful = new Set<string>();
  const warnings = new Set<string>();
  for (const { placeholder, name, kind } of redactions) {
    // The cells that hold a placeholder are those in which a value was.
    const standsIn = placeholder === "" ? `[redacted: ${kind}]` : placeholder;
    const holders = cells.filter(({ source }) => source.includes(standsIn))
      .map((cell) => cell.name);
    if (holders.length === 0) continue;
    const held = `${holders.length === 1 ? "cell" : "cells"} ${
      holders.join(", ")
    } held a ${kind}`;
    const answer = options.answers?.get(placeholder);
    if (answer !== undefined) {
      values.set(placeholder, answer.value);
      warnings.add(`${held}; its value was typed`);
      continue;
    }
    const variable = variableFor(name, options);
    if (variable !== undefined && placeholder !== "") {
      const value = Deno.env.get(variable) ?? "";
      if ((values.get(placeholder) ?? value) !== value) {
        doubtful.add(placeholder);
      }
      values.set(placeholder, value);
      if (!doubtful.has(placeholder)) {
        warnings.add(
          `${held}; its value was taken from the variable ${variable}`,
        );
      }
    } else {
      const hint = name === null ? undefined : variablesOf(name).at(-1);
      warnings.add(
        `${held}; a placeholder was executed in its place${
          hint === undefined
            ? ""
            : `: ${
              options.sandbox
                ? `set ${hint} and allow it by --allow-env ${hint}`
                : `set the variable ${hint}`
            } to run it with a value`
        }`,
      );
    }
  }
  for (const placeholder of doubtful) {
    values.delete(placeholder);
    const names = redactions.filter((one) => one.placeholder === placeholder)
      .flatMap(({ name }) => variableFor(name, options) ?? []);
    warnings.add(
      `${
        [...new Set(names)].join(" and ")
      } have different values and stood under one placeholder; it was executed in their place: set only the one that is meant`,
    );
  }
  return {
    cells: cells.map((cell) => {
      let { source } = cell;
      for (const [placeholder, value] of values) {
        source = source.replaceAll(placeholder, () => inQuotes(value));
      }
      return source === cell.source ? cell : { ...cell, source };
    }),
    warnings: [...warnings],
  };
}

/** The variable from which a value is taken; undefined when none has it. */
function variableFor(
  name: string | null,
  options: RestoreOptions,
): string | undefined {
  return (name === null ? [] : variablesOf(name)).find((one) =>
    mayRead(one, options) && (Deno.env.get(one) ?? "") !== ""
  );
}

/** The variables that a name may stand for: itself, and as variables are written, `apiKey` as `API_KEY`. */
function variablesOf(name: string): string[] {
  const upper = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").replace(/\W+/g, "_")
    .toUpperCase();
  return [...new Set([name, upper])].filter((one) => /^\w+$/.test(one));
}

function mayRead(name: string, { sandbox, grants }: RestoreOptions): boolean {
  return !sandbox || (grants?.env ?? []).includes(name);
}

/** A value as it stands between quotes of any kind. */
function inQuotes(value: string): string {
  return JSON.stringify(value).slice(1, -1).replaceAll("'", "\\'")
    .replaceAll("`", "\\`").replaceAll("${", "\\${");
}
