import { assert, assertThrows } from "@std/assert";
import { randomFrom } from "../../src/base/repeatable_random.ts";
import { NotebookError, parseNotebook } from "../../src/notebook/notebook.ts";
import { JsonBreak, scanMembers } from "../../src/notebook/json_scan.ts";

const FIXTURES = new URL("../fixtures/notebook/", import.meta.url);

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, FIXTURES));
}

function errorOf(json: string): NotebookError {
  return assertThrows(
    () => parseNotebook(json),
    NotebookError,
  ) as NotebookError;
}

Deno.test("what is no notebook of nbformat 4 is refused in one clear sentence", () => {
  const whole = read("nbformat.ipynb");
  const cut = whole.slice(0, whole.length / 2);
  const lines = cut.split("\n").length;
  for (
    const [json, because] of [
      ["", "The notebook is an empty file."],
      [" \n", "The notebook is an empty file."],
      [cut, `The notebook's JSON is broken in line ${lines}`],
      [
        whole.replace('{\n "cells"', '{\n<<<<<<< HEAD\n "cells"'),
        "The notebook's JSON is broken in line 2: Expected property name",
      ],
      ["[]", "The file is JSON but no notebook: it has no nbformat."],
      ["null", "The file is JSON but no notebook: it has no nbformat."],
      ['"text"', "The file is JSON but no notebook: it has no nbformat."],
      ['{"nbformat":3,"worksheets":[]}', "The notebook is of nbformat 3; 4"],
      ['{"nbformat":5,"cells":[]}', "The notebook is of nbformat 5; 4"],
      ['{"nbformat":"4"}', 'The notebook is of nbformat "4"; 4'],
      ["[".repeat(200_000), "The notebook's JSON is nested too deeply"],
      [
        `{"nbformat":4,"cells":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
        "The notebook's JSON is nested too deeply",
      ],
      ['{"nbformat":4}', "The notebook has no cells"],
      [
        '{"cells":[{"cell_type":"code","metadata":{},"source":1}],"metadata":{},"nbformat":4,"nbformat_minor":5}',
        "cells[0].source: it must be a text or a list of lines",
      ],
    ] as const
  ) {
    const error = errorOf(json);
    assert(
      error.message.startsWith(because) || error.message.includes(because),
      error.message,
    );
    assert(!error.message.includes("\n"), error.message);
    assert(error instanceof NotebookError);
    assert(error.hint.length > 0, error.message);
  }
});

Deno.test("the offset at which JSON breaks is found wherever a character is put in or taken out", () => {
  const text = read("by-hand.ipynb");
  const random = randomFrom(11);
  let broken = 0;
  for (let round = 0; round < 2000; round++) {
    const at = Math.floor(random() * text.length);
    const junk = ["{", "]", ",", '"', "x", "\\", "1", "", "\n"];
    const put = junk[Math.floor(random() * junk.length)] ?? "";
    const tried = text.slice(0, at) + put + text.slice(at + 1);
    let valid = true;
    try {
      JSON.parse(tried);
    } catch {
      valid = false;
    }
    try {
      scanMembers(tried);
      assert(valid, `the scanner takes ${tried}`);
    } catch (error) {
      assert(error instanceof JsonBreak, String(error));
      assert(!valid, `the scanner does not take ${tried}`);
      assert(error.position <= tried.length);
      broken++;
    }
  }
  assert(broken > 500);
});
