import { assert, assertEquals } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { placesOf, random } from "./support.ts";

/** Records a notebook and reproduces it; returns the verdict and what was printed. */
async function reproduced(
  cells: readonly string[],
  env: Record<string, string>,
  options: {
    args?: string[];
    later?: Record<string, string>;
    elsewhere?: boolean;
  } = {},
): Promise<
  {
    // deno-lint-ignore no-explicit-any
    verdict: any;
    text: string;
    places: (secrets: Record<string, string>) => Promise<string[]>;
  } & AsyncDisposable
> {
  const workspace = Workspace.make();
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\n${cells[0]}`,
    ...cells.slice(1),
  ]);
  const ran = await workspace.nbtrack(["run", path, "--json"], env);
  const [run_id] = JSON.parse(ran.stdout).runs;
  const other = Workspace.make();
  const bundle = `${workspace.folder}/b.zip`;
  await workspace.nbtrack(["show", run_id, "--bundle", bundle]);
  const { elsewhere = false, later = env, args = [] } = options;
  const { stdout, stderr } = await (elsewhere ? other : workspace).nbtrack(
    ["reproduce", elsewhere ? bundle : run_id, "--trust", "--json", ...args],
    later,
  );
  assert(stdout.startsWith("{"), stdout + stderr);
  return {
    verdict: JSON.parse(stdout),
    text: stdout + stderr,
    places: (secrets) => placesOf(secrets, [workspace.home, other.home]),
    [Symbol.asyncDispose]: async () => {
      await workspace[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a run that printed a secret of the environment is REPRODUCED with it, and the secret is in no verdict", async () => {
  const secret = random(28);
  for (const elsewhere of [false, true]) {
    await using done = await reproduced(
      [
        `const run = await track("e", { quiet: true, tags: { a: "with " + Deno.env.get("DB_PASSWORD") } });`,
        `console.log("connecting with " + Deno.env.get("DB_PASSWORD"));\nDeno.env.get("DB_PASSWORD")`,
        `await run.logArtifact("a.txt", "x " + Deno.env.get("DB_PASSWORD")); run.logMetric("m", 1); await run.end();`,
      ],
      { DB_PASSWORD: secret },
      { elsewhere },
    );
    assertEquals(
      done.verdict.verdict,
      "REPRODUCED",
      JSON.stringify(done.verdict, null, 1),
    );
    assert(!done.text.includes(secret), done.text);
    assertEquals(await done.places({ secret }), []);
  }
});

Deno.test("that a secret is the same on another machine is not pretended: a warning of the verdict says that nothing shows it", async () => {
  for (const elsewhere of [false, true]) {
    await using done = await reproduced(
      [
        `const run = await track("e", { quiet: true }); 1;`,
        `console.log("connecting with " + Deno.env.get("DB_PASSWORD")); run.logMetric("m", 1); await run.end();`,
      ],
      { DB_PASSWORD: random(28) },
      {
        elsewhere,
        ...elsewhere ? { later: { DB_PASSWORD: random(28) } } : {},
      },
    );
    assertEquals(done.verdict.verdict, "REPRODUCED");
    const unproved: string[] = done.verdict.warnings.filter((one: string) =>
      one.includes("nothing shows that it is the same")
    );
    assertEquals(unproved.length, elsewhere ? 1 : 0, done.text);
    if (elsewhere) assert(unproved[0]?.includes("cell [2]"), done.text);
  }
});

Deno.test("a value that was redacted in a cell is taken from the variable of the same name", async () => {
  const secret = random(28);
  const cells = [
    `const run = await track("e", { quiet: true });`,
    `const apiKey = "${secret}";\nrun.logMetric("length", apiKey.length); await run.end();`,
  ];
  await using without = await reproduced(cells, {});
  assertEquals(without.verdict.verdict, "DRIFTED");
  assert(
    // deno-lint-ignore no-explicit-any
    without.verdict.warnings.some((w: any) => w.includes("API_KEY")),
    JSON.stringify(without.verdict.warnings),
  );
  await using done = await reproduced(cells, {}, {
    later: { API_KEY: secret },
  });
  assertEquals(
    done.verdict.verdict,
    "REPRODUCED",
    JSON.stringify(done.verdict, null, 1),
  );
  assertEquals(await done.places({ secret }), []);
});
