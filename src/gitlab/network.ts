/**
 * What a connection that failed is reported as, without secrets.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { findSecrets } from "../redaction/find_secrets.ts";
import { KnownSecrets } from "../redaction/known_secrets.ts";
import { NetworkError, type Retry } from "./errors.ts";

/** A request as errors name it. */
export interface AskedRequest {
  /** The HTTP method. */
  method: string;
  /** The address without credentials and query. */
  url: string;
  /** What was to be done. */
  attempted: string;
  /** Whether doing it twice is the same as once. */
  safe: boolean;
}

/** An address without credentials, query and fragment: signed addresses carry secrets there. */
export function bareUrl(url: URL | string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "" : parsed.origin + parsed.pathname;
}

/** An address with query members. */
export function withQuery(
  url: string,
  query: Record<string, string | number | undefined> = {},
): URL {
  const target = new URL(url);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(key, String(value));
  }
  return target;
}

/** A text without the secrets given, in whatever form, and without what addresses in it carry besides host and path. */
export function withoutSecrets(
  text: string,
  secrets: readonly string[],
): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== "") clean = clean.replaceAll(secret, "[token]");
  }
  return inNoForm(clean, secrets).replace(
    /\bhttps?:\/\/[^\s"'<>()]+/g,
    (url) => bareUrl(url) || "[address]",
  );
}

/** A text without secrets in another form: encoded, backwards, letter by letter. */
function inNoForm(text: string, secrets: readonly string[]): string {
  const known = new KnownSecrets();
  for (const secret of secrets) known.add("token", secret);
  if (known.size === 0) return text;
  let clean = "";
  let at = 0;
  for (const { start, end } of findSecrets(text, known)) {
    clean += `${text.slice(at, start)}[token]`;
    at = end;
  }
  return clean + text.slice(at);
}

const CERTIFICATE = /certificate|UnknownIssuer|NotValidForName|CertNotValid/i;
const TLS =
  /tls|ssl|handshake|InvalidContentType|corrupt message|received fatal alert/i;

/** What `fetch` threw, as an error. */
export function networkError(
  thrown: unknown,
  asked: AskedRequest & {
    timed_out: boolean;
    timeout_ms: number;
    file_failure: string | null;
  },
  clean: (text: string) => string,
): NetworkError {
  const { attempted, url } = asked;
  const text = clean(messagesOf(thrown));
  const host = URL.parse(url)?.host ?? url;
  const cannot = `Cannot ${attempted} on ${host}`;
  const unsure: Retry = asked.safe ? "later" : "unsure";
  const at = (retry: Retry, hint: string) => ({
    method: asked.method,
    url,
    attempted,
    retry,
    hint,
    cause: text === "" ? undefined : new Error(text),
  });
  if (asked.file_failure !== null) {
    return new NetworkError(
      `Cannot ${attempted}: its file cannot be read: ${asked.file_failure}`,
      {
        ...at("never", "Keep the file until it is delivered."),
        failure: "file",
      },
    );
  }
  if (asked.timed_out) {
    return new NetworkError(
      `${cannot}: no answer within ${asked.timeout_ms / 1000} s`,
      {
        ...at(unsure, "Check the connection."),
        failure: "timeout",
      },
    );
  }
  if (/opening CA file|CA data/i.test(text)) {
    return new NetworkError(
      `${cannot}: the certificate file of DENO_CERT cannot be read`,
      {
        ...at(
          "later",
          "Set DENO_CERT to the whole path of your organisation's certificate authority, a PEM file.",
        ),
        failure: "tls",
      },
    );
  }
  if (/CaUsedAsEndEntity/i.test(text)) {
    return new NetworkError(
      `${cannot}: it shows the certificate of an authority, signed by itself, which proves no server`,
      {
        ...at(
          "later",
          "Have the server's certificate made anew with basicConstraints CA:FALSE (openssl req -x509 -addext basicConstraints=critical,CA:FALSE …), and name it in DENO_CERT.",
        ),
        failure: "tls",
      },
    );
  }
  if (CERTIFICATE.test(text)) {
    return new NetworkError(`${cannot}: its certificate is not trusted`, {
      ...at(
        "later",
        "Set DENO_CERT to the file of your organisation's certificate authority, or DENO_TLS_CA_STORE=system.",
      ),
      failure: "tls",
    });
  }
  if (/\(Connect\)/.test(text) && TLS.test(text)) {
    return new NetworkError(`${cannot}: it does not speak TLS as expected`, {
      ...at(
        "later",
        "Check whether the address is http or https, and its port.",
      ),
      failure: "tls",
    });
  }
  if (/NotCapable|Requires net access|port \d+ (are|is) blocked/i.test(text)) {
    return new NetworkError(`${cannot}: this process may not connect to it`, {
      ...at("never", "Allow it with --allow-net, or use another port."),
      failure: "connect",
    });
  }
  if (/dns error|failed to lookup/i.test(text)) {
    return new NetworkError(`${cannot}: there is no host of that name`, {
      ...at("later", "Check the address and the connection."),
      failure: "connect",
    });
  }
  if (/\(Connect\)/.test(text)) {
    return new NetworkError(`${cannot}: it cannot be reached`, {
      ...at(
        "later",
        "Check that the server runs and the proxy settings are right.",
      ),
      failure: "connect",
    });
  }
  return new NetworkError(`${cannot}: the connection broke`, {
    ...at(unsure, "If it stays so, check the connection."),
    failure: "reset",
  });
}

function messagesOf(thrown: unknown): string {
  const texts: string[] = [];
  for (
    let at: unknown = thrown;
    at !== undefined && at !== null && texts.length < 5;
    at = at instanceof Error ? at.cause : undefined
  ) {
    texts.push(
      at instanceof Error ? `${at.name}: ${at.message}` : messageOf(at),
    );
  }
  return texts.join("; ");
}
