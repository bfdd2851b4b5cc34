import { assertEquals } from "@std/assert";
import { taskName } from "../../src/cli/call_name.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { asCalled } from "../../src/cli/output.ts";

Deno.test("in a task, messages write every command as that task is called, and prose stays as it is", () => {
  const before = Deno.env.get("INIT_CWD");
  Deno.env.set("INIT_CWD", Deno.cwd());
  try {
    for (const name of Object.keys(COMMANDS)) {
      assertEquals(
        asCalled(`Run \`nbtrack ${name}\`.`),
        `Run \`${taskName()} ${name}\`.`,
      );
    }
    for (
      const text of [
        "deno task nbtrack runs",
        "nbtrack keeps it",
        "jsr:@nbtrack/nbtrack run",
        "~/nbtrack show",
      ]
    ) assertEquals(asCalled(text), text);
  } finally {
    if (before === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", before);
  }
});
