import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { NOTEBOOKS } from "../runner/public_notebooks.ts";

const FOLDER = fileURLToPath(
  new URL("../reproduce/notebooks/", import.meta.url),
);
const TEN = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
  .filter((name) => name.endsWith(".ipynb")).toSorted();

interface Verdict {
  verdict: string;
  causes: { what: string }[];
  outputs: { same: boolean; diff: string | null }[];
}

/** The verdicts of a notebook's last run, reproduced plainly and in the sandbox. */
async function verdicts(
  space: Workspace,
  notebook: string,
): Promise<[plain: Verdict, sandboxed: Verdict]> {
  const ran = await space.nbtrack(["run", notebook, "--allow-errors"]);
  assertEquals(ran.code, 0, ran.stderr);
  const [run] = space.journal.runs.list({ reproductions: false });
  const reproduce = async (...args: string[]): Promise<Verdict> => {
    const { stdout, stderr } = await space.nbtrack([
      "reproduce",
      run?.run_id ?? "",
      "--json",
      ...args,
    ]);
    assert(stdout !== "", stderr);
    return JSON.parse(stdout);
  };
  return [await reproduce(), await reproduce("--sandbox")];
}

function assertSame([plain, sandboxed]: [Verdict, Verdict]): void {
  assertEquals(
    [
      sandboxed.verdict,
      sandboxed.outputs.map((output) => output.same),
    ],
    [plain.verdict, plain.outputs.map((output) => output.same)],
    JSON.stringify({
      causes: sandboxed.causes,
      outputs: sandboxed.outputs.filter((output) => !output.same),
    }),
  );
}

for (const name of TEN) {
  Deno.test(`${name} has the same verdict in the sandbox as without it`, async () => {
    await using space = Workspace.make();
    for (const entry of Deno.readDirSync(FOLDER)) {
      if (entry.isFile) {
        Deno.copyFileSync(FOLDER + entry.name, `${space.work}/${entry.name}`);
      }
    }
    Deno.writeTextFileSync(
      `${space.work}/deno.json`,
      JSON.stringify({
        imports: {
          "@nbtrack/nbtrack": new URL("../../mod.ts", import.meta.url),
        },
      }),
    );
    const both = await verdicts(space, `${space.work}/${name}`);
    assertSame(both);
    assertEquals(both[0].verdict, "REPRODUCED", JSON.stringify(both[0]));
  });
}

for (const [name, cells] of Object.entries(NOTEBOOKS)) {
  Deno.test(`a notebook about ${name} as people write them has the same verdict in the sandbox as without it`, async () => {
    await using space = Workspace.make();
    const front =
      `${IMPORT}\nconst tracked = await track("p", { quiet: true });`;
    const notebook = space.notebook(`${name}.ipynb`, [front, ...cells]);
    assertSame(await verdicts(space, notebook));
  });
}
