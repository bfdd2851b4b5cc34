import { assertEquals } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

const LESSONS = new URL("../../src/lessons/mod.ts", import.meta.url).href;
const CHECK = `const { check, finished, inOrder, ran } = await import(${
  JSON.stringify(LESSONS)
});
const found = await check({ title: "Mine", points: [ran("early"), ran("late"), inOrder(), finished()], hints: ["Look."] });
console.log(JSON.stringify(found.points.map(({ state }) => state)));`;

/** What a check's cell has printed. */
async function statesOf(
  kernel: { execute(source: string): Promise<{ outputs: unknown[] }> },
): Promise<string[]> {
  const { outputs } = await kernel.execute(CHECK);
  const stream = outputs.find((out) =>
    (out as { output_type: string }).output_type === "stream"
  ) as { text: string | string[] } | undefined;
  return JSON.parse([stream?.text ?? "[]"].flat().join(""));
}

Deno.test("in Deno's own kernel a check sees what ran after track(), and says of the rest that it cannot be seen until the page is saved", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/mine.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const early = "// cell: early\nconst k = 5;";
  const late = "// cell: late\nconst twice = 2 * k;";
  await kernel.execute(early);
  assertEquals(await statesOf(kernel), Array(4).fill("cannot see"));
  const track = `${IMPORT}\nconst run = await track("mine", { quiet: true });`;
  await kernel.execute(track);
  await kernel.execute(late);
  assertEquals(await statesOf(kernel), [
    "cannot see",
    "holds",
    "cannot see",
    "not yet",
  ]);
  Deno.writeTextFileSync(
    path,
    notebookJson([early, track, late, CHECK].map((source) => ({ source }))),
  );
  await kernel.execute("await run.end();");
  const [, ...rest] = await statesOf(kernel);
  assertEquals(rest, ["holds", "holds", "holds"]);
});
