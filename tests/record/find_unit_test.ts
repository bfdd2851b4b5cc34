import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  AmbiguousRunError,
  RunNotFoundError,
  UnknownNameError,
} from "../../src/record/errors.ts";
import { findLocal } from "../../src/record/find.ts";
import { addRun, emptyJournal } from "./filled.ts";

const FIRST = "3f2a9c01-1111-4000-8000-000000000000";
const SECOND = "3f2a9c02-2222-4000-8000-000000000000";
const THIRD = "77770000-3333-4000-8000-000000000000";

function filled() {
  const made = emptyJournal();
  addRun(made.journal, { run_id: FIRST, name: "quiet-heron-417" });
  addRun(made.journal, { run_id: SECOND, name: "brisk-auk-100" });
  addRun(made.journal, {
    run_id: THIRD,
    name: "brisk-auk-100",
    experiment: "seals",
  });
  return made;
}

Deno.test("a run is found by its id and by any unambiguous beginning of 4 or more characters", () => {
  using made = filled();
  assertEquals(findLocal(FIRST, made.journal), FIRST);
  assertEquals(findLocal("3f2a9c02", made.journal), SECOND);
  assertEquals(findLocal("3F2A9C02", made.journal), SECOND);
  assertEquals(findLocal("7777", made.journal), THIRD);
});

Deno.test("an ambiguous beginning names the runs it could mean", () => {
  using made = filled();
  const error = assertThrows(
    () => findLocal("3f2a", made.journal),
    AmbiguousRunError,
  );
  assertEquals(error.run_ids.toSorted(), [FIRST, SECOND]);
  assertStringIncludes(error.hint, "3f2a9c01 (quiet-heron-417 of penguins)");
});

Deno.test("a name is found within its experiment, and refused without it with the way on", () => {
  using made = filled();
  assertEquals(
    findLocal("brisk-auk-100", made.journal, { experiment: "seals" }),
    THIRD,
  );
  assertEquals(
    findLocal("brisk-auk-100", made.journal, { experiment: "penguins" }),
    SECOND,
  );
  addRun(made.journal, { name: "brisk-auk-100", reproduces: SECOND });
  assertEquals(
    findLocal("brisk-auk-100", made.journal, { experiment: "penguins" }),
    SECOND,
    "a reproduction takes the name from nobody",
  );
  const error = assertThrows(
    () => findLocal("quiet-heron-417", made.journal),
    RunNotFoundError,
  );
  assertStringIncludes(error.hint, '--experiment "penguins"');
  addRun(made.journal, { name: "brisk-auk-100" });
  assertThrows(
    () => findLocal("brisk-auk-100", made.journal, { experiment: "penguins" }),
    AmbiguousRunError,
  );
});

Deno.test("last is the newest run, of an experiment where one is named", () => {
  using made = emptyJournal();
  assertThrows(() => findLocal("last", made.journal), RunNotFoundError);
  const newest = addRun(made.journal, {
    experiment: "seals",
    run_id: "f0000000-0000-4000-8000-000000000000",
  });
  const penguin = addRun(made.journal, {
    run_id: "0f000000-0000-4000-8000-000000000000",
  });
  assertEquals(findLocal("last", made.journal), penguin);
  assertEquals(
    findLocal("last", made.journal, { experiment: "seals" }),
    newest,
  );
});

Deno.test("an unknown run names the nearest, and too short a beginning how much is needed", () => {
  using made = filled();
  const near = assertThrows(
    () => findLocal("3f2a9c03", made.journal),
    RunNotFoundError,
  );
  assertStringIncludes(near.hint, "Did you mean 3f2a9c0");
  const name = assertThrows(
    () => findLocal("quiet-heron-471", made.journal),
    RunNotFoundError,
  );
  assertStringIncludes(name.hint, "quiet-heron-417");
  for (const begun of ["quiet-hero", "quiet-heron", "Quiet-hreon", "quie"]) {
    const error = assertThrows(
      () => findLocal(begun, made.journal),
      RunNotFoundError,
    );
    assertStringIncludes(error.hint, "Did you mean 3f2a9c01", begun);
  }
  const other = assertThrows(
    () => findLocal("sunny-owl", made.journal),
    RunNotFoundError,
  );
  assertStringIncludes(other.hint, "the newest is");
  const short = assertThrows(
    () => findLocal("77", made.journal),
    RunNotFoundError,
  );
  assertStringIncludes(short.hint, "at least 4");
  const experiment = assertThrows(
    () => findLocal("last", made.journal, { experiment: "penguin" }),
    UnknownNameError,
  );
  assertEquals(experiment.hint, 'Did you mean "penguins"?');
});
