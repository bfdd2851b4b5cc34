/** Ways out of a sandbox, for the tests that try them. */

/** Where a probe may try to get to. */
export interface Place {
  /** A folder beside the sandbox's, with a file `secret.txt` in it. */
  outside: string;
  /** A server of this machine. */
  url: string;
}

const NAMES = new URL("../../src/base/names.ts", import.meta.url).pathname;
const USER_HOME = Deno.env.get("HOME") ?? "/";
const HOME = `${USER_HOME}/.local/share/nbtrack`;

/** Ways out of the sandbox; each is an expression that gives something it must not have, or does something. */
export const ESCAPES: Record<string, (place: Place) => string> = {
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
  "a symbolic link": ({ outside }) =>
    `Deno.symlinkSync("${outside}/secret.txt", "./link"); Deno.readTextFileSync("./link")`,
  "a hard link": ({ outside }) =>
    `Deno.linkSync("${outside}/secret.txt", "./link"); Deno.readTextFileSync("./link")`,
  "copying a file in": ({ outside }) =>
    `Deno.copyFileSync("${outside}/secret.txt", "./copy"); Deno.readTextFileSync("./copy")`,
  "listing a folder beside it": ({ outside }) =>
    `[...Deno.readDirSync("${outside}")].map((e) => e.name).join()`,
  "writing a file beside it": ({ outside }) =>
    `Deno.writeTextFileSync("${outside}/written.txt", "x"); "written"`,
  "moving a file out": ({ outside }) =>
    `Deno.writeTextFileSync("./a", "x"); Deno.renameSync("./a", "${outside}/written.txt"); "written"`,
  "deleting a file beside it": ({ outside }) =>
    `Deno.removeSync("${outside}/secret.txt"); "deleted"`,
  "a database beside it": ({ outside }) =>
    `new (await import("node:sqlite")).DatabaseSync("${outside}/written.txt").exec("create table t (x)"); "written"`,
  "attaching a database beside it": ({ outside }) =>
    `{ const d = new (await import("node:sqlite")).DatabaseSync("./in.db"); ` +
    `d.exec("attach '${outside}/written.txt' as o; create table o.t (x)"); "written" }`,
  "loading an extension of SQLite": () =>
    `new (await import("node:sqlite")).DatabaseSync("./e.db", { allowExtension: true }).loadExtension("/lib/x.so"); "loaded"`,
  "vacuuming a database into a file beside it": ({ outside }) =>
    `{ const d = new (await import("node:sqlite")).DatabaseSync("./v.db"); d.exec("create table t (x)"); ` +
    `d.exec("vacuum into '${outside}/written.txt'"); "written" }`,
  "starting a process": () =>
    `new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(); "started"`,
  "starting a process by node": () =>
    `(await import("node:child_process")).execSync("id").toString()`,
  "a foreign function": () =>
    `Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }).symbols.getpid()`,
  "the user's environment": () =>
    `Deno.env.get("NBTRACK_TEST_OF_THE_USER") ?? (() => { throw new Error("unset") })()`,
  "the user's whole environment": () =>
    `JSON.stringify(Deno.env.toObject()).includes("of the user") || (() => { throw new Error("unset") })()`,
  "the user's environment by node": () =>
    `JSON.stringify((await import("node:process")).default.env).includes("of the user") || (() => { throw new Error("unset") })()`,
  "a connection": ({ url }) => `await (await fetch("${url}")).text()`,
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
  "requiring a file by node:module": ({ outside }) =>
    `(await import("node:module")).createRequire(Deno.cwd() + "/x.js")("${outside}/secret.txt")`,
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
  // Names: the sandbox resolves what a cell imports, and must not be led out by it.
  "importing a module beside it": ({ outside }) =>
    `Deno.writeTextFileSync("${outside}/m.ts", ""); "written"`,
  "a module's source as text by a blob": ({ outside }) =>
    `(await import(URL.createObjectURL(new Blob(["export { default } from 'file://${outside}/secret.txt' with { type: 'text' }"], ` +
    `{ type: "text/javascript" })))).default`,
  "importing JSON beside it": () =>
    `(await import("file:///proc/self/status", { with: { type: "text" } })).default`,
  "nbtrack's own files by a descriptor": () =>
    `{ const fs = await import("node:fs"); const at = fs.openSync(${
      JSON.stringify(NAMES)
    }, "r"); fs.fchmodSync(at, 0o666); "changed" }`,
  "a file's times by a descriptor": ({ outside }) =>
    `{ const fs = await import("node:fs"); const at = fs.openSync("${outside}/secret.txt", "r"); fs.futimesSync(at, 0, 0); "changed" }`,
  "an owner by a descriptor": ({ outside }) =>
    `{ const fs = await import("node:fs"); const at = fs.openSync("${outside}/secret.txt", "r"); fs.fchownSync(at, 1, 1); "changed" }`,
  "a mode beside it": ({ outside }) =>
    `Deno.chmodSync("${outside}/secret.txt", 0o777); "changed"`,
  "the state of a file beside it": ({ outside }) =>
    `Deno.statSync("${outside}/secret.txt").size`,
  "the real path of a link it made": ({ outside }) =>
    `(await import("node:fs")).symlinkSync("${outside}", "./folder"); [...Deno.readDirSync("./folder")].length`,
  "watching a folder beside it": ({ outside }) =>
    `Deno.watchFs("${outside}").close() ?? "watched"`,
  "a folder for temporary files": ({ outside }) =>
    `Deno.makeTempDirSync({ dir: "${outside}" })`,
  "a file of the system": () => `Deno.readTextFileSync("/etc/passwd")`,
  "the command line of its parent": () =>
    `Deno.readTextFileSync("/proc/" + Deno.ppid + "/cmdline")`,
  "an open file of the process by its path": () =>
    `Deno.readTextFileSync("/dev/fd/0")`,
  "a lock of nbtrack's journal": () =>
    `new (await import("node:sqlite")).DatabaseSync(${
      JSON.stringify(HOME)
    } + "/journal.db").exec("select 1") ?? "opened"`,
  "a key-value store beside it": ({ outside }) =>
    `(await Deno.openKv("${outside}/written.txt")).close() ?? "opened"`,
  "sending a datagram": () =>
    `await (await import("node:dgram")).createSocket("udp4").bind(0) && await new Promise((_, no) => setTimeout(() => no(new Error("nothing")), 200))`,
  "a connection by node": ({ url }) =>
    `await new Promise((ok, no) => import("node:http").then(({ get }) => get("${url}", ok).on("error", no)))`,
  "a web socket": ({ url }) =>
    `await new Promise((ok, no) => { const s = new WebSocket("${url}"); s.onopen = ok; s.onerror = no; })`,
  "a stream of events": ({ url }) =>
    `await new Promise((ok, no) => { const s = new EventSource("${url}"); s.onmessage = ok; s.onopen = ok; s.onerror = () => { s.close(); no(new Error("no")) } })`,
  "importing from a server of its own": ({ url }) =>
    `await import("${url}m.ts")`,
  "importing from a server as text": ({ url }) =>
    `(await import("${url}?" + navigator.hardwareConcurrency, { with: { type: "text" } })).default`,
  "importing from a server as text, in a worker": ({ url }) =>
    `await new Promise((ok, no) => { const w = new Worker("data:text/javascript," + encodeURIComponent(${
      JSON.stringify(
        `import("${url}w", { with: { type: "text" } }).then((m) => postMessage(m.default), (e) => { throw e })`,
      )
    }), { type: "module" }); w.onmessage = ok; w.onerror = (e) => { e.preventDefault(); no(e) } })`,
  "importing from a server as text, in a module of its own": ({ url }) =>
    `{ Deno.writeTextFileSync("t.ts", 'export { default } from "${url}t" with { type: "text" }'); (await import("./t" + ".ts")).default }`,
  "importing from a server as text, in a module that a module makes": (
    { url },
  ) =>
    `(await import("data:text/javascript," + encodeURIComponent('export { default } from "${url}d" with { type: "text" }'))).default`,
  "a package that the lock does not have": () =>
    `(await import("npm:" + "is-number@7.0.0")).default(1)`,
  "revoking and asking again": () =>
    `(await Deno.permissions.revoke({ name: "net" }), await Deno.permissions.request({ name: "net" })).state === "granted" ? 1 : (() => { throw new Error("no") })()`,
  "a worker with more rights": () =>
    `await new Promise((ok, no) => { const w = new Worker("data:text/javascript,postMessage(1)", { type: "module", deno: { permissions: { run: true } } }); w.onmessage = ok; w.onerror = (e) => { e.preventDefault(); no(e) } })`,
  "a cluster of node": () =>
    `await new Promise((ok, no) => import("node:cluster").then(({ default: c }) => c.fork().on("error", no).on("online", ok)))`,
  "loading a native library by node": () =>
    `process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6") ?? "loaded"`,
  "a debugger in the process": () =>
    `{ const s = new (await import("node:inspector")).Session(); s.connect(); "connected" }`,
  "the parent's environment by its number": () =>
    `Deno.readTextFileSync("/proc/" + Deno.ppid + "/environ")`,
  "the user's home": () =>
    `Deno.readDirSync(${JSON.stringify(USER_HOME)}).next()`,
  "the networks of the machine": () => `Deno.networkInterfaces()`,
  "the name of the machine by node": () =>
    `(await import("node:os")).hostname()`,
  "another user's number": () => `Deno.uid()`,
  "an environment file beside it": ({ outside }) =>
    `process.loadEnvFile("${outside}/secret.txt") ?? "loaded"`,
  "a file beside it as a blob": ({ outside }) =>
    `await (await (await import("node:fs")).openAsBlob("${outside}/secret.txt")).text()`,
  "finding files beside it": ({ outside }) =>
    `(await import("node:fs")).globSync("${outside}/*").join() || (() => { throw new Error("none") })()`,
  "a socket of the machine": () =>
    `await new Promise((ok, no) => import("node:net").then((net) => net.connect({ path: "/var/run/docker.sock" }).on("connect", ok).on("error", no)))`,
  "a client that goes over a socket": ({ outside, url }) =>
    `await (await fetch("${url}", { client: Deno.createHttpClient({ proxy: { transport: "unix", path: "${outside}/s" } }) })).text()`,
  "listening at a path": ({ outside }) =>
    `Deno.listen({ transport: "unix", path: "${outside}/s" }) && "listening"`,
  "the name of a host by node": () =>
    `await (await import("node:dns/promises")).lookup("localhost")`,
  "another user": () => `process.setuid(0) ?? "changed"`,
  "a signal to its parent": () => `process.kill(process.ppid, 0)`,
  "a child of node with pipes": () =>
    `await new Promise((ok, no) => import("node:child_process").then(({ fork }) => fork("data:text/javascript,1").on("spawn", ok).on("error", no)))`,
  "a folder of the cache that others use": () =>
    `Deno.writeTextFileSync(Deno.env.get("DENO_DIR") + "/npm/x", "x") ?? "written"`,
  "another package in its cache": () =>
    `{ const d = Deno.env.get("DENO_DIR"); Deno.removeSync(d + "/npm", { recursive: true }); Deno.statSync(d + "/npm") }`,
  "the configuration of the sandbox": () =>
    `Deno.readTextFileSync(Deno.env.get("DENO_DIR") + "/../config/deno.json")`,
  "nbtrack's code as the sandbox has it": () =>
    `Deno.writeTextFileSync(Deno.env.get("DENO_DIR") + "/../nbtrack/mod.ts", "") ?? "written"`,
  "what the stage keeps": () =>
    `__nbtrack_stage.take(0) instanceof Promise ? await __nbtrack_stage.take(0) : 1`,
  "another stage": () =>
    `"use strict"; (() => { "use strict"; globalThis.__nbtrack_stage = {} })()`,
  "another Deno": () => `(() => { "use strict"; globalThis.Deno = {} })()`,
  "where Deno keeps the last value": () =>
    `Object.getOwnPropertyDescriptor(globalThis, "_").get()`,
  "the secret on standard input": () =>
    `Deno.stdin.readSync(new Uint8Array(1)) ?? (() => { throw new Error("nothing is left") })()`,
  "a socket without a file": () =>
    `await Deno.connect({transport:"unix",path:"\\0x"})`,
  "an encrypted connection": () =>
    `await Deno.connectTls({hostname:"127.0.0.1",port:9})`,
  "starting a process by node's bindings": () =>
    `new (process.binding("process_wrap").Process)().spawn({file:"/bin/sh",args:["sh","-c","id"]}) || "s"`,
  "becoming another program": () =>
    `process.execve("/bin/sh",["sh","-c","echo EVIL"],{})`,
  "loading a file by node's loader": ({ outside }) =>
    `(await import("node:module")).default._load("${outside}/secret.txt", null, true)`,
  "loading a file by node's own readers of files": ({ outside }) =>
    `const M=(await import("node:module")).default; const m=new M("x"); M._extensions[".json"](m,"${outside}/secret.txt"); m.exports`,
  "a copy of a database beside it": ({ outside }) =>
    `new (await import("node:sqlite")).DatabaseSync(":memory:").exec("vacuum into '${outside}/written.txt'") ?? "v"`,
  "attaching a database beside it by a value": ({ outside }) =>
    `const de=new (await import("node:sqlite")).DatabaseSync("./in3.db"); de.prepare("attach ? as o").run("${outside}/written.txt"); de.exec("create table o.t(x)") ?? "v"`,
  "attaching a database beside it by an address": ({ outside }) =>
    `const df=new (await import("node:sqlite")).DatabaseSync("./in4.db"); df.exec("attach 'file:${outside}/written.txt?mode=rwc' as o; create table o.t(x)") ?? "v"`,
  "a database by an address": ({ outside }) =>
    `new (await import("node:sqlite")).DatabaseSync("file:${outside}/written.txt?mode=rwc").exec("create table t(x)") ?? "u"`,
  "loading code into a database": () =>
    `new (await import("node:sqlite")).DatabaseSync(":memory:",{allowExtension:true}).loadExtension("/lib/x86_64-linux-gnu/libc.so.6") ?? "l"`,
  "copying a folder in": ({ outside }) =>
    `(await import("node:fs")).cpSync("${outside}","./cp",{recursive:true}) ?? "c"`,
  "a symbolic link by node": ({ outside }) =>
    `const nfs=await import("node:fs"); nfs.symlinkSync("${outside}","./sl"); nfs.readFileSync("./sl/secret.txt")`,
  "opening a folder beside it": ({ outside }) =>
    `(await import("node:fs")).opendirSync("${outside}").readSync()`,
  "the disk of a folder beside it": ({ outside }) =>
    `(await import("node:fs")).statfsSync("${outside}")`,
  "asking whether a file is there": ({ outside }) =>
    `(await import("node:fs")).accessSync("${outside}/secret.txt") ?? "a"`,
  "a temporary folder beside it": ({ outside }) =>
    `(await import("node:fs")).mkdtempSync("${outside}/x")`,
  "a link's times beside it": ({ outside }) =>
    `(await import("node:fs")).lutimesSync("${outside}/secret.txt",0,0) ?? "a"`,
  "the terminal": () => `Deno.openSync("/dev/tty",{write:true}) && "tty"`,
  "a device": () => `Deno.openSync("/dev/zero") && "z"`,
  "memory that all processes share": () =>
    `Deno.writeTextFileSync("/dev/shm/nbtrack-x","x") ?? "shm"`,
  "the open files of the process": () =>
    `[...Deno.readDirSync("/proc/self/fd")].length`,
  "the memory of the process": () =>
    `Deno.openSync("/proc/self/mem",{write:true,read:true}) && "mem"`,
  "a path by what the system says of the process": () =>
    `Deno.readTextFileSync("/proc/self/cwd/../outside/secret.txt")`,
  "the mask of modes": () => `Deno.umask(0)`,
  "another working directory by node": () => `process.chdir("/") ?? "c"`,
  "a signal to its group": () => `process.kill(0, 0)`,
  "a signal to all processes": () => `process.kill(-1, 0)`,
  "another priority": () =>
    `(await import("node:os")).setPriority(0, 10) ?? "p"`,
  "how long the machine runs": () => `Deno.osUptime()`,
  "its group's number": () => `Deno.gid()`,
  "importing JSON from a server": ({ url }) =>
    `await import("${url}j.json",{with:{type:"json"}})`,
  "importing bytes from a server": ({ url }) =>
    `await import("${url}j.bin",{with:{type:"bytes"}})`,
  "importing WebAssembly from a server": ({ url }) =>
    `await import("${url}j.wasm")`,
  "a server that JSX names": ({ url }) =>
    `Deno.writeTextFileSync("j.tsx",'/** @jsxImportSource ${url}x */ export default <a/>'); (await import("./j"+".tsx")).default`,
  "a package of JSR that the lock does not have": () =>
    `await import("jsr:"+"@std/assert@1.0.0")`,
  "a temporary file beside it": ({ outside }) =>
    `Deno.makeTempFileSync({dir:"${outside}"})`,
  "a temporary folder that it names": ({ outside }) =>
    `Deno.env.set("TMPDIR","${outside}"); Deno.makeTempFileSync()`,
  "a connection by HTTP/2": ({ url }) =>
    `await new Promise((ok,no)=>import("node:http2").then(t=>t.connect("${url}").on("connect",ok).on("error",no)))`,
  "the name of a host by node's resolver": () =>
    `await (await import("node:dns/promises")).resolve4("example.org")`,
  "a file that WebAssembly imports": ({ outside }) => {
    const enc = (s: string) => [s.length, ...new TextEncoder().encode(s)];
    const mod = `file://${outside}/secret.txt`;
    const imp = [1, ...enc(mod), ...enc("default"), 3, 0x7f, 0];
    const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, imp.length, ...imp];
    return `Deno.writeFileSync("w.wasm", new Uint8Array(${
      JSON.stringify(bytes)
    })); await import("./w"+".wasm")`;
  },
  "a file by hooks for modules": ({ outside }) =>
    `(await import("node:module")).register("data:text/javascript,export async function load(u,c,n){return {format:'module',shortCircuit:true,source:'export default 1'}}"); (await import("file://${outside}/secret.txt")).default`,
  "a file by hooks in the thread": ({ outside }) =>
    `(await import("node:module")).registerHooks({resolve(s,c,n){return {url:"file://${outside}/secret.txt",format:"json",shortCircuit:true}}}); (await import("zzz"))`,
};
