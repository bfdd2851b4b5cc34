/**
 * Processes that tests kill.
 *
 * @module
 */
import { lines } from "../journal/support.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { configOf } from "./practice.ts";

/** A Deno process of `children/`, told by lines and telling by lines. */
export class Child {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(
    script: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ) {
    const file = `${import.meta.dirname}/children/${script}`;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "-A", file, ...args],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = lines(this.#process.stdout);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The next line it writes. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the process ended before it was ready");
    return value;
  }

  /** Lets it begin. */
  async tell(text: string): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${text}\n`));
    writer.releaseLock();
  }

  /** Ends it as `kill -9` does, and waits until it is gone. */
  async kill(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended by itself
    }
    await this.#process.status;
    await this.#lines.return?.();
    await this.#process.stdin.close().catch(() => {}); // its other end is gone
  }
}

/** A practice server in a process of its own, killed and started again at the same address. */
export class ServerProcess {
  readonly #dir: string;
  readonly #token: string;
  #child: Child | null = null;
  #port = 0;
  /** The tracking URI of its first project. */
  tracking_uri = "";

  constructor(dir: string, token: string) {
    this.#dir = dir;
    this.#token = token;
  }

  /** Starts it and waits until it is ready. */
  async start(change: Partial<ServerConfig> = {}): Promise<void> {
    const config = configOf(this.#token, change);
    this.#child = new Child("serve.ts", [
      this.#dir,
      String(this.#port),
      JSON.stringify(config),
    ]);
    const ready = JSON.parse(await this.#child.line());
    this.tracking_uri = ready.tracking_uri;
    this.#port = Number(new URL(ready.url).port);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    await this.#child?.kill();
    this.#child = null;
  }
}
