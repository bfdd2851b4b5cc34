import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { addRun, type Wanted } from "../record/filled.ts";
import { CommandLine, practice, tokenOf, tracking } from "./command_line.ts";

const PROJECT = { id: 42, path: "lab/penguins", merge_requests: [3] };

/** A practice server with a merge request, and a journal with runs. */
async function setUp(...wanted: Wanted[]) {
  const server = await practice({ projects: [PROJECT] });
  const nbtrack = new CommandLine(tracking(server));
  using journal = Journal.open({
    redactor: standardRedaction,
    home: nbtrack.home,
  });
  return {
    server,
    nbtrack,
    runs: wanted.map((one) =>
      addRun(journal, { experiment: "penguins-knn", ...one })
    ),
    async notes(): Promise<{ id: number; body: string }[]> {
      const answer = await fetch(
        `${server.url}/api/v4/projects/42/merge_requests/3/notes`,
        { headers: { authorization: `Bearer ${tokenOf("write")}` } },
      );
      return await answer.json();
    },
    async [Symbol.asyncDispose]() {
      await nbtrack[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

Deno.test("compare puts two runs on a merge request, and brings the note up to date the next time; another experiment has its own", async () => {
  await using at = await setUp(
    { name: "before", params: { k: "5" }, metrics: { accuracy: [0.9] } },
    { name: "after", params: { k: "7" }, metrics: { accuracy: [0.95] } },
    { name: "later", params: { k: "9" }, metrics: { accuracy: [0.8] } },
    { name: "trees", experiment: "penguins-tree" },
  );
  const [before = "", after = "", later = "", trees = ""] = at.runs;
  const put = async (a: string, b: string, number: string) => {
    const { code, json, stderr } = await at.nbtrack.call(
      ["compare", a, b, "--merge-request", number],
    );
    assertEquals(code, 0, stderr);
    return json;
  };
  const first = await put(before, after, "3");
  const [note, ...others] = await at.notes();
  assertEquals(others, []);
  assertEquals(
    first.note,
    `${at.server.url}/lab/penguins/-/merge_requests/3#note_${note?.id}`,
  );
  assertEquals(first.params, [{ key: "k", values: ["5", "7"] }]);
  for (
    const line of [
      "Run `after` is `FINISHED`. It is compared with `before`, which is `FINISHED`.",
      "|  |  | `before` | this run | change |",
      "| param | `k` | `5` | `7` |  |",
      "| metric | `accuracy` | `0.9` | `0.95` | `+0.05` |",
    ]
  ) assert(note?.body.split("\n").includes(line), `${line}\n${note?.body}`);

  assertEquals((await put(before, later, "!3")).note, first.note);
  const [changed, ...more] = await at.notes();
  assertEquals([changed?.id, more], [note?.id, []]);
  assertStringIncludes(changed?.body ?? "", "| param | `k` | `5` | `9` |  |");
  await put(before, trees, "3");
  assertEquals((await at.notes()).length, 2);
});

Deno.test("a comparison that cannot be put on a merge request says why, and what to do", async () => {
  await using at = await setUp({}, {}, {});
  const [a = "", b = "", c = ""] = at.runs;
  const refused = async (
    args: string[],
    env: Record<string, string> = {},
  ) => {
    const { code, json } = await at.nbtrack.call(["compare", ...args], { env });
    assertEquals(code, 2, JSON.stringify(json));
    return `${json.error.message} ${json.error.hint}`;
  };
  const to = (number: string) => ["--merge-request", number];
  assertStringIncludes(
    await refused([a, b, c, ...to("3")]),
    "compares two runs with each other",
  );
  assertStringIncludes(await refused([a, b, ...to("main")]), "it is no number");
  assertStringIncludes(
    await refused([a, b, ...to("3")], { NBTRACK_OFFLINE: "1" }),
    "NBTRACK_OFFLINE is set",
  );
  assertStringIncludes(
    await refused([a, b, ...to("3")], { MLFLOW_TRACKING_URI: "" }),
    "No server is set.",
  );
  assertStringIncludes(
    await refused([a, b, ...to("4")]),
    "merge request !4",
  );
  assertEquals(await at.notes(), []);
});

Deno.test("what became known as a secret since a run was recorded is in no note", async () => {
  const secret = crypto.randomUUID().replaceAll("-", "x");
  await using at = await setUp(
    { name: "before", params: { k: "5" } },
    { name: `after ${secret}`, params: { k: `with ${secret}` } },
  );
  const [before = "", after = ""] = at.runs;
  const { code, stderr } = await at.nbtrack.call(
    ["compare", before, after, "--merge-request", "3"],
    { env: { SERVICE_PASSWORD: secret } },
  );
  assertEquals(code, 0, stderr);
  const [note] = await at.notes();
  assertStringIncludes(note?.body ?? "", "[redacted password ");
  assert(!note?.body.includes(secret), note?.body);
});
