import { assert, assertEquals } from "@std/assert";
import { practice } from "../cli/command_line.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { everyFile, forms, gitlabToken, placesOf, random } from "./support.ts";

/** What processes with a home of nbtrack are started with, and what lies in a folder, watched while something runs. */
class Watched implements AsyncDisposable {
  readonly commands = new Set<string>();
  /** Places in temporary files in which a secret lay at some time. */
  readonly places = new Set<string>();
  readonly #home: string;
  readonly #folder: string;
  readonly #written: string[];
  readonly #done: Promise<void>;
  #stop = false;

  constructor(home: string, folder: string, secrets: Record<string, string>) {
    this.#home = home;
    this.#folder = folder;
    this.#written = Object.values(secrets).flatMap((secret) =>
      forms(secret).map(([, written]) => written)
    );
    this.#done = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#stop) {
      if (Deno.build.os === "linux") this.#seeCommands();
      await this.#seeFiles();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #seeCommands(): void {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const env = Deno.readTextFileSync(`/proc/${name}/environ`);
        if (!env.includes(`NBTRACK_HOME=${this.#home}\0`)) continue;
        this.commands.add(Deno.readTextFileSync(`/proc/${name}/cmdline`));
      } catch {
        // it has ended, or is another user's
      }
    }
  }

  async #seeFiles(): Promise<void> {
    try {
      for await (const [path, text] of everyFile(this.#folder)) {
        if (this.#written.some((written) => text.includes(written))) {
          this.places.add(path.slice(this.#folder.length));
        }
      }
    } catch {
      // a file went away meanwhile
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop = true;
    await this.#done;
  }
}

/** A folder for Deno's own files that has the machine's packages. */
async function denoFolder(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  Deno.mkdirSync(folder);
  for (const name of ["npm", "remote", "registries", "deps"]) {
    try {
      Deno.lstatSync(`${denoDir}/${name}`);
      Deno.symlinkSync(`${denoDir}/${name}`, `${folder}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return folder;
}

Deno.test("after a whole run no secret lies in Deno's folder, temporary folders, the home, a bundle, an export or the server, and no process was started with one", async () => {
  await using workspace = Workspace.make();
  const { folder, work, home } = workspace;
  const secrets = {
    own: gitlabToken(),
    literal: random(28),
    printed: gitlabToken(),
    dotenv: random(24),
  };
  const data = `${folder}/server`;
  const temporary = `${folder}/tmp`;
  const out = `${folder}/out`;
  for (const path of [temporary, out]) Deno.mkdirSync(path);
  const deno = await denoFolder(`${folder}/deno`);
  Deno.writeTextFileSync(`${work}/.env`, `SOME_API_KEY=${secrets.dotenv}\n`);
  Deno.writeTextFileSync(
    `${work}/helper.ts`,
    `export const twice = (n: number) => 2 * n;\n`,
  );
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nimport { twice } from "./helper.ts"; const apiKey = "${secrets.literal}"; const run = await track("whole", { quiet: true, params: { twice: twice(2) } });`,
    `for (const t of [apiKey, "${secrets.printed}", Deno.env.get("MLFLOW_TRACKING_TOKEN"), Deno.readTextFileSync(".env")]) {
       console.log(t); console.error(btoa(t)); run.setTag("t" + t.length, t); await run.logArtifact("a" + t.length + ".txt", "x " + t);
     } run.logMetric("m", 1);`,
    `await run.end(); apiKey`,
  ]);
  await using server = await practice({}, 0, { dir: data });
  const env = {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: secrets.own,
    TMPDIR: temporary,
    DENO_DIR: deno,
  };
  let commands: string[];
  let inTemporaryFiles: string[];
  {
    await using watched = new Watched(home, temporary, secrets);
    const ran = await workspace.nbtrack(
      ["run", path, "--json", "--allow-errors"],
      env,
    );
    const [run_id] = JSON.parse(ran.stdout).runs;
    await workspace.nbtrack(["sync", "--json"], env);
    const bundle = `${out}/b.zip`;
    await workspace.nbtrack(["show", run_id, "--bundle", bundle], env);
    const exported = await workspace.nbtrack(["export", "whole"], env);
    Deno.writeTextFileSync(`${out}/export`, exported.stdout + exported.stderr);
    const again = await workspace.nbtrack(
      ["reproduce", bundle, "--sandbox", "--json"],
      { ...env, MLFLOW_TRACKING_TOKEN: "" },
    );
    Deno.writeTextFileSync(`${out}/verdict`, again.stdout + again.stderr);
    commands = [...watched.commands];
    inTemporaryFiles = [...watched.places];
  }
  assertEquals(await placesOf(secrets, [home, data, temporary, out, deno]), []);
  assertEquals(inTemporaryFiles, []);
  if (Deno.build.os !== "linux") return;
  assert(
    commands.some((command) => command.includes("src/recorder/")),
    commands.join("\n"),
  );
  const told = commands.filter((command) =>
    Object.values(secrets).some((secret) =>
      forms(secret).some(([, written]) => command.includes(written))
    )
  );
  assertEquals(told, []);
});
