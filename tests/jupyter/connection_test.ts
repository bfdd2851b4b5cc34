import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionFileError,
  readConnectionFile,
  writeConnectionFile,
} from "../../src/jupyter/connection.ts";
import { withFolder } from "./support.ts";

Deno.test("a written connection file is read as it was written, for this user alone, with five ports nobody listens on", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/connection.json`;
    const written = writeConnectionFile(path);
    assertEquals(readConnectionFile(path), written);
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    }
    const ports = Object.entries(written)
      .filter(([name]) => name.endsWith("_port"))
      .map(([, port]) => Number(port));
    assertEquals(new Set(ports).size, 5);
    for (const port of ports) {
      Deno.listen({ hostname: written.ip, port }).close();
      assert(port < 32_768, `${port} may be given to an outgoing connection`);
    }
    assert(written.key.length >= 32);
  });
});

Deno.test("a connection file is not written over another", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/connection.json`;
    await Deno.writeTextFile(path, "mine");
    assertThrows(() => writeConnectionFile(path), ConnectionFileError, path);
    assertEquals(await Deno.readTextFile(path), "mine");
  });
});

Deno.test("a connection file that is missing or broken is one clear sentence", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/connection.json`;
    assertThrows(
      () => readConnectionFile(path),
      ConnectionFileError,
      `Cannot read the connection file ${path}`,
    );
    const good = writeConnectionFile(path);
    for (
      const [wrong, because] of [
        ["{", "Cannot read"],
        ["[]", "no usable ip"],
        ["null", "no usable ip"],
        [{ ...good, key: 5 }, "no usable key: 5"],
        [{ ...good, shell_port: 0 }, "no usable shell_port: 0"],
        [{ ...good, hb_port: "80" }, 'no usable hb_port: "80"'],
        [{ ...good, iopub_port: 70_000 }, "no usable iopub_port"],
        [{ ...good, transport: "ipc" }, 'no usable transport: "ipc"'],
        [{ ...good, signature_scheme: "md5" }, "signature_scheme"],
      ] as const
    ) {
      await Deno.writeTextFile(
        path,
        typeof wrong === "string" ? wrong : JSON.stringify(wrong),
      );
      const error = assertThrows(
        () => readConnectionFile(path),
        ConnectionFileError,
        because,
      );
      assert(error instanceof ConnectionFileError);
      assertEquals(error.path, path);
    }
  });
});
