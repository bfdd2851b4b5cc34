import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { Repl } from "../../src/reproduce/sandbox/channel.ts";
import {
  sandboxEnv,
  sandboxFlags,
  type SandboxGrants,
} from "../../src/reproduce/sandbox/permissions.ts";

import {
  bundleBytes,
  changed,
  edit,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const STAGE =
  new URL("../../src/reproduce/sandbox/stage.ts", import.meta.url).href;
const NO_GRANTS: SandboxGrants = { net: [], env: [] };

interface Place extends AsyncDisposable {
  /** The sandbox's folder. */
  box: string;
  /** A folder beside it that it may not touch. */
  outside: string;
  repl: Repl;
}

/** A sandbox with its stage set, and a folder beside it with a secret in it. */
async function sandbox(grants = NO_GRANTS): Promise<Place> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const [box, outside] = [`${root}/box`, `${root}/outside`];
  await Deno.mkdir(`${box}/.nbtrack`, { recursive: true });
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/secret.txt`, "the secret");
  await Deno.writeTextFile(
    `${box}/deno.json`,
    '{"nodeModulesDir":"none","lock":{"path":"./deno.lock","frozen":false}}',
  );
  const repl = new Repl({
    denoPath: Deno.execPath(),
    flags: sandboxFlags(box, grants),
    cwd: box,
    env: sandboxEnv(box, `${box}/.nbtrack`, grants, { NO_COLOR: "" }),
  });
  const set = await repl.run(
    `(await import(${JSON.stringify(STAGE)})).setStage(${
      JSON.stringify(`${box}/.nbtrack`)
    })`,
  );
  assertEquals(set.type, "RunSuccess", JSON.stringify(set));
  return {
    box,
    outside,
    repl,
    async [Symbol.asyncDispose]() {
      repl.kill();
      await repl.exited;
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** Ways out of the sandbox; each is an expression that gives something it must not have, or does something. */
const ESCAPES: Record<string, (place: Place) => string> = {
  "reading a file beside it": ({ outside }) =>
    `Deno.readTextFileSync("${outside}/secret.txt")`,
  "reading by a path that climbs": () =>
    `Deno.readTextFileSync("../outside/secret.txt")`,
  "reading by node:fs": ({ outside }) =>
    `(await import("node:fs")).readFileSync("${outside}/secret.txt", "utf8")`,
  "reading by the namespace under the stand-in": ({ outside }) =>
    `Object.getPrototypeOf(Deno).readTextFileSync("${outside}/secret.txt")`,
  "fetching a file": ({ outside }) =>
    `await (await fetch("file://${outside}/secret.txt")).text()`,
  "importing a file as text": ({ outside }) =>
    `(await import("file://${outside}/secret.txt", { with: { type: "text" } })).default`,
  "importing a file as bytes": ({ outside }) =>
    `(await import("file://${outside}/secret.txt", { with: { type: "bytes" } })).default`,
  "a symbolic link": ({ outside, box }) =>
    `Deno.symlinkSync("${outside}/secret.txt", "${box}/link"); Deno.readTextFileSync("${box}/link")`,
  "a hard link": ({ outside, box }) =>
    `Deno.linkSync("${outside}/secret.txt", "${box}/link"); Deno.readTextFileSync("${box}/link")`,
  "copying a file in": ({ outside, box }) =>
    `Deno.copyFileSync("${outside}/secret.txt", "${box}/copy"); Deno.readTextFileSync("${box}/copy")`,
  "listing a folder beside it": ({ outside }) =>
    `[...Deno.readDirSync("${outside}")].map((e) => e.name).join()`,
  "writing a file beside it": ({ outside }) =>
    `Deno.writeTextFileSync("${outside}/written.txt", "x"); "written"`,
  "moving a file out": ({ outside, box }) =>
    `Deno.writeTextFileSync("${box}/a", "x"); Deno.renameSync("${box}/a", "${outside}/written.txt"); "written"`,
  "deleting a file beside it": ({ outside }) =>
    `Deno.removeSync("${outside}/secret.txt"); "deleted"`,
  "a database beside it": ({ outside }) =>
    `new (await import("node:sqlite")).DatabaseSync("${outside}/written.txt").exec("create table t (x)"); "written"`,
  "attaching a database beside it": ({ outside, box }) =>
    `{ const d = new (await import("node:sqlite")).DatabaseSync("${box}/in.db"); ` +
    `d.exec("attach '${outside}/written.txt' as o; create table o.t (x)"); "written" }`,
  "loading an extension of SQLite": ({ box }) =>
    `new (await import("node:sqlite")).DatabaseSync("${box}/e.db", { allowExtension: true }).loadExtension("/lib/x.so"); "loaded"`,
  "vacuuming a database into a file beside it": ({ outside, box }) =>
    `{ const d = new (await import("node:sqlite")).DatabaseSync("${box}/v.db"); d.exec("create table t (x)"); ` +
    `d.exec("vacuum into '${outside}/written.txt'"); "written" }`,
  "starting a process": () =>
    `new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(); "started"`,
  "starting a process by node": () =>
    `(await import("node:child_process")).execSync("id").toString()`,
  "a foreign function": () =>
    `Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }).symbols.getpid()`,
  "the environment": () => `Deno.env.get("HOME")`,
  "the whole environment": () => `JSON.stringify(Deno.env.toObject())`,
  "the environment by node": () =>
    `(await import("node:process")).default.env.HOME ?? (() => { throw new Error("unset") })()`,
  "a connection": () => `await (await fetch("http://127.0.0.1:9/")).text()`,
  "a socket": () =>
    `(await Deno.connect({ hostname: "127.0.0.1", port: 9 })) && "connected"`,
  "listening": () => `Deno.listen({ port: 0 }) && "listening"`,
  "importing from another server": () =>
    `(await import("https://esm.sh/is-number@7.0.0")).default && "imported"`,
  "a worker": ({ outside }) =>
    `await new Promise((ok, no) => { const w = new Worker("data:application/javascript," + ` +
    `encodeURIComponent('postMessage(Deno.readTextFileSync("${outside}/secret.txt"))'), ` +
    `{ type: "module" }); w.onmessage = (e) => ok(e.data); w.onerror = (e) => { e.preventDefault(); no(e) } })`,
  "asking for a permission": () =>
    `(await Deno.permissions.request({ name: "run" })).state === "granted" ? "granted" : (() => { throw new Error("no") })()`,
  "a module behind a blob": ({ outside }) =>
    `(await import(URL.createObjectURL(new Blob(["export default Deno.readTextFileSync('${outside}/secret.txt')"], ` +
    `{ type: "text/javascript" })))).default`,
  "requiring a file by node:module": ({ outside, box }) =>
    `(await import("node:module")).createRequire("${box}/x.js")("${outside}/secret.txt")`,
  "another context by node:vm": ({ outside }) =>
    `(await import("node:vm")).runInNewContext("Deno.readTextFileSync('${outside}/secret.txt')", { Deno })`,
  "a thread of node": ({ outside }) =>
    `await new Promise((ok, no) => import("node:worker_threads").then(({ Worker }) => { ` +
    `const w = new Worker("require('worker_threads').parentPort.postMessage(require('fs').readFileSync('${outside}/secret.txt', 'utf8'))", ` +
    `{ eval: true }); w.on("message", ok); w.on("error", no) }))`,
  "the operations under Deno": ({ outside }) =>
    `Deno[Deno.internal].core.ops.op_fs_read_file_text_sync("${outside}/secret.txt")`,
  "another working directory": ({ outside }) =>
    `Deno.chdir("${outside}"); Deno.readTextFileSync("secret.txt")`,
  "what the system says of the process": () =>
    `Deno.readTextFileSync("/proc/self/environ")`,
  "the package cache": () =>
    `Deno.writeTextFileSync(Deno.execPath() + ".evil", "x"); "written"`,
  "an open file of the process by its number": () =>
    `(await import("node:fs")).writeSync(18, "x") && "written"`,
  "a debugger's port": () =>
    `(await import("node:inspector")).open(0) ?? "opened"`,
  "WebAssembly's system interface": () =>
    `new (await import("node:wasi")).WASI({ version: "preview1", preopens: { "/": "/" } }) && "made"`,
  "a heap snapshot beside it": ({ outside }) =>
    `(await import("node:v8")).writeHeapSnapshot("${outside}/written.txt")`,
  "a backup of a database beside it": ({ outside }) =>
    `await (await import("node:sqlite")).backup(new (await import("node:sqlite")).DatabaseSync(":memory:"), "${outside}/written.txt")`,
  "the name of a host": () => `await Deno.resolveDns("example.org", "A")`,
  "the machine's name": () => `Deno.hostname()`,
  "other users of the machine": () =>
    `(await import("node:os")).userInfo().username`,
  "ending another process": () => `Deno.kill(1, 0) ?? "sent"`,
};

for (const [name, code] of Object.entries(ESCAPES)) {
  Deno.test(`the sandbox does not let out: ${name}`, async () => {
    await using place = await sandbox();
    const answer = await place.repl.run(code(place));
    assert(
      answer.type !== "RunSuccess",
      `${name} gave ${JSON.stringify(answer)}`,
    );
    assertEquals(
      [...Deno.readDirSync(place.outside)].map((entry) => entry.name),
      ["secret.txt"],
    );
    const still = await place.repl.run("1 + 1");
    assertEquals(still, { type: "RunSuccess", output: "2" });
  });
}

Deno.test("the sandbox works in its own folder, with displays, streams and results like the kernel's", async () => {
  await using place = await sandbox();
  const outputs = async (code: string) => {
    const answer = await place.repl.run(code);
    const how = answer.type === "RunSuccess" ? "ok" : "error";
    const taken = await place.repl.run(
      `await globalThis[Symbol.for("nbtrack.stage")].take("${how}")`,
    );
    assert(taken.type === "RunSuccess", JSON.stringify(taken));
    return JSON.parse(taken.output ?? "");
  };
  assertEquals(
    await outputs(
      'Deno.writeTextFileSync("a.txt", "x"); Deno.readTextFileSync("a.txt")',
    ),
    [
      {
        output_type: "execute_result",
        data: { "text/plain": '\u001b[32m"x"\u001b[39m' },
        metadata: {},
      },
    ],
  );
  assertEquals(
    await outputs('console.log("a", { b: 1 }); console.error("c"); null'),
    [
      { output_type: "stream", name: "stdout", text: "a { b: 1 }\n" },
      { output_type: "stream", name: "stderr", text: "c\n" },
    ],
  );
  assertEquals(await outputs("Deno.jupyter.html`<b>${1}</b>`"), [
    {
      output_type: "execute_result",
      data: { "text/html": "<b>1</b>" },
      metadata: {},
    },
  ]);
  assertEquals(
    await outputs(
      'await Deno.jupyter.display({ "text/plain": "1" }, { raw: true, display_id: "d" });' +
        'await Deno.jupyter.display({ "text/plain": "2" }, { raw: true, display_id: "d", update: true })',
    ),
    [{
      output_type: "display_data",
      data: { "text/plain": "2" },
      metadata: {},
    }],
  );
  for (const value of ["10n", "NaN", "-0", "-Infinity", "_", "_error"]) {
    assertEquals(await outputs(value), [], value);
  }
  const [error] = await outputs('throw new RangeError("too far")');
  assertEquals([error.ename, error.evalue], ["RangeError", "too far"]);
});

Deno.test("what the user grants to a sandbox is granted, and nothing beside it", async () => {
  Deno.env.set("NBTRACK_TEST_GRANTED", "yes");
  try {
    await using place = await sandbox({
      net: [],
      env: ["NBTRACK_TEST_GRANTED"],
    });
    assertEquals(
      await place.repl.run('Deno.env.get("NBTRACK_TEST_GRANTED")'),
      { type: "RunSuccess", output: "yes" },
    );
    const other = await place.repl.run('Deno.env.get("PATH")');
    assertEquals(other.type, "RunFailure");
  } finally {
    Deno.env.delete("NBTRACK_TEST_GRANTED");
  }
});

Deno.test("nothing of a sandbox stays in Deno's own storage", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack"; await track("store", { quiet: true });',
    "1 + 1",
  ], { home, folder });
  const bundle = await changed(
    await bundleBytes(home, run_id),
    (files) =>
      edit(files, "session.ipynb", ({ cells }) => {
        const cell = cells[1];
        if (cell === undefined) throw new Error("no cell");
        cell.source = [
          'localStorage.setItem("a", "b"); await caches.open("c"); console.log("kept")',
        ];
      }),
  );
  const info = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).output();
  const { originStorage } = JSON.parse(new TextDecoder().decode(info.stdout));
  const dir = `${place.path}/work`;
  const { outputs } = await verdictOf(bundle, { sandbox: true, dir });
  assertStringIncludes(outputs.at(-1)?.diff ?? "", "kept");
  const key = sha256(`file://${dir}/deno.json`).slice("sha256:".length);
  for (const place of [originStorage, `${originStorage}/web_cache`]) {
    const error = await assertRejects(() => Deno.stat(`${place}/${key}`));
    assert(error instanceof Deno.errors.NotFound);
  }
});

Deno.test("a grant that names no single host opens nothing", () => {
  for (const host of ["*", "", "a,b", "a b", "-x"]) {
    const flags = sandboxFlags("/box", { net: [host], env: [] });
    assert(flags.includes("--deny-net"), flags.join(" "));
    assertEquals(flags.some((flag) => flag.startsWith("--allow-net")), false);
  }
  assert(
    sandboxFlags("/box", { net: ["*", "a.org:80"], env: [] })
      .includes("--allow-net=a.org:80"),
  );
});

Deno.test("a sandboxed cell that ends the process is told by its exit code", async () => {
  await using place = await sandbox();
  const error = await place.repl.run("Deno.exit(3)").then(() => null, (e) => e);
  assertStringIncludes(String(error), "code 3");
});
