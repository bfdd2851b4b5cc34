import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { printed, reproduceWritten } from "../safety/bundles.ts";

Deno.test("an id that is drawn anew each time is named as such, wherever it comes from, and what it does not explain beside it", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `for await (const one of [crypto["ran" + "domUUID"]()]) console.log("run", one, 5)`,
      outputs: [printed("run 5e1c1c3e-58a7-4d1c-9d0a-0f2d8b1f6a77 5\n")],
    }, {
      source: `console.log(crypto["ran" + "domUUID"](), 6)`,
      outputs: [printed("5e1c1c3e-58a7-4d1c-9d0a-0f2d8b1f6a77 5\n")],
    }],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, []);
  const [drawn, other = "", ...more] = chanceIn(verdict);
  assertEquals(drawn, "cell [1] shows ids that are drawn anew each time");
  assertStringIncludes(other, "cell [2]: nothing that was recorded differs");
  assertEquals(more, []);
});

Deno.test("a digest is no random number, and a seed is recommended only where a cell that differs draws one", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(2))); console.log(digest[0])`,
      outputs: [printed("1\n")],
    }, "const drawn = Math.random();"],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assert(!verdict.warnings.some((text) => /random|seed/.test(text)));
});

Deno.test("a seed is recommended for what Math.random makes, and not for what cryptography draws, which no seed repeats", async () => {
  const id = "5e1c1c3e-58a7-4d1c-9d0a-0f2d8b1f6a77";
  const drawn = (source: string, text: string) => ({
    cells: [`const drawn = ${source};`, {
      source: "console.log(drawn)",
      outputs: [printed(`${text}\n`)],
    }],
  });
  for (
    const [source, text, recommends] of [
      ["crypto.randomUUID()", id, false],
      [
        '"xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => "0123456789abcdef"[Math.floor(16 * Math.random())])',
        id,
        true,
      ],
      ["crypto.getRandomValues(new Uint32Array(2)).join()", "1,2", false],
      ["String(Math.random())", "0.5", true],
    ] as const
  ) {
    const { verdict } = await reproduceWritten(drawn(source, text));
    assertEquals(verdict.verdict, "DRIFTED");
    assertEquals(
      verdict.warnings,
      [
        text === id
          ? "cell [2] shows ids that are drawn anew each time"
          : "cell [2] depends on random numbers",
        ...recommends
          ? [
            "no seed was recorded: track(…, { seed }) makes Math.random repeat",
          ]
          : [],
      ],
      source,
    );
  }
});

Deno.test("packages that draw ids are named as a source of chance", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `const ulid = () => "01J" + Date.now().toString(36); console.log(ulid().length > 3, ulid() + "!")`,
      outputs: [printed("true 01Jabc!\n")],
    }],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(chanceIn(verdict).slice(0, 1), [
    "cell [1] depends on the time, random numbers",
  ]);
});

Deno.test("what the machine tells is named as such, by whichever name it is asked", async () => {
  const sources = [
    "process.memoryUsage().rss",
    "process.pid",
    "os.freemem()",
    "Deno.systemMemoryInfo().free",
  ];
  const { verdict } = await reproduceWritten({
    cells: sources.map((source, i) => ({
      source: `import os from "node:os"; console.log(${i}, ${source})`,
      outputs: [printed(`${i} 1\n`)],
    })),
  }, { sandbox: false, trust: true });
  assertEquals(verdict.verdict, "DRIFTED", JSON.stringify(verdict));
  assertEquals(
    chanceIn(verdict),
    sources.map((_, i) => `cell [${i + 1}] depends on the machine`),
  );
});

Deno.test("a cell that lists runs is named as such where those of then are not there", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `import { runs } from "@nbtrack/nbtrack";`,
      {
        source: `console.log((await runs()).length, "runs")`,
        outputs: [printed("31 runs\n")],
      },
    ],
  });
  assertEquals(verdict.verdict, "DRIFTED", JSON.stringify(verdict));
  assertEquals(chanceIn(verdict), [
    "cell [2] reads earlier runs: a sandbox has none of those that were there then",
  ]);
});

/** The warnings but for the one that says of a written bundle that it has no second digests. */
function chanceIn({ warnings }: Verdict): string[] {
  return warnings.filter((text) => !text.includes("second digests"));
}
