import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { IMPORT, Workspace } from "../recorder/support.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import type { Kind } from "./kinds.ts";
import { PRACTICE } from "./practice/mod.ts";
import { PUBLIC } from "./public/mod.ts";

/** With each test so many of the notebooks are tried; with `deno task notebooks` all are. */
const STEP = Deno.env.get("NBTRACK_TEST_EVERY_NOTEBOOK") === "1" ? 1 : 10;

async function reproduced(
  space: Workspace,
  run_id: string,
  env: Kind["env"],
  ...args: string[]
): Promise<Verdict> {
  const { stdout, stderr } = await space.nbtrack(
    ["reproduce", run_id, "--json", ...args],
    env,
  );
  assert(stdout !== "", stderr);
  return JSON.parse(stdout);
}

interface Expected {
  verdict: Verdict["verdict"];
  cause?: RegExp | undefined;
  chance?: RegExp | undefined;
}

function assertCame(
  came: Verdict,
  { verdict, cause, chance }: Expected,
): void {
  const whole = JSON.stringify(came, null, 1);
  assertEquals(came.verdict, verdict, whole);
  if (verdict === "REPRODUCED") return;
  if (chance !== undefined) {
    assertEquals(came.causes, [], whole);
    assert(came.warnings.some((text) => chance.test(text)), whole);
    return;
  }
  assert(cause !== undefined, "a verdict that is not REPRODUCED has a cause");
  assertEquals(came.causes.length, 1, whole);
  assertMatch(came.causes[0]?.what ?? "", cause, whole);
}

/** Records a notebook, and looks at both of its verdicts. */
async function bothWays(kind: Kind): Promise<void> {
  await using space = Workspace.make();
  for (const [name, text] of Object.entries(kind.files ?? {})) {
    const path = `${space.work}/${name}`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
  const data = kind.data === undefined ? "" : `, data: ${kind.data}`;
  const seed = kind.seed === undefined ? "" : `, seed: ${kind.seed}`;
  const front =
    `${IMPORT}\nconst run = await track("both ways", { quiet: true${data}${seed} });`;
  const path = space.notebook("kind.ipynb", [front, ...kind.cells]);
  const ran = await space.nbtrack(["run", path, "--allow-errors"], kind.env);
  assertEquals(ran.code, 0, ran.stderr);
  const [run] = space.journal.runs.list({ reproductions: false });
  assert(run !== undefined);
  const failed = space.journal.executions.list(run.session_id)
    .filter(({ status }) => status !== "ok");
  assertEquals(
    failed.length,
    kind.failing ?? 0,
    JSON.stringify(failed.map(({ source, status }) => [source, status])),
  );
  const { verdict = "REPRODUCED", cause, chance, env } = kind;
  const expected = { verdict, cause, chance };
  assertCame(await reproduced(space, run.run_id, env), expected);
  assertCame(
    await reproduced(space, run.run_id, env, "--sandbox"),
    kind.sandbox ?? expected,
  );
}

const ALL: readonly Kind[] = [...PUBLIC, ...PRACTICE];
for (const [index, kind] of ALL.entries()) {
  if (index % STEP !== 0) continue;
  Deno.test(`a notebook that ${kind.about} has its verdict, with the sandbox and without it`, () =>
    bothWays(kind));
}

Deno.test("the notebooks that are tried both ways have a name each", () => {
  assertEquals(new Set(ALL.map(({ about }) => about)).size, ALL.length);
});
