/**
 * The cell that gives a notebook's parameters other values, put behind the one tagged `parameters`.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { NbtrackError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { holdsDigits } from "../base/numbers.ts";
import { isObject } from "../base/values.ts";
import { callArguments } from "../notebook/literals.ts";
import { saysSecret } from "../redaction/secret_names.ts";
import {
  type Cell,
  type CodeCell,
  newCodeCell,
  sourceOf,
} from "../notebook/notebook.ts";

/** The tag of the cell whose values are defaults, as papermill reads it. */
const PARAMETERS_TAG = "parameters";
/** The tag of the cell that is put behind it. */
const INJECTED_TAG = "injected-parameters";

/** The cell to execute behind `cell`, or null when there is nothing to give it. */
export function parametersCell(
  cell: CodeCell,
  params: Readonly<Record<string, string>>,
): CodeCell | null {
  if (!isParametersCell(cell)) return null;
  const source = injectedSource(sourceOf(cell), params);
  return source === "" ? null : newCodeCell(source, { tags: [INJECTED_TAG] });
}

/** What is executed behind a cell tagged `parameters`; empty when there is nothing to give it. */
export function injectedSource(
  source: string,
  params: Readonly<Record<string, string>>,
): string {
  return Object.entries(params)
    .filter(([name]) => isIdentifier(name))
    .map(([name, text]) => {
      const declared = declarationOf(source, name);
      const value = saysSecret(name)
        ? fromEnvironment(name)
        : literal(text, declared.isText);
      return `${declared.keyword} ${name} = ${value};`;
    }).join("\n");
}

function isParametersCell(cell: CodeCell): boolean {
  return hasTag(cell, PARAMETERS_TAG);
}

/** Whether a cell was put behind the one tagged `parameters`. */
export function isInjected(cell: CodeCell): boolean {
  return hasTag(cell, INJECTED_TAG);
}

function hasTag(cell: CodeCell, tag: string): boolean {
  const tags = cell.metadata?.["tags"];
  return Array.isArray(tags) && tags.includes(tag);
}

/** A secret as the kernel finds it: what a cell says is recorded and written to the executed notebook. */
function fromEnvironment(name: string): string {
  return `JSON.parse(Deno.env.get("${ENV.params}") || "{}")["${name}"]`;
}

/** A value as TypeScript: a number, boolean or null as itself, unless the cell declares a text. */
function literal(text: string, isText: boolean): string {
  if (isText) return JSON.stringify(text);
  if (/^(true|false|null|NaN|-?Infinity)$/.test(text)) return text;
  if (text.trim() !== "" && Number.isFinite(Number(text))) {
    return String(Number(text));
  }
  if (/^[[{"]/.test(text)) {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return JSON.stringify(text); // not JSON is a plain text
    }
  }
  return JSON.stringify(text);
}

/**
 * How a cell declares a name. The kernel lets a later cell declare it again only by the same keyword; a name that is
 * not declared there becomes a `const`.
 */
function declarationOf(
  source: string,
  name: string,
): { keyword: string; isText: boolean } {
  const declaration = new RegExp(
    `(?:^|[;{\\s])(const|let|var)\\s+(?:[^;\\n]*,\\s*)?${
      name.replaceAll("$", "\\$")
    }\\b[^=\\n]*=\\s*(["'\`])?`,
    "m",
  ).exec(source);
  return {
    keyword: declaration?.[1] ?? "const",
    isText: declaration?.[2] !== undefined,
  };
}

/**
 * Says of params that no cell names them: they may be mistyped. A param that another file names is meant all the same.
 *
 * @returns a sentence each
 */
export function unnamedParams(
  cells: readonly Cell[],
  names: Iterable<string>,
): string[] {
  const sources = cells.filter((cell) => cell.cell_type === "code")
    .map((cell) => sourceOf(cell as CodeCell));
  const known = new Set(sources.flatMap((source) => [
    ...callArguments(source, "track").flatMap(([, options]) =>
      isObject(options) && isObject(options["params"])
        ? Object.keys(options["params"])
        : []
    ),
    ...[...source.matchAll(/\b(?:const|let|var)\s+([\w$]+)/g)]
      .map(([, name = ""]) => name),
  ]));
  return [...names].flatMap((name) => {
    const word = new RegExp(
      `(?<![\\p{ID_Continue}$])${RegExp.escape(name)}(?![\\p{ID_Continue}$])`,
      "u",
    );
    if (sources.some((source) => word.test(source))) return [];
    return [
      `No cell of the notebook names a param "${name}": track() records it, and what the cells compute stays the same.${
        didYouMean(name, known)
      }`,
    ];
  });
}

/** Words that cannot name a variable in a module. */
const RESERVED: ReadonlySet<string> = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield")
    .split(" "),
);

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) &&
    !RESERVED.has(name);
}

/** Says of params that stay texts where a call of `track()` has a number or a boolean. @returns a sentence each */
export function textsInstead(
  cells: readonly Cell[],
  params: Readonly<Record<string, string>>,
): string[] {
  const has = new Map<string, unknown>(
    cells.flatMap((cell) =>
      cell.cell_type !== "code"
        ? []
        : callArguments(sourceOf(cell as CodeCell), "track")
    ).flatMap(([, options]) =>
      isObject(options) && isObject(options["params"])
        ? Object.entries(options["params"])
        : []
    ),
  );
  return Object.entries(params).flatMap(([name, text]) => {
    const value = has.get(name);
    const stays = typeof value === "number"
      ? text.trim() === "" || Number.isNaN(Number(text)) && text !== "NaN"
      : typeof value === "boolean" && !/^(?:true|false)$/.test(text);
    return stays
      ? [
        `-p ${name}=… is a text, where track() has the ${typeof value} ${value}: the cells compute with that text.`,
      ]
      : [];
  });
}

/**
 * Checks that a notebook's cell tagged `parameters` can take the params, before anything is executed.
 *
 * @returns what the user should know, a sentence each
 * @throws {NbtrackError} when the cell cannot take one
 */
export function checkParams(
  cells: readonly Cell[],
  params: Readonly<Record<string, string>>,
): string[] {
  const cell = cells.find((cell): cell is CodeCell =>
    cell.cell_type === "code" && isParametersCell(cell as CodeCell)
  );
  if (cell === undefined) return [];
  const source = sourceOf(cell);
  return Object.entries(params).flatMap(([name, text]) => {
    if (RESERVED.has(name)) {
      throw new NbtrackError(
        `Cannot give the cell tagged parameters a param called "${name}": it is a word of TypeScript.`,
        { hint: "Give the param another name in the notebook." },
      );
    }
    if (!isIdentifier(name)) {
      return [
        `"${name}" cannot name a variable: track() gets the param, the cell tagged parameters does not.`,
      ];
    }
    if (
      !holdsDigits(Number(text), text) && !declarationOf(source, name).isText
    ) {
      throw new NbtrackError(
        `Cannot give ${name} the number ${text.trim()}: TypeScript would make ${
          Number(text)
        } of it.`,
        {
          hint:
            `Let the cell tagged parameters declare it as a text (${name} = "0"), which is given any digits.`,
        },
      );
    }
    return [];
  });
}
