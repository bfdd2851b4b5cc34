import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  KernelDiedError,
  KernelStartError,
  startKernel,
} from "../../src/jupyter/kernel.ts";
import { identify, isAlive } from "../../src/base/process_identity.ts";
import { exists, withFolder, withKernel } from "./support.ts";
import { until } from "../until.ts";

const SLEEPER = "setTimeout(() => {}, 1e8)";

Deno.test("a kernel has the environment it was given", async () => {
  await withKernel(async (kernel) => {
    const { outputs } = await kernel.execute(
      `console.log(Deno.env.get("NBTRACK_TEST_WORD"), Math.random())`,
    );
    const again = await kernel.execute("console.log(1)");
    assertEquals(again.status, "ok");
    const [output] = outputs;
    assert(
      output?.output_type === "stream" &&
        String(output.text).startsWith("penguin 0."),
    );
  }, { env: { NBTRACK_TEST_WORD: "penguin" } });
});

Deno.test("a kernel in another folder finds the certificate file that is meant from this one", async () => {
  const before = Deno.env.get("DENO_CERT");
  Deno.env.set("DENO_CERT", "certs/ca.pem");
  try {
    await withKernel(async (kernel) => {
      const { outputs } = await kernel.execute(
        `console.log(Deno.env.get("DENO_CERT"))`,
      );
      const [output] = outputs;
      assert(output?.output_type === "stream");
      assertEquals(
        String(output.text).trim(),
        `${Deno.cwd()}/certs/ca.pem`,
      );
    });
  } finally {
    if (before === undefined) Deno.env.delete("DENO_CERT");
    else Deno.env.set("DENO_CERT", before);
  }
});

Deno.test("what is no Deno, no folder or no kernel is one clear sentence, and leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    await assertRejects(
      () => startKernel({ cwd: folder, denoPath: `${folder}/no-deno` }),
      KernelStartError,
      "Cannot start a Deno kernel with",
    );
    await assertRejects(
      () => startKernel({ cwd: `${folder}/no-folder` }),
      KernelStartError,
      "no-folder",
    );
    const connectionFile = `${folder}/k.json`;
    const error = await assertRejects(
      () =>
        startKernel({
          cwd: folder,
          connectionFile,
          denoArgs: [
            "eval",
            "console.error('out of penguins'); Deno.exit(4)",
          ],
        }),
      KernelDiedError,
      "it ended with code 4. out of penguins",
    );
    assertEquals(error.exitCode, 4);
    assertEquals([...Deno.readDirSync(folder)], []);
    await Deno.writeTextFile(`${folder}/deno.json`, "{broken");
    const broken = await assertRejects(
      () => startKernel({ cwd: folder }),
      KernelDiedError,
      "Failed deserializing config file",
    );
    assert(!/backtrace/i.test(broken.message), broken.message);
  });
});

Deno.test("a kernel that does not answer in time, or is no longer wanted, is ended", async () => {
  await withFolder(async (folder) => {
    await assertRejects(
      () =>
        startKernel({
          cwd: folder,
          timeout_ms: 300,
          denoArgs: ["eval", SLEEPER],
        }),
      KernelStartError,
      "did not answer within 0.3 s",
    );
    const stop = new AbortController();
    const starting = assertRejects(
      () => startKernel({ cwd: folder, signal: stop.signal }),
      KernelStartError,
      "it was stopped",
    );
    stop.abort();
    await starting;
  });
});

Deno.test("a process that a signal ends takes its kernels with it", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await withFolder(async (folder) => {
    const kernelModule = new URL(
      "../../src/jupyter/kernel.ts",
      import.meta.url,
    );
    const script = `
      import { startKernel } from "${kernelModule.href}";
      const options = { cwd: ${JSON.stringify(folder)}, killOnExit: true };
      const kernels = await Promise.all([startKernel(options), startKernel(options)]);
      console.log(JSON.stringify(kernels.map((k) => [k.pid, k.connectionFile])));
      await kernels[0].execute("for (;;) {}");
    `;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "-"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      await new Blob([script]).stream().pipeTo(child.stdin);
      const reader = child.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      const { value } = await reader.read();
      const kernels = JSON.parse(String(value)) as [number, string][];
      const identities = kernels.map(([pid]) => identify(pid));
      assertEquals(identities.map((id) => id !== null && isAlive(id)), [
        true,
        true,
      ]);
      child.kill(signal);
      assertEquals((await child.status).code, signal === "SIGTERM" ? 143 : 130);
      await reader.cancel();
      for (const [i, [, file]] of kernels.entries()) {
        const identity = identities[i];
        // The end of a process that is not a child is not reported.
        await until(
          "the kernel's end",
          () =>
            identity === null || identity === undefined || !isAlive(identity),
        );
        assert(!exists(file));
      }
    }
  });
});
