/**
 * The server of a class as its teacher starts it, and the ways to it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { command } from "../cli/nbtrack.ts";
import type { WayIn } from "./class_load.ts";

/** A server of a class, as the teacher starts it. */
export interface Served {
  url: string;
  page: string;
  handouts: string[];
  teacher: WayIn | null;
  stderr: Promise<string>;
  stop(): Promise<void>;
}

/** Serves the class whose `class.json` lies in a folder. */
export async function serve(dir: string, ...args: string[]): Promise<Served> {
  const child = command(
    ["serve", "--class", `${dir}/class.json`, "--json", ...args],
    { home: dir },
  ).spawn();
  const stderr = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the server ended: ${await stderr}`);
    text += value;
  }
  return {
    ...JSON.parse(text),
    stderr,
    async stop() {
      child.kill("SIGTERM");
      await reader.cancel();
      assertEquals((await child.status).code, 0);
    },
  };
}

/** The address and the token on a handout. */
export async function wayIn(handout: string): Promise<WayIn> {
  const text = await Deno.readTextFile(handout);
  const of = (name: string) =>
    new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? "";
  return {
    tracking_uri: of("MLFLOW_TRACKING_URI"),
    token: of("MLFLOW_TRACKING_TOKEN"),
  };
}

/** Writes a folder's `class.json`. */
export async function write(dir: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(`${dir}/class.json`, JSON.stringify(value));
}

/** The teacher's browser: opens the page once, then goes on with its cookie. */
export async function openPage(served: Served) {
  const first = await fetch(served.page);
  assertEquals(first.status, 200);
  await first.body?.cancel();
  const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
  return async (path: string) => {
    const answer = await fetch(`${served.url}${path}`, { headers: { cookie } });
    return { status: answer.status, text: await answer.text() };
  };
}
