/** What nbtrack keeps is its user's alone, whatever the umask of the process that writes it. */
import { assert, assertEquals } from "@std/assert";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { projectIn } from "../reproduce/recorded.ts";
import { CommandLine, practice, tokenOf, tracking } from "./command_line.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

/** Runs a command with a umask that hides nothing, until it ends or says its first line. */
async function openly(
  { env, dir }: CommandLine,
  args: string[],
  options: { stdin?: string; line?: boolean } = {},
): Promise<void> {
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      'umask 000; exec "$0" "$@"',
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      "--no-lock",
      MAIN,
      ...args,
      "--json",
    ],
    cwd: dir,
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.stdin ?? ""));
  await writer.close();
  if (options.line) {
    const reader = child.stdout.getReader();
    assertEquals((await reader.read()).done, false);
    child.kill("SIGTERM");
    await reader.cancel();
  } else await child.stdout.cancel();
  assertEquals((await child.status).code, 0, args.join(" "));
}

Deno.test({
  name:
    "runs, a login and the practice server's data are their user's alone under a umask that hides nothing",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using server = await practice();
    await using nbtrack = new CommandLine(tracking(server));
    projectIn(`${nbtrack.dir}/project`, {
      "p.ipynb": formatNotebook(newNotebook([
        newCodeCell(`import { track } from "@nbtrack/nbtrack";
const run = await track("private", { params: { k: 1 } });
run.logMetric("m", 1);
await run.logArtifact("a.txt", "text");
await run.end();`),
      ])),
    });
    await openly(nbtrack, ["run", `${nbtrack.dir}/project/p.ipynb`]);
    await openly(nbtrack, [
      "login",
      "--url",
      server.url,
      "--project",
      "lab/penguins",
      "--token-stdin",
    ], { stdin: tokenOf("write") });
    await openly(nbtrack, ["serve"], { line: true });
    const wrong: string[] = [];
    const names: string[] = [];
    const walk = async (path: string) => {
      const { isDirectory, mode } = await Deno.stat(path);
      names.push(path.slice(nbtrack.home.length + 1));
      const wanted = isDirectory ? 0o700 : 0o600;
      if (((mode ?? 0) & 0o777) !== wanted) {
        wrong.push(`${path} has ${((mode ?? 0) & 0o777).toString(8)}`);
      }
      if (!isDirectory) return;
      for await (const entry of Deno.readDir(path)) {
        await walk(`${path}/${entry.name}`);
      }
    };
    await walk(nbtrack.home);
    assertEquals(wrong, []);
    for (const name of ["journal.db", "server/server.db"]) {
      assert(names.includes(name), `${name} is not in ${names}`);
    }
    assert(
      names.some((name) => /credentials/.test(name)),
      `no credentials are in ${names}`,
    );
  },
});
