import { assertEquals } from "@std/assert";
import { dataJudge } from "../../src/recorder/data/may_be_data.ts";

Deno.test("files of drives that are put in and of shared memory can be data, and what else belongs to the system cannot", () => {
  const may = dataJudge({
    home: "/home/ada/.n",
    cwd: "/home/ada/course",
    notebook: null,
  });
  for (
    const path of [
      "/run/media/ada/disk/a.csv",
      "/dev/shm/batch.bin",
      "/home/ada/course/ocean.map",
      "/mnt/a.parquet",
    ]
  ) assertEquals(may(path), true, path);
  for (
    const path of [
      "/run/systemd/a.csv",
      "/dev/null",
      "/dev/urandom",
      "/etc/hosts",
      "/home/ada/course/main.js.map",
      "/home/ada/course/styles.css.map",
      "/home/ada/course/lib.d.ts.map",
      "/home/ada/course/metrics.ts",
    ]
  ) assertEquals(may(path), false, path);
});
