import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import type { RunRow } from "../../src/journal/run_row.ts";
import { confirms, contradiction } from "../../src/recorder/contradiction.ts";
import { Home, session } from "../journal/support.ts";

/** A run that `track()` opened with these options. */
function opened(
  journal: Journal,
  options: Record<string, unknown>,
  experiment = "penguins",
): RunRow {
  const { session_id } = journal.sessions.open(session());
  return journal.runs.create({
    session_id,
    experiment,
    name: "quiet-heron",
    options: JSON.stringify(options),
  });
}

/** Why a source cannot be what opened a run; `before` is what the file said until then. */
async function why(
  source: string,
  options: Record<string, unknown>,
  before: string | null = null,
): Promise<string | null> {
  using home = new Home();
  using journal = home.open();
  const runs = [opened(journal, options)];
  return await contradiction(journal, source, { runs, traceback: [], before });
}

Deno.test("a source whose call gives what track() was given contradicts nothing", async () => {
  const options = {
    params: { k: 5, deep: { eta: [0.1, 0.2] } },
    seed: 7,
    tags: { who: "me" },
  };
  for (
    const source of [
      `const run = await track("penguins", { params: { k: 5, deep: { eta: [0.1, 0.2] } }, seed: 7, tags: { who: "me" } });`,
      // What is computed or spread can have been anything.
      `await track(name, options)`,
      `await track("penguins", { ...options })`,
      `await track("penguins", { params, seed: seeds[0], tags: { ...tags } })`,
      // No call at all: the file speaks of something else.
      `const k = 5;`,
    ]
  ) assertEquals(await why(source, options), null, source);
});

for (
  const [what, call, sentence] of [
    ["another value", `{ params: { k: 3 } }`, "the file says params.k 3"],
    ["another value in a list", `{ params: { k: [5] } }`, "params.k [5]"],
    ["nothing", ``, "the file gives no params"],
    ["another seed", `{ params: { k: 5 }, seed: 8 }`, "seed 8"],
    [
      "a param less",
      `{ params: {} }`,
      "the file gives no params.k, track() was given one",
    ],
  ] as const
) {
  Deno.test(`a call that gives ${what} was edited, in a sentence that names both`, async () => {
    const found = await why(`await track("penguins", ${call})`, {
      params: { k: 5 },
    });
    assert(found !== null);
    assertStringIncludes(found, "it was edited after it was executed");
    assertStringIncludes(found, sentence);
  });
}

Deno.test("a value that was taken out for a secret is not compared", async () => {
  const params = { token: "[redacted token 1234]" };
  const source = `await track("penguins", { params: { token: "other" } })`;
  assertEquals(await why(source, { params }), null);
});

Deno.test("one of several calls is enough, and a call of another experiment is none", () => {
  using home = new Home();
  using journal = home.open();
  const run = opened(journal, { params: { k: 5 } });
  const other = `await track("seals", { params: { k: 5 } });`;
  assert(!confirms(other, run));
  assert(
    confirms(`${other}\nawait track("penguins", { params: { k: 5 } })`, run),
  );
});

Deno.test("a file that changed while a cell ran is taken only where the call tells which of the two was executed", async () => {
  const options = { params: { k: 5 } };
  const [after, before] = [5, 3].map((k) =>
    `await track("penguins", { params: { k: ${k} } })`
  ) as [string, string];
  assertEquals(await why(after, options, before), null);
  assertEquals(await why(after, options, after), null);
  for (
    const [now, then] of [
      // Both can have opened the run, and neither: what holds no call is no witness.
      [`${after}; // now`, after],
      ["const k = 5;", before],
    ] as const
  ) {
    const unknown = await why(now, options, then);
    assertStringIncludes(unknown ?? "", "which of the two was executed");
  }
});
