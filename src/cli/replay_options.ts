/**
 * What commands that run a run again are told alike: where its data is, and what a sandbox may reach and read.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { SandboxGrants } from "../reproduce/replay/types.ts";
import { isHost, isName } from "../reproduce/sandbox/permissions.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";

const assignment = z.string().regex(
  /^[^=]+=.+$/,
  "it is not written NAME=PATH",
);

/** The options, as members of a command's schema. */
export const REPLAY_SCHEMAS = {
  data: z.array(assignment).default([]),
  allowNet: z.array(
    z.string().refine(isHost, {
      error: ({ input }) =>
        String(input).includes("*")
          ? "it names many hosts: name each host that the sandbox may reach"
          : "it names no host, such as example.org or example.org:8080",
    }),
  ).default([]),
  allowEnv: z.array(
    z.string().refine(isName, {
      error: ({ input }) =>
        String(input).includes("=")
          ? "it takes a name alone: the value is the one in your environment"
          : "it names no variable",
    }),
  ).default([]),
};

const collect = (value: string, all: string[] = []) => [...all, value];

/** Adds `--data`. */
export function addDataOption(command: Command): Command {
  return command.option(
    "--data <name=path>",
    "where a dataset is; can be given often",
    collect,
  );
}

/** Adds `--allow-net` and `--allow-env`. */
export function addSandboxOptions(command: Command): Command {
  return command
    .option("--allow-net <host>", "a host that a sandbox may reach", collect)
    .option(
      "--allow-env <name>",
      "a variable that a sandbox may read",
      collect,
    );
}

/** What was given, as a replay takes it. */
export function replayOptionsOf(
  { data, allowNet, allowEnv }: {
    data: readonly string[];
    allowNet: string[];
    allowEnv: string[];
  },
): { data: Record<string, string>; grants: SandboxGrants } {
  return {
    data: Object.fromEntries(data.map((text) => {
      const at = text.indexOf("=");
      return [text.slice(0, at), resolvePath(text.slice(at + 1))];
    })),
    grants: { net: allowNet, env: allowEnv },
  };
}
