import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../src/base/version.ts";
import { captureEnvironment } from "../../src/base/environment.ts";

Deno.test("the environment names what a run was executed with", () => {
  const environment = captureEnvironment();
  assertEquals(environment.deno, Deno.version.deno);
  assertEquals([environment.v8, environment.typescript], [
    Deno.version.v8,
    Deno.version.typescript,
  ]);
  assertEquals([environment.os, environment.arch], [
    Deno.build.os,
    Deno.build.arch,
  ]);
  assert(environment.cpus >= 1);
  assertMatch(environment.locale, /^[a-z]{2}/);
  assert(
    Intl.supportedValuesOf("timeZone").includes(environment.timezone) ||
      environment.timezone === "UTC",
  );
  assertEquals(environment.nbtrack, VERSION);
});

Deno.test("nbtrack's version is that of its deno.json", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  assertEquals(VERSION, version);
});

Deno.test("without permission to ask the system the environment has no release", async () => {
  const module = new URL("../../src/base/environment.ts", import.meta.url);
  const program = `import { captureEnvironment } from "${module}";
    console.log(captureEnvironment().os_release);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--allow-env=LC_ALL,LANG",
      `data:text/javascript,${encodeURIComponent(program)}`,
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "null\n");
});
