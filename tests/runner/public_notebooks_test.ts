import { assertEquals } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { NOTEBOOKS } from "./public_notebooks.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { TRACKED } from "../test_kernel.ts";

const FRONT =
  `${IMPORT}\nconst tracked = await track("public", { quiet: true });`;

/** Outputs with every text in one piece. */
function whole(outputs: readonly unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(outputs),
    (key, value) =>
      Array.isArray(value) && key !== "traceback" &&
        value.every((line) => typeof line === "string")
        ? value.join("")
        : value,
  );
}

function recorded(record: RunRecord): unknown {
  return record.cells.map((c) => [
    c.execution_count,
    c.source,
    whole(c.outputs),
  ]);
}

for (const [name, cells] of Object.entries(NOTEBOOKS)) {
  Deno.test(`every execution and output of a notebook about ${name} is recorded under nbtrack run`, async () => {
    await using workspace = Workspace.make();
    const path = workspace.notebook(`${name}.ipynb`, [FRONT, ...cells]);
    const out = `${workspace.work}/out.ipynb`;
    const { code, stderr } = await workspace.nbtrack([
      "run",
      path,
      "--allow-errors",
      "--output",
      out,
    ]);
    assertEquals(code, 0, stderr);
    const record = await workspace.finalised();
    const notebook = JSON.parse(Deno.readTextFileSync(out));
    assertEquals(
      recorded(record),
      notebook.cells.map((
        cell: { execution_count: number; source: string; outputs: unknown[] },
      ) => [cell.execution_count, cell.source, whole(cell.outputs)]),
    );
    assertEquals(
      record.cells.map((c) => c.status),
      record.cells.map((c) =>
        c.outputs.some((o) => o["output_type"] === "error") ? "error" : "ok"
      ),
    );
  });

  Deno.test(`every execution and output of a notebook about ${name} is recorded from a front end`, async () => {
    await using workspace = Workspace.make();
    const path = `${workspace.work}/${name}.ipynb`;
    await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
    const sources = [FRONT, ...cells];
    const saved = [];
    const expected = [];
    for (const source of sources) {
      const reply = await kernel.execute(source);
      const { execution_count } = reply;
      // What only the reply says, nobody who only listens can see.
      const outputs = reply.outputs.filter((o) =>
        TRACKED || o.output_type !== "error" || o.traceback.length > 0 &&
          !o.traceback.every((line) => line === `${o.ename}: ${o.evalue}`) ||
        source.startsWith("throw")
      );
      saved.push({ source, execution_count, outputs: reply.outputs });
      expected.push([execution_count, source, whole(outputs)]);
    }
    Deno.writeTextFileSync(path, notebookJson(saved));
    await kernel.shutdown();
    const record = await workspace.finalised();
    assertEquals(recorded(record), expected);
    assertEquals(
      record.missing.filter((m) => m.what.startsWith("cell")),
      [],
    );
  });
}
