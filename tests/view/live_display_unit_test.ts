import { assert, assertEquals } from "@std/assert";
import { LiveDisplay } from "../../src/track/live_display.ts";

/** A kernel that keeps what is broadcast. */
function kernel() {
  const sent: string[] = [];
  const broadcast = (type: string) => {
    sent.push(type);
    return Promise.resolve();
  };
  return { sent, api: () => ({ broadcast }) };
}

const messages = { failed: () => {} };

Deno.test("a display that has nothing new is not drawn again for each point that is logged", async () => {
  const { sent, api } = kernel();
  let drawn = 0;
  const display = new LiveDisplay(
    "one",
    () => {
      drawn++;
      return { bundle: {}, state: "the same" };
    },
    messages,
    api,
  );
  await display.open();
  assertEquals([drawn, sent], [1, ["display_data"]]);
  // Some time of logging, in which pictures are due now and then.
  const end = Date.now() + 300;
  let touched = 0;
  while (Date.now() < end || touched < 1000) {
    display.touch();
    touched++;
  }
  assert(drawn < touched / 10, `drawn ${drawn} times for ${touched} points`);
  assertEquals(sent, ["display_data"], "nothing was new");
  await display.update();
});

Deno.test("however fast points come, a quarter of a second lies between two pictures, and the last one has the last state", async () => {
  const sent: { time: number; state: string }[] = [];
  let logged = 0;
  let drawn = "";
  const display = new LiveDisplay(
    "three",
    () => ({ bundle: {}, state: drawn = String(logged) }),
    messages,
    () => ({
      broadcast() {
        sent.push({ time: Date.now(), state: drawn });
        return Promise.resolve();
      },
    }),
  );
  await display.open();
  while (sent.length < 4) {
    logged++;
    display.touch();
  }
  const gaps = sent.slice(1).map(({ time }, i) => time - (sent[i]?.time ?? 0));
  assert(gaps.every((gap) => gap >= 250), gaps.join());
  logged++;
  await display.update();
  assertEquals(sent.at(-1)?.state, String(logged));
});

Deno.test("a display that cannot be drawn does not try again for each point, and what is new is sent at the end", async () => {
  const { sent, api } = kernel();
  let drawn = 0;
  let broken = false;
  const display = new LiveDisplay(
    "two",
    () => {
      drawn++;
      if (broken) throw new Error("no");
      return { bundle: {}, state: String(drawn) };
    },
    messages,
    api,
  );
  await display.open();
  broken = true;
  for (let i = 0; i < 1000; i++) display.touch();
  assert(drawn < 100, `drawn ${drawn} times`);
  broken = false;
  await display.update();
  assertEquals(sent.at(-1), "update_display_data");
});
