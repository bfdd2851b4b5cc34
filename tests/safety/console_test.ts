import { assertEquals } from "@std/assert";
import { reproduceWritten } from "./bundles.ts";

Deno.test("console as a cell's value is shown in the sandbox as a kernel shows it", async () => {
  const shown = async (sandbox: boolean) => {
    const { outcome } = await reproduceWritten({
      cells: [
        "console",
        `Object.entries(console).map(([name, value]) => [name, typeof value, value.name, value.length].join(" ")).join("\\n")`,
      ],
    }, { sandbox, trust: true });
    return outcome.replay?.cells.map(({ status, outputs }) => [
      status,
      outputs.map(({ data }) => data),
    ]);
  };
  assertEquals(await shown(true), await shown(false));
});
