import { assertEquals } from "@std/assert";
import { TRACKED } from "../test_kernel.ts";
import { IMPORT, Workspace } from "./support.ts";

const KERNELS = 8;
const CELLS = 6;
const VALUES = 200;

Deno.test("eight kernels write one journal at once and nothing is lost", async () => {
  await using workspace = Workspace.make();
  const kernels = await Promise.all(
    Array.from({ length: KERNELS }, () => workspace.kernel()),
  );
  try {
    const ids = await Promise.all(kernels.map(async (kernel, k) => {
      const opened = await kernel.execute(
        `${IMPORT}\nconst run = await track("many", { name: "kernel-${k}", params: { k: ${k} }, quiet: true }); run.id`,
      );
      assertEquals(opened.status, "ok", JSON.stringify(opened));
      for (let c = 0; c < CELLS; c++) {
        const reply = await kernel.execute(
          `for (let i = 0; i < ${VALUES}; i++) run.logMetric("m" + i % 5, ${k} * 1e6 + ${c} * 1e3 + i);
           run.logParam("p${c}", ${c}); run.setTag("t${c}", "${c}");
           await run.logArtifact("a${c}.txt", "kernel ${k} cell ${c}"); console.log("cell ${c}"); ${c}`,
        );
        assertEquals(reply.status, "ok", JSON.stringify(reply));
      }
      await kernel.execute("await run.end()");
      return /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(
        JSON.stringify(opened.outputs),
      )?.[0] ?? "";
    }));
    await Promise.all(kernels.map((kernel) => kernel.shutdown()));
    await workspace.finished();
    for (const [k, id] of ids.entries()) {
      const record = await workspace.record(id);
      assertEquals([record.name, record.status], [`kernel-${k}`, "FINISHED"]);
      assertEquals(Object.keys(record.params).length, CELLS + 1);
      assertEquals(
        Object.keys(record.tags).filter((t) => /^t\d$/.test(t)).length,
        CELLS,
      );
      const values = [...workspace.journal.points(id)].map((p) => p.value);
      const expected = Array.from(
        { length: CELLS * VALUES },
        (_, n) => k * 1e6 + Math.floor(n / VALUES) * 1e3 + n % VALUES,
      );
      assertEquals(values, expected);
      assertEquals(
        record.artifacts.filter((a) => /^a\d\.txt$/.test(a.path)).length,
        CELLS,
      );
      assertEquals(
        record.cells.slice(1).map((c) => [c.status, c.outputs.length]),
        [...Array.from({ length: CELLS }, () => ["ok", 2]), ["ok", 0]],
      );
      assertEquals(
        record.missing.map((m) => m.what).sort(),
        TRACKED ? [] : ["cell sources"],
      );
    }
    assertEquals(workspace.log, "");
  } finally {
    await Promise.all(kernels.map((kernel) => kernel.shutdown()));
  }
});
