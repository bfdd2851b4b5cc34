/** Which params went with a metric. */
import { assertEquals } from "@std/assert";
import { importances } from "../../src/web/parts/importance.ts";

Deno.test("a param that each run alone has goes wholly with every metric, by chance as well, and stands behind one that says something", () => {
  const found = importances(
    Array.from({ length: 12 }, (_, i) => ({
      params: { file: `path-${i}`, lr: String(i + (i % 3)) },
      value: i,
    })),
  );
  assertEquals(found.map(({ key }) => key), ["lr", "file"]);
  assertEquals(found[1]?.strength, 1);
  assertEquals(found[1]?.chance, 1);
});

Deno.test("of params that went with a metric the strongest is first, with its direction", () => {
  const found = importances(
    Array.from({ length: 20 }, (_, i) => ({
      params: {
        up: String(i),
        down: String(-(i + (i % 4))),
        kind: i < 10 ? "a" : "b",
      },
      value: i * i,
    })),
  );
  assertEquals(found[0], {
    key: "up",
    strength: 1,
    direction: "up",
    chance: 0.001,
  });
  assertEquals(
    found.map(({ key, direction }) => [key, direction]),
    [["up", "up"], ["down", "down"], ["kind", null]],
  );
});
