/**
 * The pages that people read, and the code in them.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);
const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** A page. */
export interface Page {
  /** Its path from the top of the repository. */
  path: string;
  text: string;
  /** Its blocks of TypeScript, in their order. */
  cells: string[];
  /** The lines of its blocks of shell commands, without comments. */
  commands: string[];
}

/** README, CONTRIBUTING and the pages of `docs/`. */
export async function readPages(): Promise<Page[]> {
  const paths = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];
  for await (const { isFile, name } of Deno.readDir(new URL("docs/", ROOT))) {
    if (isFile && name.endsWith(".md")) paths.push(`docs/${name}`);
  }
  return await Promise.all(paths.map(async (path) => {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const blocks = [...text.matchAll(FENCE)];
    const of = (language: string) =>
      blocks.filter(([, name]) => name === language)
        .map(([, , code = ""]) => code.trimEnd());
    return {
      path,
      text,
      cells: of("ts"),
      commands: of("sh").flatMap((block) => block.split("\n"))
        .map((line) => line.replace(/\s+#.*$/, "").trim())
        .filter((line) => line !== ""),
    };
  }));
}
