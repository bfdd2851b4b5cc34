/**
 * What `nbtrack login` stored: `credentials.json` in nbtrack's folder, readable by its owner only. The only
 * file that ever holds a token.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { nbtrackHome } from "../base/env.ts";
import { DetailedError, messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";

const credentialSchema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  project: z.string().nullable(),
  project_id: z.int().nullable(),
  token: z.string().min(1),
  username: z.string().nullable(),
  stored: z.int(),
});

/** A stored login. */
export interface Credential {
  /** GitLab's root, such as `https://gitlab.com`, without a slash at its end. */
  url: string;
  /** The project's path; null for all projects of the host. */
  project: string | null;
  /** The project's number, which outlives a rename. */
  project_id: number | null;
  /** The token. */
  token: string;
  /** Whose token it is. */
  username: string | null;
  /** When it was stored, milliseconds since 1970. */
  stored: number;
}

const fileSchema = z.object({
  schema_version: z.literal(1),
  credentials: z.array(credentialSchema),
});

/** The credentials file cannot be read or written. */
export class CredentialsError extends DetailedError<{
  /** The file. */
  path: string;
}> {}

/** Where the credentials file is. */
export function credentialsPath(home: string = nbtrackHome()): string {
  return `${home}/credentials.json`;
}

/**
 * The stored logins, the newest first; none when there is no file. A file that others can read is closed to them.
 *
 * @throws {CredentialsError} when the file cannot be read or is damaged
 */
export async function readCredentials(
  home: string = nbtrackHome(),
): Promise<Credential[]> {
  const path = credentialsPath(home);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
    const { mode } = await Deno.stat(path);
    if (mode !== null && (mode & 0o077) !== 0) await Deno.chmod(path, 0o600);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new CredentialsError(
      `Cannot read the credentials in ${path}: ${messageOf(error)}`,
      { path, hint: "Make the file readable, or run `nbtrack login` again." },
    );
  }
  const result = fileSchema.safeParse(parsedJson(text));
  if (!result.success) {
    // Neither the text nor what zod says of it may be shown: both can hold a token.
    throw new CredentialsError(
      `Cannot use the credentials in ${path}: the file is damaged or of a newer nbtrack`,
      { path, hint: "Remove the file and run `nbtrack login` again." },
    );
  }
  return result.data.credentials.sort((a, b) => b.stored - a.stored);
}

/** Stores a login in project of one for the same host and project. */
export async function storeCredential(
  credential: Credential,
  home: string = nbtrackHome(),
): Promise<void> {
  const url = credential.url.replace(/\/+$/, "");
  const others = (await readCredentials(home)).filter((c) =>
    !isFor(c, { url, project: credential.project })
  );
  await write([{ ...credential, url }, ...others], home);
}

/** The login for a project of a GitLab: that of the project, else one for the whole host, else the newest of the host. */
export function findCredential(
  credentials: readonly Credential[],
  project: { url: string; project: string | null },
): Credential | null {
  const here = credentials.filter((c) =>
    c.url === project.url.replace(/\/+$/, "")
  );
  return here.find((c) =>
    project.project !== null && matches(c, project.project)
  ) ??
    here.find((c) => c.project === null) ?? here[0] ?? null;
}

function matches(credential: Credential, project: string): boolean {
  return credential.project?.toLowerCase() === project.toLowerCase() ||
    String(credential.project_id) === project;
}

function isFor(
  credential: Credential,
  project: { url: string; project: string | null },
): boolean {
  return credential.url === project.url.replace(/\/+$/, "") &&
    credential.project === project.project;
}

/** Written beside and renamed, so that a crash leaves the old or the new file; never readable by others. */
async function write(
  credentials: readonly Credential[],
  home: string,
): Promise<void> {
  const path = credentialsPath(home);
  const draft = `${path}.${Deno.pid}.new`;
  try {
    await Deno.mkdir(home, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(
      draft,
      JSON.stringify({ schema_version: 1, credentials }, null, 2) + "\n",
      { mode: 0o600, create: true },
    );
    await Deno.rename(draft, path);
  } catch (error) {
    throw new CredentialsError(
      `Cannot write the credentials to ${path}: ${messageOf(error)}`,
      { path, hint: "Set NBTRACK_HOME to a folder that can be written." },
    );
  }
}
