/**
 * Seeing what `fetch` answers to a notebook: method, address, status, and size and digest of what is read of it, without
 * holding anything up. The promise, the response and its streams stay the user's; only who reads a body to its end is
 * noticed.
 *
 * Loaded inside cells: nothing here may load a library. A kernel that nbtrack starts gets {@linkcode hookFetch} as
 * text, so that it uses nothing from outside of itself.
 *
 * @module
 */

import { responseWatcher } from "./watched_response.ts";

/** What `fetch` answered. */
export interface FetchAnswer {
  method: string;
  /** The address that was asked, as it was given. */
  url: string;
  status: number;
  /** The content type, as the server gave it. */
  type: string;
  /** Bytes of the body that were read; null when it was not read, or not yet. */
  size: number | null;
  /** `sha256:` and 64 hex digits of the body; null when it was not read to its end. */
  digest: string | null;
  /** Whether the answer was handed on before, when it had not been read to its end. */
  again: boolean;
  /** When it was asked for, milliseconds since 1970: answers are handed on later, maybe in another cell. */
  time: number;
}

/** What a hooked `fetch` keeps. */
interface FetchHook {
  /** `fetch` as it was. */
  original: typeof fetch;
  /** Whether it was there before the first cell. */
  fromStart: boolean;
  /** Hands on all that is known, and resolves once the bodies that were read have their digests. */
  flush(): Promise<void>;
}

const KEY = Symbol.for("nbtrack.fetch");
/** The kind of the display update in which answers come to the recorder. */
export const ANSWERS = "application/vnd.nbtrack.answers+json";
/** The display that such an update names; there is none of that id. */
export const ANSWERS_DISPLAY = "nbtrack-answers";

function hook(): FetchHook | undefined {
  return (globalThis as { [KEY]?: FetchHook })[KEY];
}

/** `fetch` as it is without a hook, for requests of nbtrack's own. */
export function plainFetch(): typeof fetch {
  return hook()?.original ?? globalThis.fetch;
}

/** Whether all that this process asked by `fetch` was seen. */
export function seenFromStart(): boolean {
  return hook()?.fromStart === true;
}

/** Waits until everything that was read so far has been handed on. */
export async function flushAnswers(): Promise<void> {
  await hook()?.flush();
}

/** Code by which a kernel hands on what is known, as {@linkcode flushAnswers} does. */
export const FLUSH_ANSWERS =
  'void await globalThis[Symbol.for("nbtrack.fetch")]?.flush()';

/** Code that hooks `fetch` in a kernel, for its start. */
export function fetchHookCode(): string {
  return `(${hookFetch})((answers) => Deno.jupyter.broadcast("update_display_data", ${
    JSON.stringify({ metadata: {}, transient: { display_id: ANSWERS_DISPLAY } })
      .slice(0, -1)
  }, data: { ${
    JSON.stringify(ANSWERS)
  }: answers } }), ${responseWatcher}, true);`;
}

/**
 * Hooks `fetch`, once in a process.
 *
 * @param emit Takes what was answered. What it throws is dropped: without a recorder answers are not listed.
 * @param watcher {@linkcode responseWatcher}, which a kernel gets as text too.
 * @param fromStart Whether no cell was executed before.
 */
