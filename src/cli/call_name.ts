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
  if (inTask()) return "deno task nbtrack";
  if (MAIN.protocol !== "file:" || isInstalled()) return "nbtrack";
  const path = fileURLToPath(MAIN);
  return `deno run -A ${/[\s'"\\]/.test(path) ? JSON.stringify(path) : path}`;
}

function isInstalled(): boolean {
  const name = Deno.build.os === "windows" ? "nbtrack.cmd" : "nbtrack";
  return (Deno.env.get("PATH") ?? "").split(delimiter).some((folder) => {
    try {
      return folder !== "" && Deno.statSync(join(folder, name)).isFile;
    } catch {
      return false; // a folder of PATH that is not there, or without it
    }
  });
}
