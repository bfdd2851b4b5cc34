/**
 * How a configuration is written, for `nbtrack serve --help`.
 *
 * @module
 */
import type { ServerConfig } from "./config.ts";

/** A configuration with every member there is. */
const EXAMPLE_CONFIG: ServerConfig = {
  profile: "newest",
  external_url: "http://host.example/root",
  limits: {
    artifact_bytes: 10737418240,
    body_bytes: 16777216,
    requests_per_minute: null,
    timeout_seconds: 60,
  },
  projects: [{
    id: 1,
    path: "group/name",
    visibility: "private",
    experiments: true,
    registry: true,
    packages: true,
    former_paths: [],
    merge_requests: [],
  }],
  tokens: [{
    token: "a-token-of-your-own",
    name: "practice token",
    kind: "personal",
    user: { id: 1, username: "ana", name: "Ana", blocked: false },
    scopes: ["api"],
    permissions: [],
    roles: { "group/name": "developer" },
    invited_roles: {},
    expires_at: null,
    expired: false,
    revoked: false,
  }],
  jobs: [{
    id: 7001,
    project: "group/name",
    token: "a-job-token-of-your-own",
    user: 1,
    ref: "main",
    sha: "0000000000000000000000000000000000000000",
    merge_request: null,
  }],
  faults: {
    seed: 1,
    rate_429: 0,
    rate_500: 0,
    rate_reset: 0,
    rate_lost_answer: 0,
    delay_ms: 0,
  },
};

const NOTES = `  profile        "16.4", "17.9" or "newest": which GitLab it is
  external_url   what answers call this server; default: where it listens
  limits         bytes of a file, bytes of a body of parameters, requests a
                 minute or null, seconds for a request's head, for its
                 parameters, and for a pause within a file
  visibility     "private", "internal" or "public"
  merge_requests the numbers of merge requests that notes are written on
  kind           "personal", "project", "group", "oauth" or "deploy"
  scopes         "api", "read_api", "read_user"; of a deploy token
                 "write_package_registry"; ["granular"] makes a fine-grained
                 token, whose permissions are named as read_ml_experiment or
                 log_ml_flow_run
  roles          "guest", "reporter", "developer", "maintainer" or "owner" by
                 project; invited_roles are those of an invited group
  faults         rates from 0 to 1; a lost answer is a request that is carried
                 out and whose connection is then closed without an answer`;

/** The most characters of a line, so that a usual terminal breaks none. */
const WIDTH = 78;

/** The text: an example that can be copied, and the values that its members take. */
export function configHelp(): string {
  const members = Object.entries(EXAMPLE_CONFIG).map(([name, value]) => {
    const text = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
    return wrap(`  ${JSON.stringify(name)}: ${text}`, "    ");
  });
  return [
    "Configuration (--config), as JSON; all but projects and tokens may be left",
    "out. With every member and, but for names, its default:",
    `{\n${members.join(",\n")}\n}`,
    "",
    NOTES,
  ].join("\n");
}

/** Breaks a line after its commas. */
function wrap(line: string, indent: string): string {
  const lines: string[] = [];
  let left = line;
  while (left.length > WIDTH) {
    const at = left.lastIndexOf(", ", WIDTH - 1) + 1;
    lines.push(left.slice(0, at));
    left = indent + left.slice(at + 1);
  }
  return [...lines, left].join("\n");
}
