/**
 * `class.json`: who is in a class, and what it works on.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../../base/errors.ts";
import { z } from "../../base/zod.ts";

/** The most students of a class. */
const MOST = 1000;

const Username = z.string().regex(
  /^[a-z0-9][a-z0-9_.-]{0,59}$/,
  "must be small letters, digits, dots, dashes and underscores",
);

const Student = z.union([
  z.string().trim().min(1, "is empty").transform((name) => ({
    name,
    username: usernameOf(name),
  })),
  z.strictObject({
    name: z.string().trim().min(1, "is empty"),
    username: Username,
  }),
]);

const ClassFile = z.strictObject({
  name: z.string().trim().min(1, "is empty").default("Class"),
  students: z.array(Student).min(1, "must name at least one student").max(
    MOST,
    `must name at most ${MOST} students`,
  ),
  /** The lessons in their order, by the names of their notebooks. */
  lessons: z.array(z.string().min(1, "is empty")).default([]),
  /** Whose runs a student sees. */
  see: z.enum(["own", "all"]).default("own"),
});

/** A class, with every default filled in. */
export type ClassPlan = z.output<typeof ClassFile>;
/** A student of a class. */
export type Student = ClassPlan["students"][number];

/**
 * Reads a class.
 *
 * @throws {NbtrackError} when the file cannot be read, or something in it is wrong
 */
export async function readClass(path: string): Promise<ClassPlan> {
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    throw new NbtrackError(
      `Cannot read the class ${path}: ${messageOf(cause)}`,
      {
        hint:
          'Write it like {"name": "Birds 101", "students": ["Ada", "Ben"], "lessons": ["01-first-run"], "see": "own"}.',
        cause,
      },
    );
  }
  return parseClass(value, path);
}

/** Checks a class. @throws {NbtrackError} when something in it is wrong; it names every part that is */
export function parseClass(value: unknown, source = "the class"): ClassPlan {
  const parsed = ClassFile.safeParse(value);
  const problems = parsed.success
    ? givenTwice(parsed.data)
    : parsed.error.issues.map(({ path, message }) =>
      `${path.length === 0 ? "(top)" : path.map(String).join(".")}: ${message}`
    );
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new NbtrackError(`Cannot use ${source}: ${problems.join("; ")}`, {
    hint:
      'A class has the members name, students, lessons and see ("own" or "all").',
  });
}

function givenTwice({ students }: ClassPlan): string[] {
  const seen = new Set<string>();
  return students.flatMap(({ username }, i) => {
    const twice = seen.has(username);
    seen.add(username);
    return twice
      ? [
        `students.${i}: there is a ${username} already: write {"name": …, "username": …} for one of them`,
      ]
      : [];
  });
}

/** A name as one can be typed. */
function usernameOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
  return plain === "" ? "student" : plain;
}
