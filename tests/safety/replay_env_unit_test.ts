import { assert, assertEquals, assertRejects } from "@std/assert";
import { isLang, isTimeZone } from "../../src/reproduce/replay/replay_env.ts";
import { Repl } from "../../src/reproduce/sandbox/channel.ts";

Deno.test("a replay is given a time zone that there is, and nothing that the system takes for a path", () => {
  for (const zone of ["UTC", "Europe/Zurich", "Asia/Calcutta", "Etc/GMT+5"]) {
    assert(isTimeZone(zone), zone);
  }
  for (
    const other of [
      "../../../etc/hostname",
      "/etc/hostname",
      ":UTC",
      "No/Where",
      "a\0b",
      "",
      "U".repeat(300_000),
      `Europe/${"Zurich".repeat(50_000)}`,
      null,
      5,
    ]
  ) assertEquals(isTimeZone(other), false, String(other).slice(0, 50));
});

Deno.test("a replay is given a locale as systems name them", () => {
  for (
    const lang of [
      "C",
      "C.UTF-8",
      "POSIX",
      "en_US.UTF-8",
      "de_DE@euro",
      "sr_RS.UTF-8@latin",
      "de",
      "zh-Hant-TW",
    ]
  ) assert(isLang(lang), lang);
  for (
    const other of [
      "../../etc",
      "/tmp/x",
      "en US",
      "_",
      "",
      "a\nb",
      "x".repeat(300_000),
      `en_US.${"U".repeat(300_000)}`,
      null,
      5,
    ]
  ) assertEquals(isLang(other), false, String(other).slice(0, 50));
});

Deno.test("a sandbox whose process cannot be started says so", async () => {
  const repl = new Repl({
    denoPath: Deno.execPath(),
    flags: [],
    cwd: ".",
    env: { LONG: "x".repeat(8 << 20) }, // more than any system passes on
    fileBytes: 1 << 20,
    onFrame: () => {},
  });
  const answer = repl.run("1");
  const error = await assertRejects(() => answer);
  assert(
    error instanceof Error && /cannot be started/.test(error.message),
    String(error),
  );
  await repl.exited;
  assertEquals(await repl.run("1").catch(String), String(error));
  repl.kill();
});
