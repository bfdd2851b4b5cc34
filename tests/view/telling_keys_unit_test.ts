import { assertEquals } from "@std/assert";
import { someNames, tellingKeys } from "../../src/view/telling_keys.ts";

Deno.test("what decides comes first, then what differs in most runs, then what few have; what is the same in all comes apart", () => {
  const runs = [
    { same: 1, loss: 3, acc: "NaN", late: null, __proto__: null },
    { same: 1, loss: 2, acc: "NaN", late: null, rare: 4 },
    { same: 1, loss: 2, acc: 0.5, late: 7 },
  ];
  const keys = ["rare", "same", "loss", "late", "acc"];
  assertEquals(tellingKeys(keys, runs), {
    telling: ["loss", "acc", "rare", "late"],
    alike: ["same"],
  });
  assertEquals(
    tellingKeys(keys, runs, ["same", "unknown"]).telling,
    ["same", "loss", "acc", "rare", "late"],
  );
});

Deno.test("a run that has none of the keys, such as a sweep, makes none of them differ", () => {
  const runs = [{ loss: 1, acc: 2 }, {}, { loss: 1, acc: 3 }];
  assertEquals(tellingKeys(["loss", "acc"], runs), {
    telling: ["acc"],
    alike: ["loss"],
  });
});

Deno.test("of many names some are said, and how many more there are", () => {
  const names = Array.from({ length: 30 }, (_, i) => `m${i}`);
  assertEquals(someNames(names).at(-1), "6 more");
  assertEquals(someNames(names, 2), ["m0", "m1", "28 more"]);
  assertEquals(someNames(["a"], 2), ["a"]);
});
