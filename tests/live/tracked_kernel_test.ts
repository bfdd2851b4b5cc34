import { assert, assertEquals } from "@std/assert";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
  parseNotebook,
} from "../../src/notebook/notebook.ts";
import { CHECKOUT, DENO_KERNELSPEC, python, run } from "./setup.ts";

const CELLS = 1000;

const PEER = `import nbformat, nbclient, sys
nb = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(nb, kernel_name=sys.argv[3], timeout=120).execute()
nbformat.write(nb, sys.argv[2])
`;

/** How many of the outputs that a cell must have are in it. */
function kept(text: string): number {
  let count = 0;
  parseNotebook(text).cells.forEach((cell, i) => {
    for (const output of (cell["outputs"] ?? []) as unknown[]) {
      if (JSON.stringify(output).includes(`${10_000 + i}`)) count++;
    }
  });
  return count;
}

Deno.test("nbclient keeps all 2000 outputs of 1000 cells with the kernel Deno (nbtrack), and some fewer with Deno's own", async () => {
  const bin = await python();
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-tracked-" });
  try {
    const notebook = newNotebook(
      Array.from(
        { length: CELLS },
        (_, i) =>
          newCodeCell(`console.log("line ${10_000 + i}");\n${10_000 + i}`),
      ),
    );
    const path = `${folder}/thousand.ipynb`;
    await Deno.writeTextFile(path, formatNotebook(notebook));
    await Deno.writeTextFile(`${folder}/peer.py`, PEER);
    const env = {
      JUPYTER_PATH: `${folder}/prefix/share/jupyter`,
      NBTRACK_HOME: `${folder}/home`,
      NO_COLOR: "1",
    };
    const nbtrack = (...args: string[]) =>
      run(Deno.execPath(), [
        "run",
        "-A",
        "--quiet",
        `${CHECKOUT}src/cli/main.ts`,
        ...args,
      ], { cwd: folder, env });
    await nbtrack("kernel", "install", "--prefix", `${folder}/prefix`);
    const plain = `${folder}/prefix/share/jupyter/kernels/deno`;
    await Deno.mkdir(plain);
    await Deno.writeTextFile(`${plain}/kernel.json`, DENO_KERNELSPEC);
    const outputs: Record<string, number> = {};
    const seconds: Record<string, number> = {};
    for (const kernel of ["deno", "nbtrack"]) {
      const began = performance.now();
      await run(`${bin}/python`, [
        `${folder}/peer.py`,
        path,
        `${folder}/${kernel}.ipynb`,
        kernel,
      ], { cwd: folder, env });
      seconds[kernel] = (performance.now() - began) / 1000;
      outputs[kernel] = kept(
        await Deno.readTextFile(`${folder}/${kernel}.ipynb`),
      );
    }
    console.log(
      `nbclient, ${CELLS} cells: Deno's own kernel ${outputs["deno"]} of ${
        2 * CELLS
      } outputs in ${seconds["deno"]?.toFixed(1)} s, Deno (nbtrack) ${
        outputs["nbtrack"]
      } in ${seconds["nbtrack"]?.toFixed(1)} s`,
    );
    assertEquals(outputs["nbtrack"], 2 * CELLS);
    assert((outputs["deno"] ?? 0) > 0, "the peer ran nothing");
    const { sessions } = JSON.parse(await nbtrack("sessions", "--json"));
    assertEquals(
      sessions.map((s: { cells: number; kernel: string }) => [
        s.cells,
        s.kernel,
      ]),
      [[CELLS, "nbtrack"]],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
