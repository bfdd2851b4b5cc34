/** Texts of a stranger that would be compared for hours: each is looked through once. */
import { assertEquals } from "@std/assert";
import { nameFolders } from "../../src/record/bundle/folders.ts";
import { finderOfDigests } from "../../src/reproduce/compare/folders.ts";
import { evenGeneratedIds } from "../../src/reproduce/compare/markup.ts";

const MANY = 400_000;

Deno.test("markup that nothing closes is looked through once", () => {
  for (const piece of ["<div ", "<style>", "<script>", "<!--", "<a href='"]) {
    const text = piece.repeat(MANY);
    assertEquals(evenGeneratedIds(text, `${text}x`), null, piece);
  }
});

Deno.test("ids between styles, scripts and comments are evened out as before", () => {
  const page = (id: string) =>
    `<!-- id="x" --><style>#${id} { color: red }</style><div id="${id}">text</div><script>draw("${id}")</script><p`;
  const even = evenGeneratedIds(page("b1x9f0q2"), page("b7k3a1w8"));
  assertEquals(even?.used, [["b1x9f0q2", "b7k3a1w8"]]);
  assertEquals(even?.texts[0], even?.texts[1]);
});

Deno.test("folders that a record names are looked for up to a limit, and are found before it", () => {
  const real = nameFolders([{ kind: "home", path: "/home/ada" }], "r");
  const others = Array.from({ length: 60 }, (_, i) => ({
    kind: "home" as const,
    length: 1000 + i,
    digest: real[0]?.digest ?? "sha256:",
  }));
  const finder = finderOfDigests([...real, ...others], "r");
  assertEquals(finder.find("in /home/ada/x").map(({ start }) => start), [3]);
  finder.find("\n/a".repeat(MANY));
  assertEquals(finder.find("in /home/ada/x"), []);
});
