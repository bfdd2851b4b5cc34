import { assertEquals } from "@std/assert";
import { parseRecords } from "../../src/datasets/csv_parser.ts";

// What is relied on of the parser inside papaparse, which is no public interface of it.

Deno.test("the parser gives complete records and says where the first incomplete one starts", () => {
  const { data, errors, meta } = parseRecords(
    'a,b\n1,"x\ny"\n2,z',
    { delimiter: "," },
    false,
  );
  assertEquals(data, [["a", "b"], ["1", "x\ny"]]);
  assertEquals([errors, meta.cursor], [[], 12]);
});

Deno.test("the parser gives the last record where the text ends with it", () => {
  const { data } = parseRecords("1;2\n3;4", { delimiter: ";" }, true);
  assertEquals(data, [["1", "2"], ["3", "4"]]);
});

Deno.test("the parser leaves a quoted cell that is not closed for the next piece, and names it at the end", () => {
  const open = parseRecords('1,"x\n', { delimiter: "," }, false);
  assertEquals([open.data, open.meta.cursor], [[], 0]);
  const last = parseRecords('1,"x\n', { delimiter: "," }, true);
  assertEquals(last.errors.map(({ row }) => row), [0]);
});

Deno.test("the parser takes doubled quotes for one, and a delimiter of two characters", () => {
  const { data } = parseRecords('a, "b ""c"", d"\n', { delimiter: ", " }, true);
  assertEquals(data[0], ["a", 'b "c", d']);
});
