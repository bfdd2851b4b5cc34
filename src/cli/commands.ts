/**
 * The commands of nbtrack.
 *
 * @module
 */
import type { CommandModule } from "./command.ts";

/** A command: what it does in one line, and its file. */
export interface CommandEntry {
  summary: string;
  load: () => Promise<CommandModule>;
}

/** Every command; its file is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: "make a folder ready for tracked notebooks",
    load: () => import("./init.ts"),
  },
  run: {
    summary: "run a notebook without a front end",
    load: () => import("./run.ts"),
  },
  runs: { summary: "list runs", load: () => import("./runs.ts") },
  show: { summary: "show a run", load: () => import("./show.ts") },
  compare: {
    summary: "show what differs between runs",
    load: () => import("./compare.ts"),
  },
  reproduce: {
    summary: "run a run again from its bundle, and compare",
    load: () => import("./reproduce.ts"),
  },
  slice: {
    summary: "find the cells that a result depends on, and prove it",
    load: () => import("./slice.ts"),
  },
  check: {
    summary: "find type errors in a notebook's cells",
    load: () => import("./check.ts"),
  },
  watch: {
    summary: "follow runs as they go",
    load: () => import("./watch.ts"),
  },
  export: {
    summary: "write runs or their points to a table's file",
    load: () => import("./export.ts"),
  },
  delete: {
    summary: "delete runs",
    load: () => import("./delete.ts"),
  },
  gc: {
    summary: "remove stored files that no run needs",
    load: () => import("./gc.ts"),
  },
  fingerprint: {
    summary: "print digest, size, rows and columns of data",
    load: () => import("./fingerprint.ts"),
  },
  sync: {
    summary: "deliver what is left over",
    load: () => import("./sync.ts"),
  },
  scrub: {
    summary: "take secrets out of what is stored already",
    load: () => import("./scrub.ts"),
  },
  allow: {
    summary: "let a value be stored that looks like a secret",
    load: () => import("./allow.ts"),
  },
  login: {
    summary: "check a token and store it",
    load: () => import("./login.ts"),
  },
  doctor: {
    summary: "find out what is wrong",
    load: () => import("./doctor.ts"),
  },
  register: {
    summary: "register a version of a model from a run",
    load: () => import("./register.ts"),
  },
  ci: {
    summary: "write a GitLab pipeline that runs a notebook",
    load: () => import("./ci.ts"),
  },
  kernel: {
    summary: "install the kernel that records from the first cell",
    load: () => import("./kernel.ts"),
  },
  sessions: {
    summary: "list sessions of kernels",
    load: () => import("./sessions.ts"),
  },
  adopt: {
    summary: "make a run of a session afterwards",
    load: () => import("./adopt.ts"),
  },
  ui: {
    summary: "show runs as web pages on this machine",
    load: () => import("./ui.ts"),
  },
  site: {
    summary: "write the same pages as files",
    load: () => import("./site.ts"),
  },
  serve: {
    summary: "start the practice server",
    load: () => import("./serve.ts"),
  },
};
