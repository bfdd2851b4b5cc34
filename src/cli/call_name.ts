/**
 * How nbtrack is called where its messages are read: a command that is copied from one of them works.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { delimiter, join } from "node:path";
import { inTask } from "./cwd.ts";

const MAIN = new URL("./main.ts", import.meta.url);

/** `nbtrack` where it is installed, else the call that was just made. */
export function callName(): string {
  if (inTask()) return taskName();
  if (MAIN.protocol !== "file:" || isOnPath("nbtrack")) return "nbtrack";
  const path = fileURLToPath(MAIN);
  return `${denoName()} run -A ${
    /[\s'"\\]/.test(path) ? JSON.stringify(path) : path
  }`;
}

/** How the task of a folder that `nbtrack init` has made, or of a checkout, is called. */
export function taskName(): string {
  return `${denoName()} task nbtrack`;
}

/** `deno`; on a machine that has it from npx alone, whose folders are on the PATH only while npx runs, as npx is called. */
function denoName(): string {
  return !isOnPath("deno", (folder) => !FROM_NPX.test(folder)) &&
      FROM_NPX.test(Deno.execPath())
    ? "npx -y deno"
    : "deno";
}

const FROM_NPX = /[\\/]_npx[\\/]/;

function isOnPath(
  program: string,
  where: (folder: string) => boolean = () => true,
): boolean {
  const names = Deno.build.os === "windows"
    ? [`${program}.exe`, `${program}.cmd`]
    : [program];
  return (Deno.env.get("PATH") ?? "").split(delimiter).some((folder) =>
    folder !== "" && where(folder) &&
    names.some((name) => isFile(join(folder, name)))
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // a folder of PATH that is not there, or without it
  }
}
