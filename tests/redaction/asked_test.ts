import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readBundle } from "../../src/record/bundle/read.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
  withAnswers,
} from "../../src/reproduce/reproduce.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { printed, writeBundle, type Written } from "../safety/bundles.ts";
import { placesOf, random } from "./support.ts";

const PLACEHOLDER = "[redacted key 7f3a09c2]";

/** A record from whose only cell a key was taken. */
const RECORD: Written = {
  cells: [{
    source:
      `const apiKey = "${PLACEHOLDER}"; console.log(apiKey.length, "for", apiKey)`,
    outputs: [printed(`28 for ${PLACEHOLDER}\n`)],
  }],
  manifest: (manifest) =>
    Object.assign(manifest, {
      redactions: [{
        where: "cell [1] source",
        kind: "key",
        placeholder: PLACEHOLDER,
        name: "apiKey",
      }],
    }),
};

async function asked(
  answer: string | null,
  options: Partial<ReproduceOptions>,
) {
  using home = temporary();
  using journal = journalIn(home.path);
  const questions: string[] = [];
  const bundle = await readBundle(await writeBundle(RECORD));
  const all = await withAnswers(bundle, {
    journal,
    cwd: home.path,
    askValue: (question) => (questions.push(question), Promise.resolve(answer)),
    ...options,
  });
  const { verdict, outcome } = await reproduceBundle(bundle, all);
  const outputs = JSON.stringify(outcome.replay?.cells[0]?.outputs);
  const places = answer === null || answer === ""
    ? []
    : await placesOf({ answer }, [home.path]);
  return { verdict, outputs, questions, places };
}

for (const sandbox of [true, false]) {
  Deno.test(
    `a redacted value is asked for, used and stored nowhere, ${
      sandbox ? "in the sandbox" : "in a plain replay"
    }`,
    async () => {
      const secret = random(28);
      const { verdict, outputs, questions, places } = await asked(secret, {
        sandbox,
      });
      assertEquals(questions.length, 1);
      assertStringIncludes(questions[0] ?? "", 'It is called "apiKey": ');
      assertStringIncludes(
        verdict.warnings.join("\n"),
        "cell [1] held a key; its value was typed",
      );
      assertStringIncludes(outputs, "28 for [redacted ");
      assert(!JSON.stringify(verdict).includes(secret));
      assertEquals(places, []);
    },
  );
}

Deno.test("without an answer a placeholder is executed in the value's place", async () => {
  for (const answer of ["", null]) {
    const { verdict, outputs } = await asked(answer, { sandbox: true });
    assertStringIncludes(
      verdict.warnings.join("\n"),
      "a placeholder was executed in its place",
    );
    assertStringIncludes(outputs, `${PLACEHOLDER.length} for`);
  }
});

Deno.test("nothing is asked where nobody can answer, or where a variable has the value", async () => {
  using home = temporary();
  using journal = journalIn(home.path);
  const bundle = await readBundle(await writeBundle(RECORD));
  const none = { journal, cwd: home.path };
  assertEquals((await withAnswers(bundle, none)).answers?.size, 0);
  Deno.env.set("API_KEY", random(28));
  try {
    let count = 0;
    const askValue = () => (count++, Promise.resolve(random(28)));
    await withAnswers(bundle, { ...none, askValue });
    assertEquals(count, 0);
    // A stranger's code has the variable only where it was granted.
    await withAnswers(bundle, { ...none, sandbox: true, askValue });
    assertEquals(count, 1);
  } finally {
    Deno.env.delete("API_KEY");
  }
});
