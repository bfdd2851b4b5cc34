import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { notebookJson } from "../notebook_file.ts";
import { nbtrack } from "../cli/nbtrack.ts";
import { temporary } from "../reproduce/recorded.ts";
import {
  type Case,
  CASES,
  cellsOf,
  MODULE,
  testCase,
  write,
} from "./command_line_cases.ts";

CASES.filter((_, i) => i % 2 === 1).forEach(testCase);

Deno.test("recorded and reproduced: what an address that nobody named answers is no time of a clock, and the cause where it is another answer", async () => {
  let answer = "12";
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(answer),
  );
  const url = `http://127.0.0.1:${server.addr.port}/lag`;
  using place = temporary();
  const options = { home: `${place.path}/home`, cwd: place.path };
  const one: Case = {
    about: "",
    cells: [
      `const began = performance.now(); const lag = await (await fetch(${
        JSON.stringify(url)
      })).text(); console.log(\`asked for ${"$"}{performance.now() - began} ms\`);`,
      "console.log(`latency ${lag} ms`)",
    ],
    verdict: "REPRODUCED",
  };
  await write(place.path, {
    "deno.json": JSON.stringify({
      imports: { "@nbtrack/nbtrack": MODULE },
      nodeModulesDir: "none",
    }),
    "n.ipynb": notebookJson(cellsOf(one)),
  });
  const env = { NBTRACK_OFFLINE: "1" };
  const run = await nbtrack(["run", "n.ipynb"], { ...options, env });
  assertEquals(run.code, 0, run.stderr);
  const again = async (...args: string[]): Promise<Verdict> =>
    JSON.parse(
      (await nbtrack(["reproduce", "last", "--json", ...args], {
        ...options,
        env,
      })).stdout,
    );
  const same = await again();
  assertEquals([same.verdict, same.masked.map(({ kind }) => kind)], [
    "REPRODUCED",
    ["run time"],
  ], JSON.stringify(same, null, 1));
  answer = "15";
  const other = await again();
  const shown = JSON.stringify(other, null, 1);
  assertEquals(other.verdict, "DRIFTED", shown);
  const printed = other.outputs.find(({ name }) => name === "[3]");
  assertStringIncludes(printed?.diff ?? "", "latency 15 ms", shown);
  const said = [...other.causes.map(({ what }) => what), ...other.warnings];
  assert(
    said.some((text) => text.includes("/lag was answered otherwise")),
    shown,
  );
  const boxed = await again(
    "--sandbox",
    "--allow-net",
    `127.0.0.1:${server.addr.port}`,
  );
  assertEquals(boxed.verdict, "DRIFTED", JSON.stringify(boxed, null, 1));
});
