/**
 * Whether a source can hold a call at the position that was seen: stack traces in a kernel speak of the JavaScript that
 * a cell becomes.
 *
 * @module
 */
import { runProcess } from "../base/process.ts";

/** Where a cell called something, in the JavaScript that it became; both from 1. */
export interface CallPosition {
  line: number;
  column: number;
}

const CALL = /^[\p{ID_Start}$_][\p{ID_Continue}$]*\s*\(/u;

/**
 * Whether the JavaScript of a source has a call at a column. Lines are not compared: imports that nobody uses take lines
 * in the kernel alone. True also when Deno cannot say what the JavaScript is.
 */
export async function canCallAt(
  source: string,
  { column }: CallPosition,
): Promise<boolean> {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-call-" });
  try {
    for (const extension of ["ts", "tsx"]) {
      const file = `${folder}/cell.${extension}`;
      await Deno.writeTextFile(file, source);
      const { success, stdout } = await runProcess(Deno.execPath(), {
        args: ["transpile", "--quiet", file],
        cwd: folder,
        env: { NO_COLOR: "1" },
      });
      if (!success) continue;
      const lines = new TextDecoder().decode(stdout).split("\n");
      return lines.some((line) => CALL.test(line.slice(column - 1)));
    }
    return true;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
