import { assertEquals } from "@std/assert";
import {
  ofCores,
  parseCpuLine,
  parsePs,
  parseStat,
} from "../../src/recorder/system_load.ts";
import { sampleOf } from "../../src/recorder/system_watch.ts";

Deno.test("processor time and memory are read from what each operating system prints", () => {
  const stat =
    "4242 (de) no) S 1 4242 4242 0 -1 4194304 900 0 0 0 150 50 0 0 20 0 9 0 777 1000000 2560 18446744073709551615 1 1";
  assertEquals(parseStat(stat), { ms: 2000, memory: 2560 * 4096 });
  assertEquals(parseStat("4242 (x) S 1"), null);
  assertEquals(
    parseCpuLine("cpu  100 10 50 800 40 0 0 0 5 5\ncpu0 1 2 3 4 5 6 7\n"),
    { busy: 160, total: 1000 },
  );
  assertEquals(parseCpuLine("intr 1"), null);
  assertEquals(parsePs("  0:01.50  2048\n"), { ms: 1500, memory: 2 << 20 });
  assertEquals(parsePs(" 12:34.56 1"), { ms: 754560, memory: 1024 });
  assertEquals(parsePs("1-02:03:04 10"), { ms: 93784000, memory: 10240 });
  assertEquals(parsePs(""), null);
  const core = { user: 1, nice: 2, sys: 3, idle: 10, irq: 4 };
  assertEquals(ofCores([core, core]), { busy: 20, total: 40 });
  assertEquals(ofCores([]), null);
});

Deno.test("a sample is what was spent since the count before it, and null where that is not known", () => {
  const before = {
    time: 1000,
    process_ms: 100,
    process_memory: 5,
    busy: 10,
    total: 100,
    memory: 7,
  };
  const now = {
    ...before,
    time: 11_000,
    process_ms: 15_100,
    process_memory: 6,
    busy: 60,
    total: 200,
    memory: 8,
  };
  assertEquals(sampleOf(before, now), {
    time: 11_000,
    kernel_cpu: 1.5,
    kernel_memory: 6,
    machine_cpu: 0.5,
    machine_memory: 8,
  });
  const { kernel_cpu, machine_cpu } = sampleOf(now, now);
  assertEquals([kernel_cpu, machine_cpu], [null, null]);
  assertEquals(
    sampleOf({ ...before, process_ms: null }, now).kernel_cpu,
    null,
  );
});
