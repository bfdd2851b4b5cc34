/**
 * Why a cell failed of which the kernel says only "Execution failed": its syntax is wrong, or a package it imports
 * cannot be resolved. Nothing is published about either.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";
import { stripVTControlCharacters } from "node:util";

/** What the kernel's reply says of such a failure. */
export const SILENT_EVALUE = "Execution failed";

/** How long a source is parsed at most, milliseconds. */
const PARSE_LIMIT_MS = 20_000;

/** A failure's name and text. */
export interface Failure {
  ename: string;
  evalue: string;
}

/**
 * The first syntax error of a TypeScript source, as Deno's parser finds it, or null when there is none.
 *
 * @param denoPath The Deno to ask.
 */
async function syntaxErrorOf(
  source: string,
  denoPath: string = Deno.execPath(),
): Promise<string | null> {
  // A cell may hold JSX, in which a type assertion in angle brackets is an error: one of both has to be right.
  let found: string | null = null;
  for (const extension of ["ts", "tsx"]) {
    const error = await parse(source, denoPath, extension);
    if (error === null) return null;
    found ??= error;
  }
  return found;
}

/** Why a cell failed silently. */
export async function explainSilentFailure(
  source: string,
  denoPath?: string,
): Promise<Failure> {
  const evalue = await syntaxErrorOf(source, denoPath);
  if (evalue !== null) return { ename: "SyntaxError", evalue };
  const packages = [
    ...new Set(source.match(/(?<=["'`])(?:npm|jsr|https?):[^"'`\s]+/g) ?? []),
  ];
  return {
    ename: "Error",
    evalue: packages.length === 0
      ? "The cell was not executed, and the kernel does not say why"
      : `The cell was not executed: ${
        packages.length === 1 ? "the package" : "one of the packages"
      } ${packages.join(", ")} cannot be resolved`,
  };
}

async function parse(
  source: string,
  denoPath: string,
  extension: string,
): Promise<string | null> {
  let result;
  try {
    result = await runProcess(denoPath, {
      args: ["fmt", "--no-config", `--ext=${extension}`, "-"],
      input: source,
      signal: AbortSignal.timeout(PARSE_LIMIT_MS),
    });
  } catch (error) {
    if (error instanceof DOMException) return null; // too long for it: nothing is known then
    throw error;
  }
  const { success, stderr } = result;
  if (success) return null;
  const text = stripVTControlCharacters(stderr);
  const message = /SyntaxError: ([^\n]*)/.exec(text)?.[1];
  const [, line, column] = /:(\d+):(\d+)\s*$/m.exec(text) ?? [];
  // It failed for another reason than the source: nothing is known about that then.
  if (message === undefined) return null;
  return line === undefined
    ? message
    : `${message} (line ${line}, column ${column})`;
}
