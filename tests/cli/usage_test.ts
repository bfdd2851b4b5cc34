import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { assertSnapshot } from "../snapshot.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { nbtrack, nbtrackJson } from "./nbtrack.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const NAMES = Object.keys(COMMANDS);
const PAGE = new URL("../../docs/command-line.md", import.meta.url);
const HEAD = `# The command line

What \`--help\` says of each command. \`--json\` prints one JSON document on stdout, progress and messages go to stderr; the exit code is 0 for yes, 1 for a finding (a cell failed, drifted, something undelivered), 2 for wrong use or an environment that cannot work.`;

const fenced = (text: string) => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;

Deno.test("nbtrack --help names every command, and each command's help ends with an example", async () => {
  using made = emptyJournal();
  const { code, stdout, stderr } = await nbtrack(["--help"], made);
  assertEquals([code, stderr], [0, ""]);
  for (const name of NAMES) {
    assertMatch(stdout, new RegExp(`^  ${name} `, "m"));
  }
  await assertSnapshot(SNAPSHOTS, "help", stdout);
  const changed: string[] = [];
  const page = [HEAD, fenced(stdout)];
  for (const name of NAMES) {
    const help = await nbtrack([name, "--help"], made);
    assertEquals([help.code, help.stderr], [0, ""]);
    assertMatch(help.stdout, new RegExp(`Example:\n  nbtrack ${name}\\b`));
    assertStringIncludes(help.stdout, "--json");
    await assertSnapshot(SNAPSHOTS, `help-${name}`, help.stdout).catch((
      error,
    ) => changed.push(error.message));
    page.push(`## ${name}`, fenced(help.stdout));
  }
  assertEquals(changed, []);
  const text = `${page.join("\n\n")}\n`;
  if (Deno.env.get("NBTRACK_WRITE_SNAPSHOTS") === "1") {
    await Deno.writeTextFile(PAGE, text);
  }
  assertEquals(await Deno.readTextFile(PAGE), text);
});

Deno.test("each command says in one document what is wrong with an option that it does not have", async () => {
  using made = emptyJournal();
  for (const name of NAMES) {
    const needed = name === "register" ? ["--model", "knn"] : [];
    const args = [name, ...needed, "--no-such-option", "--json"];
    const { code, stdout, stderr } = await nbtrack(args, made);
    assertEquals(code, 2, name);
    assertEquals(Object.keys(JSON.parse(stdout)), ["error"], name);
    assertStringIncludes(stderr, "--no-such-option", name);
  }
});

Deno.test("nbtrack --version prints the version of deno.json", async () => {
  using made = emptyJournal();
  const config = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const { code, stdout } = await nbtrack(["--version"], made);
  assertEquals([code, stdout.trim()], [0, config.version]);
});

Deno.test("wrong use ends with 2, at most three lines on stderr and the nearest known name", async () => {
  using made = emptyJournal();
  addRun(made.journal, {
    run_id: "3f2a9c01-0000-4000-8000-000000000000",
    name: "quiet-heron-417",
  });
  const cases: [args: string[], says: string][] = [
    [["shwo"], "show"],
    [["shwo", "--help"], "show"],
    [["show", "last", "--bundle", "missing/run.zip"], "missing/run.zip"],
    [["runs", "--filtr", "x"], "--filter"],
    [["show"], "--help"],
    [["show", "3f2a9c02"], "3f2a9c01"],
    [
      ["show", "quiet-heron-147", "--experiment", "penguins"],
      "quiet-heron-417",
    ],
    [["runs", "--experiment", "pinguins"], "penguins"],
    [["runs", "--limit", "0"], "--limit"],
    [["runs", "--limit", "many"], "--limit"],
    [["runs", "--filter", "metrics.loss <"], "At 15"],
    [["runs", "--sort", "speed"], "metrics.speed"],
    [["compare", "last"], "two or more"],
    [["show", "last", "--metric", "loss"], "loss"],
    [["show", "last", "--output", "x"], "--artifact"],
    [["show", "https://host.invalid/no/run"], "candidates"],
    [["fingerprint", "missing.csv"], "missing.csv"],
    [["serve", "--memory", "--data", "x"], "--memory"],
    [["serve", "--config", "missing.json"], "missing.json"],
    [["init", "a", "b"], "init"],
  ];
  const ended = await Promise.all(cases.map(([args]) => nbtrack(args, made)));
  for (const [i, { code, stdout, stderr }] of ended.entries()) {
    const [args, says] = cases[i] ?? [[], ""];
    const where = `${args.join(" ")}: ${stderr}`;
    assertEquals([code, stdout], [2, ""], where);
    assertStringIncludes(stderr, says, where);
    assert(stderr.trimEnd().split("\n").length <= 3, where);
    assert(!/^\s+at /m.test(stderr), where);
  }
});

Deno.test("with --json an error is one document with message and hint, and ends with 2", async () => {
  using made = emptyJournal();
  for (
    const args of [["show", "last"], ["runs", "--filtr", "x"], ["nothing"], []]
  ) {
    const document = await nbtrackJson(args, { ...made, code: 2 }) as {
      error: { message: string; hint: string };
    };
    assertEquals(Object.keys(document), ["error"]);
    assert(document.error.message.length > 0);
    assert(document.error.hint.length > 0);
  }
});

Deno.test("a stack trace is shown only with NBTRACK_DEBUG=1", async () => {
  using made = emptyJournal();
  const { stderr } = await nbtrack(["show", "last"], {
    ...made,
    env: { NBTRACK_DEBUG: "1" },
  });
  assertMatch(stderr, /^\s+at /m);
});

Deno.test("nbtrack alone shows its help on stderr and ends with 2", async () => {
  using made = emptyJournal();
  const { code, stdout, stderr } = await nbtrack([], made);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "Usage: nbtrack");
});

Deno.test("a journal that is damaged is refused in one sentence", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${home}/journal.db`,
      "this is no database, and long enough to be looked at".repeat(20),
    );
    const document = await nbtrackJson(["runs"], { home, code: 2 }) as {
      error: { message: string };
    };
    assertStringIncludes(document.error.message, "damaged");
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
