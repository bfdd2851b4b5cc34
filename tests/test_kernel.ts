/**
 * The kernel that cells of tests are executed in: Deno's own, or with `NBTRACK_TEST_KERNEL=tracked` the tracked one, by
 * the program behind its kernelspec.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { startKernel } from "../src/jupyter/kernel.ts";
import {
  FrontEndKernel,
  type FrontEndKernelOptions,
  type TestKernel,
} from "./front_end_kernel.ts";

/** The program behind the kernelspec "Deno (nbtrack)". */
export const TRACKED_PROGRAM = fileURLToPath(
  new URL("../src/kernel/main.ts", import.meta.url),
);

/** Whether the tests drive the tracked kernel. */
export const TRACKED = tracked(Deno.env.get("NBTRACK_TEST_KERNEL"));

/** Starts the kernel as a front end does, which knows nothing of nbtrack. */
export function startTestKernel(
  options: FrontEndKernelOptions,
): Promise<TestKernel> {
  return TRACKED
    ? FrontEndKernel.start({
      ...options,
      denoArgs: ["run", "-A", "--quiet", TRACKED_PROGRAM],
    })
    : startKernel(options);
}

function tracked(kernel = "plain"): boolean {
  if (kernel === "plain" || kernel === "tracked") return kernel === "tracked";
  throw new Error(
    `NBTRACK_TEST_KERNEL is ${kernel}; it has to be plain or tracked.`,
  );
}
