import { assert, assertEquals } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { CommandLine, practice, tracking } from "./command_line.ts";
import { projectIn } from "../reproduce/recorded.ts";

const TRACK = 'import { track } from "@nbtrack/nbtrack";\n';

Deno.test("a run is reproduced from its page on the server, and the new run is delivered with its verdict", async () => {
  await using server = await practice();
  const env = tracking(server);
  await using here = new CommandLine(env);
  const folder = `${here.dir}/project`;
  projectIn(folder, {
    "lesson.ipynb": notebookJson([
      `${TRACK}const run = await track("lesson", { params: { k: 3 }, data: "sonnet.txt" });`,
      'run.logMetric("letters", (await Deno.readTextFile("sonnet.txt")).length); await run.end();',
    ]),
  });
  const ran = await here.call(["run", `${folder}/lesson.ipynb`]);
  assertEquals(ran.code, 0, ran.stdout);
  const shown = await here.call(["show", "last"]);
  assertEquals(shown.json.delivery.state, "delivered", shown.stdout);

  await using there = new CommandLine(env);
  const refused = await there.call(["reproduce", shown.json.delivery.url]);
  assertEquals(refused.code, 2, refused.stdout);
  const again = await there.call([
    "reproduce",
    shown.json.delivery.url,
    "--trust",
  ]);
  assertEquals(
    [again.code, again.json.verdict],
    [0, "REPRODUCED"],
    again.stdout,
  );
  assertEquals(again.json.of, shown.json.run_id);
  const repeated = await there.call(["show", again.json.run_id]);
  assertEquals(repeated.json.delivery.state, "delivered", repeated.stdout);
  const remote = await there.call(["show", repeated.json.delivery.url]);
  assertEquals(
    remote.json.tags["nbtrack.verdict"],
    "REPRODUCED",
    remote.stdout,
  );
  assert(
    remote.json.artifacts.some((a: { path: string }) =>
      a.path === "verdict.json"
    ),
    remote.stdout,
  );
});
