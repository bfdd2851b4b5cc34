import { assertEquals } from "@std/assert";
import { cellProgram, plainNames } from "../../src/analysis/program.ts";

const FOLDER = new URL("file:///home/me/nb/");

/** The cells of a program as they stand in it. */
function texts(...sources: string[]): string[] {
  const { text } = cellProgram(sources.map((source) => ({ source })), FOLDER);
  return text.split("export {};\n")[1]?.split("\n;\n").slice(0, -1) ?? [];
}

Deno.test("a name that a later cell declares again is another name from there on, also as a type", () => {
  assertEquals(
    texts(
      "interface Row { a: number }\nconst rows: Row[] = [];",
      "interface Row { b: string }\nconst rows: Row[] = [];",
      "rows.map((row: Row) => row.b); const o = { rows, row: rows }; o.rows;",
    ),
    [
      "interface Row { a: number }\nconst rows: Row[] = [];",
      "interface Row__nbtrack_2 { b: string }\nconst rows__nbtrack_2: Row__nbtrack_2[] = [];",
      "rows__nbtrack_2.map((row: Row__nbtrack_2) => row.b); const o = { rows: rows__nbtrack_2, row: rows__nbtrack_2 }; o.rows;",
    ],
  );
  assertEquals(plainNames("Cannot find Row__nbtrack_2."), "Cannot find Row.");
});

Deno.test("a type and a value of one name from two cells are both meant by it, until one of them is declared again", () => {
  const cells = [
    "const User = { parse: (x: unknown) => x as { name: string } };",
    "type User = ReturnType<typeof User.parse>;",
    "const u: User = User.parse({});",
    "interface Row { a: number }",
    "function Row(a: number): Row { return { a }; }",
  ];
  assertEquals(texts(...cells), cells);
  assertEquals(
    texts(...cells, "type Row = number;\nconst r: Row = 1;").at(-1),
    "type Row__nbtrack_2 = number;\nconst r: Row__nbtrack_2 = 1;",
  );
});

Deno.test("a declaration that reads the name itself reads the one before, as the kernel does", () => {
  assertEquals(
    texts(
      "const rows = [1];",
      "const rows = rows.map((row) => row + rows.length);",
    ).at(-1),
    "const rows__nbtrack_2 = rows.map((row) => row + rows__nbtrack_2.length);",
  );
});

Deno.test("names of inner scopes, members and labels stay as they are", () => {
  const inner =
    "function f(x: number, { y: [z] }: any) { let x2 = x; for (const x of z) { x; } try { } catch (x) { x; } x: for (;;) break x; return a.x; }";
  assertEquals(texts("let x = 1;", "let x = 2;", inner).at(-1), inner);
});

Deno.test("patterns, imports, functions, classes, enums and JSX of a name that was declared before", () => {
  const before =
    "let a, b, c, d, e, F, G, H; function i() {}\nimport J from 'j';";
  assertEquals(
    texts(
      before,
      "const { a, x: b = a, ...c } = o, [d = 1] = p;",
      "import { e, y as F } from 'm'; import * as G from 'n';",
      "export class H { i = i(); static e = e; } enum J { e } function i(e: H) { return e; }",
      "<F e={e}>{H}</F>; <e />",
    ).slice(1),
    [
      "const { a: a__nbtrack_2, x: b__nbtrack_2 = a__nbtrack_2, ...c__nbtrack_2 } = o, [d__nbtrack_2 = 1] = p;",
      "import { e as e__nbtrack_2, y as F__nbtrack_2 } from 'm'; import * as G__nbtrack_2 from 'n';",
      "class H__nbtrack_2 { i = i__nbtrack_2(); static e = e__nbtrack_2; } enum J__nbtrack_2 { e } function i__nbtrack_2(e: H__nbtrack_2) { return e; }",
      "<F__nbtrack_2 e={e__nbtrack_2}>{H__nbtrack_2}</F__nbtrack_2>; <e />",
    ],
  );
});

Deno.test("relative imports are from the notebook's folder, and exports are left out", () => {
  assertEquals(
    texts(
      "import { a } from './lib.ts'; export { a }; export default a + 1;\nconst b = await import(\"../up.ts\"); type T = import('./t.ts').T;",
      "export const c = 1; export default function () {}",
    ),
    [
      'import { a } from "file:///home/me/nb/lib.ts";  void a + 1;\nconst b = await import("file:///home/me/up.ts"); type T = import("file:///home/me/nb/t.ts").T;',
      "const c = 1; void function () {}",
    ],
  );
});

Deno.test("each place of the program is found in its cell", () => {
  const program = cellProgram(
    [
      "let x = 1;",
      "const = 2;",
      "let x = 'a';\nx.b;",
      "{ a: 1, x }",
    ].map((source) => ({ source })),
    FOLDER,
  );
  const place = (text: string, skip = 0) => {
    const lines = program.text.split("\n");
    const line = lines.findIndex((l) => l.includes(text));
    return program.find(line + 1, (lines[line] ?? "").indexOf(text) + 1 + skip);
  };
  assertEquals(place("let x = 1"), { cell: 0, line: 1, column: 1 });
  assertEquals(place("x__nbtrack_2.b"), { cell: 2, line: 2, column: 1 });
  assertEquals(place("__nbtrack_2.b", 11), { cell: 2, line: 2, column: 2 });
  assertEquals(place("'a'"), { cell: 2, line: 1, column: 9 });
  assertEquals(place("{ a: 1"), { cell: 3, line: 1, column: 1 });
  assertEquals(place("declare global"), null);
  assertEquals(
    program.failures.map(({ cell, line, column }) => [cell, line, column]),
    [[1, 1, 7]],
  );
});
