import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  type CapturedPackages,
  capturePackages,
  type CapturePackagesOptions,
} from "../../src/packages/packages.ts";
import { parseLock } from "../../src/packages/lock_file.ts";
import {
  type Registry,
  type RegistryOptions,
  startRegistry,
} from "./registry.ts";

const PACKAGES: RegistryOptions = {
  npm: [
    { name: "leaf", version: "1.0.0" },
    { name: "leaf", version: "1.2.0" },
    { name: "middle", version: "2.0.0", dependencies: { leaf: "^1.0.0" } },
    { name: "other", version: "3.1.0" },
    {
      name: "jsx-maker",
      version: "1.0.0",
      source: "export const jsx = () => 1; export const jsxs = jsx;",
    },
  ],
  jsr: [{
    name: "@lib/csv",
    version: "1.4.0",
    source: "export const a = 1;\n",
  }],
  files: {
    "/remote/a.ts": "import './b.ts'; export const a = 1;\n",
    "/remote/b.ts": "export {};\n",
  },
};

/** A folder with these files, a registry, and a capture in that folder. */
async function withFolder(
  files: Record<string, string | Uint8Array>,
  test: (context: {
    dir: string;
    registry: Registry;
    capture: (
      cells: CapturePackagesOptions["cells"],
      options?: Partial<CapturePackagesOptions>,
    ) => Promise<CapturedPackages>;
  }) => Promise<void>,
  options: RegistryOptions = PACKAGES,
): Promise<void> {
  const top = await Deno.realPath(await Deno.makeTempDir());
  const dir = `${top}/project/notebooks`;
  const workDir = `${top}/work`;
  await Deno.mkdir(dir, { recursive: true });
  await Deno.mkdir(workDir);
  for (const [name, content] of Object.entries(files)) {
    const path = `${dir}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
  const registry = await startRegistry(options);
  try {
    await test({
      dir,
      registry,
      capture: async (cells, more = {}) => {
        const before = await listing(`${top}/project`);
        const result = await capturePackages({
          cells,
          cwd: dir,
          workDir,
          env: registry.env,
          ...more,
        });
        assertEquals(
          await listing(`${top}/project`),
          before,
          "files were left",
        );
        assertEquals([...Deno.readDirSync(workDir)], []);
        return result;
      },
    });
  } finally {
    await registry.close();
    await Deno.remove(top, { recursive: true });
  }
}

async function listing(dir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) names.push(...await listing(path));
    else names.push(`${path} ${await Deno.readTextFile(path)}`);
  }
  return names.sort();
}

function named(result: CapturedPackages): string[] {
  return result.packages.map((p) =>
    `${p.registry}:${p.name}@${p.version}${p.direct ? "!" : ""}`
  );
}

Deno.test("a module that a data: address holds is no gap, in cells and in modules; what it imports is resolved, and one that does not parse is named", async () => {
  const address = "data:text/javascript,export const sum = (a, b) => a + b";
  const inner = 'data:text/javascript,import "npm:leaf@1.2.0"';
  await withFolder({
    "m.ts": `import { sum } from ${JSON.stringify(address)}; export { sum };`,
  }, async ({ capture }) => {
    const { missing, imports, packages } = await capture([
      `const { sum } = await import(${JSON.stringify(address)}); sum(1, 2)`,
      `import "./m.ts"; import ${JSON.stringify(inner)};`,
    ]);
    assertEquals(missing, []);
    assertEquals(imports.map(({ specifier }) => specifier), ["./m.ts"]);
    assertEquals(packages.map(({ name }) => name), ["leaf"]);
    const broken = await capture(['await import("data:text/javascript,(")']);
    assertEquals(broken.missing.length, 1);
  });
});

Deno.test("packages of cells are listed with exact versions, integrity and what depends on them", () =>
  withFolder({}, async ({ capture, registry }) => {
    const result = await capture([
      'import { version } from "npm:middle@2"; const x = await Promise.resolve(1);',
      'import fs from "node:fs"; const x = 2; import type { A } from "npm:not-loaded@1";',
      "1 + 1",
    ]);
    assertEquals(named(result), [
      "npm:leaf@1.2.0",
      "npm:middle@2.0.0!",
      "node:node:fs@" + Deno.version.deno + "!",
    ]);
    assertEquals(
      result.packages[0]?.integrity,
      registry.integrity("leaf@1.2.0"),
    );
    assertEquals(result.packages[1]?.specifier, "npm:middle@2");
    assertEquals(result.missing, []);
    assertEquals(result.config, null);
    assertEquals(result.imports.map((i) => i.resolved), [
      "npm:middle@2.0.0",
      "node:fs",
    ]);
    assertEquals(parseLock(result.lock).specifiers, {
      "npm:middle@2": "2.0.0",
    });
  }));

for (
  const order of [["npm:leaf@1.0.0", "npm:middle@2"], [
    "npm:middle@2",
    "npm:leaf@1.0.0",
  ]]
) {
  Deno.test(`the captured lock of ${order.join(" and ")} is accepted frozen by a Deno with an empty cache`, () =>
    withFolder({}, async ({ capture, registry, dir }) => {
      const imports = order.map((s) => `import ${JSON.stringify(s)};\n`);
      const { lock } = await capture(imports);
      await Deno.writeTextFile(`${dir}/run.lock`, lock);
      await Deno.writeTextFile(
        `${dir}/main.ts`,
        `${imports.join("")}console.log("ran");`,
      );
      const cache = await Deno.makeTempDir();
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-config",
          "--frozen",
          `--lock=${dir}/run.lock`,
          `${dir}/main.ts`,
        ],
        env: { ...registry.env, DENO_DIR: cache },
      }).output();
      const [said, error] = [stdout, stderr].map((b) =>
        new TextDecoder().decode(b)
      );
      await Deno.remove(cache, { recursive: true });
      assertEquals(said, "ran\n", error ?? "");
    }));
}

Deno.test("versions are those the kernel chose, in the order of the cells", () =>
  withFolder({}, async ({ capture }) => {
    const early = await capture([
      'import "npm:leaf@1.0.0"',
      'import "npm:middle@2"',
    ]);
    assertEquals(named(early), ["npm:leaf@1.0.0!", "npm:middle@2.0.0!"]);
    const late = await capture([
      'import "npm:middle@2"',
      'import "npm:leaf@1.0.0"',
    ]);
    assertEquals(named(late), [
      "npm:leaf@1.0.0!",
      "npm:leaf@1.2.0",
      "npm:middle@2.0.0!",
    ]);
  }));

Deno.test("without a lock the versions are those of a Deno that ran the cells one by one", () =>
  withFolder({}, async ({ capture, registry, dir }) => {
    const cells = [
      'import "npm:middle@2"',
      'import "npm:leaf@1.0.0"',
      'import "npm:leaf@1"',
    ];
    const other = `${dir}/../other`;
    await Deno.mkdir(other);
    await Deno.writeTextFile(`${other}/deno.json`, "{}");
    const repl = new Deno.Command(Deno.execPath(), {
      args: ["repl", "--quiet"],
      cwd: other,
      env: registry.env,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await new Blob([cells.join("\n") + "\n"]).stream().pipeTo(repl.stdin);
    assertEquals((await repl.status).success, true);
    const ran = parseLock(await Deno.readTextFile(`${other}/deno.lock`));
    const captured = parseLock((await capture(cells)).lock);
    assertEquals(captured.npm, ran.npm);
    assertEquals(captured.specifiers, ran.specifiers);
  }));

Deno.test("the versions of the folder's deno.lock are kept and what cells do not import is cut away", () =>
  withFolder({
    "deno.json":
      '{ // comment\n "imports": { "m": "npm:middle@^2.0.0", "o": "npm:other@3", }, }',
  }, async ({ capture, dir, registry }) => {
    const lock = {
      version: "5",
      specifiers: { "npm:middle@^2.0.0": "2.0.0", "npm:other@3": "3.1.0" },
      npm: {
        "leaf@1.0.0": { integrity: registry.integrity("leaf@1.0.0") },
        "middle@2.0.0": {
          integrity: registry.integrity("middle@2.0.0"),
          dependencies: ["leaf"],
        },
        "other@3.1.0": { integrity: registry.integrity("other@3.1.0") },
      },
      workspace: { dependencies: ["npm:middle@^2.0.0", "npm:other@3"] },
    };
    await Deno.writeTextFile(`${dir}/deno.lock`, JSON.stringify(lock));
    const result = await capture(['import * as m from "m";']);
    assertEquals(named(result), ["npm:leaf@1.0.0", "npm:middle@2.0.0!"]);
    assertEquals(Object.keys(parseLock(result.lock).npm), [
      "leaf@1.0.0",
      "middle@2.0.0",
    ]);
    assertEquals(parseLock(result.lock).workspace, lock.workspace);
    assertEquals(JSON.parse(result.config ?? ""), {
      imports: { m: "npm:middle@^2.0.0", o: "npm:other@3" },
    });
    assertEquals(result.missing, []);
  }));

Deno.test("a deno.lock that cannot be used is named and the packages are found without it", () =>
  withFolder(
    { "deno.json": "{}", "deno.lock": "{ broken" },
    async ({ capture }) => {
      const result = await capture(['import "npm:other@3"']);
      assertEquals(named(result), ["npm:other@3.1.0!"]);
      assertEquals(result.missing.map((m) => m.what), ["deno.lock"]);
    },
  ));

Deno.test("one import that cannot be had does not hide the others", () =>
  withFolder({
    "lib/uses.ts":
      'import "npm:no-such-package@1"; import "npm:middle@2"; export {};',
  }, async ({ capture }) => {
    const result = await capture([
      'import "npm:absent@1"; import "npm:other@3"; import "./gone.ts"; import "unmapped";',
      'import "./lib/uses.ts"; import "jsr:@lib/absent@1";',
    ]);
    assertEquals(named(result), [
      "npm:leaf@1.2.0",
      "npm:middle@2.0.0!",
      "npm:other@3.1.0!",
    ]);
    assertEquals(result.missing.map((m) => m.what).sort(), [
      "./gone.ts",
      "jsr:@lib/absent@1",
      "npm:absent@1",
      "npm:no-such-package@1",
      "unmapped",
    ]);
    for (const { why } of result.missing) assert(!why.includes("file://"), why);
  }));

Deno.test("a cell with a syntax error is named and the others go on", () =>
  withFolder({}, async ({ capture }) => {
    const result = await capture([
      { label: "cell [4]", source: 'import "npm:other@3"; const = 1;' },
      {
        label: "cell [5]",
        source: 'import "npm:leaf@1"; const n = <number> 5;',
      },
      {
        label: "cell [6]",
        source: '{ a: await import("npm:middle@2"), b: 2 }',
      },
    ]);
    assertEquals(named(result), ["npm:leaf@1.2.0!", "npm:middle@2.0.0!"]);
    assertEquals(result.missing.map((m) => m.what), ["imports of cell [4]"]);
    assertMatch(result.missing[0]?.why ?? "", /does not parse/);
  }));

Deno.test("an import computed at run time is named, in cells and in local modules; what a cell's can mean in its folder is recorded", () =>
  withFolder({
    "models/a.ts": "export {};",
    "pick.ts": "export const pick = (n: string) => import(`./models/${n}.ts`);",
  }, async ({ capture }) => {
    const result = await capture([
      'import { pick } from "./pick.ts"; // import(comment)',
      'const name = "a"; await import("./models/" + name + ".ts");',
    ]);
    assertEquals(result.missing.map((m) => m.what), [
      'import("./models/" + name + ".ts") in cell 1',
      "import(`./models/${n}.ts`) in pick.ts",
    ]);
    assertEquals(
      result.modules.map((m) => m.path).sort(),
      ["models/a.ts", "pick.ts"],
    );
  }));

Deno.test("JSX in a cell brings the package that the configuration or the cell names for it", () =>
  withFolder({
    "deno.json":
      '{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "npm:jsx-maker@1"}}',
  }, async ({ capture }) => {
    const result = await capture(["const e = <div/>;"]);
    assertEquals(named(result), ["npm:jsx-maker@1.0.0!"]);
    assertStringIncludes(result.config ?? "", "jsxImportSource");
    const pragma = await capture([
      "/** @jsxImportSource npm:jsx-maker@1 */ const e = <div/>;",
    ]);
    assertEquals(named(pragma), ["npm:jsx-maker@1.0.0!"]);
  }));

Deno.test("local modules are recorded with digest and source, however they are imported", () =>
  withFolder({
    "deno.json": '{"imports": {"lib/": "./lib/", "shared": "../shared.ts"}}',
    "lib/a.ts":
      'import "./b.ts"; export * from "npm:leaf@1"; import type { T } from "./types.ts";',
    "lib/b.ts": "export {};",
    "lib/types.ts": "export type T = 1;",
    "data.json": '{"k": 1}',
    "note é.txt": "text",
    "raw.bin": new Uint8Array([0xff, 0x00, 0xfe]),
    "abs.ts": "export {};",
    "../shared.ts": "export const shared = 1;",
  }, async ({ capture, dir }) => {
    const result = await capture([
      'import { x } from "lib/a.ts"; import d from "./data.json" with { type: "json" };',
      'import t from "./note é.txt" with { type: "text" }; import r from "./raw.bin" with { type: "bytes" };',
      `import "file://${dir}/abs.ts"; import "shared"; export * from "./lib/b.ts";`,
    ]);
    assertEquals(result.missing, []);
    assertEquals(result.modules.map((m) => m.path).sort(), [
      "../shared.ts",
      "abs.ts",
      "data.json",
      "lib/a.ts",
      "lib/b.ts",
      "note é.txt",
      "raw.bin",
    ]);
    const byPath = new Map(result.modules.map((m) => [m.path, m]));
    assertEquals(byPath.get("data.json")?.source, '{"k": 1}');
    assertEquals(byPath.get("raw.bin")?.encoding, "base64");
    assertEquals(byPath.get("raw.bin")?.source, "/wD+");
    assertEquals(
      byPath.get("lib/b.ts")?.digest,
      "sha256:2e29cd9a98755c46896f7a2d56524db2d6d96b248e36db46de14c30bf47c8d05",
    );
    assertEquals(named(result), ["npm:leaf@1.2.0!"]);
    assertEquals(JSON.parse(result.config ?? "").imports, {
      "lib/": "./lib/",
      shared: "../shared.ts",
    });
  }));

Deno.test("a local module over the limit is recorded by its digest, and that is named", () =>
  withFolder(
    { "big.ts": `export const x = "${"a".repeat(100)}";` },
    async ({ capture }) => {
      const result = await capture(['import "./big.ts"'], {
        maxSourceBytes: 50,
      });
      assertEquals(result.modules[0]?.source, null);
      assertMatch(result.modules[0]?.digest ?? "", /^sha256:[0-9a-f]{64}$/);
      assertEquals(result.missing.map((m) => m.what), [
        "source of module big.ts",
      ]);
    },
  ));

Deno.test("what was changed after the session began is named", () =>
  withFolder(
    { "deno.json": "{}", "a.ts": "export {};" },
    async ({ capture }) => {
      const later = await capture(['import "./a.ts"'], {
        since_ms: Date.now() - 3_600_000,
      });
      assertEquals(later.missing.map((m) => m.what), [
        "deno.json as the kernel read it",
        "module a.ts as it was imported",
      ]);
      const before = await capture(['import "./a.ts"'], {
        since_ms: Date.now() + 3_600_000,
      });
      assertEquals(before.missing, []);
    },
  ));

Deno.test("a configuration of a folder above is found and its paths are made relative to the notebook", () =>
  withFolder({
    "../deno.json":
      '{"imports": {"util": "./src/util.ts", "o": "npm:other@3"}}',
    "../src/util.ts": 'import "o"; export {};',
  }, async ({ capture }) => {
    const result = await capture(['import "util";']);
    assertEquals(result.modules.map((m) => m.path), ["../src/util.ts"]);
    assertEquals(named(result), ["npm:other@3.1.0!"]);
    assertEquals(JSON.parse(result.config ?? "").imports, {
      util: "../src/util.ts",
      o: "npm:other@3",
    });
  }));

Deno.test("beside a package.json its names resolve, and versions in node_modules that differ are named", () =>
  withFolder({
    "package.json": '{"dependencies": {"leaf": "^1.0.0", "other": "3"}}',
    "node_modules/leaf/package.json": '{"name": "leaf", "version": "1.0.0"}',
    "node_modules/other/package.json": '{"name": "other", "version": "3.1.0"}',
  }, async ({ capture }) => {
    const result = await capture(['import "leaf"; import "other";']);
    assertEquals(named(result), ["npm:leaf@1.2.0!", "npm:other@3.1.0!"]);
    assertEquals(result.missing.map((m) => m.what), ["version of leaf"]);
    assertStringIncludes(
      result.missing[0]?.why ?? "",
      "1.0.0 from node_modules",
    );
    assertEquals(JSON.parse(result.config ?? "").imports, {
      leaf: "npm:leaf@^1.0.0",
      other: "npm:other@3",
    });
  }));

Deno.test("packages of JSR and remote modules are listed with their integrity", () =>
  withFolder({}, async ({ capture, registry }) => {
    const result = await capture([
      'import { a } from "jsr:@lib/csv@1";',
      `import { a } from "${registry.url}remote/a.ts";`,
    ]);
    assertEquals(result.missing, []);
    assertEquals(named(result), [
      `https:${registry.url}remote/a.ts@!`,
      `https:${registry.url}remote/b.ts@`,
      "jsr:@lib/csv@1.4.0!",
    ]);
    for (const p of result.packages) {
      assertMatch(p.integrity ?? "", /^[0-9a-f]{64}$/);
    }
    assertEquals(result.imports[0]?.resolved, "jsr:@lib/csv@1.4.0");
  }));

Deno.test("a registry that never answers is given up in time and named", () =>
  withFolder({}, async ({ capture }) => {
    const result = await capture([
      'import "npm:other@3"; import "jsr:@lib/csv@1";',
    ], { timeout_ms: 3000 });
    assertEquals(named(result), ["npm:other@3.1.0!"]);
    assertEquals(result.missing.map((m) => m.what), [
      "remote modules",
      "jsr:@lib/csv@1",
    ]);
  }, { ...PACKAGES, silent: "/@lib/" }));

Deno.test("linked packages are local modules, with the file that names them", () =>
  withFolder({
    "deno.json":
      '{"imports": {"@lib/linked": "jsr:@lib/linked@^1"}, "links": ["./linked"]}',
    "linked/deno.json":
      '{"name": "@lib/linked", "version": "1.0.0", "exports": "./mod.ts"}',
    "linked/mod.ts": "export const linked = 1;",
  }, async ({ capture }) => {
    const result = await capture(['import "@lib/linked";']);
    assertEquals(result.missing, []);
    assertEquals(result.modules.map((m) => m.path), [
      "linked/mod.ts",
      "linked/deno.json",
    ]);
    assertEquals(JSON.parse(result.config ?? "").links, ["./linked"]);
    const other = await capture(['import "npm:leaf@1";']);
    assertEquals(JSON.parse(other.config ?? "").links, undefined);
    assertEquals(parseLock(other.lock).workspace, {
      dependencies: ["jsr:@lib/linked@1"],
    });
  }));

Deno.test("nbtrack itself and what it loads are not among the notebook's modules and packages", () =>
  withFolder({}, async ({ capture }) => {
    const own = new URL("../../", import.meta.url);
    const result = await capture([
      `import { sha256 } from "${new URL(
        "src/base/digest.ts",
        own,
      )}"; import "npm:leaf@1";`,
    ]);
    assertEquals(result.modules, []);
    assertEquals(named(result), ["npm:leaf@1.2.0!"]);
    assertMatch(result.imports[0]?.resolved ?? "", /^jsr:@nbtrack\/nbtrack@\d/);
  }));

