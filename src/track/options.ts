/**
 * The options of `track()` as a schema: loaded only if they are not plainly right.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { TrackOptionsError } from "./errors.ts";
import { givenText, unknownOptions } from "../base/known_options.ts";

const name = z.string().trim().min(1, "must not be empty").max(
  255,
  "has more than 255 characters",
);

const metric = z.string().min(1);

const tolerance = z.object({
  rtol: z.number().nonnegative().optional(),
  atol: z.number().nonnegative().optional(),
}).strict();

const schema = z.object({
  params: z.looseObject({}).optional(),
  metrics: z.array(metric).readonly().optional(),
  data: z.unknown().optional(),
  seed: z.int().min(0).max(2 ** 32 - 1).optional(),
  name: name.optional(),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  from: z.union([z.string().min(4), z.looseObject({ id: z.string() })])
    .optional(),
  notebook: z.string().min(1).optional(),
  tolerance: z.record(z.string(), tolerance).optional(),
  deliver: z.enum(["auto", "ask"]).optional(),
  quiet: z.boolean().optional(),
  live: z.array(z.union([metric, z.array(metric).min(1).readonly()]))
    .readonly().optional(),
  points: z.literal("all").optional(),
  artifacts: z.literal("auto").optional(),
  system: z.boolean().optional(),
  gitlab: z.object({
    url: z.url().optional(),
    project: z.union([z.string().min(1), z.int().positive()]),
    token: z.string().min(1).optional(),
  }).strict().optional(),
  trackingUri: z.url().optional(),
  token: z.string().min(1).optional(),
}).strict();

/** What each option takes, in words. */
const TAKES: Readonly<Record<string, string>> = {
  params: "values by name, or a schema",
  metrics: "a list of names",
  seed: "a whole number from 0 to 4294967295",
  name: "a text of 1 to 255 characters",
  description: "a text",
  tags: "texts by name",
  from: "a run, or its id",
  notebook: "a path",
  tolerance: "{ rtol, atol } by metric, numbers from 0 on",
  deliver: '"auto" or "ask"',
  quiet: "true or false",
  points: '"all"',
  gitlab: "{ url, project, token }",
  trackingUri: "an address",
  token: "a text",
};

const EXAMPLE =
  'Write it like track("penguins-knn", { params: { k: 5 }, data: "penguins.csv" }).';

/**
 * Checks what `track()` was given.
 *
 * @throws {TrackOptionsError} naming the first wrong option
 */
export function checkOptions(experiment: unknown, options: unknown): void {
  const named = name.safeParse(experiment);
  if (!named.success) {
    const got = typeof experiment === "string"
      ? `"${experiment.slice(0, 40)}"`
      : typeof experiment;
    throw new TrackOptionsError(
      `track() takes the experiment's name first, a text of 1 to 255 characters; it was given ${got}.`,
      { hint: EXAMPLE },
    );
  }
  if (
    typeof options !== "object" || options === null || Array.isArray(options)
  ) {
    throw new TrackOptionsError(
      `track("${named.data}") takes its options as an object; it was given ${
        options === null ? "null" : typeof options
      }.`,
      { hint: EXAMPLE },
    );
  }
  // Data may be huge and is checked elsewhere; zod would copy it.
  const { data: _, ...others } = options as Record<string, unknown>;
  const result = schema.safeParse(others);
  if (result.success) return;
  const issue = result.error.issues[0];
  const caller = `track("${named.data}")`;
  const unknown = unknownOptions(caller, options, Object.keys(schema.shape));
  throw new TrackOptionsError(
    unknown ??
      `${caller} cannot use the option ${
        sentenceOf(issue?.path ?? [], others, issue?.message)
      }.`,
    { hint: EXAMPLE },
  );
}

function sentenceOf(
  path: readonly PropertyKey[],
  options: Record<string, unknown>,
  message = "it is invalid",
): string {
  const [option = ""] = path.map(String);
  const given = options[option];
  const takes = TAKES[option];
  if (path.length > 1 || takes === undefined || typeof given === "object") {
    return `"${path.join(".")}": ${message}${
      takes === undefined ? "" : `; it takes ${takes}`
    }`;
  }
  return `"${option}": it takes ${takes}, and was given ${givenText(given)}`;
}
