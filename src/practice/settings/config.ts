/**
 * The configuration of `nbtrack serve --config FILE`, as the command line's page describes it.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { messageOf } from "../../base/errors.ts";
import { ServerConfigError } from "./errors.ts";

const Id = z.number().int().positive();
const Rate = z.number().min(0).max(1);
const ProjectPath = z.string().regex(
  /^[\w.-]+(\/[\w.-]+)+$/,
  "must be a full path such as group/name",
);

const Project = z.strictObject({
  id: Id,
  path: ProjectPath,
  visibility: z.enum(["private", "internal", "public"]).default("private"),
  experiments: z.boolean().default(true),
  registry: z.boolean().default(true),
  packages: z.boolean().default(true),
  former_paths: z.array(ProjectPath).default([]),
  /** Its merge requests, by their numbers; those that a job belongs to are there without being named. */
  merge_requests: z.array(Id).default([]),
});

const User = z.strictObject({
  id: Id,
  username: z.string().min(1),
  name: z.string().optional(),
  blocked: z.boolean().default(false),
});

const Role = z.enum(["guest", "reporter", "developer", "maintainer", "owner"]);

/** The scope that GitLab shows of a fine-grained token, whose permissions count instead of scopes. */
export const FINE_GRAINED = "granular";

const Token = z.strictObject({
  token: z.string().min(1),
  user: User,
  scopes: z.array(z.string().min(1)),
  /** What a fine-grained token, whose only scope is `granular`, may do: `read_ml_experiment`, `create_package`. */
  permissions: z.array(z.string().min(1)).default([]),
  roles: z.record(z.string(), Role).default({}),
  /** Roles that come from a group invited to the project: they count, but GitLab shows them nowhere. */
  invited_roles: z.record(z.string(), Role).default({}),
  kind: z.enum(["personal", "project", "group", "oauth", "deploy"]).default(
    "personal",
  ),
  name: z.string().default("practice token"),
  expires_at: z.iso.date().nullable().default(null),
  expired: z.boolean().default(false),
  revoked: z.boolean().default(false),
});

const Job = z.strictObject({
  id: Id,
  project: z.string(),
  token: z.string().min(1),
  user: Id,
  ref: z.string().default("main"),
  sha: z.string().default("0".repeat(40)),
  merge_request: z.number().int().nullable().default(null),
});

const Faults = z.strictObject({
  seed: z.number().int().default(1),
  rate_429: Rate.default(0),
  rate_500: Rate.default(0),
  rate_reset: Rate.default(0),
  rate_lost_answer: Rate.default(0),
  delay_ms: z.number().min(0).default(0),
}).refine(
  (f) => f.rate_429 + f.rate_500 + f.rate_reset + f.rate_lost_answer <= 1,
  "the rates together must be at most 1",
);

/** GitLab's database default for a file of a model package: 10 GiB, in bytes. */
const DEFAULT_ARTIFACT_BYTES = 10 * 1024 ** 3;

const Limits = z.strictObject({
  artifact_bytes: z.number().int().min(0).default(DEFAULT_ARTIFACT_BYTES),
  requests_per_minute: z.number().int().positive().nullable().default(null),
  /** The longest body of parameters, bytes. */
  body_bytes: z.number().int().positive().default(16 * 1024 ** 2),
  /** How long a request's head, its parameters, or a pause within an upload or a download may take, seconds. */
  timeout_seconds: z.number().positive().max(86_400).default(60),
});

const Config = z.strictObject({
  profile: z.enum(["16.4", "17.9", "newest"]).default("newest"),
  external_url: z.url({ protocol: /^https?$/ }).optional(),
  limits: Limits.prefault({}),
  projects: z.array(Project).min(1, "must name at least one project"),
  tokens: z.array(Token),
  jobs: z.array(Job).default([]),
  faults: Faults.optional(),
});