Deno.test("nbtrack that a configuration looks for where it is not is not missing: a run records itself by it", () =>
  withFolder({
    "deno.json": JSON.stringify({
      imports: {
        "@nbtrack/nbtrack": "../gone/mod.ts",
        "@nbtrack/nbtrack/lessons": "../gone/src/lessons/mod.ts",
        "other": "../gone/other.ts",
      },
    }),
  }, async ({ capture }) => {
    const result = await capture([
      'import { track } from "@nbtrack/nbtrack"; import { check } from "@nbtrack/nbtrack/lessons";',
      'import "other";',
    ]);
    assertEquals(result.missing.map(({ what }) => what), ["other"]);
    assertEquals(result.modules, []);
    assertMatch(result.imports[0]?.resolved ?? "", /^jsr:@nbtrack\/nbtrack@\d/);
  }));

Deno.test("cells without imports need no process at all", () =>
  withFolder({}, async ({ capture }) => {
    const result = await capture(["const a = 1 < 2;", "const = ;"], {
      denoPath: "no-such-program",
    });
    assertEquals([result.packages, result.missing, result.imports], [
      [],
      [],
      [],
    ]);
  }));

Deno.test("without a Deno to ask, the packages are named as missing", () =>
  withFolder({}, async ({ capture }) => {
    const result = await capture(['import "npm:leaf@1"'], {
      denoPath: "no-such-program",
    });
    assertEquals(result.missing.map((m) => m.what), ["packages"]);
  }));
