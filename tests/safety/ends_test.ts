import { assert, assertEquals } from "@std/assert";
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

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  Deno.test(
    `nothing of a sandbox outlives a reproduction that ${signal} ends`,
    {
      ignore: Deno.build.os !== "linux",
    },
    async () => {
      using place = temporary();
      const file = `${place.path}/p.zip`;
      Deno.writeFileSync(
        file,
        await writeBundle({
          cells: [
            'Deno.writeTextFileSync("begun", ""); for (;;) { /* works */ }',
          ],
        }),
      );
      const work = `${place.path}/work`;
      const command = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          MAIN,
          "reproduce",
          file,
          "--sandbox",
          "--dir",
          work,
        ],
        env: { NBTRACK_HOME: `${place.path}/home` },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until("a cell that has begun", () => hasBegun(work));
      const processes = below(command.pid);
      assert(processes.length >= 2, processes.join());
      command.kill(signal);
      await command.status;
      await until(
        "the end of everything",
        () => processes.every((pid) => !runs(pid)),
      );
      assertEquals(processes.filter(runs), []);
    },
  );
}

function hasBegun(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some(({ name, isDirectory }) =>
      name === "begun" || isDirectory && hasBegun(`${folder}/${name}`)
    );
  } catch {
    return false; // it is not there yet
  }
}
