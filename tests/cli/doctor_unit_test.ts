import { assertEquals, assertStringIncludes } from "@std/assert";
import { KernelStartError } from "../../src/jupyter/kernel_errors.ts";
import { denoCheck, kernelFault } from "../../src/setup/doctor_machine.ts";

Deno.test("kernels of Deno 2.8.0 to 2.8.x are said to have known faults, those before and after are not", () => {
  for (
    const [deno, state, faults] of [
      ["2.7.14", "warn", false],
      ["2.8.0", "warn", true],
      ["2.8.3", "warn", true],
      ["2.9.0", "ok", false],
      ["2.10.1", "ok", false],
      ["2.80.0", "ok", false],
      ["3.8.0", "ok", false],
    ] as const
  ) {
    const check = denoCheck(deno);
    assertEquals(check.state, state, deno);
    assertStringIncludes(check.message, `Deno ${deno}`);
    assertEquals(check.message.includes("known faults"), faults, deno);
    assertEquals(
      check.hint,
      state === "warn" ? "Run `deno upgrade`." : null,
      deno,
    );
  }
});

Deno.test("a kernel that does not answer is laid to Deno 2.8 where that is the reason", () => {
  const error = new KernelStartError("Cannot start a Deno kernel", {
    hint: "Run `deno jupyter` to see whether the kernel works.",
  });
  assertEquals(
    kernelFault(error, "2.8.0").hint,
    "Run `deno upgrade`: kernels of Deno 2.8.0 have known faults.",
  );
  assertEquals(
    kernelFault(error, "2.9.6").hint,
    "Run `deno jupyter` to see whether the kernel works.",
  );
});
