import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { NbtrackError } from "../../src/base/errors.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
  parseNotebook,
} from "../../src/notebook/notebook.ts";
import { runNotebook } from "../../src/runner/headless.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

Deno.test("params given on the command line replace what the parameters cell declares, by const, let or var", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const notebook = newNotebook([
      newCodeCell(
        `const k = 3;\nlet name: string = "x", rate = 0.1;\nvar deep = { a: 1 };\nconst flag = false;`,
        { tags: ["parameters"] },
      ),
      newCodeCell(
        "console.log(JSON.stringify([k, name, rate, deep, flag, added]));",
      ),
    ]);
    await Deno.writeTextFile(`${folder}/p.ipynb`, formatNotebook(notebook));
    const result = await runNotebook(`${folder}/p.ipynb`, {
      home: `${folder}/home`,
      output: `${folder}/out.ipynb`,
      params: {
        k: "5",
        name: "7",
        rate: "0.5",
        deep: '{"b":2}',
        flag: "true",
        added: "text",
      },
    });
    assertEquals(result.failed, null);
    assertEquals(result.cells, 2);
    const cells =
      parseNotebook(await Deno.readTextFile(`${folder}/out.ipynb`)).cells;
    assertEquals(cells.map((c) => c.metadata["tags"]), [
      ["parameters"],
      ["injected-parameters"],
      undefined,
    ]);
    const [output] = cells[2]?.["outputs"] as { text: string[] }[];
    assertEquals(JSON.parse(output?.text.join("") ?? ""), [
      5,
      "7",
      0.5,
      { b: 2 },
      true,
      "text",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a secret given on the command line reaches the cells and is written nowhere", async () => {
  await using workspace = Workspace.make();
  const secret = ["open", "sesame", "42"].join("-");
  const path = workspace.notebook("secret.ipynb", [
    { source: `let db_password = "";`, tags: ["parameters"] },
    `${IMPORT}\nconst run = await track("secret", { params: { db_password } });`,
    `run.logMetric("letters", db_password.length)`,
  ]);
  const output = `${workspace.work}/out.ipynb`;
  const { code } = await workspace.nbtrack([
    "run",
    path,
    "-p",
    `db_password=${secret}`,
    "--output",
    output,
  ]);
  assertEquals(code, 0);
  const record = await workspace.finalised();
  assertEquals(record.metrics, { letters: secret.length });
  for (const file of [output, ...filesBelow(workspace.home)]) {
    const text = new TextDecoder("latin1").decode(await Deno.readFile(file));
    assert(!text.includes(secret), file);
  }
});

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("a param that the parameters cell cannot take is refused in a sentence before anything is executed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/p.ipynb`;
    await Deno.writeTextFile(
      file,
      formatNotebook(newNotebook([
        newCodeCell('const k = 3;\nconst id = "0";', {
          tags: ["parameters"],
        }),
        newCodeCell("console.log(id);"),
      ])),
    );
    const run = (params: Record<string, string>, notes: string[] = []) =>
      runNotebook(file, {
        home: `${folder}/home`,
        output: `${folder}/out.ipynb`,
        params,
        onNote: (note) => notes.push(note),
      });
    for (
      const [params, says] of [
        [{ k: "9007199254740993" }, "9007199254740992"],
        [{ class: "1" }, '"class"'],
        [{ await: "1" }, '"await"'],
      ] as const
    ) {
      const error = await assertRejects(() => run(params), NbtrackError, says);
      assert(error.hint.length > 0);
    }
    const notes: string[] = [];
    const result = await run(
      { id: "9007199254740993", "learning-rate": "0.1" },
      notes,
    );
    assertEquals(result.failed, null);
    assertEquals(notes.length, 1);
    assertStringIncludes(notes[0] ?? "", "learning-rate");
    assertStringIncludes(
      await Deno.readTextFile(`${folder}/out.ipynb`),
      "9007199254740993",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
