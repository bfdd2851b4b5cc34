/**
 * Turns an HTTP status and body into the error that says it best.
 *
 * @module
 */
import {
  AnswerError,
  type MissingKind,
  NotFoundError,
  RefusedError,
  type Retry,
  ServerError,
  ThrottledError,
  TooLargeError,
  type TrackingError,
} from "./errors.ts";
import { type Body, parseBody, said } from "./refusal_body.ts";
import {
  forbidden,
  isGitLab,
  type Refusal,
  type RefusalAt,
  unauthorized,
} from "./refused_rights.ts";

export type { Refusal };

/** GitLab's limits of JSON bodies, which its administrators may lower. */
const TOO_MANY_VALUES =
  /^(Too many total parameters|(Array|Hash) parameter too large)$/;

/** The error of a refused request. */
export function refusalError(refusal: Refusal): TrackingError {
  const { status, attempted, url, safe } = refusal;
  const page = webPage(refusal);
  const body = parseBody(refusal.body);
  const text = said(body);
  const host = hostOf(url);
  const quote = text === "" ? "" : `: ${text}`;
  const at = (retry: Retry, hint?: string) => ({
    status,
    method: refusal.method,
    url,
    attempted,
    retry,
    hint,
  });
  const cannot = `Cannot ${attempted} on ${host}`;
  if (page !== null && status < 500 && !OWN_TEXT.has(status)) {
    return new AnswerError(
      `${cannot}: a web page came in place of an answer (${status}${page})`,
      {
        ...at(
          "never",
          "Check the server's address, and whether a proxy or a firewall before it asks to sign in or refuses such requests.",
        ),
        fault: "html",
      },
    );
  }
  switch (status) {
    case 400:
    case 405:
    case 409:
    case 415:
    case 422:
      return refused(cannot, quote, body, text, at);
    case 401:
      return unauthorized(cannot, body, refusal, at);
    case 403:
      return forbidden(cannot, quote, body, refusal, at);
    case 404:
      return notFound(cannot, body, refusal, at);
    case 407:
      return new RefusedError(
        `${cannot}: the proxy asks who you are (407)`,
        {
          ...at(
            "never",
            "Set HTTPS_PROXY or HTTP_PROXY to http://USER:PASSWORD@HOST:PORT, or name the server in NO_PROXY.",
          ),
          error_code: null,
        },
      );
    case 413:
      return new TooLargeError(
        page === null
          ? `${cannot}: it is larger than the server takes (413)`
          : `${cannot}: it is larger than the server takes: a proxy before it answers with a web page (413${page})`,
        at(
          "never",
          page === null
            ? "Log something smaller, or have the server's limit raised."
            : "Log something smaller, or have the proxy's limit for requests raised.",
        ),
      );
    case 429:
      return new ThrottledError(
        `${cannot}: the server asks to slow down (429)`,
        {
          ...at("later", `Wait ${waitOf(refusal.retry_after_ms)}.`),
          retry_after_ms: refusal.retry_after_ms,
        },
      );
    default:
      if (status >= 500 || ANOTHER_TIME.has(status)) {
        return new ServerError(
          `${cannot}: the server or a proxy before it failed (${status})${
            status === 500 ? "" : quote
          }`,
          at(
            safe ? "later" : "unsure",
            "If it stays so, ask the server's administrator.",
          ),
        );
      }
      return new RefusedError(
        `${cannot}: unexpected status ${status}${quote}`,
        {
          ...at("never", "Check the server's address."),
          error_code: body.error_code ?? null,
        },
      );
  }
}

/** Statuses that say the same in a page as in JSON; any other page of a refusal is of something before the server. */
const OWN_TEXT: ReadonlySet<number> = new Set([404, 407, 408, 413, 425, 429]);
/** A proxy's answers to a request that came too slowly or too early: another time it may pass. */
const ANOTHER_TIME: ReadonlySet<number> = new Set([408, 425]);

/** The title of a web page, quoted; null when the body is none. */
function webPage({ body, type }: Refusal): string | null {
  const start = /^\s*<(!doctype|html|head|body|h1)\b/i;
  if (!/html/i.test(type) && !start.test(body)) return null;
  const title = /<title[^>]*>([^<]{1,60})/i.exec(body)?.[1]?.trim() ?? "";
  return title === "" ? "" : `, "${title.replace(/\s+/g, " ")}"`;
}

function waitOf(ms: number | null): string {
  return ms === null ? "a minute" : `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

function refused(
  cannot: string,
  quote: string,
  body: Body,
  text: string,
  at: RefusalAt,
): TrackingError {
  if (/file is too large/i.test(text)) {
    return new TooLargeError(
      `${cannot}: the file is larger than the server takes`,
      at("never", "Log a smaller file, or have the project's limit raised."),
    );
  }
  if (TOO_MANY_VALUES.test(body.error ?? "")) {
    return new TooLargeError(
      `${cannot}: the request holds more values than the server takes`,
      at("never", "Log less at once, or have the server's limit raised."),
    );
  }
  if (/moved projects/i.test(text)) {
    return new RefusedError(
      `${cannot}: the project was renamed or moved`,
      at("never", "Use the project's new path or its numeric id."),
    );
  }
  return new RefusedError(`${cannot}: the server refused it${quote}`, {
    ...at("never"),
    error_code: body.error_code ?? null,
  });
}

const HINTS: Record<MissingKind, string | undefined> = {
  resource: undefined,
  project: "Check the project's path, and that the token's user is a member.",
  hidden:
    "In the project's settings switch on Model experiments, Model registry and Package registry, and check the user's role.",
  file: undefined,
  route:
    "Check that the address is a tracking server's; an older server may lack this function.",
};

const TEXTS: Record<MissingKind, string> = {
  resource: "the server does not have it (404)",
  project: "there is no such project, or the token's user cannot see it (404)",
  hidden: "the feature is switched off there, or the user may not see it (404)",
  file: "there is no such file (404)",
  route: "the server has no such function (404)",
};

function notFound(
  cannot: string,
  body: Body,
  { url }: Refusal,
  at: RefusalAt,
): TrackingError {
  const missing: MissingKind = body.error_code === "RESOURCE_DOES_NOT_EXIST"
    ? "resource"
    : typeof body.message !== "string"
    ? "route"
    : /project not found/i.test(body.message)
    ? "project"
    : body.message === "404 Not found"
    ? "file"
    : /^404 (\w+ )?Not Found$/.test(body.message)
    ? "hidden"
    : "route";
  return new NotFoundError(`${cannot}: ${TEXTS[missing]}`, {
    ...at(
      "never",
      isGitLab(url) || missing === "route" ? HINTS[missing] : undefined,
    ),
    missing,
  });
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
