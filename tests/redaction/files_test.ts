import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { crc32, deflateRawSync, deflateSync } from "node:zlib";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { gitlabToken, placesOf, random } from "./support.ts";

function git(cwd: string, ...args: string[]): void {
  const { success } = new Deno.Command("git", {
    args: ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args],
    cwd,
    stdout: "null",
    stderr: "null",
  }).outputSync();
  assert(success, `git ${args.join(" ")}`);
}

/** A zip with one member. */
function zip(name: string, text: string): Uint8Array {
  const names = new TextEncoder().encode(name);
  const packed = deflateRawSync(text);
  const local = new DataView(new ArrayBuffer(30));
  local.setUint32(0, 0x04034b50, true);
  local.setUint16(8, 8, true);
  local.setUint32(14, crc32(text), true);
  local.setUint32(18, packed.length, true);
  local.setUint32(22, text.length, true);
  local.setUint16(26, names.length, true);
  const central = new DataView(new ArrayBuffer(46));
  central.setUint32(0, 0x02014b50, true);
  central.setUint16(10, 8, true);
  central.setUint32(16, crc32(text), true);
  central.setUint32(20, packed.length, true);
  central.setUint32(24, text.length, true);
  central.setUint16(28, names.length, true);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + names.length, true);
  end.setUint32(16, 30 + names.length + packed.length, true);
  return joined([local, names, packed, central, names, end]);
}

/** A PNG whose compressed text chunk says something. */
function png(text: string): Uint8Array {
  const body = joined([
    new TextEncoder().encode("Comment\0\0"),
    deflateSync(text),
  ]);
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, body.length);
  return joined([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    length,
    new TextEncoder().encode("zTXt"),
    body,
    new Uint8Array(4),
  ]);
}

function joined(parts: readonly (Uint8Array | DataView)[]): Uint8Array {
  const bytes = parts.map((p) =>
    p instanceof Uint8Array ? p : new Uint8Array(p.buffer)
  );
  const all = new Uint8Array(bytes.reduce((n, b) => n + b.length, 0));
  let at = 0;
  for (const b of bytes) {
    all.set(b, at);
    at += b.length;
  }
  return all;
}

Deno.test("secrets of local modules, deno.json, the notebook's file, data and uncommitted changes are nowhere in the home", async () => {
  await using workspace = Workspace.make();
  const { work } = workspace;
  const secrets: Record<string, string> = {};
  const secret = (name: string) => secrets[name] = gitlabToken();
  Deno.writeTextFileSync(`${work}/old.txt`, "before\n");
  git(work, "init", "-q");
  git(work, "add", "old.txt");
  git(work, "commit", "-qm", "a");
  git(
    work,
    "remote",
    "add",
    "origin",
    `https://oauth2:${secret("remote")}@gitlab.example.org/a/b.git`,
  );
  Deno.writeTextFileSync(`${work}/old.txt`, `before\nnow ${secret("diff")}\n`);
  Deno.writeTextFileSync(
    `${work}/helper.ts`,
    `/** Uses ${secret("comment")}. */\nexport const key = "${
      secret("module")
    }";\nexport const n = 3;\n`,
  );
  Deno.writeTextFileSync(
    `${work}/deno.json`,
    JSON.stringify({
      imports: { helper: "./helper.ts" },
      tasks: { deploy: `deploy --token ${secret("task")}` },
    }),
  );
  Deno.writeTextFileSync(
    `${work}/data.csv`,
    `name,note\na,${secret("data")}\nb,x\n`,
  );
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nimport { n } from "./helper.ts";\nconst run = await track("e", { quiet: true, data: "data.csv" }); run.logMetric("n", n);`,
    `await run.end();`,
  ]);
  const notebook = JSON.parse(Deno.readTextFileSync(path));
  notebook.cells.push({
    cell_type: "markdown",
    id: "words",
    metadata: { note: secret("metadata") },
    source: ["# Notes\n", `the token is ${secret("markdown")}\n`],
  });
  notebook.cells[1].outputs = [{
    output_type: "stream",
    name: "stdout",
    text: ["saved\n", `${secret("saved output")}\n`],
  }];
  notebook.metadata["author"] = secret("notebook metadata");
  Deno.writeTextFileSync(path, JSON.stringify(notebook, null, 1));

  const { code, stdout, stderr } = await workspace.nbtrack([
    "run",
    path,
    "--json",
  ], {
    NBTRACK_NOTEBOOK: path,
  });
  assertEquals(code, 0, stdout + stderr);
  const record = await workspace.finalised();
  assertEquals(await placesOf(secrets, [workspace.home]), []);
  assertEquals(record.metrics, { n: 3 });
  // Their digests are those of what is stored.
  const bundle = `${workspace.folder}/b.zip`;
  await workspace.nbtrack(["show", record.run_id, "--bundle", bundle]);
  const again = await workspace.nbtrack([
    "reproduce",
    bundle,
    "--trust",
    "--data",
    `data=${work}/data.csv`,
    "--json",
  ]);
  const verdict = JSON.parse(again.stdout);
  assert(verdict.metrics !== undefined, again.stdout);
  assertEquals(
    verdict.metrics.map((m: { same: boolean }) => m.same),
    [true],
    again.stdout,
  );
  assert(
    record.missing.some((m) => m.why.includes("holds a secret")),
    JSON.stringify(record.missing),
  );
});

Deno.test("what is no text and holds a secret is not stored, and named; what is text is stored without it", async () => {
  await using workspace = Workspace.make();
  const token = gitlabToken();
  const key = random(40);
  const put = (name: string, bytes: Uint8Array) =>
    Deno.writeFileSync(`${workspace.work}/${name}`, bytes);
  put("a.zip", zip("inner/notes.txt", `some words and ${token}\n`));
  put("plain.zip", zip("inner/notes.txt", `some words\n`));
  put("a.png", png(`made with ${token}`));
  put("plain.png", png("made with care"));
  put(
    "long.txt",
    new TextEncoder().encode(
      `${"a line of words\n".repeat(3_000_000)}${token}\n`,
    ),
  );
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true });
     for (const name of ["a.zip", "plain.zip", "a.png", "plain.png", "long.txt"]) await run.logArtifact(name);
     await run.logArtifact("config.json", JSON.stringify({ api_key: "${key}", k: 5 }));`,
    `await run.end();`,
  ]);
  const { code, stdout, stderr } = await workspace.nbtrack([
    "run",
    path,
    "--json",
  ]);
  assertEquals(code, 0, stdout + stderr);
  const record = await workspace.finalised();
  assertEquals(await placesOf({ token, key }, [workspace.home]), []);
  const stored = record.artifacts.map((a) => a.path);
  assertEquals(
    stored.filter((p) => /zip$|png$|txt$|config/.test(p) && p !== "bundle.zip"),
    [
      "config.json",
      "long.txt",
      "plain.png",
      "plain.zip",
    ],
  );
  for (const name of ["a.zip", "a.png"]) {
    const gap = record.missing.find((m) => m.what === `artifact "${name}"`);
    assertStringIncludes(gap?.why ?? "", "not stored");
  }
  const { stdout: config } = await workspace.nbtrack([
    "show",
    record.run_id,
    "--artifact",
    "config.json",
  ]);
  const read = JSON.parse(config);
  assert(/^\[redacted key [\da-f]{8}\]$/.test(read.api_key), config);
  assertEquals(read.k, 5);
});
