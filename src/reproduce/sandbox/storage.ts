/**
 * What Deno keeps for a program outside of the program's folder, without asking for a permission: `localStorage` and
 * the caches of the web.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { z } from "../../base/zod.ts";

const infoSchema = z.looseObject({ originStorage: z.string() });

/** Takes away what the sandbox that worked in a folder left in Deno's own storage. */
export async function removeStorage(
  denoPath: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { success, stdout } = await new Deno.Command(denoPath, {
    args: ["info", "--json", "--no-config"],
    cwd,
    env,
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error("Deno does not tell where its storage is");
  const { originStorage } = infoSchema.parse(
    JSON.parse(new TextDecoder().decode(stdout)),
  );
  const main = new URL("$deno$repl.mts", `file://${encodeURI(cwd)}/`).href;
  const key = sha256(main).slice("sha256:".length);
  for (const folder of [originStorage, `${originStorage}/web_cache`]) {
    try {
      await Deno.remove(`${folder}/${key}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
