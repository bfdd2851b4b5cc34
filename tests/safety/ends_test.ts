import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MAIN } from "../recorder/support.ts";
import { until } from "../until.ts";
import { temporary } from "../reproduce/recorded.ts";
import { writeBundle } from "./bundles.ts";

/** The processes below one, by what `/proc` says: those that lost their parent are found by their number alone. */
function below(pid: number): number[] {
  const children = [...Deno.readDirSync(`/proc/${pid}/task`)].flatMap((
    { name },
  ) =>
    Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`).split(" ")
      .filter((text) => text !== "").map(Number)
  );
  return [...children, ...children.flatMap(below)];
}

function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** A cell that says that it has begun, and goes on. */
const ENDLESS = {
  cells: ['Deno.writeTextFileSync("begun", ""); for (;;) { /* works */ }'],
};
const CODES = { SIGTERM: 143, SIGINT: 130, SIGKILL: 137 } as const;

/** Reproduces a bundle whose cell never ends, and sends a signal meanwhile. */
async function interrupted(signal: keyof typeof CODES, ...options: string[]) {
  const place = temporary();
  const [file, temp, home] = ["p.zip", "tmp", "home"].map((name) =>
    `${place.path}/${name}`
  ) as [string, string, string];
  Deno.mkdirSync(temp);
  Deno.writeFileSync(file, await writeBundle(ENDLESS));
  const env = { NBTRACK_HOME: home, TMPDIR: temp, NO_COLOR: "1" };
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "reproduce", file, ...options],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = command.output();
  await until("a cell that has begun", () => hasBegun(place.path));
  const processes = below(command.pid);
  assert(processes.length >= 2, processes.join());
  command.kill(signal);
  const { code, stdout, stderr } = await output;
  await until(
    "the end of everything",
    () => processes.every((pid) => !runs(pid)),
  );
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
    left: [...Deno.readDirSync(temp)].map(({ name }) => name),
    async runs() {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", MAIN, "runs", "--json"],
        env,
      }).output();
      return JSON.parse(decoder.decode(stdout)).runs;
    },
    [Symbol.dispose]: () => place[Symbol.dispose](),
  };
}

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  Deno.test(
    `nothing of a sandbox outlives a reproduction that ${signal} ends, and there is no verdict`,
    { ignore: Deno.build.os !== "linux" },
    async () => {
      using ended = await interrupted(signal, "--sandbox");
      assertEquals([ended.code, ended.stdout], [CODES[signal], ""]);
      if (signal === "SIGKILL") return;
      assertEquals(
        ended.stderr.trim().split("\n").at(-1),
        `nbtrack: Ended by ${signal}: there is no verdict, and no run is listed.`,
      );
      assertEquals([ended.left, await ended.runs()], [[], []]);
    },
  );
}

Deno.test(
  "a signal ends a reproduction in a kernel, too: it leaves no folder, and lists no run",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    using ended = await interrupted("SIGTERM", "--trust");
    assertEquals([ended.code, ended.stdout], [143, ""]);
    assertStringIncludes(ended.stderr, "no run is listed");
    assertEquals([ended.left, await ended.runs()], [[], []]);
  },
);

Deno.test(
  "a reproduction that waits for an answer ends when Ctrl-C is pressed",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    using place = temporary();
    const file = `${place.path}/p.zip`;
    Deno.writeFileSync(file, await writeBundle(ENDLESS));
    const command = [Deno.execPath(), "run", "-A", MAIN, "reproduce", file];
    await using terminal = new Deno.Command("script", {
      args: ["-qfec", `exec ${command.join(" ")}`, "/dev/null"],
      env: { NBTRACK_HOME: `${place.path}/home`, NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const keys = terminal.stdin.getWriter();
    let shown = "";
    for await (
      const part of terminal.stdout.pipeThrough(new TextDecoderStream())
    ) {
      const asked = shown.includes("[y/N]");
      shown += part;
      if (!asked && shown.includes("[y/N]")) {
        await keys.write(new TextEncoder().encode("\x03"));
      }
    }
    await keys.close();
    assertEquals((await terminal.status).code, CODES.SIGINT);
    assertStringIncludes(shown, "Ended by SIGINT: there is no verdict");
  },
);

function hasBegun(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some(({ name, isDirectory }) =>
      name === "begun" || isDirectory && hasBegun(`${folder}/${name}`)
    );
  } catch {
    return false; // it is not there yet
  }
}
