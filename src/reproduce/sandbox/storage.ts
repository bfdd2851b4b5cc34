/**
 * What Deno keeps for a program outside of the program's folder, without asking for a permission: `localStorage` and
 * the caches of the web.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { runProcess } from "../../base/process.ts";
import { z } from "../../base/zod.ts";

const infoSchema = z.looseObject({ originStorage: z.string() });

/** Deno names a program's storage by its configuration file, or by its main module where there is none. */
const OWNERS = ["deno.json", "$deno$repl.mts"];

/** Takes away what the sandbox that worked in a folder left in Deno's own storage. */
export async function removeStorage(
  denoPath: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { success, stdout } = await runProcess(denoPath, {
    args: ["info", "--json", "--no-config"],
    cwd,
    env,
    clearEnv: true,
  });
  if (!success) throw new Error("Deno does not tell where its storage is");
  const { originStorage } = infoSchema.parse(
    JSON.parse(new TextDecoder().decode(stdout)),
  );
  for (const name of OWNERS) {
    const owner = new URL(name, `file://${encodeURI(cwd)}/`).href;
    const key = sha256(owner).slice("sha256:".length);
    for (const folder of [originStorage, `${originStorage}/web_cache`]) {
      try {
        await Deno.remove(`${folder}/${key}`, { recursive: true });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}
