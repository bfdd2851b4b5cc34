/**
 * The program of the tracked kernel, where somebody takes a port of Deno's kernel before that listens on it.
 *
 * @module
 */
import { readConnectionFile } from "../../../src/jupyter/connection.ts";

const Command = Deno.Command;
let taken: Deno.TcpListener | null = null;
Deno.Command = class extends Command {
  constructor(program: string | URL, options: Deno.CommandOptions = {}) {
    const { args = [] } = options;
    if (taken === null && args.includes("jupyter")) {
      const { ip, iopub_port } = readConnectionFile(args.at(-1) ?? "");
      taken = Deno.listen({ hostname: ip, port: iopub_port });
    }
    super(program, options);
  }
};
await import("../../../src/kernel/main.ts");