/** The configuration as it is written: what has a default may be left out. */
export type ServerConfig = z.input<typeof Config>;
/** The configuration with every default filled in. */
export type Settings = z.output<typeof Config>;
/** Which GitLab the server is. */
export type Profile = Settings["profile"];
/** A project of the configuration. */
export type ProjectSettings = Settings["projects"][number];
/** Faults for practice and tests. */
export type FaultSettings = NonNullable<Settings["faults"]>;
/** What a token's user may do in a project. */
export type RoleName = z.output<typeof Role>;

/**
 * Checks a configuration and fills in its defaults.
 *
 * @throws {ServerConfigError} when something in it is wrong; it names every part that is
 */
export function parseServerConfig(
  value: unknown,
  options: { source?: string } = {},
): Settings {
  const { source = "the configuration" } = options;
  const parsed = Config.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      `${
        issue.path.length === 0 ? "(top)" : issue.path.map(String).join(".")
      }: ${issue.message}`
    );
    throw refused(source, problems, parsed.error);
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) throw refused(source, problems);
  return parsed.data;
}

/**
 * Reads a configuration file.
 *
 * @throws {ServerConfigError} when it cannot be read, is no JSON, or something in it is wrong
 */
export async function readServerConfig(path: string): Promise<ServerConfig> {
  let content: string;
  try {
    content = await Deno.readTextFile(path);
  } catch (cause) {
    throw new ServerConfigError(
      `Cannot read the server configuration ${path}: ${messageOf(cause)}`,
      { hint: "Give a JSON file with --config", cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new ServerConfigError(
      `Cannot read the server configuration ${path} as JSON: ${
        messageOf(cause)
      }`,
      { cause, hint: "Mend it there: a comma or a bracket may be missing" },
    );
  }
  parseServerConfig(value, { source: path });
  return value as ServerConfig;
}

function refused(source: string, problems: string[], cause?: unknown) {
  return new ServerConfigError(
    `Cannot use ${source} as the server's configuration: ${
      problems.join("; ")
    }`,
    {
      problems,
      hint: "nbtrack serve --help shows the members a configuration has",
      cause,
    },
  );
}

function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  const paths = new Map<string, number>();
  const ids = new Set<number>();
  settings.projects.forEach((project, index) => {
    if (ids.has(project.id)) {
      problems.push(`projects.${index}.id: ${project.id} is given twice`);
    }
    ids.add(project.id);
    for (const path of [project.path, ...project.former_paths]) {
      const key = path.toLowerCase();
      if (paths.has(key)) {
        problems.push(`projects.${index}: the path ${path} is given twice`);
      }
      paths.set(key, project.id);
    }
  });
  const tokens = new Set<string>();
  settings.tokens.forEach((token, index) => {
    for (const member of ["roles", "invited_roles"] as const) {
      for (const path of Object.keys(token[member])) {
        if (!paths.has(path.toLowerCase())) {
          problems.push(
            `tokens.${index}.${member}: there is no project ${path}`,
          );
        }
      }
    }
    const fineGrained = token.scopes.includes(FINE_GRAINED);
    if (fineGrained && token.scopes.length > 1) {
      problems.push(
        `tokens.${index}.scopes: ${FINE_GRAINED} excludes other scopes`,
      );
    }
    if (!fineGrained && token.permissions.length > 0) {
      problems.push(
        `tokens.${index}.permissions: only a token with the scope ${FINE_GRAINED} has permissions`,
      );
    }
    if (tokens.has(token.token)) {
      problems.push(`tokens.${index}.token: given twice`);
    }
    tokens.add(token.token);
  });
  const jobs = new Set<number>();
  settings.jobs.forEach((job, index) => {
    if (!paths.has(job.project.toLowerCase())) {
      problems.push(
        `jobs.${index}.project: there is no project ${job.project}`,
      );
    }
    if (jobs.has(job.id)) {
      problems.push(`jobs.${index}.id: ${job.id} is given twice`);
    }
    jobs.add(job.id);
    if (tokens.has(job.token)) {
      problems.push(`jobs.${index}.token: given twice`);
    }
    tokens.add(job.token);
  });
  return problems;
}
