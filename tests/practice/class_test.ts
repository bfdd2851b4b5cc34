import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { nbtrack } from "../cli/nbtrack.ts";
import { Home, newDelivery, record, targetOf } from "../delivery/support.ts";
import { studentsLog, type WayIn } from "./class_load.ts";
import { openPage, serve, wayIn, write } from "./class_server.ts";

Deno.test("a class: each student logs with what the handout says and sees no other's runs, the teacher sees all, and tokens outlive the server", async () => {
  using home = new Home();
  using journal = home.open();
  const dir = home.path;
  await write(dir, {
    name: "Birds 101",
    students: ["Ada", "Ben"],
    lessons: ["01-first-run"],
  });
  let served = await serve(dir);
  assertEquals(served.handouts.length, 2);
  const [ada, ben] = await Promise.all(served.handouts.map(wayIn));
  assert(ada !== undefined && ben !== undefined);
  const handout = await Deno.readTextFile(served.handouts[0] ?? "");
  assertStringIncludes(handout, "<svg");
  assertStringIncludes(handout, "NBTRACK_ALLOW_HTTP=127.0.0.1");

  const run_id = record(journal, {
    experiment: "penguins",
    params: { k: "5" },
    metrics: { accuracy: [0.97] },
    tags: { "mlflow.source.name": "notebooks/01-first-run.ipynb" },
    artifacts: {
      "session.ipynb": JSON.stringify({
        cells: [{
          outputs: [{ output_type: "error", ename: "E", evalue: "x" }],
        }],
      }),
    },
  });
  const delivery = newDelivery(journal);
  assert(await delivery.deliver(run_id, targetOf(ada)));
  const read = async (by: WayIn, of: WayIn) => {
    const answer = await fetch(
      `${of.tracking_uri}/api/2.0/mlflow/experiments/list`,
      { headers: { authorization: `Bearer ${by.token}` } },
    );
    await answer.body?.cancel();
    return answer.status;
  };
  assertEquals(
    [await read(ada, ada), await read(ben, ada), await read(ada, ben)],
    [200, 404, 404],
  );
  assert(served.teacher !== null);
  assertEquals(await read(served.teacher, ada), 200);

  const page = await openPage(served);
  const { text } = await page("/class");
  assertStringIncludes(text, "2 students, 1 have begun");
  const path = await page("/class/ada");
  assertStringIncludes(path.text, "k=5");
  assertStringIncludes(path.text, "E: x");
  const replayed = await page("/class/ada?step=1");
  assertStringIncludes(replayed.text, "Run 1 of 1.");
  const csv = await page("/class.csv");
  assertStringIncludes(csv.text, "ada,Ada,01-first-run,1,0");
  assertEquals((await page("/class/cy")).status, 404);
  const stranger = await fetch(`${served.url}/class`);
  assertEquals(stranger.status, 403);
  await stranger.body?.cancel();
  const again = await fetch(served.page);
  assertEquals(again.status, 403, "the address opens it once");
  await again.body?.cancel();
  await served.stop();

  // No token is in what the server keeps.
  for await (const entry of Deno.readDir(`${dir}/class`)) {
    if (!entry.isFile) continue;
    const kept = new TextDecoder("latin1").decode(
      await Deno.readFile(`${dir}/class/${entry.name}`),
    );
    for (const { token } of [ada, ben, served.teacher]) {
      assert(!kept.includes(token), entry.name);
    }
  }
  await write(dir, { students: ["Ada", "Ben", "Cy"], see: "all" });
  served = await serve(dir, "--new-token", "ben");
  assertEquals(
    served.handouts.map((file) => file.split("/").at(-1)).toSorted(),
    ["ben.html", "cy.html"],
  );
  const at = (way: WayIn) => ({
    ...way,
    tracking_uri: served.url + new URL(way.tracking_uri).pathname,
  });
  assertEquals(
    [
      await read(ada, at(ada)),
      await read(ada, at(ben)),
      await read(ben, at(ben)),
    ],
    [200, 200, 401],
    "Ada sees all, and Ben's old token is worth nothing",
  );
  await served.stop();
});

Deno.test("a class that is written wrong, and options that exclude each other, are refused in a sentence", async () => {
  using home = new Home();
  const dir = home.path;
  await write(dir, { students: [] });
  const cases: [string[], string][] = [
    [["--class", "class.json"], "at least one student"],
    [["--class", "none.json"], "Cannot read the class"],
    [["--class", "class.json", "--config", "x.json"], "exclude each other"],
    [["--new-token", "ada"], "belong to --class"],
  ];
  for (const [args, says] of cases) {
    const { code, stderr } = await nbtrack(["serve", ...args], { home: dir });
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, says);
  }
});

Deno.test("a teacher who listens for the whole network is told what that opens, and handouts name the machine's address", async () => {
  using home = new Home();
  await write(home.path, { students: ["Ada"] });
  const served = await serve(home.path, "--host", "0.0.0.0", "--memory");
  const { tracking_uri } = await wayIn(served.handouts[0] ?? "");
  await served.stop();
  const said = await served.stderr;
  assertStringIncludes(said, "tokens and runs travel unencrypted");
  const { hostname } = new URL(tracking_uri);
  assert(hostname !== "0.0.0.0", tracking_uri);
  assertStringIncludes(said, hostname);
});

Deno.test("a teacher whom no student's machine reaches is told so before anything is printed, and gets handouts that do with --host", async () => {
  using home = new Home();
  await write(home.path, { students: ["Ada"] });
  const alone = await serve(home.path);
  const before = await wayIn(alone.handouts[0] ?? "");
  const handout = await Deno.readTextFile(alone.handouts[0] ?? "");
  await alone.stop();
  const said = await alone.stderr;
  assertStringIncludes(said, `Only this machine reaches ${alone.url}`);
  assertStringIncludes(said, "--host 0.0.0.0");
  assertStringIncludes(handout, "deno task nbtrack kernel install");
  assertStringIncludes(handout, "notebooks/");
  const open = await serve(home.path, "--host", "0.0.0.0");
  assertEquals(open.handouts, alone.handouts, "the same file, made anew");
  const after = await wayIn(open.handouts[0] ?? "");
  await open.stop();
  assert(after.token !== before.token && after.token !== "");
  assert(new URL(after.tracking_uri).hostname !== "127.0.0.1");
});

Deno.test("forty students who log at once lose nothing, while the teacher looks on", async () => {
  using home = new Home();
  const dir = home.path;
  const students = Array.from({ length: 40 }, (_, i) => `Student ${i}`);
  await write(dir, { students });
  const served = await serve(dir);
  const page = await openPage(served);
  const ways = await Promise.all(served.handouts.map(wayIn));
  const log = studentsLog(ways, { batches: 5, points: 10, pause_ms: 20 });
  await page("/class");
  const { took, points } = await log;
  assertEquals(took.length, 40 * 8);
  assertEquals(points, students.map(() => 50));
  await served.stop();
  // What the server has kept says the same to one that is started anew.
  const again = await serve(dir);
  const { text } = await (await openPage(again))("/class.csv");
  assertEquals(text.split(",1,0,").length - 1, 40, text);
  await again.stop();
});
