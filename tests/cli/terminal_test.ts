/** What a terminal gets and a pipe does not: colours, and a bar that is written over. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { week } from "../web/week.ts";
import { cleanEnv, command } from "./nbtrack.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const OVER = "\r\x1b[2K";
const BAR = /[█░]/;

/** `script` of Linux gives a process a terminal. */
const HAS_TERMINALS = Deno.build.os === "linux";

/** What a command writes to a terminal, both streams in one. */
async function onTerminal(
  args: readonly string[],
  { home, env }: { home: string; env: Record<string, string> },
): Promise<string> {
  const line = [Deno.execPath(), "run", "-A", "--no-check", "-q", MAIN, ...args]
    .map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" ");
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    cwd: home,
    clearEnv: true,
    env: { ...cleanEnv({ home }), TERM: "xterm-256color", ...env },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** What it writes where nobody looks: both streams in one. */
async function inPipe(
  args: readonly string[],
  { home, env }: { home: string; env: Record<string, string> },
): Promise<string> {
  const { stdout, stderr } = await command(args, { home, env }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return text(stdout) + text(stderr);
}

Deno.test({
  name:
    "states have colours on a terminal, and neither with NO_COLOR nor in a pipe",
  ignore: !HAS_TERMINALS,
  async fn() {
    using made = week();
    const at = (NO_COLOR: string) => ({ home: made.home, env: { NO_COLOR } });
    const args = ["runs", "--experiment", "penguins"];
    const coloured = await onTerminal(args, at(""));
    assertStringIncludes(coloured, "\x1b[32mFINISHED");
    const plain = await onTerminal(args, at("1"));
    assertStringIncludes(plain, "FINISHED");
    assert(!plain.includes("\x1b"), plain);
    const piped = await inPipe(args, at(""));
    assertStringIncludes(piped, "FINISHED");
    assert(!piped.includes("\x1b"), piped);
  },
});

Deno.test({
  name:
    "a run's bar is written over on a terminal and gone at the end, and a pipe sees none of it",
  ignore: !HAS_TERMINALS,
  async fn() {
    const home = await Deno.makeTempDir({ prefix: "nbtrack-terminal-" });
    try {
      const cell = (id: string, source: string) => ({
        cell_type: "code",
        id,
        metadata: {},
        execution_count: null,
        outputs: [],
        source,
      });
      await Deno.writeTextFile(
        `${home}/two.ipynb`,
        JSON.stringify({
          nbformat: 4,
          nbformat_minor: 5,
          metadata: {},
          cells: [cell("a", "1"), cell("b", "2")],
        }),
      );
      const at = { home, env: { NBTRACK_OFFLINE: "1" } };
      const args = ["run", "two.ipynb"];
      const shown = await onTerminal(args, at);
      const steps = shown.split(OVER);
      assert(steps.some((step) => BAR.test(step) && step.includes("Cell 2")));
      assert(!BAR.test(steps.at(-1) ?? ""), "it is still there");
      assertEquals(steps.slice(1, -1).filter((s) => s.includes("\n")), []);
      const piped = await inPipe(args, at);
      assert(!BAR.test(piped) && !piped.includes("\x1b"), piped);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});
