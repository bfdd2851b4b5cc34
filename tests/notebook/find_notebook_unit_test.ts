import { assertEquals } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import {
  findNotebook,
  type FindNotebookOptions,
} from "../../src/notebook/find_notebook.ts";

function notebook(
  ...cells: (string | [source: string, count: number])[]
): string {
  return notebookJson(
    cells.map((c) =>
      typeof c === "string"
        ? { source: c }
        : { source: c[0], execution_count: c[1] }
    ),
  );
}

const LOAD = 'import { track } from "x";\nconst run = await track("a");';
const TRAIN = "for (let i = 0; i < 3; i++) run.logMetric('loss', 1 / i);";

async function withFiles(
  files: Record<string, string>,
  test: (
    find: (
      options?: Partial<FindNotebookOptions>,
    ) => Promise<[path: string, how: string] | null>,
    dir: string,
  ) => Promise<void>,
): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${dir}/${name}`.replace(/\/[^/]*$/, ""), {
        recursive: true,
      });
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    await test(async (options = {}) => {
      const found = await findNotebook({
        env: {},
        cwd: dir,
        seen: [{ execution_count: 1, source: LOAD }, {
          execution_count: 2,
          source: TRAIN,
        }],
        ...options,
      });
      return found && [found.path.slice(dir.length + 1), found.how];
    }, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("the notebook that is named to us comes first, then Jupyter's", () =>
  withFiles({ "a.ipynb": "{}", "b.ipynb": "{}" }, async (find, dir) => {
    const env = { JPY_SESSION_NAME: `${dir}/b.ipynb` };
    assertEquals(await find({ env }), ["b.ipynb", "session"]);
    assertEquals(
      await find({ env: { ...env, NBTRACK_NOTEBOOK: `${dir}/a.ipynb` } }),
      ["a.ipynb", "given"],
    );
  }));

Deno.test("a session name may be relative to the server or carry VS Code's id", () =>
  withFiles({ "a.ipynb": "{}" }, async (find, dir) => {
    const id = "0a1b2c3d-aaaa-bbbb-cccc-000000000000";
    for (
      const name of [
        "work/a.ipynb",
        "a.ipynb",
        `${dir}/a-jvsc-${id}.ipynb`,
        `a-jvsc-${id}remote.ipynb`,
      ]
    ) {
      assertEquals(await find({ env: { JPY_SESSION_NAME: name } }), [
        "a.ipynb",
        "session",
      ], name);
    }
  }));

Deno.test("a session name that is no notebook leaves the search to the cells", () =>
  withFiles(
    { "deep/er/right.ipynb": notebook(LOAD, TRAIN + "\n") },
    async (find) => {
      for (const name of ["Console 1", "", "gone.ipynb"]) {
        assertEquals(await find({ env: { JPY_SESSION_NAME: name } }), [
          "deep/er/right.ipynb",
          "matched",
        ]);
      }
    },
  ));

Deno.test("the notebook with most of the cells that were seen is found", () =>
  withFiles({
    "other.ipynb": notebook("1 + 1"),
    "shares.ipynb": notebook(LOAD, "something else"),
    "right.ipynb": notebook("before", LOAD, TRAIN),
    "broken.ipynb": "{ cut",
    "python.ipynb": '{"cells": 3}',
  }, async (find) => {
    assertEquals(await find(), ["right.ipynb", "matched"]);
  }));

Deno.test("execution counts decide between a notebook and its older copy", () =>
  withFiles({
    "copy.ipynb": notebook([LOAD, 7], [TRAIN, 8]),
    "right.ipynb": notebook([LOAD, 1], [TRAIN, 2]),
  }, async (find) => {
    assertEquals(await find(), ["right.ipynb", "matched"]);
  }));

Deno.test("two notebooks that fit equally well are none", () =>
  withFiles({
    "a.ipynb": notebook(LOAD, TRAIN),
    "b.ipynb": notebook(LOAD, TRAIN),
  }, async (find) => assertEquals(await find(), null)));

Deno.test("one shared line among many cells is not enough", () =>
  withFiles({ "a.ipynb": notebook(LOAD) }, async (find) => {
    const seen = [LOAD, TRAIN, "third", "fourth"].map((source, i) => ({
      source,
      execution_count: i + 1,
    }));
    assertEquals(await find({ seen }), null);
    assertEquals(await find({ seen: [] }), null);
    assertEquals(await find({ seen: seen.slice(0, 2) }), [
      "a.ipynb",
      "matched",
    ]);
  }));

Deno.test("checkpoints, packages, hidden folders and what lies too deep or is too large are not searched", () =>
  withFiles({
    ".ipynb_checkpoints/a-checkpoint.ipynb": notebook(LOAD, TRAIN),
    "node_modules/x/a.ipynb": notebook(LOAD, TRAIN),
    ".hidden/a.ipynb": notebook(LOAD, TRAIN),
    "1/2/a.ipynb": notebook(LOAD, TRAIN),
    "big.ipynb": notebook(LOAD, TRAIN, "x".repeat(2000)),
  }, async (find) => {
    assertEquals(await find({ maxDepth: 1, maxBytes: 2000 }), null);
    assertEquals(await find({ maxDepth: 2, maxBytes: 2000 }), [
      "1/2/a.ipynb",
      "matched",
    ]);
    assertEquals(await find({ maxFiles: 0 }), null);
  }));

Deno.test("a folder that is gone holds no notebook", () =>
  withFiles({}, async (find, dir) => {
    assertEquals(await find({ cwd: `${dir}/gone` }), null);
  }));
