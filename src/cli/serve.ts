/**
 * `nbtrack serve`
 *
 * @module
 */
import { join } from "node:path";
import { nbtrackHome } from "../base/env.ts";
import { z } from "../base/zod.ts";
import { readServerConfig } from "../practice/settings/config.ts";
import { configHelp } from "../practice/settings/config_help.ts";
import { serverReadyLine, startServer } from "../practice/server.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { untilSignal } from "./signals.ts";

const schema = z.object({
  args: z.tuple([]),
  port: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(
      0,
      "it must be 0 or more",
    )
    .max(65535, "it must be 65535 or less").default(0),
  host: z.string().min(1, "it is empty").default("127.0.0.1"),
  data: z.string().min(1, "it is empty").optional(),
  memory: z.boolean().default(false),
  config: z.string().min(1, "it is empty").optional(),
});

/** Defines `nbtrack serve`. */
export function define(command: Command, done: Done): void {
  command
    .option("--port <n>", "port (default: any free one)")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option(
      "--data <dir>",
      "where it keeps its data (default: in nbtrack's folder)",
    )
    .option("--memory", "keep nothing when it ends")
    .option("--config <file>", "projects, tokens, limits and faults, as JSON");
  command.addHelpText("after", `\n${configHelp()}`);
  example(command, "nbtrack serve --port 8080");
  act(command, done, {
    schema,
    async work({ port, host, data, memory, config }, out) {
      if (memory && data !== undefined) {
        throw new UsageError("--memory and --data exclude each other.", {
          hint: "Leave one of them out.",
        });
      }
      const { projectPages } = await import("./project_pages.ts");
      const server = await startServer({
        pages: projectPages(),
        port,
        host,
        data: memory ? "memory" : {
          dir: data === undefined
            ? join(nbtrackHome(), "server")
            : resolvePath(data),
        },
        ...(config === undefined
          ? {}
          : { config: await readServerConfig(resolvePath(config)) }),
      });
      const ended = untilSignal();
      out.line(
        serverReadyLine(server),
        () =>
          [
            `The practice server listens on ${server.url}`,
            "",
            `  export MLFLOW_TRACKING_URI=${server.tracking_uri}`,
            ...(server.token === null
              ? []
              : [`  export MLFLOW_TRACKING_TOKEN=${server.token}`]),
            "",
            "Ctrl-C ends it.",
          ].join("\n"),
      );
      await ended;
      await server.close();
      return 0;
    },
  });
}
