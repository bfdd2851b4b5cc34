/**
 * One request and its answer: token, time-outs, redirects, errors without secrets. Proxies (`HTTPS_PROXY`,
 * `NO_PROXY`) and custom certificates (`DENO_CERT`, `DENO_TLS_CA_STORE=system`) are Deno's.
 *
 * @module
 */
import { plainFetch } from "../base/fetch_hook.ts";
import { IdleTimeout } from "../base/idle_timeout.ts";
import { VERSION } from "../base/version.ts";
import { type Answered, bodyError, redirectError } from "./answers.ts";
import { FileBody, openFileBody, readLimited, streamWithIdle } from "./body.ts";
import {
  type AskedRequest,
  bareUrl,
  networkError,
  withoutSecrets,
} from "./network.ts";
import type { TrackingError } from "./errors.ts";
import { refusalError } from "./refusals.ts";
import { type Call, isSafe } from "./call.ts";
import { OnceBody } from "./once_body.ts";
import { retryAfter } from "./retry.ts";

/** JSON answers are at most this long unless more is asked for, bytes. */
const JSON_LIMIT = 10_000_000;
const REDIRECTS = 5;

/** How a server is spoken to. */
export interface ExchangeOptions {
  /** Sent as `Authorization` to the server's own origin only, such as `Bearer …`. */
  authorization?: string | undefined;
  /** Texts that must not stand in any error. @default {[]} */
  secrets?: readonly string[];
  /** Ends everything. */
  signal?: AbortSignal | undefined;
  /** How long nothing may move, milliseconds. @default {30000} */
  timeout_ms?: number | undefined;
}

