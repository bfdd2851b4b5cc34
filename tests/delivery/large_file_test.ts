import { assert, assertEquals } from "@std/assert";
import { Child, ServerProcess } from "./processes.ts";
import { newToken } from "./practice.ts";
import { end, Home, put, record } from "./support.ts";

Deno.test("a file of 300 MB is sent without being held in memory", async () => {
  using home = new Home();
  using journal = home.open();
  const token = newToken();
  const sparse = `${home.path}/large.bin`;
  await Deno.writeFile(sparse, new Uint8Array());
  await Deno.truncate(sparse, 300_000_000);
  const run_id = record(journal, { open: true });
  put(journal, run_id, "large.bin", { file: sparse });
  end(journal, run_id);
  const server = new ServerProcess(`${home.path}/server`, token);
  await server.start();
  const child = new Child("deliver.ts", [
    home.path,
    run_id,
    server.tracking_uri,
    token,
  ]);
  try {
    const { done, rise, error } = JSON.parse(await child.line());
    assertEquals([done, error], [true, null]);
    assert(rise < 100_000_000, `memory rose by ${rise} bytes`);
  } finally {
    await child.kill();
    await server.kill();
  }
});
