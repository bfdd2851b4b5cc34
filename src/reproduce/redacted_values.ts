/**
 * Values that were taken out of the cells of a record: a replay takes them from the variables of the same names.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import type { PlannedCell } from "./replay/plan.ts";
import type { SandboxGrants } from "./replay/types.ts";

/** Where a value is taken from. */
export interface RestoreOptions {
  sandbox: boolean;
  /** What a sandbox may reach: only variables that the user names reach a stranger's code. */
  grants?: SandboxGrants | undefined;
}

/** The cells with the values that this machine has, and what is to be said of those and of the others. */
export function restoreRedacted(
  cells: readonly PlannedCell[],
  { redactions }: Manifest,
  options: RestoreOptions,
): { cells: PlannedCell[]; warnings: string[] } {
  const values = new Map<string, string>();
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
    const names = name === null ? [] : variablesOf(name);
    const variable = names.find((one) =>
      mayRead(one, options) && (Deno.env.get(one) ?? "") !== ""
    );
    if (variable !== undefined && placeholder !== "") {
      values.set(placeholder, Deno.env.get(variable) ?? "");
      warnings.add(
        `${held}; its value was taken from the variable ${variable}`,
      );
    } else {
      const hint = names.at(-1);
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
