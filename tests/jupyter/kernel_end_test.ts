import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  isKernelDiedError,
  type Kernel,
  KernelDiedError,
  startKernel,
} from "../../src/jupyter/kernel.ts";
import { identify, isAlive } from "../../src/base/process_identity.ts";
import { exists, withFolder, withKernel } from "./support.ts";

async function diesOf(kernel: Kernel, code: string): Promise<KernelDiedError> {
  const error = await assertRejects(
    () => kernel.execute(code),
    KernelDiedError,
  );
  assert(isKernelDiedError(error));
  return error;
}

Deno.test("an endless loop is interrupted when its time is over, and the kernel goes on with all it knows", async () => {
  await withKernel(async (kernel) => {
    await kernel.execute("const kept = 42;");
    const reply = await kernel.execute("console.log('on'); for (;;) {}", {
      timeout_ms: 2000,
    });
    assert(reply.timedOut);
    assertEquals([reply.status, reply.ename], ["error", "TimeoutError"]);
    assertEquals(reply.outputs.map((o) => o.output_type), ["stream", "error"]);
    assert(reply.evalue?.includes("2 s"));
    const next = await kernel.execute("console.log(kept)");
    assertEquals(next.outputs, [
      { output_type: "stream", name: "stdout", text: "42\n" },
    ]);
    assert(!next.timedOut);
  });
});

Deno.test("a cell is interrupted by a call or a signal; one that has not started is not executed", async () => {
  await withKernel(async (kernel) => {
    const started = Promise.withResolvers<void>();
    const code = "console.log('on'); for (;;) {}";
    const running = kernel.execute(code, { onOutput: () => started.resolve() });
    const stop = new AbortController();
    const waiting = kernel.execute("console.log('never')", {
      signal: stop.signal,
    });
    await started.promise;
    stop.abort();
    await kernel.interrupt();
    const reply = await running;
    assertEquals([reply.status, reply.ename], ["error", "InterruptError"]);
    assert(!reply.timedOut);
    const never = await waiting;
    assertEquals([never.status, never.outputs], ["aborted", []]);

    const stopLater = new AbortController();
    const signalled = await kernel.execute(code, {
      signal: stopLater.signal,
      onOutput: () => stopLater.abort(),
    });
    assertEquals(signalled.ename, "InterruptError");
    assertEquals((await kernel.execute("1")).execution_count, 3);
  });
});

Deno.test("a cell that cannot be interrupted takes its kernel with it, and what it had shown is kept", async () => {
  await withKernel(async (kernel) => {
    const error = await assertRejects(
      () =>
        kernel.execute("console.log('on'); await new Promise(() => {})", {
          timeout_ms: 2000,
          grace_ms: 200,
        }),
      KernelDiedError,
      "did not stop when it was interrupted",
    );
    assert(isKernelDiedError(error) && error.timedOut);
    assertEquals(error.signal, "SIGKILL");
    assertEquals(error.outputs, [
      { output_type: "stream", name: "stdout", text: "on\n" },
    ]);
  });
});

Deno.test("whoever ends all of it by a signal does not wait for a cell that cannot be interrupted", async () => {
  let error: unknown = null;
  // An interrupt that comes before the cell waits ends the cell alone.
  for (let attempt = 0; attempt < 10 && error === null; attempt++) {
    await withKernel(async (kernel) => {
      const stop = new AbortController();
      try {
        const { ename } = await kernel.execute(
          "console.log('on'); await new Promise(() => {})",
          {
            signal: stop.signal,
            grace_ms: 3_600_000,
            onOutput: () => stop.abort(),
          },
        );
        assertEquals(ename, "InterruptError");
      } catch (cause) {
        error = cause;
      }
    });
  }
  assert(isKernelDiedError(error) && !error.timedOut, String(error));
  assertStringIncludes(error.message, "did not stop when it was interrupted");
});

Deno.test("a cell that exits ends the kernel with its code, and later cells fail alike", async () => {
  await withKernel(async (kernel) => {
    const error = await diesOf(kernel, "console.log('bye'); Deno.exit(3)");
    assertEquals([error.exitCode, error.signal, error.timedOut], [
      3,
      null,
      false,
    ]);
    assert(error.message.includes("code 3"));
    assertEquals((await diesOf(kernel, "1 + 1")).exitCode, 3);
    assertEquals((await kernel.exited).code, 3);
    assertEquals((await kernel.shutdown()).code, 3);
    await kernel.interrupt();
  });
});

Deno.test("a kernel that is killed in the middle of a cell is a KernelDiedError with its signal", async () => {
  await withKernel(async (kernel) => {
    const started = Promise.withResolvers<void>();
    const running = assertRejects(
      () =>
        kernel.execute("console.log('on'); for (;;) {}", {
          onOutput: () => started.resolve(),
        }),
      KernelDiedError,
      "SIGKILL",
    );
    await started.promise;
    Deno.kill(kernel.pid, "SIGKILL");
    const error = await running;
    assert(isKernelDiedError(error));
    assertEquals([error.signal, error.outputs.length], ["SIGKILL", 1]);
  });
});

Deno.test("shutting down ends the process and removes its connection file, also while a cell is executed", async () => {
  for (const prompt of [false, true]) {
    await withKernel(async (kernel) => {
      const identity = identify(kernel.pid);
      assert(identity !== null && isAlive(identity));
      assert(exists(kernel.connectionFile));
      const started = Promise.withResolvers<void>();
      const running = assertRejects(
        () =>
          kernel.execute("console.log('on'); for (;;) {}", {
            onOutput: () => started.resolve(),
          }),
        KernelDiedError,
      );
      await started.promise;
      const status = await kernel.shutdown({ prompt });
      await running;
      if (!prompt) assert(status.success);
      assert(!isAlive(identity));
      assert(!exists(kernel.connectionFile));
    });
  }
});

Deno.test("a kernel goes at the end of its block, with the connection file it was given", async () => {
  await withFolder(async (folder) => {
    const connectionFile = `${folder}/mine.json`;
    let pid = 0;
    {
      await using kernel = await startKernel({ cwd: folder, connectionFile });
      pid = kernel.pid;
      assertEquals(kernel.connectionFile, connectionFile);
      if (Deno.build.os !== "windows") {
        assertEquals(Deno.statSync(connectionFile).mode! & 0o777, 0o600);
      }
      const { outputs } = await kernel.execute("console.log(Deno.cwd())");
      assertEquals(outputs.length, 1);
    }
    assertEquals(identify(pid), null);
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
