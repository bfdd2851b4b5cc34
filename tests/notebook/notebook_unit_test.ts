import { assert, assertEquals } from "@std/assert";
import {
  type CodeCell,
  formatNotebook,
  isDenoNotebook,
  kernelNameOf,
  linesOf,
  newCodeCell,
  newNotebook,
  type Notebook,
  parseNotebook,
  sourceOf,
  withSource,
} from "../../src/notebook/notebook.ts";

const FIXTURES = new URL("../fixtures/notebook/", import.meta.url);

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, FIXTURES));
}

const names = [...Deno.readDirSync(FIXTURES)].map((entry) => entry.name);

for (const name of names) {
  Deno.test(`${name} comes out byte for byte, unchanged and after a change was taken back`, () => {
    const text = read(name);
    const notebook = parseNotebook(text);
    assertEquals(formatNotebook(notebook), text);
    for (const cell of notebook.cells) cell.metadata["touched"] = 1;
    const touched = formatNotebook(notebook);
    assert(touched !== text);
    assertEquals(formatNotebook(parseNotebook(touched)), touched);
    for (const cell of notebook.cells) delete cell.metadata["touched"];
    assertEquals(formatNotebook(notebook), text);
  });

  Deno.test(`of ${name}, with one cell changed, the others stay as they are`, () => {
    const text = read(name);
    const notebook = parseNotebook(text);
    const last = notebook.cells.at(-1);
    assert(last !== undefined);
    const begin = text.slice(0, text.lastIndexOf('"cell_type"') - 40);
    last.source = ["something else"];
    const changed = formatNotebook(notebook);
    assert(changed.startsWith(begin));
    assertEquals(
      sourceOf(parseNotebook(changed).cells.at(-1)!),
      "something else",
    );
  });
}

Deno.test("an executed cell is written as nbformat writes it: members sorted, texts as lines", () => {
  const text = read("nbformat.ipynb");
  const notebook = parseNotebook(text);
  const cell = notebook.cells[2] as CodeCell;
  cell.execution_count = 9;
  cell.outputs = [
    { output_type: "stream", name: "stdout", text: "a\rb\u2028c\n\nd" },
    {
      output_type: "execute_result",
      execution_count: 9,
      metadata: {},
      data: { "text/plain": "", "image/png": "x\ny", "image/svg+xml": "s\nt" },
    },
  ];
  assertEquals(formatNotebook(notebook), read("nbformat-executed.ipynb"));
  assertEquals(cell.outputs[0], {
    output_type: "stream",
    name: "stdout",
    text: "a\rb\u2028c\n\nd",
  }, "writing changes nothing in memory");
});

Deno.test("numbers keep the texts they had, and members their order, beside a change", () => {
  const notebook = parseNotebook(read("nbformat.ipynb"));
  (notebook.cells[1] as CodeCell).execution_count = 77;
  notebook.metadata["more"] = true;
  const written = formatNotebook(notebook);
  for (
    const kept of [
      '"zoom": 1.0',
      '"big": 123456789012345678901234567890',
      '"minus": -0.0',
      '"round": 100000.0',
      '"small": 1e-07',
      "        100000.0,\n",
      '"größe": "ü"',
    ]
  ) {
    assert(written.includes(kept), kept);
  }
  assert(written.indexOf('"10": "ten"') < written.indexOf('"2": "two"'));
  assert(written.indexOf('"10": 1,') < written.indexOf('"9": ['));
  assert(written.indexOf('"limits"') < written.indexOf('"more": true'));
  assert(written.indexOf('"more": true') < written.indexOf('"orig"'));
});

Deno.test("a file of another style keeps indent, line ends, escapes and order when a cell is added", () => {
  for (
    const [name, added] of [
      ["crlf-tabs.ipynb", '\t\t{\r\n\t\t\t"cell_type": "code",\r\n'],
      ["indent-2-unsorted.ipynb", '    {\n      "cell_type": "code",\n'],
      ["one-line.ipynb", '},{"cell_type":"code",'],
      ["one-line-spaced.ipynb", '}, {"cell_type": "code", '],
    ] as const
  ) {
    const text = read(name);
    const notebook = parseNotebook(text);
    notebook.cells.push(newCodeCell("ö\nb"));
    const written = formatNotebook(notebook);
    assert(written.includes(added), name);
    assertEquals(
      written.includes("\\u00f6"),
      name.startsWith("indent-2"),
      name,
    );
    const back = parseNotebook(written);
    assertEquals(sourceOf(back.cells.at(-1)!), "ö\nb");
    back.cells.pop();
    assertEquals(
      JSON.stringify(back),
      JSON.stringify(parseNotebook(text)),
      name,
    );
  }
});

