/**
 * `nbtrack login`
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { z } from "../base/zod.ts";
import {
  login,
  loginProjects,
  unencryptedError,
  unencryptedRoot,
} from "../setup/login.ts";
import { agrees } from "./ask.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { askSecret, withoutPasteMarks } from "./secret_prompt.ts";

const schema = z.object({
  args: z.tuple([], "it takes no argument; a token never belongs there"),
  url: z.string().min(1, "it is empty").optional(),
  project: z.string().min(1, "it is empty").optional(),
  tokenStdin: z.boolean().default(false),
  allowHttp: z.boolean().default(false),
});

/** Defines `nbtrack login`. */
export function define(command: Command, done: Done): void {
  command
    .option("--url <url>", "GitLab's address (default: the git remote's)")
    .option(
      "--project <path>",
      "the project's path or number (default: the git remote's)",
    )
    .option("--token-stdin", "read the token from stdin")
    .option(
      "--allow-http",
      "send the token over plain http to another machine",
    );
  example(
    command,
    "nbtrack login --url https://gitlab.com --project lab/penguins",
  );
  act(command, done, {
    schema,
    async work({ url, project, tokenStdin, ...options }, out) {
      const projects = await loginProjects({ cwd: userFolder(), url, project });
      const [first] = projects;
      const open = unencryptedRoot(projects);
      const allowHttp = options.allowHttp ||
        open !== null && !tokenStdin && await maySend(open);
      if (open !== null && !allowHttp) throw unencryptedError(open);
      const token = tokenStdin
        ? await new Response(Deno.stdin.readable).text()
        : await asked(`${first?.root}/${first?.project}`);
      const plainToken = withoutPasteMarks(token).trim();
      if (plainToken === "") {
        throw new UsageError("Cannot log in: the token is empty.", {
          hint:
            "Make one in GitLab under Access tokens, with role Developer and scope api.",
        });
      }
      const { warnings, ...result } = await login(projects, plainToken, {
        home: nbtrackHome(),
        allowHttp,
      });
      out.result(
        result,
        () =>
          `Logged in at ${result.url}${
            result.user === null ? "" : ` as ${result.user}`
          }, for ${result.project}.`,
      );
      for (const warning of warnings) out.note(warning);
      return 0;
    },
  });
}

/** Asks, where somebody can be asked, whether a token may be sent for all on the way to read. */
function maySend(root: string): Promise<boolean> {
  return agrees(
    `${root} is not encrypted: anyone on the way can read the token. Send it?`,
  );
}

async function asked(project: string): Promise<string> {
  if (!Deno.stdin.isTerminal()) {
    throw new UsageError("Cannot ask for the token: stdin is no terminal.", {
      hint: "Pipe it in: nbtrack login --token-stdin < FILE.",
    });
  }
  const token = await askSecret(`Access token for ${project}: `);
  if (token === null) {
    throw new UsageError("The login was broken off.", {
      hint: "Nothing was stored.",
    });
  }
  return token;
}
