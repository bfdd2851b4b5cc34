/** Errors: their names, their details, and how another copy of the module recognises them. */
import { assert, assertEquals } from "@std/assert";
import {
  DetailedError,
  isNbtrackError,
  NbtrackError,
  recogniser,
} from "../../src/base/errors.ts";

class StoreError extends DetailedError<{ path: string }> {}
class StoreLockedError extends StoreError {}
const isStoreError = recogniser(StoreError);

Deno.test("an error has the name of its class, and its details as members", () => {
  const cause = new Error("disk");
  const error = new StoreError("Cannot read it.", {
    path: "/a",
    hint: "Mend it.",
    cause,
  });
  assertEquals(
    [error.name, error.message, error.path, error.hint, error.cause],
    ["StoreError", "Cannot read it.", "/a", "Mend it.", cause],
  );
  assert(error instanceof NbtrackError);
  assertEquals(Object.keys(error).sort(), ["hint", "name", "path"]);
});

Deno.test("an error without a hint has an empty one, and one without a cause none", () => {
  const error = new StoreError("Cannot read it.", { path: "/a" });
  assertEquals(error.hint, "");
  assert(!("cause" in error));
});

Deno.test("an error of another copy of the module is recognised, another class is not", async () => {
  const copy: typeof import("../../src/base/errors.ts") = await import(
    `${import.meta.resolve("../../src/base/errors.ts")}#copy`
  );
  const theirs = new (class StoreError extends copy.NbtrackError {})("No.");
  assert(!(theirs instanceof NbtrackError));
  assert(isNbtrackError(theirs) && isStoreError(theirs));
  assert(!isStoreError(new StoreLockedError("No.", { path: "/a" })));
  assert(
    !isStoreError(Object.assign(new Error("No."), { name: "StoreError" })),
  );
});
