import { assert, assertEquals } from "@std/assert";
import { startServer } from "../../src/practice/server.ts";
import { call, config, mlflow, newRun, PROJECT, TOKENS } from "./fixtures.ts";

const SCRIPT = new URL("./serve_process.ts", import.meta.url).href;

/** The mode of everything below a folder, and of itself, as `path: octal`. */
function modesOf(folder: string): Map<string, string> {
  const modes = new Map<string, string>();
  const add = (path: string) =>
    modes.set(path, ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8));
  const walk = (dir: string) => {
    add(dir);
    for (const entry of Deno.readDirSync(dir)) {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory) walk(path);
      else add(path);
    }
  };
  walk(folder);
  return modes;
}

function assertPrivate(folder: string): void {
  const modes = modesOf(folder);
  assert(modes.size > 4, `only ${modes.size} files were found`);
  for (const [path, mode] of modes) {
    const { isDirectory } = Deno.statSync(path);
    assertEquals(mode, isDirectory ? "700" : "600", path);
  }
}

for (const umask of ["000", "022", "077"]) {
  Deno.test({
    name: `under the umask ${umask} a server's files are its user's alone`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const data = `${folder}/deep/data`;
      const process = new Deno.Command("sh", {
        args: [
          "-c",
          `umask ${umask}; exec "$0" "$@"`,
          Deno.execPath(),
          "run",
          "-A",
          "--no-lock",
          SCRIPT,
          data,
          JSON.stringify(config()),
        ],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const lines = process.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      const server = JSON.parse((await lines.read()).value as string);
      const { iid } = await newRun(server);
      const file =
        `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/a/b.txt`;
      const sent = await call(server, file, { method: "PUT", body: "bytes" });
      assertEquals(sent.status, 201);
      assertPrivate(`${folder}/deep`);
      await process.stdin.close();
      await process.status;
      await lines.cancel();
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name:
    "a data folder of an earlier server becomes private, a folder of somebody's things stays as it is",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const open = async (dir: string) => {
      const server = await startServer({ data: { dir }, config: config() });
      await mlflow(server, "experiments/list", undefined, {
        token: TOKENS.read,
      });
      await server.close();
    };
    await open(`${folder}/data`);
    for (const path of modesOf(`${folder}/data`).keys()) {
      await Deno.chmod(path, 0o755);
    }
    await open(`${folder}/data`);
    assertPrivate(`${folder}/data`);
    await Deno.mkdir(`${folder}/shared`);
    await Deno.chmod(`${folder}/shared`, 0o755);
    await Deno.writeTextFile(`${folder}/shared/notes.txt`, "mine");
    await Deno.chmod(`${folder}/shared/notes.txt`, 0o644);
    for (let start = 0; start < 2; start++) await open(`${folder}/shared`);
    const modes = modesOf(`${folder}/shared`);
    assertEquals(modes.get(`${folder}/shared`), "755");
    assertEquals(modes.get(`${folder}/shared/notes.txt`), "644");
    assertEquals(modes.get(`${folder}/shared/server.db`), "600");
    assertEquals(modes.get(`${folder}/shared/files`), "700");
    await Deno.remove(folder, { recursive: true });
  },
});
