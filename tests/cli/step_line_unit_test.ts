import { assertEquals } from "@std/assert";
import { StepLine, stepText } from "../../src/cli/step_line.ts";

Deno.test("the line of a step has a bar where it is known how much there is, and never more columns than the terminal", () => {
  assertEquals(
    stepText("Cell 3 of 4", { done: 2, total: 4 }, 80),
    "██████████░░░░░░░░░░ Cell 3 of 4",
  );
  assertEquals(stepText("Delivering a", undefined, 80), "Delivering a");
  assertEquals(
    stepText("a\nb\u001b[2J", { done: 1, total: 0 }, 80).includes("\n"),
    false,
  );
  assertEquals(
    [...stepText("x".repeat(99), { done: 9, total: 4 }, 40)].length,
    39,
  );
});

Deno.test("a step is written over the one before, and taken away before anything else is written", () => {
  const written: string[] = [];
  const line = new StepLine((text) => written.push(text));
  line.clear();
  line.show("one");
  line.show("two");
  line.clear();
  line.clear();
  assertEquals(written, ["\r\x1b[2Kone", "\r\x1b[2Ktwo", "\r\x1b[2K"]);
});
