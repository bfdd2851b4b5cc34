import { assertEquals } from "@std/assert";
import { Pace } from "../../src/recorder/pace.ts";

/** A pace with a clock that stands still until it is told, and a share that notes what is set. */
function paced({ refuses = 0 } = {}) {
  let now = 0;
  const set: number[] = [];
  const rests: number[] = [];
  const setTo = (niceness: number) => {
    if (refuses-- > 0) return false;
    set.push(niceness);
    return true;
  };
  const watched = { is: true };
  const share = {
    giveWay: () => setTo(19),
    beat: () => watched.is,
    comeForward: () => setTo(0),
  };
  const pace = new Pace({
    share,
    now: () => now,
    rest: (ms) => rests.push(ms),
  });
  return { pace, set, rests, watched, pass: (ms: number) => now += ms };
}

/** A pace that gives way. */
function behind() {
  const parts = paced();
  parts.pass(1000);
  parts.pace.begin();
  assertEquals(parts.set, [19]);
  return parts;
}

Deno.test("a recorder gives way once nobody has waited for it for a while", async () => {
  const { pace, set, pass } = paced();
  pass(150);
  pace.begin();
  assertEquals(set, []);
  await pace.hurried(async () => {});
  pass(150);
  pace.begin();
  assertEquals(set, []);
  pass(50);
  pace.begin();
  assertEquals(set, [19]);
});

Deno.test("a recorder that gives way rests after each piece of work", () => {
  const { pace, rests, pass } = behind();
  pace.rest();
  assertEquals(rests.length, 1);
  pass(0.2);
  assertEquals(pace.isDue, false);
  pace.rest();
  assertEquals(rests.length, 1);
  pass(0.3);
  assertEquals(pace.isDue, true);
  pace.rest();
  assertEquals(rests.length, 2);
});

Deno.test("a recorder that does not give way works without a rest", () => {
  const { pace, rests, pass } = paced();
  pass(1);
  pace.begin();
  pass(1);
  assertEquals(pace.isDue, false);
  pace.rest();
  assertEquals(rests, []);
});

Deno.test("a recorder comes forward while somebody waits for it", async () => {
  const { pace, set, rests, pass } = behind();
  await pace.hurried(async () => {});
  assertEquals(set, [19, 0]);
  pass(1);
  pace.rest();
  assertEquals(rests, []);
  await pace.hurried(async () => {});
  pass(1000);
  pace.begin();
  assertEquals(set, [19, 0, 19]);
});

Deno.test("a recorder stays forward for as long as what somebody waits for takes", async () => {
  const { pace, set, pass } = behind();
  const { promise, resolve } = Promise.withResolvers<void>();
  const hurried = pace.hurried(() => promise);
  pass(60_000);
  pace.begin();
  assertEquals(set, [19, 0]);
  resolve();
  await hurried;
  pace.begin();
  assertEquals(set, [19, 0]);
  pass(1000);
  pace.begin();
  assertEquals(set, [19, 0, 19]);
});

Deno.test("a recorder that is late stays forward, longer each time", () => {
  const { pace, set, pass } = behind();
  const late = () => {
    pass(400);
    pace.begin(0);
  };
  late();
  assertEquals(set, [19, 0]);
  pass(9_900);
  pace.begin();
  assertEquals(set, [19, 0]);
  pass(100);
  pace.begin();
  assertEquals(set, [19, 0, 19]);
  late();
  pass(19_900);
  pace.begin();
  assertEquals(set, [19, 0, 19, 0]);
  pass(100);
  pace.begin();
  assertEquals(set, [19, 0, 19, 0, 19]);
});

Deno.test("a recorder whose work takes long comes forward in the middle of it", () => {
  const { pace, set, rests, pass } = behind();
  pass(301);
  pace.rest();
  assertEquals(set, [19, 0]);
  assertEquals(rests, []);
});

Deno.test("a recorder that nobody watches over any more comes forward", () => {
  const { pace, set, watched, pass } = behind();
  watched.is = false;
  pass(100);
  pace.begin();
  assertEquals(set, [19, 0]);
});

Deno.test("a share that cannot be set at this moment is set a little later", async () => {
  const parts = paced({ refuses: 1 });
  parts.pass(1000);
  parts.pace.begin();
  assertEquals(parts.set, []);
  parts.pace.begin();
  assertEquals(parts.set, [19]);

  let refuses = 2;
  const { promise, resolve } = Promise.withResolvers<number>();
  let now = 0;
  const pace = new Pace({
    share: {
      giveWay: () => true,
      beat: () => true,
      comeForward() {
        if (refuses-- > 0) return false;
        resolve(0);
        return true;
      },
    },
    now: () => now,
  });
  now = 1000;
  pace.begin();
  const kept = setTimeout(() => {}, 60_000); // the timer of the share keeps no process
  await pace.hurried(async () => {});
  assertEquals(pace.isDue, false);
  assertEquals(await promise, 0);
  clearTimeout(kept);
});

Deno.test("where no share can be set a recorder works as it comes", async () => {
  let now = 0;
  const pace = new Pace({ share: null, now: () => now });
  now = 5000;
  pace.begin();
  now = 6000;
  assertEquals(pace.isDue, false);
  await pace.hurried(async () => {});
  pace.rest();
});
