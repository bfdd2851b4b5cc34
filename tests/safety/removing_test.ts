import { assertEquals, assertStringIncludes } from "@std/assert";
import { removeFolder } from "../../src/reproduce/replay/remove_folder.ts";
import { temporary } from "../reproduce/recorded.ts";
import { until } from "../until.ts";
import { reproduceWritten } from "./bundles.ts";

const SOME_MORE = 5100;

Deno.test("a folder with much in it is removed by a process that this one does not wait for", async () => {
  using place = temporary();
  const path = `${place.path}/work`;
  for (let i = 0; i < SOME_MORE; i++) {
    Deno.mkdirSync(`${path}/${i}`, { recursive: true });
  }
  Deno.mkdirSync(`${path}/closed/inside`, { recursive: true });
  Deno.chmodSync(`${path}/closed`, 0);
  Deno.chmodSync(path, 0);
  assertStringIncludes(
    removeFolder(path) ?? "",
    `the folder ${path} holds more than 5000 files and folders`,
  );
  await until(
    "the folder to be gone",
    () => [...Deno.readDirSync(place.path)].length === 0,
  );
});

Deno.test("a folder with little in it is gone at once, also where nobody may read it", () => {
  using place = temporary();
  const path = `${place.path}/work`;
  Deno.mkdirSync(`${path}/closed/inside`, { recursive: true });
  Deno.chmodSync(`${path}/closed`, 0);
  assertEquals(removeFolder(path), null);
  assertEquals(removeFolder(path), null);
  assertEquals([...Deno.readDirSync(place.path)], []);
});

for (const kept of [false, true]) {
  Deno.test(`a verdict does not wait until what cells made is removed, and says so: ${kept ? "a kept folder" : "none kept"}`, async () => {
    using place = temporary();
    const dir = `${place.path}/kept`;
    const { verdict } = await reproduceWritten({
      cells: [
        `Deno.mkdirSync(".many"); for (let i = 0; i < ${SOME_MORE}; i++) Deno.mkdirSync(".many/" + i); Deno.writeTextFileSync("a.csv", "a"); null`,
      ],
    }, kept ? { dir } : {});
    assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
    const [, path = ""] = /the folder (\S+) holds more than 5000 files/.exec(
      verdict.warnings.join("\n"),
    ) ?? [];
    assertEquals(path.startsWith(dir), kept, JSON.stringify(verdict.warnings));
    if (!kept) {
      await until("the folder to be gone", () => !there(path));
      return;
    }
    await until(
      "the folder to be gone",
      () => [...Deno.readDirSync(dir)].length === 3,
    );
    assertEquals(
      [...Deno.readDirSync(dir)].map(({ name }) => name).sort(),
      ["a.csv", "deno.json", "deno.lock"],
    );
  });
}

function there(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
