import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAlive } from "../../src/base/process_identity.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";
import { FrontEnd } from "./front_end.ts";

/** What lies in nbtrack's folder of what kernels asked for. */
function lying(space: Workspace): string[] {
  return [...Deno.readDirSync(`${space.home}/audit`)].map(({ name }) =>
    Deno.readTextFileSync(`${space.home}/audit/${name}`)
  );
}

Deno.test("Deno's log of what a cell asks for holds no address while the cell is executed, and nothing afterwards", async () => {
  await using space = Workspace.make();
  Deno.writeTextFileSync(`${space.work}/before.csv`, "a\n1\n");
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async () => {
      asked.resolve();
      await answer.promise;
      return new Response("a\n1\n");
    },
  );
  const { port } = server.addr;
  const token = crypto.randomUUID();
  await using front = await FrontEnd.start(space, { MY_API_KEY: token });
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  const fetched = front.execute(
    `Deno.readTextFileSync("before.csv");
await import("http://127.0.0.1:9/m.ts?token=" + Deno.env.get("MY_API_KEY")).catch(() => {});
await (await fetch("http://127.0.0.1:${port}/d.csv?token=" + Deno.env.get("MY_API_KEY"))).text()`,
  );
  await asked.promise;
  try {
    await until("a log without the token", () => {
      const text = lying(space).join();
      return text.includes(`"127.0.0.1:${port}"`) && !text.includes(token);
    });
    assertStringIncludes(lying(space).join(), "before.csv");
  } finally {
    answer.resolve();
  }
  await fetched;
  assertEquals(lying(space).join().replaceAll(/[\0\n]/g, ""), "");
  assertEquals(
    [...Deno.readDirSync(`${space.home}/audit`)].map(({ name }) =>
      (Deno.statSync(`${space.home}/audit/${name}`).mode ?? 0) & 0o777
    ),
    [0o600],
  );
  await front.execute("await run.end()");
  const record = await space.finalised();
  assert(record.hosts?.includes(`127.0.0.1:${port}`), `${record.hosts}`);
  assert(record.datasets.some(({ name }) => name === "before.csv"));
  await front.shutdown();
  await until("a log that is gone", () => lying(space).length === 0);
});

Deno.test("a log whose recorder was killed before its kernel was holds no address afterwards", async () => {
  await using space = Workspace.make();
  const asked = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async () => {
      asked.resolve();
      await killed.promise;
      return new Response("nobody reads it");
    },
  );
  const address = `127.0.0.1:${server.addr.port}`;
  const token = crypto.randomUUID();
  await using front = await FrontEnd.start(space);
  await front.execute("1");
  const [session] = space.journal.sessions.unended();
  assert(session?.recorder_pid);
  const { pid, recorder_pid, recorder_started } = session;
  Deno.kill(recorder_pid, "SIGKILL");
  await until(
    "the recorder's end",
    () => !isAlive({ pid: recorder_pid, started: recorder_started ?? "" }),
  );
  front.execute(`await fetch("http://${address}/?token=${token}")`)
    .catch(() => {}); // its kernel is killed
  await asked.promise;
  assertStringIncludes(lying(space).join(), token);
  Deno.kill(pid, "SIGKILL");
  await front.child.status;
  killed.resolve();
  const left = lying(space).join();
  await space.nbtrack(["sync"]);
  assertEquals(left.includes(token), false);
  await until("a log that is gone", () => lying(space).length === 0);
});

Deno.test("a log that nobody was left to remove goes when the next tracked kernel starts", async () => {
  await using space = Workspace.make();
  Deno.mkdirSync(`${space.home}/audit`, { recursive: true });
  Deno.writeTextFileSync(`${space.home}/audit/left.jsonl`, "{}\n");
  Deno.utimeSync(`${space.home}/audit/left.jsonl`, 0, 0);
  await using _front = await FrontEnd.start(space);
  await until("one log", () => lying(space).length === 1);
});
