import { assertEquals } from "@std/assert";
import { fileName } from "../../src/web/pages/charts.ts";

Deno.test("the file of a chart is called by its metric, and never by a path of this machine", () => {
  for (
    const [key, name] of [
      ["loss", "loss"],
      ["val/loss", "val-loss"],
      ["/home/ada/work/m", "m"],
      ["C:\\work\\m", "m"],
      ["größe in m²", "größe-in-m²"],
      ["/", "metric"],
    ] as const
  ) assertEquals(fileName(key), name, key);
});
