/**
 * The cell that gives a notebook's parameters other values, put behind the one tagged `parameters`.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { saysSecret } from "../redaction/secret_names.ts";
import { type CodeCell, newCodeCell, sourceOf } from "../notebook/notebook.ts";

/** The tag of the cell whose values are defaults, as papermill reads it. */
const PARAMETERS_TAG = "parameters";
/** The tag of the cell that is put behind it. */
const INJECTED_TAG = "injected-parameters";

/** The cell to execute behind `cell`, or null when there is nothing to give it. */
export function parametersCell(
  cell: CodeCell,
  params: Readonly<Record<string, string>>,
): CodeCell | null {
  const tags = cell.metadata?.["tags"];
  if (!Array.isArray(tags) || !tags.includes(PARAMETERS_TAG)) return null;
  const source = sourceOf(cell);
  const lines = Object.entries(params)
    .filter(([name]) => isIdentifier(name))
    .map(([name, text]) => {
      const declared = declarationOf(source, name);
      const value = saysSecret(name)
        ? fromEnvironment(name)
        : literal(text, declared.isText);
      return `${declared.keyword} ${name} = ${value};`;
    });
  if (lines.length === 0) return null;
  return newCodeCell(lines.join("\n"), { tags: [INJECTED_TAG] });
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

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}
