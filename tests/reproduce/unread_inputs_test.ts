import { assertEquals } from "@std/assert";
import { drawingCells } from "../../src/reproduce/chance.ts";
import {
  unreadSources,
  withUnkept,
} from "../../src/reproduce/unread_inputs.ts";
import { unreadData } from "../../src/record/gaps.ts";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";
import { TRACKED } from "../test_kernel.ts";

/** Whether each cell may show what nobody saw. */
function unseen(
  cells: readonly string[],
  modules: readonly string[] = [],
  unread: readonly string[] = [],
): boolean[] {
  return drawingCells(cells, modules, {
    seeded: true,
    unread: new Set(unread),
  });
}

Deno.test("a number that may be of a file which nobody saw is no time that a clock gave, however the file is read", async () => {
  using place = temporary();
  const home = `${place.path}/home`;
  const outside = `${place.path}/outside`;
  Deno.mkdirSync(outside);
  const folder = `${place.path}/project`;
  const periods = () =>
    ["a", "b", "c", "d", "e", "f"].map((name) => `${outside}/${name}.txt`);
  for (const path of periods()) Deno.writeTextFileSync(path, "2");
  projectIn(folder, {
    "d1.csv": "x\n1\n",
    "lib.ts":
      "export const load = (p: string) => Number(Deno.readTextFileSync(p));",
    "w.ts":
      "self.onmessage = (e: MessageEvent) => self.postMessage(Number(Deno.readTextFileSync(e.data)));",
  });
  // Each cell has names of its own: none has its number by another one.
  const show = (name: string) =>
    `console.log(\`swings in \${${name}} s, in \${(performance.now() - t0).toFixed(3)} ms\`);`;
  const cells = [
    `import { track } from "@nbtrack/nbtrack";
const run = await track("s", { quiet: true, data: "d1.csv" }); const t0 = performance.now(); const at = (name: string) => [${
      JSON.stringify(outside)
    }, name].join(String.fromCharCode(47));`,
    `const a = Number(Deno.readTextFileSync(at("a.txt"))); ${show("a")}`,
    `import { globSync, readFileSync } from "node:fs"; const [b] = globSync(at("b*")).map((f) => Number(Deno.readTextFileSync(f))); ${
      show("b")
    }`,
    `import { load } from "./lib.ts"; const c = load(at("c.txt")); ${
      show("c")
    }`,
    `const worker = new Worker(new URL("./w.ts", "file://" + Deno.cwd() + "/"), { type: "module" });
const d = await new Promise((done) => { worker.onmessage = (e) => done(e.data); worker.postMessage(at("d.txt")); }); worker.terminate(); ${
      show("d")
    }`,
    `const rd = readFileSync; const e = Number(Reflect.get({ rd }, "rd")(at("e.txt"))); ${
      show("e")
    }`,
    `const { execFile } = await import("node:child_process"); const { promisify } = await import("node:util");
const f = Number((await promisify(execFile)("cat", [at("f.txt")])).stdout); ${
      show("f")
    }`,
    show("7"),
  ];
  const run_id = await record(cells, { home, folder });
  if (!TRACKED) {
    using journal = journalIn(home);
    assertEquals(
      journal.entries.missing(run_id).map(({ what }) => what).filter((what) =>
        what.startsWith("data that ")
      ),
      [2, 3, 6].map((n) => `data that cell [${n}] reads`)
        .concat("data that module lib.ts reads", "data that module w.ts reads"),
    );
  }
  const bytes = await bundleBytes(home, run_id);
  // The tracked kernel saw the others: they have to be what they were.
  for (const path of periods().slice(TRACKED ? -1 : 0)) {
    Deno.writeTextFileSync(path, "1.5");
  }
  const { verdict, outputs } = await verdictOf(bytes);
  assertEquals(verdict, "DRIFTED");
  const differing = outputs.filter(({ same }) => !same).map(({ name }) => name);
  assertEquals(
    differing,
    TRACKED ? ["[7]"] : ["[2]", "[3]", "[4]", "[5]", "[6]", "[7]"],
  );
});

Deno.test("what programs and connections give, and what local modules read unseen, reaches the cells that use its names", () => {
  assertEquals(
    unseen([
      'import { spawn as start } from "node:child_process";',
      'start("cat", [file])',
      "2",
    ]),
    [true, true, false],
  );
  assertEquals(
    unseen(['const { connect } = await import("node:net")', "connect(1)", "2"]),
    [true, true, false],
  );
  assertEquals(
    unseen([
      'const out = await new Deno.Command("cat").output()',
      "decode(out.stdout)",
      "2",
    ]),
    [true, true, false],
  );
  for (
    const source of [
      "const T = Deno.statSync(at(1)).size",
      "const T = Number(Deno.env.get(name))",
      "const { env } = Deno; const { Command } = Deno;",
      'const T = localStorage.getItem("T")',
      'import { $ } from "npm:zx@8"',
      'import pg from "npm:pg"',
      "const T = eval(text)",
      'import { get } from "node:http"',
    ]
  ) assertEquals(unseen([source]), [true], source);
  for (
    const source of [
      'Deno.statSync("d.csv").size',
      'Deno.env.get("LANG")',
      'import { mean } from "npm:simple-statistics"; mean(stat)',
      'db.exec("begin"); /a/.exec(text); server.get("/x")',
    ]
  ) assertEquals(unseen([source]), [false], source);
  for (
    const imports of [
      'import { load } from "./lib.ts"',
      'import { load } from "lib"',
      "const { load } = await import(path)",
    ]
  ) {
    assertEquals(
      unseen([imports, "const T = load()", "T", "3"], ["M"], ["M"]),
      [true, true, true, false],
    );
  }
  assertEquals(
    unseen(
      [
        "const worker = new Worker(address)",
        "worker.postMessage(f)",
        'import { mean } from "npm:simple-statistics"',
        "mean([1])",
      ],
      ["M"],
      ["M"],
    ),
    [true, true, false, false],
  );
});

Deno.test("what is missing of data names the code that read it, or any where that is not at hand", () => {
  const cells = [
    { name: "[1]", source: "one()" },
    { name: "[2]", source: 'two("state.json")' },
  ];
  const modules = { "lib.ts": "module()" };
  const of = (what: string) => [
    ...unreadSources([{ what, why: "" }], cells, modules, [
      { name: "state", uri: "sub/state.json" },
      { name: "rows", uri: "memory:table" },
    ]),
  ];
  assertEquals(of(unreadData("cell [1]")), ["one()"]);
  assertEquals(of(unreadData("module lib.ts")), ["module()"]);
  assertEquals(of('data "sub/state.json"'), ['two("state.json")']);
  assertEquals(of("outputs"), []);
  assertEquals(of('dataset "state"'), ['two("state.json")']);
  assertEquals(of('dataset "rows"'), []);
  const kept = withUnkept(modules, [{ path: "lib.ts" }, { path: "large.ts" }]);
  assertEquals(
    [...unreadSources([], cells, kept, [])],
    ["// not kept: large.ts"],
  );
  for (
    const what of [
      unreadData("module gone.ts"),
      "data that was read",
      'data "other.json"',
    ]
  ) {
    assertEquals(of(what), ["one()", 'two("state.json")', "module()"]);
  }
});
