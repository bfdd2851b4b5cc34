import { assert, assertEquals } from "@std/assert";
import {
  connectionFileIn,
  locateConnectionFile,
} from "../../src/jupyter/locate.ts";
import {
  identify,
  isAlive,
  parseProcStat,
  parseStart,
  startCommand,
} from "../../src/base/process_identity.ts";
import { until } from "../until.ts";

Deno.test("a process is itself while it runs, and dead once it was killed, before its parent has looked too", async () => {
  const me = identify(Deno.pid);
  assert(me !== null && isAlive(me));
  assert(!isAlive({ pid: Deno.pid, started: `${me.started}0` }));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "await new Promise((resolve) => setTimeout(resolve, 1e6))"],
    stdout: "null",
  }).spawn();
  const other = identify(child.pid);
  assert(other !== null && isAlive(other));
  child.kill("SIGKILL");
  await child.status;
  assert(!isAlive(other));
  assertEquals(identify(child.pid), null);
});

Deno.test("a process that has ended and waits for its parent is dead", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  // The shell starts a process, and becomes one that never looks after it.
  const parent = new Deno.Command("sh", {
    args: ["-c", "sleep 600 & echo $!; exec sleep 600"],
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.getReader();
  const { value } = await reader.read();
  const pid = Number(new TextDecoder().decode(value));
  const name = () => Deno.readTextFileSync(`/proc/${parent.pid}/comm`).trim();
  await until("a parent that waits for no child", () => name() === "sleep");
  const identity = identify(pid);
  assert(identity !== null && isAlive(identity));
  Deno.kill(pid, "SIGKILL");
  const state = () =>
    parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`))?.state;
  await until("a process that has ended", () => state() === "Z");
  assert(!isAlive(identity));
  assertEquals(identify(pid), null);
  parent.kill("SIGKILL");
  await parent.status;
  await reader.cancel();
});

Deno.test("state and start time are found behind a name with spaces and parentheses", () => {
  const line = `812 (deno (x) y) S 1 812 812 0 -1 4194560 1 0 0 0 5 1 0 0 20 ` +
    `0 12 0 4821 18446 200 184467 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n`;
  assertEquals(parseProcStat(line), { state: "S", started: "4821" });
  assertEquals(parseProcStat("812 (deno) S 1"), null);
  assertEquals(parseProcStat(""), null);
});

Deno.test("on macOS the start time is what ps prints, without the state, which changes", () => {
  assertEquals(startCommand(812, "darwin"), [
    "ps",
    "-o",
    "state=,lstart=",
    "-p",
    "812",
  ]);
  const started = "Mon Nov 23 09:12:33 2026";
  for (const state of ["S ", "Ss", "S+", "R ", "U<"]) {
    assertEquals(
      parseStart(`${state}   Mon Nov 23 09:12:33 2026    \n`),
      started,
    );
  }
  assertEquals(
    parseStart("Ss   Mon Nov  2 09:12:33 2026\n"),
    "Mon Nov 2 09:12:33 2026",
  );
  assertEquals(parseStart("Z    Mon Nov 23 09:12:33 2026\n"), null);
  assertEquals(parseStart("Z+   Mon Nov 23 09:12:33 2026\n"), null);
  assertEquals(parseStart("\n"), null);
});

Deno.test("on Windows the start time is in ticks", () => {
  const [program, ...args] = startCommand(812, "windows");
  assertEquals(program, "powershell");
  assert(args.at(-1)?.includes("-Id 812"));
  assertEquals(parseStart("638993059531234567\r\n"), "638993059531234567");
  assertEquals(parseStart("\r\n"), null);
});

Deno.test("the connection file is found in command lines as macOS and Windows print them", () => {
  const kernel = "/deno jupyter --kernel --conn";
  for (
    const [line, path] of [
      [
        `/opt/homebrew/bin${kernel} /run/jupyter/kernel-1.json`,
        "/run/jupyter/kernel-1.json",
      ],
      [
        `/opt/homebrew/bin${kernel} /Users/jo li/Library/Jupyter/runtime/kernel-1a2b.json\n`,
        "/Users/jo li/Library/Jupyter/runtime/kernel-1a2b.json",
      ],
      [`${kernel} "/Users/jo li/k.json" --more`, "/Users/jo li/k.json"],
      [`${kernel} '/Users/jo li/k.json'`, "/Users/jo li/k.json"],
      [`${kernel} /run/a b/k.json --quiet`, "/run/a b/k.json"],
      [`${kernel} /run/a b/connection --quiet`, "/run/a b/connection"],
      [`${kernel} /run/jupyter/connection`, "/run/jupyter/connection"],
      [`${kernel}=/run/jupyter/k.json`, "/run/jupyter/k.json"],
      [
        `"C:\\Program Files\\deno\\deno.exe" jupyter --kernel --conn C:\\Users\\jo\\AppData\\Roaming\\jupyter\\runtime\\kernel-9.json\r\n`,
        "C:\\Users\\jo\\AppData\\Roaming\\jupyter\\runtime\\kernel-9.json",
      ],
      [
        `deno.exe jupyter --kernel --conn "C:\\Users\\jo li\\kernel-9.json"`,
        "C:\\Users\\jo li\\kernel-9.json",
      ],
      [`deno.exe jupyter --kernel "--conn=C:\\a b\\k.json"`, "C:\\a b\\k.json"],
      ["/usr/bin/deno run -A main.ts", null],
      ["/usr/bin/deno run main.ts --connect x.json", null],
      ["", null],
    ] as const
  ) {
    assertEquals(connectionFileIn(line), path, line);
  }
});

Deno.test("macOS and Windows are asked for the command line of the process by its id", () => {
  const asked: string[][] = [];
  const commandLine = (program: string, args: string[]) => {
    asked.push([program, ...args]);
    return "deno jupyter --kernel --conn /run/jupyter/k.json\n";
  };
  for (const os of ["darwin", "windows"] as const) {
    const path = locateConnectionFile({ os, pid: 4711, commandLine });
    assertEquals(path, "/run/jupyter/k.json");
  }
  assertEquals(asked.map(([program]) => program), ["ps", "powershell"]);
  for (const words of asked) assert(words.join(" ").includes("4711"));
});

Deno.test("a process that is no kernel has no connection file", () => {
  assertEquals(locateConnectionFile(), null);
});

Deno.test("in a sandbox that hides processes nothing is found, and nobody is called dead", async () => {
  const from = (name: string) =>
    new URL(`../../src/${name}`, import.meta.url).href;
  const code = `
    import { identify, isAlive } from "${from("base/process_identity.ts")}";
    import { locateConnectionFile } from "${from("jupyter/locate.ts")}";
    let dead = "threw";
    try { dead = String(!isAlive({ pid: Deno.pid, started: "1" })); } catch { }
    console.log(identify(Deno.pid), locateConnectionFile(), dead);
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([code]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  assertEquals(new TextDecoder().decode(stdout), "null null threw\n");
});
