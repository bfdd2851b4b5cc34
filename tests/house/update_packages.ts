/**
 * Brings every package to its newest version: the one place in `src/` that names it, and the copies in tests.
 * `deno task update` then writes the lock anew.
 *
 * @module
 */
import { filesIn, readSources, SRC } from "./sources.ts";

const PACKAGE = /(npm:((?:@[^/"]+\/)?[^@/"]+)@)(\d+\.\d+\.\d+)(?=["/])/g;

const newest = new Map<string, string>();
for (const { specifiers } of await readSources()) {
  for (const specifier of specifiers) {
    const [match] = specifier.matchAll(PACKAGE);
    const name = match?.[2];
    if (name !== undefined) newest.set(name, await newestOf(name));
  }
}
for (const root of [SRC, new URL("../", import.meta.url)]) {
  for await (const file of filesIn(root)) {
    const text = await Deno.readTextFile(file);
    const updated = text.replace(
      PACKAGE,
      (whole, start: string, name: string) => {
        const version = newest.get(name);
        return version === undefined ? whole : start + version;
      },
    );
    if (updated !== text) await Deno.writeTextFile(file, updated);
  }
}
for (const [name, version] of newest) console.log(`${name} ${version}`);

/** The newest version that the configured registry has, asked of Deno in an empty folder. */
async function newestOf(name: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-update-" });
  try {
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["info", "--json", "--no-config", "--no-lock", `npm:${name}`],
        cwd: folder,
      },
    ).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const { redirects } = JSON.parse(new TextDecoder().decode(stdout));
    const reached: string = redirects[`npm:${name}`];
    return reached.slice(reached.lastIndexOf("@") + 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