/** Speaks to one server. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #origin: string;
  /** The server's clock minus ours at the last answer, milliseconds; null before one or without a `Date`. */
  clock_skew_ms: number | null = null;

  /** @param base an address of the server; the token goes to its origin only */
  constructor(base: string, options: ExchangeOptions) {
    this.#options = options;
    this.#origin = new URL(base).origin;
  }

  /** The token goes to the server's own origin only, wherever a redirect leads. */
  sign(headers: Headers, url: string): void {
    headers.set("user-agent", `nbtrack/${VERSION}`);
    const { authorization } = this.#options;
    if (authorization === undefined) return;
    if (new URL(url).origin === this.#origin) {
      headers.set("authorization", authorization);
    } else headers.delete("authorization");
  }

  /** A good answer's body as a stream; the time-out holds for each piece. */
  async stream(
    request: Request,
    call: Call,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const idle = new IdleTimeout(this.#timeout(call));
    idle.touch();
    try {
      const answered = await this.#answer(request, call, idle);
      return streamWithIdle(
        answered.response,
        idle,
        (cause) => this.#bodyFailed(cause, answered, call, idle),
      );
    } catch (error) {
      idle.end();
      throw error;
    }
  }

  #timeout(call: Call): number {
    return call.timeout_ms ?? this.#options.timeout_ms ?? 30_000;
  }

  /** A good answer's body as text. */
  async text(
    request: Request,
    call: Call,
  ): Promise<{ answered: Answered; text: string }> {
    const idle = new IdleTimeout(this.#timeout(call));
    idle.touch();
    try {
      const answered = await this.#answer(request, call, idle);
      try {
        const text = await readLimited(
          answered.response,
          call.limit ?? JSON_LIMIT,
          { onChunk: idle.touch, timeout_ms: this.#timeout(call) },
        );
        return { answered, text };
      } catch (error) {
        throw this.#bodyFailed(error, answered, call, idle);
      }
    } finally {
      idle.end();
    }
  }

  /** Sends once, follows redirects of a GET, and throws for every status but 2xx. */
  async #answer(
    { method, url, headers }: Request,
    call: Call,
    idle: IdleTimeout,
  ): Promise<Answered> {
    let target = new URL(url);
    for (let hop = 0;; hop++) {
      const asked: AskedRequest = {
        method,
        // Where a server sends on to is what it says, too.
        url: hop === 0 ? bareUrl(target) : this.#scrub(bareUrl(target)),
        attempted: call.attempted,
        safe: isSafe(method, call),
      };
      const response = await this.#send(asked, target, { call, headers, idle });
      const location = response.headers.get("location");
      const answered: Answered = {
        ...asked,
        response,
        type: response.headers.get("content-type") ?? "",
        clean: this.#scrub,
      };
      if (
        response.status >= 300 && response.status < 400 && location !== null
      ) {
        await response.body?.cancel();
        const next = URL.parse(location, target);
        if (method !== "GET" || next === null || hop === REDIRECTS) {
          throw redirectError(answered, next);
        }
        target = next;
        this.sign(headers, target.href);
        continue;
      }
      if (response.ok) {
        this.#readClock(response.headers);
        return answered;
      }
      throw await this.#refused(answered, target, {
        onChunk: idle.touch,
        timeout_ms: this.#timeout(call),
      });
    }
  }

  async #send(
    asked: AskedRequest,
    target: URL,
    { call, headers, idle }: {
      call: Call;
      headers: Headers;
      idle: IdleTimeout;
    },
  ): Promise<Response> {
    const { signal } = this.#options;
    let body: BodyInit | null = null;
    if (call.upload !== undefined) {
      const { body: content, content_type } = call.upload;
      headers.set("content-type", content_type);
      body = typeof content === "string"
        ? await openFileBody(content, {
          type: content_type,
          onChunk: idle.touch,
          asked,
        })
        : content;
    } else if (call.json !== undefined) {
      headers.set("content-type", "application/json");
      body = JSON.stringify(call.json);
    }
    if (body !== null && !asked.safe) body = once(body);
    const signals = signal === undefined
      ? idle.signal
      : AbortSignal.any([signal, idle.signal]);
    try {
      return await plainFetch()(target, {
        method: asked.method,
        headers,
        body,
        signal: signals,
        redirect: "manual",
      });
    } catch (error) {
      throw this.#failed(error, (cause) =>
        networkError(cause, {
          ...asked,
          timed_out: idle.signal.aborted,
          timeout_ms: this.#timeout(call),
          file_failure: body instanceof FileBody ? body.failure : null,
        }, this.#scrub));
    }
  }

  /** The caller's own abort goes on as it is; everything else becomes an error of ours. */
  #failed(error: unknown, make: (cause: unknown) => TrackingError): unknown {
    return this.#options.signal?.aborted
      ? this.#options.signal.reason
      : make(error);
  }

  #bodyFailed(
    error: unknown,
    answered: Answered,
    call: Call,
    idle: IdleTimeout,
  ): unknown {
    return this.#failed(error, (cause) =>
      bodyError(cause, answered, {
        timed_out: idle.signal.aborted,
        timeout_ms: this.#timeout(call),
        limit: call.limit ?? JSON_LIMIT,
      }));
  }

  readonly #scrub = (text: string): string =>
    withoutSecrets(text, this.#options.secrets ?? []);

  async #refused(
    answered: Answered,
    target: URL,
    reading: { onChunk: () => void; timeout_ms: number },
  ): Promise<TrackingError> {
    const { response } = answered;
    let body = "";
    try {
      body = await readLimited(response, 100_000, reading);
    } catch { /* the status says enough */ }
    this.#readClock(response.headers);
    return refusalError({
      status: response.status,
      body: this.#scrub(body),
      type: answered.type,
      method: answered.method,
      url: answered.url,
      attempted: answered.attempted,
      safe: answered.safe,
      retry_after_ms: retryAfter(response.headers, Date.now()),
      redirected_to: target.origin === this.#origin
        ? null
        : this.#scrub(target.origin),
    });
  }

  #readClock(headers: Headers): void {
    const date = Date.parse(headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.clock_skew_ms = date - Date.now();
  }
}

/** What the server may have carried out is not sent again by `fetch` itself. An empty stream would have no length. */
function once(body: BodyInit): BodyInit {
  const bytes = typeof body === "string"
    ? new TextEncoder().encode(body)
    : body;
  return bytes instanceof Uint8Array && bytes.byteLength > 0
    ? new OnceBody(bytes as Uint8Array<ArrayBuffer>, "")
    : body;
}
