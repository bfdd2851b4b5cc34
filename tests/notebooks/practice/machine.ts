/**
 * What lies outside of the notebook: processes, ports, variables, Workers.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const MACHINE: readonly Kind[] = [
  {
    about: "lets two Workers count, one of a file and one of a data URL",
    files: {
      "count.ts":
        `const worker = self as unknown as { onmessage: unknown; postMessage(of: unknown): void };
worker.onmessage = ({ data }: MessageEvent<{ from: number; to: number }>) => {
  let n = 0;
  for (let i = data.from; i < data.to; i++) if (/^(\\d)\\d*\\1$/.test(String(i))) n++;
  worker.postMessage({ ...data, n });
};
`,
    },
    cells: [
      `function ask<T>(worker: Worker, data: unknown): Promise<T> {
  return new Promise((done, failed) => {
    worker.onmessage = (event) => done(event.data);
    worker.onerror = (event) => { event.preventDefault(); failed(new Error(event.message)); };
    worker.postMessage(data);
  });
}
const counter = new Worker("file://" + Deno.cwd() + "/count.ts", { type: "module" });
await ask(counter, { from: 0, to: 20_000 })`,
      `const source = "self.onmessage = (e) => self.postMessage(new Float64Array(e.data).map(Math.sqrt).buffer);";
const roots = new Worker("data:text/javascript," + encodeURIComponent(source), { type: "module" });
const buffer = await ask<ArrayBuffer>(roots, Float64Array.of(1, 4, 9).buffer);
new Float64Array(buffer)`,
      `counter.terminate();
roots.terminate();
const broken = new Worker("data:text/javascript,self.onmessage = () => { throw new Error('not today') }", { type: "module" });
try {
  await ask(broken, null);
} catch (error) {
  console.log("the Worker failed:", error.message.split("\\n")[0]);
}
broken.terminate();
run.logMetric("workers", 3);`,
    ],
  },
  {
    about: "asks another process for its answer",
    cells: [
      `const code = "const n = Number(Deno.args[0]); console.log(JSON.stringify({ n, half: n / 2 }))";
Deno.writeTextFileSync("half.ts", code);`,
      `const { code: exit, stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "half.ts", "84"] }).output();
const answer = JSON.parse(new TextDecoder().decode(stdout));
run.logMetric("half", answer.half);
({ exit, answer })`,
      `Deno.readTextFileSync("half.ts").length`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /the sandbox gives no run access to ".*(?:deno(?:\.exe)?|…)", and no option does/,
    },
  },
  {
    about: "serves answers and a socket of its own",
    cells: [
      `const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method === "POST") return Response.json({ got: await request.json() }, { status: 201 });
  return pathname === "/add" ? new Response(String(Number(searchParams.get("a")) + 1)) : new Response("none", { status: 404 });
});
const base = "http://127.0.0.1:" + server.addr.port;`,
      `console.log(await (await fetch(base + "/add?a=41")).text(), (await fetch(base + "/x")).status);
const made = await fetch(base, { method: "POST", body: JSON.stringify({ k: [1, 2] }) });
[made.status, await made.json()]`,
      `await server.shutdown();
run.logMetric("answers", 3);`,
      `const heard: string[] = [];
const listener = Deno.serve({ port: 0, hostname: "localhost", onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => { heard.push(data); socket.send(data.toUpperCase()); };
  return response;
});`,
      `const socket = new WebSocket("ws://localhost:" + listener.addr.port);
const said = await new Promise<string[]>((done) => {
  const got: string[] = [];
  socket.onopen = () => ["one", "two"].forEach((word) => socket.send(word));
  socket.onmessage = ({ data }) => { if (got.push(data) === 2) done(got); };
});
said`,
      `const closed = new Promise((done) => socket.onclose = done);
socket.close(1000, "enough");
await closed;
await listener.shutdown();
heard`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /the sandbox gives no access to "127\.0\.0\.1(?::0)?": add --allow-net 127\.0\.0\.1(?::0)? to give it/,
    },
  },
  {
    about: "chooses its limits by a variable that the shell has set",
    env: { FORECAST_STAGE: "nightly" },
    files: { "settings.env": "# for all\nSTAGE=test\nDEPTH=3\n" },
    cells: [
      `const stage = Deno.env.get("FORECAST_STAGE") ?? "dev";
const limits = { dev: 10, nightly: 2000 }[stage];
run.logParam("stage", stage);
console.log("stage", stage);`,
      `let sum = 0;
for (let i = 1; i <= limits; i++) sum += 1 / i ** 2;
run.logMetric("sum", sum);
sum`,
      `const stage = Deno.env.get("FORECAST_STAGE_NOBODY_SETS") ?? "dev";
const settings = Object.fromEntries(
  Deno.readTextFileSync("settings.env").split("\\n").filter((l) => /^\\w+=/.test(l)).map((l) => l.split("=")),
);
({ stage, ...settings })`,
      `for (const [name, value] of Object.entries(settings)) Deno.env.set("OWN_" + name, value);
run.logParam("depth", Number(Deno.env.get("OWN_DEPTH")));
import process from "node:process";
process.env.OWN_STAGE`,
      `Deno.env.delete("OWN_STAGE");
Deno.env.has("OWN_STAGE")`,
    ],
    sandbox: {
      verdict: "DRIFTED",
      cause:
        /the sandbox withholds the variable FORECAST_STAGE, which the run read: add --allow-env FORECAST_STAGE to give it/,
    },
  },
];