export function hookFetch(
  emit: (answers: FetchAnswer[]) => unknown,
  watcher: typeof responseWatcher = responseWatcher,
  fromStart = false,
): void {
  const KEY = Symbol.for("nbtrack.fetch");
  if (KEY in globalThis || typeof globalThis.fetch !== "function") return;
  /** A larger body is digested at once: `digest` of the platform would copy it. */
  const COPIED_BYTES = 64 << 20;
  const EMIT_MS = 20;
  const UNREAD_MS = 1000;
  /** What was read is digested once nothing was fetched for so long, or when so much of it waits. */
  const IDLE_MS = 30;
  const IDLE_BYTES = 32 << 20;

  const original = globalThis.fetch;
  const { now } = Date;
  /**
   * What it works with, as it is at the first answer: Deno loads timers, `Request` and `Response` where they are first
   * named, which takes 20 ms, and a notebook may have no use for them.
   */
  const findTools = () => {
    const { setTimeout, clearTimeout, crypto, performance, Request, Response } =
      globalThis;
    const { get: bodyOf } =
      Object.getOwnPropertyDescriptor(Response.prototype, "body") ?? {};
    return { setTimeout, clearTimeout, crypto, performance, Request, bodyOf };
  };
  let found: ReturnType<typeof findTools> | null = null;
  const tools = () => found ??= findTools();
  const waiting: FetchAnswer[] = [];
  /** What is handed on, and digested before that, in the order in which it was read. */
  let digested: Promise<void> = Promise.resolve();
  let sent: Promise<unknown> = Promise.resolve();
  const unread = new Set<Watched>();
  let timer: number | null = null;

  const send = () => {
    if (timer !== null) tools().clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const answers = waiting.splice(0);
    sent = sent.then(() => emit(answers)).catch(() => {});
  };
  const later = (work: () => void, ms: number): number => {
    const id = Number(tools().setTimeout(work, ms));
    Deno.unrefTimer(id); // a script may end meanwhile
    return id;
  };
  const add = (answer: FetchAnswer) => {
    waiting.push({ ...answer });
    timer ??= later(send, EMIT_MS);
  };
  const hashOf = () =>
    globalThis.process.getBuiltinModule("node:crypto").createHash("sha256");
  const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
    bytes.length > COPIED_BYTES
      ? hashOf().update(bytes).digest("hex")
      : new Uint8Array(await tools().crypto.subtle.digest("SHA-256", bytes))
        .toHex();

  const idle: (() => void)[] = [];
  let idleBytes = 0;
  let idleTimer: number | null = null;
  let active = 0;
  const digestIdle = () => {
    idleTimer = null;
    idleBytes = 0;
    for (const work of idle.splice(0)) work();
  };
  const whenIdle = () => {
    if (tools().performance.now() - active < IDLE_MS) {
      idleTimer = later(whenIdle, IDLE_MS);
    } else digestIdle();
  };
  const joined = (
    pieces: readonly Uint8Array<ArrayBuffer>[],
    size: number,
  ): Uint8Array<ArrayBuffer> => {
    if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
    const all = new Uint8Array(size);
    let at = 0;
    for (const one of pieces) {
      all.set(one, at);
      at += one.length;
    }
    return all;
  };
  const digestLater = (
    pieces: readonly Uint8Array<ArrayBuffer>[],
    size: number,
  ): Promise<string> =>
    new Promise((resolve, reject) => {
      idle.push(() => digest(joined(pieces, size)).then(resolve, reject));
      idleBytes += size;
      if (idleBytes > IDLE_BYTES) digestIdle();
      else idleTimer ??= later(whenIdle, IDLE_MS);
    });

  let sweeping: number | null = null;
  const sweep = () => {
    sweeping = null;
    const before = tools().performance.now() - UNREAD_MS;
    for (const watched of unread) {
      if (watched.began < before) watched.handOn();
    }
    if (unread.size > 0) sweeping = later(sweep, UNREAD_MS);
  };

  /** One answer, whose body is noticed by whoever reads it first: the response or a clone of it. */
  class Watched {
    readonly answer: FetchAnswer;
    readonly began = tools().performance.now();
    #done = false;

    constructor(answer: FetchAnswer) {
      this.answer = answer;
      unread.add(this);
      sweeping ??= later(sweep, UNREAD_MS);
    }

    /** Hands the answer on before its body was read. */
    handOn(): void {
      if (!unread.delete(this)) return;
      add(this.answer);
      this.answer.again = true;
    }

    /** The body was read to its end, or will not be. */
    ended(size: number | null, digesting?: Promise<string>): void {
      if (this.#done) return;
      this.#done = true;
      unread.delete(this);
      this.answer.size = size;
      digested = digested.then(() => digesting).then((hex) => {
        if (hex !== undefined) this.answer.digest = `sha256:${hex}`;
      }, () => {}).then(() => add(this.answer));
    }
  }

  let watch: ReturnType<typeof watcher> | null = null;

  /** Begins to watch an answer. @param request What `fetch` was called with. @param time When that was. */
  const observe = (
    response: Response,
    request: unknown[],
    time: number,
  ): Response => {
    try {
      const { Request, bodyOf, performance } = tools();
      active = performance.now();
      const [input, init] = request as [unknown, RequestInit | undefined];
      const asked = input instanceof Request ? input : null;
      const url = response.redirected || response.url === ""
        ? asked?.url ?? String(input)
        : response.url;
      if (!/^https?:/i.test(url)) return response;
      const watched = new Watched({
        method: String(init?.method ?? asked?.method ?? "GET").toUpperCase(),
        url: url.slice(0, 8192),
        status: response.status,
        type: response.headers.get("content-type") ?? "",
        size: null,
        digest: null,
        again: false,
        time,
      });
      if (bodyOf?.call(response) === null) {
        watched.ended(0);
        return response;
      }
      watch ??= watcher({ digestLater, hashOf });
      return watch(response, watched);
    } catch {
      return response; // it is the user's, whatever becomes of the record
    }
  };

  const hooked = new Proxy(original, {
    apply: (target, self, request: Parameters<typeof fetch>) => {
      const time = now();
      return Reflect.apply(target, self, request).then((response: Response) =>
        observe(response, request, time)
      );
    },
  });
  Object.defineProperty(globalThis, "fetch", {
    ...Object.getOwnPropertyDescriptor(globalThis, "fetch"),
    value: hooked,
  });
  Object.defineProperty(globalThis, KEY, {
    configurable: true,
    value: {
      original,
      fromStart,
      flush: async () => {
        digestIdle();
        await digested;
        for (const watched of unread) watched.handOn();
        send();
        await sent;
      },
    },
  });
}
