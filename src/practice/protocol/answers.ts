/**
 * GitLab's answers: JSON bodies, and the refusals with their exact texts.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";

/** What a refusal carries besides its status and body. */
export interface RefusalOptions {
  /** Headers besides the content type. */
  headers?: Record<string, string>;
  /** What led to it; never shown to the client. */
  cause?: unknown;
}

/** An answer that ends the handling of a request, thrown from wherever it is decided. */
export class RefusedAnswer extends NbtrackError {
  override name = "Refusal";
  /** The HTTP status. */
  readonly status: number;
  /** The body: an object becomes JSON, a text stays text. */
  readonly body: object | string;
  /** Headers besides the content type. */
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    body: object | string,
    options: RefusalOptions = {},
  ) {
    super(`The request was answered with ${status}`, { cause: options.cause });
    this.status = status;
    this.body = body;
    this.headers = options.headers ?? {};
  }

  /** The answer as it is sent. */
  toResponse(): Response {
    return typeof this.body === "string"
      ? text(this.body, this.status, this.headers)
      : json(this.body, this.status, this.headers);
  }
}

/** A JSON answer. */
export function json(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** A plain text answer. */
export function text(
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "text/plain", ...headers },
  });
}

/** 404 of an experiment, run or model that the visible project does not have. */
export function resourceMissing(): RefusedAnswer {
  return new RefusedAnswer(404, { error_code: "RESOURCE_DOES_NOT_EXIST" });
}

/** 404 of a feature that is off, a right that is missing, or a package target that does not exist. */
export function notFound(): RefusedAnswer {
  return new RefusedAnswer(404, { message: "404 Not Found" });
}

/** 404 of a file of a package; GitLab writes this one with a small n. */
export function fileNotFound(): RefusedAnswer {
  return new RefusedAnswer(404, { message: "404 Not found" });
}

/** 404 of a project that does not exist or that the caller may not see. */
export function projectNotFound(): RefusedAnswer {
  return new RefusedAnswer(404, { message: "404 Project Not Found" });
}

/** 404 of a path that is no route of this profile. */
export function routeNotFound(): RefusedAnswer {
  return new RefusedAnswer(404, { error: "404 Not Found" });
}

/** 401 without a token, with an unknown one, or without the right to write experiments. */
export function refuseUnauthorized(): RefusedAnswer {
  return new RefusedAnswer(401, { message: "401 Unauthorized" });
}

/** 403 of package rights and blocked users. */
export function refuseForbidden(): RefusedAnswer {
  return new RefusedAnswer(403, { message: "403 Forbidden" });
}

/** 400 of parameter validation; messages are joined as Grape joins them. */
export function invalidParams(messages: readonly string[]): RefusedAnswer {
  return new RefusedAnswer(400, { error: messages.join(", ") });
}

/** 400 of a record that breaks a rule of its model or of the database. */
export function invalidValue(message: string): RefusedAnswer {
  return new RefusedAnswer(400, {
    error_code: "INVALID_PARAMETER_VALUE",
    message,
  });
}

/** 400 of a model's validations, in the framework's wording. */
export function validationFailed(messages: readonly string[]): RefusedAnswer {
  return invalidValue(`Validation failed: ${messages.join(", ")}`);
}

/** 400 of a name that is taken, or that is otherwise no name. */
export function alreadyExists(): RefusedAnswer {
  return new RefusedAnswer(400, { error_code: "RESOURCE_ALREADY_EXISTS" });
}

/** 500 of whatever GitLab does not handle. */
export function serverError(cause?: unknown): RefusedAnswer {
  return new RefusedAnswer(500, { message: "500 Internal Server Error" }, {
    cause,
  });
}
