import { assertEquals } from "@std/assert";
import { recordWarnings } from "../../src/reproduce/record_warnings.ts";
import { keepVariables, variablesSet } from "../../src/record/variables.ts";
import { Home, newRun } from "../journal/support.ts";

const NAMES = ["UNSET_THEN_TOO", "SET_BY_A_CELL", "SET_THEN_ONLY"] as const;

Deno.test("of variables that are not set here those are named that were set where the run was recorded, and not by its cells", () => {
  const sources = [
    `Deno.env.set("${NAMES[1]}", "1"); Deno.env.get("${NAMES[1]}");`,
    `Deno.env.get("${NAMES[0]}") ?? process.env.${NAMES[2]}`,
  ];
  using home = new Home();
  using journal = home.open();
  const run = { run_id: newRun(journal) };
  Deno.env.set(NAMES[2], "then");
  try {
    keepVariables(journal, run.run_id, { env_names: [], sources });
  } finally {
    Deno.env.delete(NAMES[2]);
  }
  const manifest = {
    cells: [],
    missing: [],
    models: [],
    hidden_state: [],
    env_names: [],
    run,
  };
  const bundle = {
    manifest,
    cells: sources.map((source) => ({ source })),
  } as unknown as Parameters<typeof recordWarnings>[0];
  assertEquals(recordWarnings(bundle, journal), [
    `the run read environment variables that are not set here: ${NAMES[2]}`,
  ]);
  assertEquals(
    [...variablesSet([
      'process.env.A = "1"; process.env["B"] ??= "2"; process.env.C === 3',
    ])],
    ["A", "B"],
  );
});
