import { assertEquals } from "@std/assert";
import { keptConfig } from "../../src/reproduce/packages/kept_config.ts";
import { temporary } from "../reproduce/recorded.ts";
import { reproduceWritten } from "./bundles.ts";

Deno.test("a kept folder can be used by hand, with the names of its own modules", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  await reproduceWritten({
    cells: ["1"],
    modules: { "lib/a.ts": "export default 42;" },
    config: {
      imports: { "@own/": "./lib/", "@else/": "https://example.org/" },
      compilerOptions: {
        jsx: "react-jsx",
        jsxImportSource: "https://example.org/jsx",
      },
    },
  }, { dir });
  Deno.writeTextFileSync(
    `${dir}/late.ts`,
    'import { track } from "@nbtrack/nbtrack"; import own from "@own/a.ts"; console.log(typeof track, own);',
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "late.ts"],
    cwd: dir,
    env: { NBTRACK_HOME: `${place.path}/home`, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(
    decoder.decode(stdout),
    "function 42\n",
    decoder.decode(stderr),
  );
  const text = Deno.readTextFileSync(`${dir}/deno.json`);
  for (const part of ["example.org", "nbtrack-work", "frozen"]) {
    assertEquals(text.includes(part), false, text);
  }
});

Deno.test("a kept configuration names hosts alone that were granted, and folders alone that are left", () => {
  const workspace = {
    root: "/k/nbtrack-work",
    kept: {
      dir: "/k",
      mode: null,
      from: "/k/nbtrack-work/notebook",
      removed: "/k/removed",
    },
  };
  const inside = "file:///k/nbtrack-work/";
  const config = {
    scopes: {
      [`${inside}notebook/`]: { both: "npm:inner@1" },
      [inside]: {
        both: "npm:outer@1",
        granted: "https://a.example/x.ts",
        other: "HTTPS://a.example:444/x.ts",
        plain: "http:a.example.org",
        "lib/": `${inside}notebook/lib/`,
        beside: `${inside}other/a.ts`,
        [`${inside}notebook/x.ts`]: "jsr:@a/b@1",
      },
    },
    compilerOptions: { jsx: "react-jsx", jsxImportSource: "npm:preact@10" },
  };
  assertEquals(keptConfig(config, workspace, ["a.example"]), {
    scopes: {
      "file:///k/": {
        both: "npm:inner@1",
        granted: "https://a.example/x.ts",
        "lib/": "file:///k/lib/",
        "file:///k/x.ts": "jsr:@a/b@1",
      },
    },
    compilerOptions: { jsx: "react-jsx", jsxImportSource: "npm:preact@10" },
    nodeModulesDir: "none",
  });
});
