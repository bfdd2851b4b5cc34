/** What a folder holds, for comparing it with what it held. */
import { sha256 } from "../../src/base/digest.ts";

/** Paths, kinds, contents, modes and owners of everything in a folder, in one text; empty where there is none. */
export function digestOf(folder: string): string {
  const lines: string[] = [];
  const walk = (path: string) => {
    let info: Deno.FileInfo;
    try {
      info = Deno.lstatSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    const content = info.isFile
      ? sha256(Deno.readFileSync(path))
      : info.isSymlink
      ? Deno.readLinkSync(path)
      : "";
    lines.push([path, info.mode, info.uid, info.gid, content].join(" "));
    if (!info.isDirectory) return;
    for (const { name } of Deno.readDirSync(path)) walk(`${path}/${name}`);
  };
  walk(folder);
  return lines.sort().join("\n");
}

/** Folders of the machine that a sandbox must leave alone: the package cache and Deno's storage, and nbtrack's code. */
export async function machineFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).output();
  const info = JSON.parse(new TextDecoder().decode(stdout));
  const checkout = new URL("../../", import.meta.url).pathname.replace(
    /\/$/,
    "",
  );
  return [
    info.npmCache,
    info.modulesCache,
    info.originStorage,
    `${checkout}/src`,
    `${checkout}/mod.ts`,
  ];
}
