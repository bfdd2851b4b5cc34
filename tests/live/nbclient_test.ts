import { assert, assertEquals } from "@std/assert";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
  parseNotebook,
} from "../../src/notebook/notebook.ts";
import { CHECKOUT, DENO_KERNELSPEC, python, run } from "./setup.ts";

const CELLS = 100;

function outputsInPlace(text: string): { kept: number; misplaced: number } {
  let kept = 0;
  let misplaced = 0;
  parseNotebook(text).cells.forEach((cell, i) => {
    for (const output of (cell["outputs"] ?? []) as unknown[]) {
      kept++;
      if (!JSON.stringify(output).includes(`${1000 + i}`)) misplaced++;
    }
  });
  return { kept, misplaced };
}

Deno.test("a notebook of 100 cells runs headless with all 200 outputs in their cells, beside nbclient", async () => {
  const bin = await python();
  const folder = await Deno.makeTempDir();
  try {
    const notebook = newNotebook(
      Array.from(
        { length: CELLS },
        (_, i) => newCodeCell(`console.log("line ${1000 + i}");\n${1000 + i}`),
      ),
    );
    const path = `${folder}/hundred.ipynb`;
    await Deno.writeTextFile(path, formatNotebook(notebook));
    await Deno.mkdir(`${folder}/jupyter/kernels/deno`, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/jupyter/kernels/deno/kernel.json`,
      DENO_KERNELSPEC,
    );
    const script = `import nbformat, nbclient, sys
nb = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(nb, kernel_name="deno", timeout=120).execute()
nbformat.write(nb, sys.argv[2])
`;
    await Deno.writeTextFile(`${folder}/peer.py`, script);
    const env = {
      JUPYTER_PATH: `${folder}/jupyter`,
      HOME: folder,
      NBTRACK_HOME: `${folder}/home`,
    };
    const timed = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      return performance.now() - began;
    };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < 3; round++) {
      ours.push(
        await timed(() =>
          run(Deno.execPath(), [
            "run",
            "-A",
            `${CHECKOUT}src/cli/main.ts`,
            "run",
            path,
            "--output",
            `${folder}/ours.ipynb`,
          ], {
            cwd: folder,
            env: { ...env, HOME: Deno.env.get("HOME") ?? folder },
          })
        ),
      );
      theirs.push(
        await timed(() =>
          run(`${bin}/python`, [
            `${folder}/peer.py`,
            path,
            `${folder}/theirs.ipynb`,
          ], {
            cwd: folder,
            env,
          })
        ),
      );
      const { kept, misplaced } = outputsInPlace(
        await Deno.readTextFile(`${folder}/ours.ipynb`),
      );
      assertEquals({ kept, misplaced }, { kept: 2 * CELLS, misplaced: 0 });
    }
    const middle = (values: number[]) =>
      [...values].sort((a, b) => a - b)[1] ?? NaN;
    const peer = outputsInPlace(
      await Deno.readTextFile(`${folder}/theirs.ipynb`),
    );
    console.log(
      `headless run of ${CELLS} cells: nbtrack ${
        middle(ours).toFixed(0)
      } ms with ${2 * CELLS} outputs, ` +
        `nbclient ${middle(theirs).toFixed(0)} ms with ${peer.kept}, ` +
        `ratio ${(middle(ours) / middle(theirs)).toFixed(3)} (bar 0.4)`,
    );
    assert(peer.kept > 0, "the peer ran nothing, so the ratio means nothing");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
