import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import {
  bundleBytes,
  cellsOfNotebook,
  changed,
  edit,
  projectIn,
  record,
  temporary,
} from "../reproduce/recorded.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

const verdictSchema = z.looseObject({
  verdict: z.enum(["REPRODUCED", "DRIFTED", "FAILED"]),
  of: z.string(),
  run_id: z.string().nullable(),
  metrics: z.array(
    z.object({
      key: z.string(),
      recorded: z.unknown(),
      reproduced: z.unknown(),
      same: z.boolean(),
    }),
  ),
  outputs: z.array(
    z.object({
      cell: z.number(),
      same: z.boolean(),
      diff: z.string().nullable(),
    }),
  ),
  artifacts: z.array(z.object({ path: z.string(), same: z.boolean() })),
  causes: z.array(
    z.object({
      dimension: z.enum([
        "data",
        "packages",
        "order",
        "seed",
        "code",
        "environment",
      ]),
      what: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
});

interface Called {
  code: number;
  stdout: string;
  stderr: string;
}

async function nbtrack(
  args: string[],
  env: Record<string, string>,
): Promise<Called> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, ...args],
    env: { NBTRACK_OFFLINE: "1", NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A notebook recorded on one machine, its bundle and logged notebook as files on another. */
async function onAnotherMachine(name: string) {
  const place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record(await cellsOfNotebook(name), {
    home,
    folder,
    notebook: name,
  });
  const bundle = `${place.path}/bundle.zip`;
  const session = `${place.path}/session.ipynb`;
  const bytes = await bundleBytes(home, run_id);
  await Deno.writeFile(bundle, bytes);
  await changed(bytes, (files) => {
    Deno.writeFileSync(session, files.get("session.ipynb") ?? new Uint8Array());
  });
  await Deno.remove(folder, { recursive: true });
  return {
    run_id,
    bytes,
    bundle,
    session,
    path: place.path,
    home,
    other: { NBTRACK_HOME: `${place.path}/other` },
    [Symbol.dispose]: () => place[Symbol.dispose](),
  };
}

Deno.test("a bundle alone is reproduced on another machine", async () => {
  using run = await onAnotherMachine("01-csv");
  const { code, stdout } = await nbtrack(
    ["reproduce", run.bundle, "--trust", "--json"],
    run.other,
  );
  const verdict = verdictSchema.parse(JSON.parse(stdout));
  assertEquals([verdict.verdict, code], ["REPRODUCED", 0], stdout);
  assertEquals(verdict.of, run.run_id);
  assert(verdict.metrics.length > 0 && verdict.outputs.length > 0);
});

Deno.test("a package whose integrity does not fit is refused by an empty package cache", async () => {
  using run = await onAnotherMachine("06-text");
  const other = await changed(
    run.bytes,
    (files) =>
      edit(files, "deno.lock", ({ npm }) => {
        const [id] = Object.keys(npm).filter((key) =>
          key.startsWith("stemmer@")
        );
        const entry = npm[id ?? ""] as { integrity: string };
        entry.integrity = `sha512-${"A".repeat(86)}==`;
      }),
  );
  await Deno.writeFile(run.bundle, other);
  const { code, stdout } = await nbtrack(
    ["reproduce", run.bundle, "--trust", "--json"],
    { ...run.other, DENO_DIR: `${run.path}/deno` },
  );
  const verdict = verdictSchema.parse(JSON.parse(stdout));
  assertEquals([verdict.verdict, code], ["FAILED", 1], stdout);
  assertEquals([...new Set(verdict.causes.map((c) => c.dimension))], [
    "packages",
  ]);
});

Deno.test("the logged notebook alone is enough", async () => {
  using run = await onAnotherMachine("04-regression");
  const { code, stdout } = await nbtrack([
    "reproduce",
    run.session,
    "--trust",
    "--json",
  ], run.other);
  const verdict = verdictSchema.parse(JSON.parse(stdout));
  assertEquals([verdict.verdict, code], ["REPRODUCED", 0], stdout);
});

Deno.test("a stranger's bundle runs in the sandbox without being trusted", async () => {
  using run = await onAnotherMachine("06-text");
  const { code, stdout } = await nbtrack([
    "reproduce",
    run.bundle,
    "--sandbox",
    "--json",
  ], run.other);
  const verdict = verdictSchema.parse(JSON.parse(stdout));
  assertEquals([verdict.verdict, code], ["REPRODUCED", 0], stdout);
  const shown = await nbtrack(
    ["show", verdict.run_id ?? "", "--json"],
    run.other,
  );
  assertEquals(JSON.parse(shown.stdout).reproduces, run.run_id);
});

Deno.test("a stranger's bundle without trust is exit 2, with one document and one hint", async () => {
  using run = await onAnotherMachine("06-text");
  const { code, stdout, stderr } = await nbtrack([
    "reproduce",
    run.bundle,
    "--json",
  ], run.other);
  assertEquals(code, 2);
  assertStringIncludes(JSON.parse(stdout).error.hint, "--trust");
  assert(stderr.trim().split("\n").length <= 3, stderr);
});

Deno.test("a drift is exit 1 and shown to people in a few lines", async () => {
  using run = await onAnotherMachine("10-run-twice");
  const other = await changed(
    run.bytes,
    (files) =>
      edit(files, "session.ipynb", ({ cells }) => {
        for (const cell of cells) {
          cell.source = cell.source.map((line) =>
            line.replace("toFixed(4)", "toFixed(2)")
          );
        }
      }),
  );
  await Deno.writeFile(run.bundle, other);
  const { code, stdout } = await nbtrack(
    ["reproduce", run.bundle, "--trust"],
    run.other,
  );
  assertEquals(code, 1);
  assertStringIncludes(stdout, "DRIFTED");
  assertStringIncludes(stdout, "cause: code: cell [2] changed");
});

for (
  const [what, change] of [
    ["cut short", (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1)],
    ["empty", () => new Uint8Array()],
    [
      "of a newer schema",
      (bytes: Uint8Array) =>
        changed(
          bytes,
          (files) =>
            edit(files, "manifest.json", (m) => void (m.schema_version = 99)),
        ),
    ],
    [
      "without a manifest",
      (bytes: Uint8Array) =>
        changed(bytes, (files) => void files.delete("manifest.json")),
    ],
    [
      "with a broken manifest",
      (bytes: Uint8Array) =>
        changed(
          bytes,
          (files) =>
            void files.set("manifest.json", new TextEncoder().encode("{")),
        ),
    ],
  ] as const
) {
  Deno.test(`a bundle ${what} is exit 2, and nothing was written`, async () => {
    using run = await onAnotherMachine("06-text");
    await Deno.writeFile(run.bundle, await change(run.bytes));
    const dir = `${run.path}/work`;
    const { code, stdout } = await nbtrack(
      ["reproduce", run.bundle, "--trust", "--dir", dir, "--json"],
      run.other,
    );
    assertEquals(code, 2, stdout);
    assert(JSON.parse(stdout).error.message.length > 0);
    assertEquals(
      [...Deno.readDirSync(run.path)].some((entry) => entry.name === "work"),
      false,
    );
  });
}

Deno.test("values of options that mean nothing are exit 2", async () => {
  for (
    const [option, value] of [
      ["--allow-net", "*"],
      ["--allow-net", "two hosts"],
      ["--allow-env", "A,B"],
      ["--rtol", ""],
      ["--rtol", "-1"],
      ["--atol", "Infinity"],
      ["--vary", "colour"],
      ["--data", "penguins"],
    ] as const
  ) {
    const { code, stdout } = await nbtrack(
      ["reproduce", "run.zip", "--sandbox", option, value, "--json"],
      {},
    );
    assertEquals(code, 2, stdout);
    assertStringIncludes(
      JSON.parse(stdout).error.message,
      `Cannot use ${option}`,
    );
  }
});

Deno.test("show --bundle writes the same bytes each time", async () => {
  using run = await onAnotherMachine("06-text");
  const env = { NBTRACK_HOME: run.home };
  const digests = new Set<string>();
  for (const name of ["a.zip", "b.zip"]) {
    const { code, stdout } = await nbtrack(
      ["show", run.run_id, "--bundle", `${run.path}/${name}`, "--json"],
      env,
    );
    assertEquals(code, 0);
    digests.add(JSON.parse(stdout).digest);
  }
  assertEquals(digests.size, 1);
});
