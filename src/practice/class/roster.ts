/**
 * The students of a class as its server knows them: a number, a project, and the digest of a token each. Tokens are
 * handed out when they are made, and kept nowhere.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../../base/errors.ts";
import { z } from "../../base/zod.ts";
import type { ServerConfig } from "../settings/config.ts";
import { tokenDigest } from "../store/accounts.ts";
import { makePrivateFolder, writePrivateFile } from "../store/private_files.ts";
import type { ClassPlan, Student } from "./class_file.ts";

/** The group that the students' projects are in. */
const GROUP = "class";
/** The teacher's own number, and that of the teacher's project. */
const TEACHER = 1;

const Member = z.strictObject({
  id: z.number().int().positive(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Handed out with an address that only the server's own machine reaches. */
  here: z.literal(true).optional(),
});

const rosterSchema = z.strictObject({
  teacher: Member,
  students: z.record(z.string(), Member),
});

/** Who is in the class, by username. */
export type Roster = z.infer<typeof rosterSchema>;

/** A token that was made just now. */
export interface NewToken {
  /** The student; null for the teacher. */
  student: Student | null;
  /** The project that the token's runs go to. */
  project: number;
  token: string;
}

/** How students get their tokens. */
export interface EnrolOptions {
  /** Usernames whose token is made anew; `teacher` too. */
  newTokens?: readonly string[];
  /** Whether only the server's own machine reaches it: the tokens are made anew once others do. @default {false} */
  here?: boolean;
}

/** The roster with everybody of a class in it; who leaves the class keeps a number and project, but no token. */
export function enrol(
  plan: ClassPlan,
  known: Roster | null,
  { newTokens = [], here = false }: EnrolOptions = {},
): { roster: Roster; made: NewToken[] } {
  const made: NewToken[] = [];
  const again = new Set(newTokens);
  const member = (
    student: Student | null,
    before: Roster["teacher"] | undefined,
    id: number,
  ) => {
    const name = student?.username ?? "teacher";
    const useless = before?.here === true && !here;
    if (before !== undefined && !useless && !again.has(name)) return before;
    const token = newToken();
    made.push({ student, project: id, token });
    return { id, digest: tokenDigest(token), ...(here ? { here } : {}) };
  };
  const students: Roster["students"] = { ...known?.students };
  let last = Math.max(TEACHER, ...Object.values(students).map((s) => s.id));
  const teacher = member(null, known?.teacher, TEACHER);
  for (const student of plan.students) {
    const before = students[student.username];
    students[student.username] = member(
      student,
      before,
      before?.id ?? ++last,
    );
  }
  return { roster: { teacher, students }, made };
}

/** The server of a class: a project for each student, which others may read or not, and all of them for the teacher. */
export function classConfig(plan: ClassPlan, roster: Roster): ServerConfig {
  const pathOf = (username: string) => `${GROUP}/${username}`;
  const students = plan.students.flatMap((student) => {
    const member = roster.students[student.username];
    return member === undefined ? [] : [{ ...student, ...member }];
  });
  const teacher = `${GROUP}/teacher`;
  const all = students.map(({ username }) => pathOf(username));
  const rolesIn = (own: string, role: "developer" | "maintainer") => ({
    ...(plan.see === "all" || role === "maintainer"
      ? Object.fromEntries(
        all.map((path) => [
          path,
          role === "maintainer" ? role : "reporter" as const,
        ]),
      )
      : {}),
    [own]: role,
  });
  return {
    projects: [
      { id: TEACHER, path: teacher, merge_requests: [1] },
      ...students.map(({ id, username }) => ({
        id,
        path: pathOf(username),
        merge_requests: [1],
      })),
    ],
    tokens: [
      {
        token: `sha256:${roster.teacher.digest}`,
        user: { id: TEACHER, username: "teacher", name: "Teacher" },
        scopes: ["api"],
        roles: rolesIn(teacher, "maintainer"),
      },
      ...students.map(({ id, digest, name, username }) => ({
        token: `sha256:${digest}`,
        user: { id, username, name },
        scopes: ["api"],
        roles: rolesIn(pathOf(username), "developer"),
      })),
    ],
  };
}

/** The roster that a folder has; null when it has none. @throws {NbtrackError} when it cannot be read */
export async function readRoster(dir: string): Promise<Roster | null> {
  const path = `${dir}/roster.json`;
  try {
    return rosterSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw new NbtrackError(
      `Cannot read the class's roster ${path}: ${messageOf(cause)}`,
      {
        hint:
          "Give another folder with --data, or take the file away: everybody gets a new token then.",
        cause,
      },
    );
  }
}

/** Keeps a roster for the next start, for its owner alone. */
export function writeRoster(dir: string, roster: Roster): void {
  makePrivateFolder(dir);
  writePrivateFile(`${dir}/roster.json`, JSON.stringify(roster));
}

function newToken(): string {
  const random = crypto.getRandomValues(new Uint8Array(15));
  return `glpat-${random.toBase64({ alphabet: "base64url" })}`;
}
