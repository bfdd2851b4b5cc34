import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

/** Waits until the journal has a number of executions, and gives the session's id. */
function executed(space: Workspace, cells: number): Promise<string> {
  return until(`${cells} cells`, () => {
    const [session] = space.journal.sessions.list();
    return session !== undefined &&
      space.journal.executions.count(session.session_id) === cells &&
      session.session_id;
  });
}

const adopt = (space: Workspace, ...args: string[]) =>
  space.nbtrack(["adopt", ...args, "--json"]);

async function show(space: Workspace, ...run: string[]): Promise<RunRecord> {
  const { stdout } = await space.nbtrack(["show", ...run, "--json"]);
  return JSON.parse(stdout);
}

Deno.test("a session is adopted between cells: while one is running it is refused, and what runs later is no part of the run", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  const go = `${space.folder}/go`;
  await front.execute("const a = 1;");
  await front.execute("throw new Error('once')");
  const going = front.execute(
    `for (;;) { try { Deno.statSync(${
      JSON.stringify(go)
    }); break; } catch { await new Promise((r) => setTimeout(r, 20)); } } console.log("gone on");`,
  );
  const id = await executed(space, 3);
  const refused = await adopt(space, id, "--experiment", "found");
  assertEquals(refused.code, 2, refused.stdout);
  assertStringIncludes(refused.stderr, "cell [3] is still running");
  assertStringIncludes(refused.stderr, "Wait for its end, or interrupt it");
  assertEquals(space.runs(), []);
  await Deno.writeTextFile(go, "");
  await going;
  const adopted = await adopt(space, id, "--experiment", "found");
  assertEquals(adopted.code, 0, adopted.stderr);
  const { run_id, status } = JSON.parse(adopted.stdout);
  assertEquals(status, "FINISHED");
  await front.execute("throw new Error('later')");
  await executed(space, 4);
  await front.shutdown();
  await space.finished();
  const shown = await show(space, run_id);
  assertEquals([shown.status, shown.failed_cell], ["FINISHED", undefined]);
  assertEquals(shown.cells.map((cell) => cell.status), ["ok", "error", "ok"]);
  const { stdout } = await space.nbtrack(["reproduce", run_id, "--json"]);
  assertEquals(JSON.parse(stdout).verdict, "REPRODUCED", stdout);
});

Deno.test("a session is adopted again only with more cells, which is said and names the first; the one adopted last is `last`", async () => {
  await using space = Workspace.make();
  const started = async (code: string) => {
    const front = await FrontEnd.start(space);
    await front.execute(code);
    return front;
  };
  await using older = await started("const older = 1;");
  const first = await executed(space, 1);
  await using newer = await started("const newer = 1;");
  const second = await until("another session", () => {
    const [session] = space.journal.sessions.list();
    return session !== undefined && session.session_id !== first &&
      session.session_id;
  });
  await executed(space, 1);
  const named = async (session: string, name: string) => {
    const { code, stdout, stderr } = await adopt(
      space,
      session,
      "--experiment",
      "adopted",
      "--name",
      name,
    );
    assertEquals(code, 0, stderr);
    const last = await show(space, "last", "--experiment", "adopted");
    assertEquals(last.name, name);
    assertEquals((await show(space, "last")).name, name);
    return { run_id: JSON.parse(stdout).run_id as string, stderr };
  };
  await named(second, "of the newer");
  const look = await named(first, "first look");
  assertEquals(look.stderr.includes("before"), false, look.stderr);
  const twin = await adopt(space, first, "--experiment", "elsewhere");
  assertEquals(twin.code, 2);
  assertStringIncludes(
    twin.stderr,
    `it is the run ${
      look.run_id.slice(0, 8)
    } ("first look" of adopted) already`,
  );
  assertEquals(JSON.parse(twin.stdout).error.hint !== "", true);
  assertEquals(space.runs().length, 2);
  await older.execute("older + 1");
  const again = await named(first, "second look");
  assertStringIncludes(
    again.stderr,
    `was made the run ${
      look.run_id.slice(0, 8)
    } ("first look" of adopted) before`,
  );
  assertEquals((await show(space, look.run_id)).cells.length, 1);
  assertEquals((await show(space, again.run_id)).cells.length, 2);
  await newer.shutdown();
});

Deno.test("adopt says in words that --experiment is missing", async () => {
  await using space = Workspace.make();
  const { code, stderr } = await space.nbtrack(["adopt", "ffff"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot adopt without --experiment.");
  assertEquals(stderr.includes("undefined"), false, stderr);
});
