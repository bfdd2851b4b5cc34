/**
 * Where programs keep a user's credentials. What these files hold is known from the start of a session: a cell reads them
 * by a path that it computes, which in Deno's own kernel nobody sees, and prints a part of one under no name.
 *
 * @module
 */
import { basename, join } from "node:path";

/** Below the user's home. Private keys are known by their form. */
const FILES = [
  ".aws/credentials",
  ".azure/service_principal_entries.json",
  ".boto",
  ".cache/huggingface/stored_tokens",
  ".cache/huggingface/token",
  ".cargo/credentials.toml",
  ".config/gcloud/application_default_credentials.json",
  ".config/gh/hosts.yml",
  ".config/glab-cli/config.yml",
  ".config/kaggle/kaggle.json",
  ".config/rclone/rclone.conf",
  ".databrickscfg",
  ".docker/config.json",
  ".git-credentials",
  ".huggingface/token",
  ".kaggle/access_token",
  ".kaggle/kaggle.json",
  ".kube/config",
  ".my.cnf",
  ".netrc",
  ".npmrc",
  ".pgpass",
  ".pypirc",
  ".python-gitlab.cfg",
  ".s3cfg",
  ".snowflake/connections.toml",
  ".streamlit/secrets.toml",
  ".terraform.d/credentials.tfrc.json",
  "_netrc",
];

/** Their paths for a user; none where nobody knows the home. */
export function credentialFiles(home: string | undefined): string[] {
  return home === undefined ? [] : FILES.map((file) => join(home, file));
}

/** Files that hold nothing but one token, of whatever form, and what that is of. */
const OF_ONE_TOKEN =
  /(?:^|[\\/])\.?(huggingface|kaggle)[\\/](?:access_)?token$/;
/** A line of PostgreSQL's passwords: host, port, database, user, and the password, in which `:` and `\` are escaped. */
const PASSWORD_LINE =
  /^(?:(?:[^:\\\n#]|\\.)(?:[^:\\\n]|\\.){0,200}:)(?:(?:[^:\\\n]|\\.){1,200}:){3}((?:[^\\\n]|\\.){1,400}?)\r?$/gm;

/** Values that are secrets by the place in which they stand, with a name for each. */
export function placedSecrets(
  path: string,
  text: string,
): { name: string; value: string }[] {
  const [, program] = OF_ONE_TOKEN.exec(path) ?? [];
  if (program !== undefined) {
    const value = text.trim();
    return /^\S+$/.test(value) ? [{ name: `${program}_token`, value }] : [];
  }
  if (!/^\.?pgpass(?:\.conf)?$/.test(basename(path))) return [];
  return [...text.matchAll(PASSWORD_LINE)].map(([, password = ""]) => ({
    name: "PGPASSWORD",
    value: password.replace(/\\(.)/g, "$1"),
  }));
}
