import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LESSON_CHECK, LESSON_COMMAND } from "../../src/base/media_types.ts";
import { answerIn } from "./answer_runs.ts";

Deno.test("lesson 10's way leads a student without a GitLab to a note on the merge request, which compares the two runs", async () => {
  const outputs = await answerIn("10-right.ipynb", {
    then: [`const answer = await fetch(
  \`\${server.url}/api/v4/projects/1/merge_requests/1/notes\`,
  { headers: { authorization: \`Bearer \${server.token}\` } },
);
console.log(await answer.text());`],
  });
  const shown = (type: string) =>
    outputs.flatMap(({ data }) => {
      const all = (data ?? {}) as Record<string, unknown>;
      return type in all ? [all] : [];
    }).at(-1) ?? {};
  const compared = String(shown(LESSON_COMMAND)["text/plain"]);
  const [, id] =
    /The note on merge request !1: http:\/\/127\.0\.0\.1:\d+\/practice\/project\/-\/merge_requests\/1#note_(\d+)$/
      .exec(compared) ?? [];
  assert(id !== undefined, compared);
  const check = shown(LESSON_CHECK)[LESSON_CHECK] as { holds: boolean };
  assertEquals(check.holds, true);
  const notes = JSON.parse([outputs.at(-1)?.["text"]].flat().join("")) as {
    id: number;
    body: string;
  }[];
  assertEquals(notes.map((note) => note.id), [Number(id)]);
  const body = notes[0]?.body ?? "";
  assertStringIncludes(body, "| param | `scale` | `plain` | `log` |");
  assertStringIncludes(body, "| metric | `wrong_by` | `4.86663` |");
  const links = body.match(
    /\]\(http:\/\/127\.0\.0\.1:\d+\/practice\/project\/-\/ml\/candidates\/\d\)/g,
  );
  assertEquals(links?.length, 2, body);
});
