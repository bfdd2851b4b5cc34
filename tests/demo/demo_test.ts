import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { cleanEnv, nbtrack } from "../cli/nbtrack.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("the demo reproduces its run, names the experiment, and the commands it ends with find the run when its server is gone", async () => {
  const home = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "demo"],
      cwd: ROOT,
      clearEnv: true,
      env: cleanEnv({ home }),
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    assertEquals(code, 0, said + new TextDecoder().decode(stderr));
    assertStringIncludes(said, "in an empty folder: REPRODUCED");
    const [, experiment = ""] = /^ {2}experiment (.+)$/m.exec(said) ?? [];
    const [, run = ""] = /nbtrack show ([0-9a-f]{8})$/m.exec(said) ?? [];
    assert(experiment !== "" && run !== "", said);
    assertStringIncludes(said, `nbtrack runs --experiment ${experiment}\n`);
    const listed = await nbtrack(["runs", "--experiment", experiment], {
      home,
    });
    assertStringIncludes(listed.stdout, run);
    const shown = await nbtrack(["show", run], { home });
    assertEquals(shown.code, 0, shown.stderr);
    assertStringIncludes(shown.stdout, experiment);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
