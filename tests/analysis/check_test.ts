import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { notebookJson } from "../../src/record/bundle/canonical.ts";
import { projectIn, record, temporary } from "../reproduce/recorded.ts";

/** Writes a notebook of these cells behind one of Markdown. */
function writeNotebook(path: string, sources: readonly string[]): void {
  Deno.writeTextFileSync(
    path,
    notebookJson({
      cells: [
        { cell_type: "markdown", id: "m", metadata: {}, source: "# Title" },
        ...sources.map((source, i) => ({
          cell_type: "code",
          id: `c${i}`,
          metadata: {},
          execution_count: null,
          outputs: [],
          source,
        })),
      ],
      metadata: {
        kernelspec: {
          name: "deno",
          display_name: "Deno",
          language: "typescript",
        },
      },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
}

interface Check {
  notebook: string;
  diagnostics: {
    cell: number | null;
    line: number;
    column: number;
    code: string;
    message: string;
  }[];
}

const FILES = {
  "lib.ts": "export const n: number = 5;\nexport interface Row { a: number }\n",
};

Deno.test("type errors stand in their cells, and the notebook's folder stays as it is", async () => {
  using folder = temporary();
  const { path } = folder;
  projectIn(path, FILES);
  Deno.writeTextFileSync(
    `${path}/deno.json`,
    JSON.stringify({ imports: { "lib/": "./", "@zod": "npm:zod@4.6.7" } }),
  );
  writeNotebook(`${path}/a.ipynb`, [
    'import { n, type Row } from "lib/lib.ts";\nimport { z } from "@zod";\nimport absent from "./absent.ts";',
    "const rows: Row[] = [{ a: n }];\nconst wrong: string = rows.length;",
    'const rows = ["a"];\nrows[0].toFixed(2);',
    "await Promise.resolve(rows.at(0)?.toUpperCase());\nDeno.jupyter.display({}, { raw: true });\n_; clear();",
    "const = 3",
    "",
    "{ a: z.string(), b: rows.b }",
  ]);
  const before = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  const found = await nbtrackJson(["check", "a.ipynb"], {
    home: `${path}/home`,
    cwd: path,
    code: 1,
  }) as Check;
  assertEquals(
    found.diagnostics.map(({ cell, line, column, code }) =>
      `${cell} ${line}:${column} ${code}`
    ),
    [
      "1 3:20 TS2307",
      "2 2:7 TS2322",
      "3 2:9 TS2551",
      "5 1:7 SyntaxError",
      "7 1:26 TS2339",
    ],
  );
  assertEquals(found.notebook, `${path}/a.ipynb`);
  assertStringIncludes(found.diagnostics[0]?.message ?? "", "./absent.ts");
  assertEquals(
    [...Deno.readDirSync(path)].map(({ name }) => name).sort(),
    before,
  );

  writeNotebook(`${path}/b.ipynb`, ["const n: number = 1;", "n.toFixed(1)"]);
  const { code, stdout } = await nbtrack(["check", "b.ipynb"], {
    home: `${path}/home`,
    cwd: path,
  });
  assertEquals([code, stdout], [0, "No type errors in 2 cells.\n"]);
});

Deno.test("people are told of cells as a front end numbers them: of a fresh notebook, one that was run, and one that was run in part", async () => {
  using folder = temporary();
  const { path } = folder;
  projectIn(path);
  const wrong = "const wrong: string = 1;";
  writeNotebook(`${path}/a.ipynb`, ["const n = 1;", "", wrong]);
  const names = async () => {
    const { stdout } = await nbtrack(["check", "a.ipynb"], {
      home: `${path}/home`,
      cwd: path,
    });
    return stdout.split(", ")[0];
  };
  assertEquals(await names(), "cell [2]");
  const notebook = JSON.parse(Deno.readTextFileSync(`${path}/a.ipynb`));
  const code = notebook.cells.filter((cell: { cell_type: string }) =>
    cell.cell_type === "code"
  );
  code[0].execution_count = 7;
  Deno.writeTextFileSync(`${path}/a.ipynb`, JSON.stringify(notebook));
  assertEquals(await names(), "cell 2 from the top");
  code[2].execution_count = 8;
  Deno.writeTextFileSync(`${path}/a.ipynb`, JSON.stringify(notebook));
  assertEquals(await names(), "cell [8]");
});

Deno.test("with --as-executed the executions of a run are checked in their order", async () => {
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const cells = [
    "const size = 1;",
    "size.toFixed(1);",
    'const run = await (await import("@nbtrack/nbtrack")).track("types", { quiet: true });',
  ];
  writeNotebook(`${folder.path}/notebook.ipynb`, cells);
  const place = { home: home.path, folder: folder.path };
  const run_id = await record(
    [
      cells[0] ?? "",
      cells[1] ?? "",
      'const size = "large";',
      cells[1] ?? "",
      cells[2] ?? "",
    ],
    place,
  );
  const args = ["check", `${folder.path}/notebook.ipynb`];
  assertEquals(
    (await nbtrackJson(args, place) as Check).diagnostics,
    [],
  );
  const { diagnostics } = await nbtrackJson(
    [...args, "--as-executed", run_id],
    { ...place, code: 1 },
  ) as Check;
  assertEquals(
    diagnostics.map(({ message: _, ...place }) => place),
    [{ cell: 2, line: 1, column: 6, code: "TS2551", execution: 3 }] as unknown,
  );
  const { stdout } = await nbtrack([...args, "--as-executed", run_id], place);
  assertStringIncludes(stdout, "cell [4], 1:6  TS2551");
  const other = `${folder.path}/other.ipynb`;
  writeNotebook(other, ['const a: number = "x";']);
  Deno.writeTextFileSync(
    other,
    Deno.readTextFileSync(other).replace('"c0"', '"other"'),
  );
  const refused = await nbtrack(
    ["check", other, "--as-executed", run_id],
    place,
  );
  assertEquals(refused.code, 2, refused.stdout);
  assertStringIncludes(refused.stderr, "executed no cell of this notebook");
});

Deno.test("for the executions of a run that was recorded elsewhere nothing is fetched", async () => {
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  let asked = 0;
  await using server = Deno.serve({ port: 0, onListen: () => {} }, () => {
    asked++;
    return new Response("export const two = 2;\n", {
      headers: { "content-type": "application/typescript" },
    });
  });
  const cells = [
    "const size: string = 1;",
    `if (size === "never") await import("http://127.0.0.1:${server.addr.port}/known.ts");`,
    'const run = await (await import("@nbtrack/nbtrack")).track("types", { quiet: true });',
  ];
  writeNotebook(`${folder.path}/notebook.ipynb`, cells);
  const place = { home: home.path, folder: folder.path };
  const run_id = await record(cells, place);
  const from = (provenance: string) => {
    asked = 0;
    using db = new DatabaseSync(`${home.path}/journal.db`);
    db.prepare("UPDATE runs SET provenance = ?").run(provenance);
    // What was recorded is in Deno's cache by now.
    db.prepare("UPDATE executions SET source = replace(source, 'known.ts', ?)")
      .run(`${crypto.randomUUID()}.ts`);
  };
  const check = () =>
    nbtrack(
      ["check", `${folder.path}/notebook.ipynb`, "--as-executed", run_id],
      place,
    );
  from("elsewhere");
  const { code, stdout, stderr } = await check();
  assertEquals([code, asked], [1, 0], stdout + stderr);
  assertStringIncludes(stdout, "TS2322");
  assertStringIncludes(stderr, "nothing is fetched for it");
  from("here");
  await check();
  assertEquals(asked, 1);
});

Deno.test("an import as text of a run that was recorded elsewhere is not fetched, which Deno's cache alone would not stop", async () => {
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const cells = [
    'import page from "https://esm.sh/nbtrack-asks" with { type: "text" };',
    "const size: string = 1;",
  ];
  writeNotebook(`${folder.path}/notebook.ipynb`, cells);
  const place = { home: home.path, folder: folder.path };
  const run_id = await record([
    'const run = await (await import("@nbtrack/nbtrack")).track("types", { quiet: true });',
    ...cells.map((source) => source.replace("import page", "// import page")),
  ], place);
  {
    using db = new DatabaseSync(`${home.path}/journal.db`);
    db.exec("UPDATE runs SET provenance = 'elsewhere'");
    db.exec("UPDATE executions SET source = replace(source, '// ', '')");
  }
  const asked: string[] = [];
  const proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of proxy) {
      const bytes = new Uint8Array(256);
      const n = await connection.read(bytes);
      asked.push(new TextDecoder().decode(bytes.subarray(0, n ?? 0)));
      connection.close();
    }
  })();
  const { code, stdout, stderr } = await nbtrack(
    ["check", `${folder.path}/notebook.ipynb`, "--as-executed", run_id],
    {
      ...place,
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.addr.port}` },
    },
  );
  assertEquals(
    [code, asked.filter((line) => line.includes("esm.sh"))],
    [1, []],
    stdout + stderr + asked.join("\n"),
  );
  assertStringIncludes(stdout, "TS2322");
  proxy.close();
  await accepting;
});
