/**
 * `nbtrack serve`
 *
 * @module
 */
import { dirname, join } from "node:path";
import { nbtrackHome } from "../base/env.ts";
import { z } from "../base/zod.ts";
import { readServerConfig } from "../practice/settings/config.ts";
import { configHelp } from "../practice/settings/config_help.ts";
import { serverReadyLine, startServer } from "../practice/server.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { serveClass } from "./serve_class.ts";
import { serveUntilSignal } from "./signals.ts";

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
  class: z.string().min(1, "it is empty").optional(),
  handouts: z.string().min(1, "it is empty").optional(),
  newToken: z.array(z.string().min(1, "it is empty")).default([]),
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
    .option("--config <file>", "projects, tokens, limits and faults, as JSON")
    .option(
      "--class <file>",
      "serve a class: students, lessons and who sees whose runs, as JSON",
    )
    .option(
      "--handouts <dir>",
      "with --class: where the students' handouts go (default: handouts beside FILE)",
    )
    .option(
      "--new-token <username>",
      "with --class: make another token for a student, or for teacher",
      (name: string, names: string[] = []) => [...names, name],
    );
  command.addHelpText("after", `\n${configHelp()}`);
  example(command, "nbtrack serve --port 8080");
  act(command, done, {
    schema,
    async work(input, out) {
      const { port, host, data, memory, config } = input;
      if (memory && data !== undefined) {
        throw new UsageError("--memory and --data exclude each other.", {
          hint: "Leave one of them out.",
        });
      }
      const location = (name: string) =>
        memory ? "memory" as const : {
          dir: data === undefined
            ? join(nbtrackHome(), name)
            : resolvePath(data),
        };
      if (input.class !== undefined) {
        if (config !== undefined) {
          throw new UsageError("--class and --config exclude each other.", {
            hint: "A class makes its own projects and tokens.",
          });
        }
        const file = resolvePath(input.class);
        return await serveClass({
          file,
          data: location("class"),
          handouts: input.handouts === undefined
            ? join(dirname(file), "handouts")
            : resolvePath(input.handouts),
          port,
          host,
          newTokens: input.newToken,
        }, out);
      }
      if (input.handouts !== undefined || input.newToken.length > 0) {
        throw new UsageError("--handouts and --new-token belong to --class.", {
          hint: "Name the class's file: --class class.json.",
        });
      }
      const { projectPages } = await import("./project_pages.ts");
      const server = await startServer({
        pages: projectPages(),
        port,
        host,
        data: location("server"),
        ...(config === undefined
          ? {}
          : { config: await readServerConfig(resolvePath(config)) }),
      });
      return await serveUntilSignal(server, () =>
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
        ));
    },
  });
}
