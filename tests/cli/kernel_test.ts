import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";
import { nbtrack, nbtrackJson, type NbtrackOptions } from "./nbtrack.ts";

async function emptyFolder() {
  const root = await Deno.makeTempDir({ prefix: "nbtrack-kernel-cli-" });
  const options: NbtrackOptions = { home: `${root}/home`, cwd: root, env: {} };
  return {
    root,
    options,
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

Deno.test("kernel install writes a kernelspec that interrupts by message, with Deno's logo; uninstall removes it", async () => {
  await using at = await emptyFolder();
  const args = ["--prefix", `${at.root}/venv`];
  const made = await nbtrackJson(["kernel", "install", ...args], at.options);
  const folder = `${at.root}/venv/share/jupyter/kernels/nbtrack`;
  assertEquals(made, { kernelspec: folder, name: "nbtrack" });
  const spec = JSON.parse(await Deno.readTextFile(`${folder}/kernel.json`));
  assertEquals(spec.display_name, "Deno (nbtrack)");
  assertEquals(spec.interrupt_mode, "message");
  assertEquals(spec.language, "typescript");
  assertEquals(spec.argv.at(-1), "{connection_file}");
  const files = [...Deno.readDirSync(folder)].map((f) => f.name).toSorted();
  assertEquals(files, [
    "kernel.json",
    "logo-32x32.png",
    "logo-64x64.png",
    "logo-svg.svg",
  ]);
  assertEquals(
    await nbtrackJson(["kernel", "uninstall", ...args], at.options),
    { removed: folder },
  );
  assertEquals(
    await nbtrackJson(["kernel", "uninstall", ...args], at.options),
    { removed: null },
  );
});

Deno.test("another kernel's folder is neither overwritten nor removed", async () => {
  await using at = await emptyFolder();
  const folder = `${at.root}/share/jupyter/kernels/nbtrack`;
  await Deno.mkdir(folder, { recursive: true });
  const text = '{"argv": ["python", "-m", "ipykernel"], "display_name": "x"}';
  await Deno.writeTextFile(`${folder}/kernel.json`, text);
  for (const action of ["install", "uninstall"]) {
    const { code, stderr } = await nbtrack(
      ["kernel", action, "--prefix", at.root],
      at.options,
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "another kernel's");
  }
  const named = ["--prefix", at.root, "--name", "mine", "--display", "Mine"];
  await nbtrackJson(["kernel", "install", ...named], at.options);
  assertEquals(await Deno.readTextFile(`${folder}/kernel.json`), text);
  const wrong = await nbtrack(
    ["kernel", "install", "--name", "../x"],
    at.options,
  );
  assertEquals(wrong.code, 2);
});

interface ShownSession {
  session_id: string;
  cells: number;
  kernel: string;
  end_time: number | null;
  runs: string[];
}

Deno.test("a session without track() stays here until it is adopted, open or ended", async () => {
  await using space = Workspace.make();
  const read = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await space.nbtrack([...args, "--json"]);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const list = async () =>
    (await read<{ sessions: ShownSession[] }>("sessions")).sessions;
  let id = "";
  {
    await using front = await FrontEnd.start(space);
    await front.execute("const a = 20;");
    await front.execute("console.log(a + 1); a + 2");
    const [open] = await until("two cells", async () => {
      const all = await list();
      return all[0]?.cells === 2 && all;
    });
    assert(open !== undefined);
    assertEquals([open.kernel, open.end_time, open.runs], [
      "nbtrack",
      null,
      [],
    ]);
    id = open.session_id;
    assertEquals((await read<{ runs: unknown[] }>("runs")).runs, []);
    const run = await read<{ run_id: string; status: string; name: string }>(
      "adopt",
      id.slice(0, 8),
      "--experiment",
      "found",
      "--name",
      "first look",
    );
    assertEquals([run.status, run.name], ["FINISHED", "first look"]);
    await front.execute("throw new Error('not now')");
    await front.shutdown();
  }
  await until("the session's end", async () => (await list())[0]?.end_time);
  const again = await read<{ run_id: string; status: string }>(
    "adopt",
    id,
    "--experiment",
    "found",
  );
  assertEquals(again.status, "FAILED");
  const shown = await read<
    { cells: { source: string; outputs: unknown[]; flags: string[] }[] }
  >("show", again.run_id);
  assertEquals(shown.cells.map((c) => c.source), [
    "const a = 20;",
    "console.log(a + 1); a + 2",
    "throw new Error('not now')",
  ]);
  assertEquals(shown.cells[1]?.outputs.length, 2);
  assertEquals(shown.cells.flatMap((c) => c.flags), []);
  assertEquals((await list())[0]?.runs.length, 2);
  const reproduced = await space.nbtrack([
    "reproduce",
    again.run_id,
    "--json",
  ]);
  assertEquals(
    JSON.parse(reproduced.stdout).verdict,
    "REPRODUCED",
    reproduced.stdout,
  );
  const wrong = await space.nbtrack(["adopt", "ffff", "--experiment", "x"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, "no session");
});

Deno.test("in the tracked kernel a run has the cells before track() too, as they were executed", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute("const a = 1;");
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  await front.execute("run.logMetric('m', a); await run.end();");
  const run = await until("a complete run", () => {
    const [row] = space.journal.runs.list();
    return row?.finalised_time !== null && row;
  });
  const record = await space.record(run.run_id);
  assertEquals(record.cells.map((c) => c.flags), [
    ["before-track"],
    [],
    [],
  ]);
  assertEquals(record.missing, []);
});
