/**
 * Answers that cannot be used, and the JSON of those that can.
 *
 * @module
 */
import { isTooDeep, MAX_DEPTH_OF_JSON } from "../base/values.ts";
import type { z } from "../base/zod.ts";
import { LimitPassed, TooSlow } from "./body.ts";
import { type AskedRequest, bareUrl } from "./network.ts";
import { AnswerError, NetworkError, type Retry } from "./errors.ts";

/** An answer with status 2xx. */
export interface Answered extends AskedRequest {
  /** The answer, its body unread. */
  response: Response;
  /** Its content type, empty when it has none. */
  type: string;
  /** Takes out of what the server says what must not stand in an error. */
  clean(text: string): string;
}

/** What went wrong while the body of a good answer was read. */
export function bodyError(
  thrown: unknown,
  answered: Answered,
  options: { timed_out: boolean; timeout_ms: number; limit: number },
): AnswerError | NetworkError {
  const { safe, attempted, url } = answered;
  const host = URL.parse(url)?.host ?? url;
  const retry: Retry = safe ? "later" : "unsure";
  const at = {
    status: answered.response.status,
    method: answered.method,
    url,
    attempted,
  };
  if (thrown instanceof LimitPassed) {
    return new AnswerError(
      `Cannot ${attempted}: the answer of ${host} is longer than ${
        options.limit / 1e6
      } MB`,
      {
        ...at,
        retry: safe ? "never" : "unsure",
        fault: "too-large",
        hint: "Check that the address is the tracking server's.",
      },
    );
  }
  if (thrown instanceof TooSlow) {
    return new NetworkError(
      `Cannot ${attempted}: the answer of ${host} comes too slowly to be waited for`,
      { ...at, retry, failure: "timeout" },
    );
  }
  if (options.timed_out) {
    return new NetworkError(
      `Cannot ${attempted}: the answer of ${host} stopped for ${
        options.timeout_ms / 1000
      } s`,
      { ...at, retry, failure: "timeout" },
    );
  }
  return new AnswerError(
    `Cannot ${attempted}: the answer of ${host} was cut in the middle`,
    {
      ...at,
      retry,
      fault: "cut",
      hint: "If it stays so, check the connection and the proxy.",
    },
  );
}

/** The redirect of a request that must not be sent elsewhere, or one too many. */
export function redirectError(asked: Answered, to: URL | null): AnswerError {
  const target = to === null ? "nowhere" : asked.clean(bareUrl(to));
  return new AnswerError(
    `Cannot ${asked.attempted}: ${asked.url} sends requests on to ${target}`,
    {
      status: asked.response.status,
      method: asked.method,
      url: asked.url,
      attempted: asked.attempted,
      retry: "never",
      fault: "redirect",
      hint: to === null
        ? "Check the server's address."
        : `Set the server's address to the one at ${
          asked.clean(to.origin)
        }, and sign in there if it asks to.`,
    },
  );
}

/**
 * The JSON of a good answer.
 *
 * @throws {AnswerError} when it is a web page, no JSON, or of another shape
 */
export function parseAnswer<T extends z.ZodType>(
  schema: T,
  text: string,
  answered: Answered,
): z.infer<T> {
  const { safe, attempted, url } = answered;
  const host = URL.parse(url)?.host ?? url;
  const at = {
    status: answered.response.status,
    method: answered.method,
    url,
    attempted,
  };
  if (/html/i.test(answered.type) || /^\s*<(!doctype|html)/i.test(text)) {
    throw new AnswerError(
      `Cannot ${attempted}: ${host} answered with a web page, as sign-in pages and wrong addresses do`,
      {
        ...at,
        retry: "never",
        fault: "html",
        hint:
          "Check the server's address, and whether a proxy asks to sign in.",
      },
    );
  }
  let json: unknown;
  try {
    // Some calls are answered with nothing, by some servers.
    const nothing = text.trim() === "" && schema.safeParse(undefined).success;
    json = nothing ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new AnswerError(
      `Cannot ${attempted}: the answer of ${host} is not complete JSON`,
      {
        ...at,
        retry: safe ? "later" : "unsure",
        fault: "json",
        cause: new Error(cause instanceof SyntaxError ? "no valid JSON" : ""),
      },
    );
  }
  if (isTooDeep(json)) {
    throw new AnswerError(
      `Cannot ${attempted}: the answer of ${host} is nested more than ${MAX_DEPTH_OF_JSON} levels deep`,
      {
        ...at,
        retry: safe ? "never" : "unsure",
        fault: "schema",
        hint: "Check that the address is the tracking server's.",
      },
    );
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AnswerError(
    `Cannot ${attempted}: the answer of ${host} has another shape than expected${
      issue === undefined ? "" : answered.clean(
        ` at ${issue.path.join(".") || "its top"}: ${issue.message}`,
      )
    }`,
    {
      ...at,
      retry: safe ? "never" : "unsure",
      fault: "schema",
      hint: "Check that the address is the tracking server's.",
    },
  );
}
