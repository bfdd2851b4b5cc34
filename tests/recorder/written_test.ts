import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";

/** Executes cells one after the other; each has to succeed. */
interface Executing extends AsyncDisposable {
  execute(code: string): Promise<{ status: string }>;
}

const KERNELS: [string, (space: Workspace) => Promise<Executing>][] = [
  ["Deno's own kernel", (space) => space.kernel()],
  ["the tracked kernel", (space) => FrontEnd.start(space)],
];

for (const [name, start] of KERNELS) {
  Deno.test(`in ${name} files that a run wrote are listed, and are its artifacts where it asks for that; one that it changed has both digests`, async () => {
    await using space = Workspace.make();
    Deno.writeTextFileSync(`${space.work}/input.csv`, "a\n1\n");
    await using kernel = await start(space);
    const execute = async (code: string) =>
      assertEquals((await kernel.execute(code)).status, "ok", code);
    await execute(
      `${IMPORT}\nconst listed = await track("listed", { quiet: true });`,
    );
    await execute('await Deno.writeTextFile("first.txt", "one");');
    await execute("await listed.end();");
    await execute(
      'const kept = await track("kept", { quiet: true, artifacts: "auto", data: "input.csv" });',
    );
    await execute(
      'await Deno.writeTextFile("second.txt", "two"); await Deno.readTextFile("second.txt");',
    );
    await until("the fingerprint of what was there", () => {
      const run = space.runs().find((r) => r.experiment === "kept");
      return space.journal.datasets.list(run?.run_id ?? "")
        .every((d) => d.fingerprint !== null);
    });
    await execute('await Deno.writeTextFile("input.csv", "a\\n2\\n");');
    await execute("await kept.end();");
    const rows = await until("complete runs", () => {
      const runs = space.runs();
      return runs.length === 2 &&
        runs.every((run) => run.finalised_time !== null) && runs;
    });
    const [listed, kept] = await Promise.all(
      rows.map(({ run_id }) => space.record(run_id)),
    );
    assert(listed !== undefined && kept !== undefined);
    const auto = (record: typeof kept) =>
      record.artifacts.map(({ path }) => path).filter((path) =>
        /^(?:first|second)\.txt$/.test(path)
      );
    assertEquals(
      [listed.written.map(({ path }) => path), auto(listed)],
      [["first.txt"], []],
    );
    assertEquals(auto(kept), ["second.txt"]);
    assert(kept.written.some(({ path }) => path === "second.txt"));
    const [data, ...others] = kept.datasets;
    assertEquals(others, []);
    assertEquals(
      [data?.digest, data?.changed],
      [sha256("a\n1\n"), sha256("a\n2\n")],
    );
  });
}
