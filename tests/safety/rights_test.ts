import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { printed, reproduceWritten, type WrittenCell } from "./bundles.ts";

/** A cell that failed when it was recorded, too. */
function failed(source: string, ename: string, evalue: string): WrittenCell {
  const output: AnyOutput = {
    output_type: "error",
    ename,
    evalue,
    traceback: [],
  };
  return { source, status: "error", outputs: [output] };
}

const NO_HOST = failed(
  `await fetch("http://nowhere.invalid/a")`,
  "TypeError",
  "fetch failed",
);
const STILL_NO_HOST = failed(
  `await (await fetch("http://nowhere.invalid/c")).text()`,
  "TypeError",
  "fetch failed",
);
const NO_MODULE = failed(
  `import { b } from "https://nowhere.invalid/b.ts"`,
  "TypeError",
  "Import 'https://nowhere.invalid/b.ts' failed.",
);

Deno.test("a host that the recorded run did not reach either is named as withheld, with the option that gives it", async () => {
  const { verdict } = await reproduceWritten({
    cells: [NO_HOST, "1", STILL_NO_HOST],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      'cells [1], [3]: the sandbox gives no access to "nowhere.invalid:80": add --allow-net nowhere.invalid to give it',
  }]);
});

Deno.test("a module of the web that the recorded run did not load either is named, and that no option fetches it", async () => {
  const { verdict } = await reproduceWritten({ cells: [NO_MODULE, "1"] });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      `cell [1]: the sandbox has no module of "nowhere.invalid:443": it is not in the run's lock, and no option fetches another`,
  }]);
});

Deno.test("a file outside of the sandbox that the recorded run did not find either is named as no right of it", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      failed(
        `Deno.readTextFileSync("/nowhere/words")`,
        "NotFound",
        "No such file or directory (os error 2): readfile '/nowhere/words'",
      ),
    ],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes.map(({ what }) => what), [
    'cell [1]: the sandbox gives no read access to "/nowhere/words", and no option does',
  ]);
});

Deno.test({
  name:
    "a package with native parts learns of the system what it needs to choose them, and is then refused by the right that it lacks",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { verdict } = await reproduceWritten({
      cells: [{
        source:
          `const { header, ...rest } = process.report.getReport(); console.log(header, rest)`,
        outputs: [
          printed(`{ glibcVersionRuntime: "2.38" } { sharedObjects: [] }\n`),
        ],
      }, {
        source:
          `Deno.writeTextFileSync("parts.node", ""); const { createRequire } = await import("node:module"); ` +
          `createRequire(Deno.cwd() + "/cell.js")("./parts.node");`,
      }],
    });
    assertEquals(
      verdict.outputs[0]?.same,
      true,
      verdict.outputs[0]?.diff ?? "",
    );
    assertEquals(verdict.verdict, "FAILED");
    const [cause] = verdict.causes;
    assertEquals(cause?.dimension, "environment");
    assertStringIncludes(
      cause?.what ?? "",
      "cell [2] failed: NotCapable: the sandbox gives no ffi access",
    );
    assert(cause?.what.endsWith("and no option does"));
  },
});

Deno.test("a program that a cell starts is named as no right of the sandbox, not as missed data", async () => {
  for (
    const [source, program] of [
      [`await new Deno.Command("wc").output()`, "wc"],
      [
        `const { execSync } = await import("node:child_process"); execSync("ls")`,
        "ls",
      ],
    ] as const
  ) {
    const { verdict } = await reproduceWritten({ cells: [{ source }] });
    assertEquals(verdict.verdict, "FAILED");
    const [cause] = verdict.causes;
    assertEquals(cause?.dimension, "environment", source);
    assertStringIncludes(
      cause?.what ?? "",
      `the sandbox gives no run access to "${program}", and no option does`,
    );
  }
});

Deno.test("a program that this machine lacks is a cause of the environment, not of data", async () => {
  const { verdict } = await reproduceWritten({
    cells: [`await new Deno.Command("nbtrack-no-such-program").output()`],
  }, { sandbox: false, trust: true });
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(verdict.causes.map(({ dimension }) => dimension), [
    "environment",
  ]);
});

Deno.test("a right that ends the replay and a variable that changes a result are both causes", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      {
        source: `console.log(Deno.env.get("TEST_LEVEL") ?? "none")`,
        outputs: [printed("3\n")],
      },
      "Deno.hostname()",
    ],
    manifest: (manifest) =>
      Object.assign(manifest, { env_names: ["TEST_LEVEL"] }),
  });
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(verdict.causes.map(({ what }) => what), [
    'cell [2] failed: NotCapable: the sandbox gives no sys access to "hostname", and no option does',
    "the sandbox withholds the variable TEST_LEVEL, which the run read: add --allow-env TEST_LEVEL to give it",
  ]);
});

Deno.test("where programs are searched for is a variable that the sandbox withholds, and that an option gives", async () => {
  const bundle = {
    cells: [{
      source: `console.log(Deno.env.get("PATH")?.split(":").length)`,
      outputs: [printed("12\n")],
    }],
  };
  const { verdict } = await reproduceWritten(bundle);
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      "the sandbox withholds the variable PATH, which the run read: add --allow-env PATH to give it",
  }]);
});

Deno.test("a cell that asks which rights it has is told what the sandbox gives, which is a cause", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `console.log((await Deno.permissions.query({ name: "net" })).state)`,
      outputs: [printed("granted\n")],
    }],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      "cell [1]: it asks which rights it has: the sandbox gives less than the kernel, and no option gives all",
  }]);
});

/** What a cell shows where a right is there, and otherwise. */
const FALLBACK =
  `let host = "none"; try { host = Deno.hostname().length > 0 ? "named" : ""; } catch { host = "refused"; } `;

Deno.test("a package that only says that it cannot be loaded is explained by the right that it asked for", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `import { createRequire } from "node:module"; Deno.writeTextFileSync("parts.node", "");`,
      `let parts; try { parts = createRequire(Deno.cwd() + "/cell.js")("./parts.node"); } catch { } if (!parts) throw new Error("Cannot find the parts. Install them again.");`,
      `await new Deno.Command("never-started").output();`,
    ],
  });
  assertEquals(verdict.verdict, "FAILED");
  const [cause, ...others] = verdict.causes;
  assertEquals(others, []);
  assertEquals(cause?.dimension, "environment");
  assert(
    /^cell \[2\]: the sandbox gives no ffi access to ".+", and no option does$/
      .test(cause?.what ?? ""),
    cause?.what,
  );
  assertStringIncludes(verdict.warnings[0] ?? "", "Cannot find the parts");
});

Deno.test("code that goes another way where it is refused is told apart from chance", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      {
        source: `${FALLBACK}console.log(host);`,
        outputs: [printed("named\n")],
      },
      {
        source: `${FALLBACK}console.log(Math.random());`,
        outputs: [printed("0.5\n")],
      },
      {
        source:
          `let out = "none"; try { out = (await new Deno.Command("uname").output()).success ? "run" : ""; } catch { out = "another"; } console.log(out);`,
        outputs: [printed("run\n")],
      },
    ],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "environment",
    what:
      'cell [1]: the sandbox gives no sys access to "hostname", and no option does',
  }, {
    dimension: "environment",
    what: "cell [3]: the sandbox gives no run access, and no option does",
  }]);
  assertEquals(verdict.warnings, [
    "cell [2] depends on random numbers, the machine: it differs without any change, too",
  ]);
});