Deno.test("cells can be moved and taken away, members added and removed; what stays is as it was", () => {
  const text = read("nbformat.ipynb");
  const notebook = parseNotebook(text);
  const [first, ...others] = notebook.cells;
  notebook.cells = [...others, first!].slice(1);
  notebook["comment"] = { by: "hand" };
  const written = formatNotebook(notebook);
  const back = parseNotebook(written);
  assertEquals(back.cells.map((cell) => cell.id), [
    "cell-2",
    "cell-3",
    "cell-4",
    "cell-0",
  ]);
  assertEquals(Object.keys(back), [
    "cells",
    "comment",
    "metadata",
    "nbformat",
    "nbformat_minor",
  ]);
  delete back["comment"];
  const again = parseNotebook(formatNotebook(back));
  assertEquals(
    JSON.stringify(again.metadata),
    JSON.stringify(notebook.metadata),
  );
});

Deno.test("a new cell has an id if the notebook's version has ids, and none if it has not", () => {
  for (const [name, has] of [["nbformat", true], ["nbformat-4.4", false]]) {
    const notebook = parseNotebook(read(`${name}.ipynb`));
    notebook.cells.push(newCodeCell("1", { tags: ["injected-parameters"] }));
    const cell = parseNotebook(formatNotebook(notebook)).cells.at(-1);
    assertEquals(cell?.id !== undefined, has);
    assertEquals(cell?.metadata, { tags: ["injected-parameters"] });
  }
  assertEquals(newCodeCell("a\nb", { id: "mine" }), {
    cell_type: "code",
    execution_count: null,
    id: "mine",
    metadata: {},
    outputs: [],
    source: ["a\n", "b"],
  });
});

Deno.test("a new notebook is for Deno's kernel and is written as nbformat writes it", () => {
  const notebook = newNotebook([newCodeCell("const a = 1;\na", { id: "x" })]);
  const text = formatNotebook(notebook);
  assert(text.startsWith('{\n "cells": [\n  {\n   "cell_type": "code",\n'));
  assert(text.endsWith(' "nbformat": 4,\n "nbformat_minor": 5\n}\n'));
  assertEquals(formatNotebook(parseNotebook(text)), text);
  assert(isDenoNotebook(notebook));
  assertEquals(kernelNameOf(notebook), "deno");
});

Deno.test("the kernel of a notebook is known by its name, else by its language", () => {
  const of = (metadata: Record<string, unknown>) =>
    isDenoNotebook({ ...newNotebook(), metadata } as Notebook);
  assert(of({ kernelspec: { name: "deno" } }));
  assert(of({ kernelspec: { name: "nbtrack-deno", language: "typescript" } }));
  assert(of({ language_info: { name: "TypeScript" } }));
  assert(of({}));
  assert(!of({ kernelspec: { name: "python3", language: "python" } }));
  assert(!of({ language_info: { name: "python" } }));
  assert(of({ kernelspec: { name: 5 } }));
  assertEquals(kernelNameOf({ ...newNotebook(), metadata: {} }), null);
});

Deno.test("a source keeps its form, one text or lines as Python splits them", () => {
  assertEquals(linesOf("a\r\nb\rc\x0bd\x85e\u2029\n"), [
    "a\r\n",
    "b\r",
    "c\x0b",
    "d\x85",
    "e\u2029",
    "\n",
  ]);
  assertEquals(linesOf(""), []);
  const cell = newCodeCell("a\nb");
  assertEquals(withSource(cell, "c\nd").source, ["c\n", "d"]);
  assertEquals(withSource({ ...cell, source: "x" }, "c\nd").source, "c\nd");
  assertEquals(sourceOf(withSource(cell, "c\nd")), "c\nd");
});
