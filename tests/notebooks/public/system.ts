import type { Kind } from "../kinds.ts";

/**
 * Files, processes and the machine.
 *
 * After Shresht7/Deno-Notebook (catFile, readWriteFiles, kvStore, exec, prompts), raisercostin/jupyter-deno-gallery
 * (utils), ggpwnkthx/deno-jupyter (npm, keyvalue), and the examples of denoland/deno-docs on files, Workers, subprocesses,
 * FFI, key-value stores and environment variables.
 */
export const SYSTEM: readonly Kind[] = [
  {
    about: "writes, walks and removes files",
    cells: [
      `import * as path from "node:path";
import { readFile, rm } from "node:fs/promises";
const folder = await Deno.makeTempDir({ prefix: "walk-" });
await Deno.mkdir(path.join(folder, "a/b"), { recursive: true });
for (const name of ["one.txt", "a/two.md", "a/b/three.txt"]) await Deno.writeTextFile(path.join(folder, name), name.repeat(3));
folder`,
      `async function* walk(dir: string): AsyncGenerator<string> {
  for (const entry of (await Array.fromAsync(Deno.readDir(dir))).sort((a, b) => a.name.localeCompare(b.name))) {
    const full = path.join(dir, entry.name);
    if (entry.isDirectory) yield* walk(full); else yield full;
  }
}
const found = await Array.fromAsync(walk(folder));
found.map((file) => [path.relative(folder, file), path.extname(file), Deno.statSync(file).size])`,
      `await Deno.rename(found[0]!, path.join(folder, "moved.md"));
await Deno.copyFile(path.join(folder, "one.txt"), "copy.txt");
await Deno.writeTextFile("copy.txt", "\\nand a line", { append: true });
(await readFile("copy.txt", "utf8")).split("\\n")`,
      `using file = await Deno.open("copy.txt", { read: true });
await file.seek(4, Deno.SeekMode.Start);
const part = new Uint8Array(5);
[await file.read(part), new TextDecoder().decode(part)]`,
      `await Deno.readTextFile("missing.txt");`,
      `try { await Deno.mkdir(folder); } catch (error) { console.log(error instanceof Deno.errors.AlreadyExists); }
await rm(folder, { recursive: true });
path.parse("/srv/data/set.tar.gz")`,
    ],
    failing: 1,
  },
  {
    about: "reads where programs are searched for",
    cells: [
      `Deno.env.set("MODE", "draft");
const settings = { mode: Deno.env.get("MODE"), home: Deno.env.has("HOME") };
settings`,
      `const places = (Deno.env.get("PATH") ?? "").split(":").filter((place) => place !== "");
console.log(new Set(places).size, "places", places.includes("/usr/bin"));`,
      `import process from "node:process";
process.env.MODE = "final";
console.log(process.env.TZ, process.env.LC_ALL);
[Deno.env.get("MODE"), process.platform === Deno.build.os]`,
    ],
    sandbox: {
      verdict: "DRIFTED",
      cause:
        /^the sandbox withholds the variable PATH, which the run read: add --allow-env PATH to give it$/,
    },
  },
  {
    about: "starts programs and reads what they print",
    cells: [
      `const counted = (text: string) => text.trim().split(/\\s+/).length;
counted("a b  c")`,
      `const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", "echo out; echo err >&2; exit 3"] }).output();
const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
[code, read(stdout), read(stderr)]`,
      `const child = new Deno.Command("sort", { stdin: "piped", stdout: "piped" }).spawn();
const input = child.stdin.getWriter();
await input.write(new TextEncoder().encode("pear\\napple\\nfig\\n"));
await input.close();
read((await child.output()).stdout).split("\\n")`,
      `import { execSync } from "node:child_process";
execSync("printf '%s-' 1 2 3").toString()`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /^cell \[3\] failed: NotFound: the sandbox gives no run access to "sh", and no option does$/,
    },
  },
  {
    about: "lets Workers count for it",
    files: {
      "primes.ts":
        "self.onmessage = ({ data: [from, to] }: MessageEvent<[number, number]>) => {\n  let n = 0;\n  for (let p = from; p < to; p++) { let prime = p > 1; for (let d = 2; d * d <= p; d++) if (p % d === 0) { prime = false; break; } if (prime) n++; }\n  self.postMessage({ from, n });\n  self.close();\n};\n",
    },
    cells: [
      `const count = (from: number, to: number) => new Promise<{ from: number; n: number }>((done, failed) => {
  const worker = new Worker(new URL("./primes.ts", "file://" + Deno.cwd() + "/"), { type: "module" });
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = (event) => { event.preventDefault(); failed(new Error(event.message)); };
  worker.postMessage([from, to]);
});
const parts = await Promise.all([0, 1, 2, 3].map((i) => count(i * 2500, (i + 1) * 2500)));
parts.map(({ n }) => n)`,
      `const source = "self.onmessage = (e) => self.postMessage([e.data.name, new Int32Array(e.data.shared)[0], typeof Deno]);";
const inline = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
const shared = new SharedArrayBuffer(4);
Atomics.store(new Int32Array(shared), 0, 42);
const said = await new Promise((done) => { inline.onmessage = ({ data }) => done(data); inline.postMessage({ name: "inline", shared }); });
inline.terminate();
said`,
      `const { port1, port2 } = new MessageChannel();
const heard = new Promise((done) => { port2.onmessage = ({ data }) => { port2.close(); done(data); }; });
port1.postMessage({ when: new Date(0), map: new Map([["a", /b/g]]), list: new Float32Array([0.5]) });
await heard`,
      `const bad = new Worker("data:text/javascript,throw new RangeError('from inside')", { type: "module" });
await new Promise((done) => { bad.onerror = (event) => { event.preventDefault(); done(event.message); }; })`,
      `run.logMetric("primes", parts.reduce((sum, { n }) => sum + n, 0));`,
    ],
  },
  {
    about: "calls a function of the system's C library",
    cells: [
      `const library = { linux: "libc.so.6", darwin: "libSystem.dylib", windows: "msvcrt.dll" }[Deno.build.os as "linux"];
const symbols = { abs: { parameters: ["i32"], result: "i32" }, strlen: { parameters: ["buffer"], result: "usize" } } as const;
Object.keys(symbols)`,
      `const c = Deno.dlopen(library, symbols);
c.symbols.abs(-7)`,
      `Number(c.symbols.strlen(new TextEncoder().encode("penguin\\0")))`,
      `const view = new Deno.UnsafePointerView(Deno.UnsafePointer.of(new Uint32Array([7, 9]))!);
[view.getUint32(0), view.getUint32(4)]`,
      `c.close();`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /^cell \[3\] failed: NotCapable: the sandbox gives no ffi access to "[\w.]+", and no option does$/,
    },
  },
  {
    about: "keeps a store of keys and values in memory and in a file",
    files: { "deno.json": '{ "unstable": ["kv"] }\n' },
    cells: [
      `const kv = await Deno.openKv(":memory:");
await kv.atomic().set(["users", "ada"], { age: 36 }).set(["users", "bob"], { age: 24 }).set(["visits"], new Deno.KvU64(1n)).commit();
(await Array.fromAsync(kv.list({ prefix: ["users"] }))).map(({ key, value }) => [key.at(-1), value])`,
      `await kv.atomic().sum(["visits"], 4n).commit();
(await kv.get(["visits"])).value`,
      `const before = await kv.get(["users", "ada"]);
const raced = await kv.atomic().check({ key: before.key, versionstamp: null }).set(before.key, { age: 0 }).commit();
[raced.ok, (await kv.getMany([["users", "ada"], ["none"]])).map(({ value }) => value)]`,
      `const disk = await Deno.openKv(Deno.cwd() + "/state.db");
await disk.set(["rows", 1], new Uint8Array([1, 2, 3]));
disk.close();
kv.close();
(await Deno.stat("state.db")).isFile`,
    ],
  },
  {
    about: "asks its reader, and the name of the machine",
    cells: [
      `const name = prompt("Your name?", "nobody") ?? "nobody";
const sure = confirm("Go on?");
console.log("hello", name, sure);`,
      `alert("read this");
[Deno.args, typeof Deno.pid, Deno.stdin.isTerminal(), import.meta.main]`,
      `import os from "node:os";
[os.EOL, os.platform() === Deno.build.os || os.platform() === "win32", os.cpus().length > 0, os.totalmem() > 0, typeof os.homedir()]`,
      `const host = Deno.hostname();
host.length > 0`,
    ],
    failing: 1,
    sandbox: {
      verdict: "FAILED",
      cause:
        /^cell \[5\] failed: NotCapable: the sandbox gives no sys access to "hostname", and no option does$/,
    },
  },
];
