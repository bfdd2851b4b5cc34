/**
 * A response that stays what it is, and says how much of its body was read, with its digest.
 *
 * Loaded inside cells, and given to kernels as text: it uses nothing from outside of itself.
 *
 * @module
 */
import type { Hash } from "node:crypto";

/** Hears of the end of a body. */
export interface BodyListener {
  /**
   * It was read to its end, or will not be.
   *
   * @param size Bytes that were read; null when it is not known.
   * @param digesting Its digest, 64 hex digits; left out when it was not read to its end.
   */
  ended(size: number | null, digesting?: Promise<string>): void;
}

/** How bodies are digested. */
export interface BodyTools {
  /**
   * Digests pieces of bytes that nobody changes, one behind the other, when there is time for it.
   *
   * @param size How many bytes they are together.
   */
  digestLater(
    pieces: readonly Uint8Array<ArrayBuffer>[],
    size: number,
  ): Promise<string>;
  hashOf(): Hash;
}

interface WatchedState {
  watched: BodyListener;
  /** What hands out the counted body, once somebody asked for the stream. */
  inner: Response | null;
}

/** Makes what watches responses. */
export function responseWatcher(
  { digestLater, hashOf }: BodyTools,
): (response: Response, watched: BodyListener) => Response {
  /** Up to this size the pieces of a body are kept until there is time to digest them, bytes. */
  const KEPT_BYTES = 64 << 20;
  /** The same of a stream, which is read so that not all of it is in memory, bytes. */
  const KEPT_OF_STREAM_BYTES = 8 << 20;
  /** The pieces of a body that becomes the notebook's are put together in so many bytes at first, and at most. */
  const FIRST_BYTES = 256 << 10;
  const MOST_FIRST_BYTES = 16 << 20;
  const { Response, ReadableStream } = globalThis;
  const { prototype } = Response;
  const getter = (name: "body" | "bodyUsed" | "url") =>
    Object.getOwnPropertyDescriptor(prototype, name)?.get;
  const bodyOf = getter("body");
  const usedOf = getter("bodyUsed");
  const urlOf = getter("url");

  /** What was read of a body, piece by piece. */
  class Pieces {
    size = 0;
    readonly #most: number;
    #kept: Uint8Array<ArrayBuffer>[] = [];
    #hash: Hash | null = null;

    /** @param most More is digested as it comes, bytes. */
    constructor(most: number) {
      this.#most = most;
    }

    /** @param piece Nobody changes it. */
    add(piece: Uint8Array<ArrayBuffer>): void {
      this.size += piece.length;
      if (this.#hash === null && this.size <= this.#most) {
        this.#kept.push(piece);
        return;
      }
      if (this.#hash === null) {
        this.#hash = hashOf();
        for (const one of this.#kept.splice(0)) this.#hash.update(one);
      }
      this.#hash.update(piece);
    }

    digest(): Promise<string> {
      return this.#hash === null
        ? digestLater(this.#kept, this.size)
        : Promise.resolve(this.#hash.digest("hex"));
    }
  }

  /** A body as it comes, counted and digested while somebody reads it. */
  const counted = (
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    watched: BodyListener,
  ) => {
    let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | null =
      null;
    const seen = new Pieces(KEPT_OF_STREAM_BYTES);
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        reader ??= body.getReader();
        try {
          let read = await reader.read();
          while (read.value?.length === 0) read = await reader.read();
          if (read.value !== undefined) {
            seen.add(read.value.slice());
            controller.enqueue(read.value);
            return;
          }
          watched.ended(seen.size, seen.digest());
          controller.close();
          controller.byobRequest?.respond(0);
        } catch (error) {
          watched.ended(seen.size);
          throw error;
        }
      },
      async cancel(reason) {
        watched.ended(seen.size);
        await (reader ?? body).cancel(reason);
      },
    }, { highWaterMark: 0 });
  };

  /** What is known of each watched response. */
  const states = new WeakMap<Response, WatchedState>();
  const stateOf = (response: Response): WatchedState => {
    const state = states.get(response);
    if (state === undefined) throw new TypeError("Illegal invocation");
    return state;
  };
  /** What hands out the counted body, once somebody asked for the stream. */
  const opened = (response: Response): Response | null => {
    const state = stateOf(response);
    const body = state.inner === null && !usedOf?.call(response)
      ? bodyOf?.call(response)
      : null;
    if (body !== null) {
      const { headers } = response;
      state.inner = new Response(counted(body, state.watched), { headers });
    }
    return state.inner;
  };
  /** Whether somebody reads the body, or has read it. */
  const isTaken = (response: Response): boolean =>
    usedOf?.call(response) || bodyOf?.call(response).locked;
  /** Of how many bytes a body is, as its server said and the connection sees to; null where nobody does, and for none. */
  const lengthOf = (response: Response): number | null => {
    const { headers } = response;
    if (urlOf?.call(response) === "" || headers.has("content-encoding")) {
      return null; // a cell has made it, or what is read is not what was sent
    }
    const length = Number(headers.get("content-length"));
    return length > 0 ? length : null;
  };
  /** Reads a body; one that cannot be read fails as it does where nobody looks on. */
  const bytesOf = async (
    response: Response,
    read: (watched: BodyListener) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    if (isTaken(response)) return await prototype.bytes.call(response);
    const { watched } = stateOf(response);
    try {
      return await read(watched);
    } catch (error) {
      watched.ended(null);
      throw error;
    }
  };
  /** The bytes of a body, which stay here: they can be digested later. */
  const ownBytes = (response: Response) =>
    bytesOf(response, async (watched) => {
      const bytes: Uint8Array<ArrayBuffer> = await prototype.bytes.call(
        response,
      );
      watched.ended(bytes.length, digestLater([bytes], bytes.length));
      return bytes;
    });
  /**
   * The bytes of a body, which become the notebook's and may be changed by it: they are put together while the rest is
   * on its way, and the pieces stay here.
   */
  const handedBytes = (response: Response) =>
    bytesOf(response, async (watched) => {
      const seen = new Pieces(KEPT_BYTES);
      const reader = bodyOf?.call(response).getReader();
      const length = lengthOf(response);
      let bytes = new Uint8Array(
        Math.min(length ?? FIRST_BYTES, MOST_FIRST_BYTES),
      );
      for (let read; !(read = await reader.read()).done;) {
        const piece: Uint8Array<ArrayBuffer> = read.value;
        const end = seen.size + piece.length;
        if (end > bytes.length) {
          const longer = new Uint8Array(Math.max(2 * bytes.length, end));
          longer.set(bytes.subarray(0, seen.size));
          bytes = longer;
        }
        bytes.set(piece, seen.size);
        seen.add(piece);
        if (end !== length) continue;
        reader.read().catch(() => {}); // nothing more comes: the connection is free
        break;
      }
      const { size } = seen;
      watched.ended(size, seen.digest());
      return size === bytes.length
        ? bytes
        : new Uint8Array(bytes.buffer.transfer(size));
    });
  const decoder = new TextDecoder();
  const again = async (response: Response) =>
    new Response(await ownBytes(response), { headers: response.headers });
  const readers: PropertyDescriptorMap & ThisType<Response> = Object
    .getOwnPropertyDescriptors({
      get body() {
        const response = this as unknown as Response;
        return opened(response)?.body ?? bodyOf?.call(response);
      },
      get bodyUsed() {
        const response = this as unknown as Response;
        return stateOf(response).inner?.bodyUsed ?? usedOf?.call(response);
      },
      async bytes(this: Response) {
        const { inner } = stateOf(this);
        return await (inner?.bytes() ?? handedBytes(this));
      },
      async arrayBuffer(this: Response) {
        const { inner } = stateOf(this);
        return await (inner?.arrayBuffer() ??
          handedBytes(this).then(({ buffer }) => buffer));
      },
      async text(this: Response) {
        const { inner } = stateOf(this);
        if (inner !== null) return await inner.text();
        return decoder.decode(await ownBytes(this));
      },
      async json(this: Response) {
        const { inner } = stateOf(this);
        if (inner !== null) return await inner.json();
        return JSON.parse(decoder.decode(await ownBytes(this)));
      },
      async blob(this: Response) {
        return await (stateOf(this).inner ?? await again(this)).blob();
      },
      async formData(this: Response) {
        return await (stateOf(this).inner ?? await again(this)).formData();
      },
      clone(this: Response) {
        const { inner, watched } = stateOf(this);
        if (inner === null) return watch(prototype.clone.call(this), watched);
        const twin = inner.clone();
        for (
          const name of [
            "url",
            "redirected",
            "type",
            "status",
            "statusText",
            "ok",
          ] as const
        ) Object.defineProperty(twin, name, { value: this[name] });
        return twin;
      },
    });
  for (const reader of Object.values(readers)) reader.enumerable = false;
  const watchedPrototype = Object.create(prototype, readers);

  /** Notices who reads a response. It stays what it is; only its readers are other ones. */
  const watch = (response: Response, watched: BodyListener): Response => {
    states.set(response, { watched, inner: null });
    return Object.setPrototypeOf(response, watchedPrototype);
  };
  return watch;
}
