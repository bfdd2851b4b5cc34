import { assertEquals } from "@std/assert";
import { dataJudge } from "../../src/recorder/data/may_be_data.ts";

Deno.test("files of drives that are put in and of shared memory can be data, and what else belongs to the system cannot", () => {
  const may = dataJudge({ home: "/home/ada/.n", cwd: "/work", notebook: null });
  for (
    const path of [
      "/run/media/ada/disk/a.csv",
      "/dev/shm/batch.bin",
      "/work/ocean.map",
      "/mnt/a.parquet",
    ]
  ) assertEquals(may(path), true, path);
  for (
    const path of [
      "/run/systemd/a.csv",
      "/dev/null",
      "/dev/urandom",
      "/etc/hosts",
      "/work/main.js.map",
      "/work/styles.css.map",
      "/work/lib.d.ts.map",
      "/work/metrics.ts",
    ]
  ) assertEquals(may(path), false, path);
});
