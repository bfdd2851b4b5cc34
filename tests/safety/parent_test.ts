/** What nbtrack's own processes may, and take, while a stranger's code runs. */
import { assert, assertEquals } from "@std/assert";
import { deflateSync } from "node:zlib";
import { ARGS_WITHOUT_RIGHTS } from "../../src/reproduce/compare/pictures/isolated.ts";
import { cleanEnv } from "../cli/nbtrack.ts";
import { temporary } from "../reproduce/recorded.ts";
import { writeBundle } from "./bundles.ts";

/** What the process that reproduces may take at most, bytes. */
const MOST = 500_000_000;

/** A PNG of ten by ten pixels whose data unpacks to `size` bytes. */
function bomb(size: number): string {
  const chunk = (name: string, data: Uint8Array) => {
    const bytes = new Uint8Array(12 + data.length);
    new DataView(bytes.buffer).setUint32(0, data.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(data, 8);
    return [...bytes];
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, 10);
  new DataView(header.buffer).setUint32(4, 10);
  header.set([8, 6], 8);
  return Uint8Array.from([
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", header),
    ...chunk("IDAT", deflateSync(new Uint8Array(size))),
    ...chunk("IEND", new Uint8Array()),
  ]).toBase64();
}

/** Reproduces `p.zip` of a folder in the sandbox. @returns the verdict, and the most that the process took, bytes */
async function measured(folder: string) {
  const main = new URL("../../src/cli/main.ts", import.meta.url).href;
  Deno.writeTextFileSync(
    `${folder}/measured.ts`,
    `import { main } from ${JSON.stringify(main)};
     const code = await main(Deno.args);
     console.error(/VmHWM:.*/.exec(Deno.readTextFileSync("/proc/self/status"))?.[0]);
     Deno.exit(code);`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--quiet", "--config"],
      new URL("../../deno.json", import.meta.url).pathname,
      ...["measured.ts", "reproduce", "p.zip", "--sandbox", "--json"],
    ],
    cwd: folder,
    clearEnv: true,
    env: cleanEnv({ home: `${folder}/home` }),
  }).output();
  const said = new TextDecoder().decode(stderr);
  const { verdict, outputs } = JSON.parse(new TextDecoder().decode(stdout));
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(said)?.[1]) * 1024;
  return { verdict, outputs, peak, said };
}

Deno.test({
  name:
    "nbtrack itself stays small whatever a stranger's code puts out, leaves behind and has compared",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using place = temporary();
    const picture = (size: number) => ({
      output_type: "display_data",
      data: { "image/png": bomb(size) },
      metadata: {},
    });
    Deno.writeFileSync(
      `${place.path}/p.zip`,
      await writeBundle({
        cells: [
          `for (let i = 0; i < 55; i++) console.log("x".repeat(1_000_000))`,
          `{ const junk = new Uint8Array(1 << 20); for (let i = 0; i < 400; i++) { Deno.stdout.writeSync(junk); Deno.stderr.writeSync(junk); } } null`,
          {
            source: `await Deno.jupyter.display({ "image/png": ${
              JSON.stringify(bomb(200_000_001))
            } }, { raw: true })`,
            outputs: [picture(200_000_000)],
          },
          `for (let i = 0; i < 8; i++) await Deno.jupyter.display({ "text/plain": "y".repeat(6_000_000) }, { raw: true })`,
          `import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true }); for (let i = 0; i < 10_000; i++) run.logMetric("k" + i, i); await run.logArtifact("big.txt", "z".repeat(30_000_000)); await run.end(); null`,
          `{ const f = Deno.openSync("deno.lock", { write: true, create: true }); f.truncateSync(3 * 2 ** 30); f.close(); } null`,
        ],
        manifest: (manifest) =>
          Object.assign(manifest.run as object, { opened_by_runner: false }),
      }),
    );
    const { verdict, outputs, peak, said } = await measured(place.path);
    // All of it ran and was compared.
    assertEquals(verdict, "DRIFTED", said);
    assertEquals(outputs.map(({ cell }: { cell: number }) => cell), [0, 2, 3]);
    assert(peak > 0 && peak < MOST, `${Math.round(peak / 1e6)} MB`);
  },
});

/**
 * Printing by cells that may put out much and differ in all of it, or a record of things that nobody logs. A busy machine
 * collects garbage late.
 */
const MOST_COMPARED = 450_000_000;

Deno.test({
  name:
    "comparing cells that print 16 MB of which every line differs, and 50,000 params that none logs, takes little memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using place = temporary();
    const text = (what: string) =>
      Array.from(
        { length: 24_000 },
        (_, i) => `line ${i} of ${what} ${"x".repeat(60)}\n`,
      ).join("");
    Deno.writeFileSync(
      `${place.path}/p.zip`,
      await writeBundle({
        cells: Array.from({ length: 8 }, (_, i) => ({
          source: `console.log((${text})("now ${i}")); null`,
          outputs: [{
            output_type: "stream",
            name: "stdout",
            text: text(`then ${i}`),
          }],
        })),
        manifest: (manifest) => {
          manifest["params"] = Object.fromEntries(
            Array.from({ length: 50_000 }, (_, i) => [`k${i}`, "5"]),
          );
        },
      }),
    );
    const { verdict, outputs, peak, said } = await measured(place.path);
    assertEquals([verdict, outputs.length], ["DRIFTED", 8], said);
    assert(peak > 0 && peak < MOST_COMPARED, `${Math.round(peak / 1e6)} MB`);
  },
});

Deno.test("pictures of strangers are decoded by a process that may do nothing", async () => {
  using place = temporary();
  const names = ["read", "write", "net", "env", "run", "sys", "ffi"];
  const tries = {
    read: `Deno.readTextFileSync("/etc/hostname")`,
    write: `Deno.writeTextFileSync(${JSON.stringify(`${place.path}/x`)}, "x")`,
    net: `Deno.listen({ port: 0 })`,
    env: `Deno.env.get("HOME")`,
    run: `new Deno.Command(Deno.execPath()).outputSync()`,
    // Hosts of modules are allowed to Deno by default; nothing is fetched.
    import: `await import("https://deno.land/std@0.224.0/fs/" + "exists.ts?")`,
  };
  Deno.writeTextFileSync(
    `${place.path}/probe.ts`,
    `const states = ${
      JSON.stringify(names)
    }.map((name) => Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state);
     const did: string[] = [];
     ${
      Object.entries(tries).map(([name, code]) =>
        `try { ${code}; did.push("${name}") } catch {}`
      ).join("\n")
    }
     console.log(JSON.stringify({ states, did }));`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...ARGS_WITHOUT_RIGHTS, `${place.path}/probe.ts`],
  }).output();
  const text = new TextDecoder();
  const { states, did } = JSON.parse(text.decode(stdout) || "{}");
  assertEquals(did, [], text.decode(stderr));
  assertEquals(states.filter((state: string) => state === "granted"), []);
});
