import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { command } from "./nbtrack.ts";

const CASES: readonly (readonly [args: string[], said: string])[] = [
  [["runs", "--json"], "Cannot write to stdout: "],
  [["runs"], "Cannot write to stdout: "],
  [["--help"], "Cannot write to stdout: "],
  [["show", "nowhere", "--json"], "nowhere"],
];

Deno.test({
  name:
    "what cannot be written to stdout is an error of exit code 2 in at most three lines, never a stack",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using made = emptyJournal();
    addRun(made.journal, { metrics: { a: [1] } });
    for (const [args, said] of CASES) {
      const { code, stderr } = await toFull(args, made, ">/dev/full");
      assertEquals(code, 2, `${args}: ${stderr}`);
      assertStringIncludes(stderr, said);
      assert(stderr.trim().split("\n").length <= 3, stderr);
      assertEquals(/^\s+at |Uncaught/m.test(stderr), false, stderr);
    }
  },
});

Deno.test({
  name: "messages that cannot be written do not end what they are about",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using made = emptyJournal();
    const noted = await toFull(["watch"], made, "2>/dev/full");
    assertEquals([noted.code, noted.stderr], [0, ""]);
    const failed = await toFull(
      ["show", "nowhere", "--json"],
      made,
      "2>/dev/full",
    );
    assertEquals(failed.code, 2);
    assertStringIncludes(failed.stdout, "nowhere");
  },
});

Deno.test("a reader that closes an output changes no exit code", async () => {
  using made = emptyJournal();
  addRun(made.journal, { metrics: { a: [1] } });
  const notebook = `${made.home}/types.ipynb`;
  await Deno.writeTextFile(
    notebook,
    notebookJson([{ source: 'const a: number = "x";', execution_count: null }]),
  );
  for (
    const [args, code] of [
      [["runs"], 0],
      [["check", notebook], 1],
      [["run", `${made.home}/nowhere.ipynb`], 2],
      [["show", "nowhere", "--json"], 2],
    ] as const
  ) {
    for (const output of ["stdout", "stderr"] as const) {
      const child = command(args, made).spawn();
      await child[output].cancel();
      const other = output === "stdout" ? child.stderr : child.stdout;
      const [status] = await Promise.all([
        child.status,
        new Response(other).text(),
      ]);
      assertEquals(status.code, code, `${args} ${output}`);
    }
  }
});

/** Runs nbtrack with an output that is always full. */
async function toFull(
  args: readonly string[],
  options: { home: string },
  redirected: string,
) {
  const { code, stdout, stderr } = await command(args, options, redirected)
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
