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
  /** Digests bytes as they are now, when there is time for it. */
  digestCopy(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Digests bytes that nobody changes, when there is time for it. */
  digestLater(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  hashOf(): Hash;
}

interface WatchedState {
  watched: BodyListener;
  /** What hands out the counted body, once somebody asked for the stream. */
  inner: Response | null;
}

/** Makes what watches responses. */
export function responseWatcher(
  { digestCopy, digestLater, hashOf }: BodyTools,
): (response: Response, watched: BodyListener) => Response {
  /** A body that is read piece by piece is digested in one go up to this size, bytes. */
  const GATHERED_BYTES = 8 << 20;
  const { Response, ReadableStream } = globalThis;
  const { prototype } = Response;
  const getter = (name: "body" | "bodyUsed") =>
    Object.getOwnPropertyDescriptor(prototype, name)?.get;
  const bodyOf = getter("body");
  const usedOf = getter("bodyUsed");

  /** A body as it comes, counted and digested while somebody reads it. */
  const counted = (
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    watched: BodyListener,
  ) => {
    let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | null =
      null;
    let size = 0;
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    let hash: Hash | null = null;
    const take = (piece: Uint8Array<ArrayBuffer>) => {
      size += piece.length;
      if (hash === null && size <= GATHERED_BYTES) {
        pieces.push(piece.slice());
        return;
      }
      if (hash === null) {
        hash = hashOf();
        for (const one of pieces) hash.update(one);
        pieces = [];
      }
      hash.update(piece);
    };
    const whole = (): Promise<string> => {
      if (hash !== null) return Promise.resolve(hash.digest("hex"));
      const bytes = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return digestLater(bytes);
    };
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        reader ??= body.getReader();
        try {
          let read = await reader.read();
          while (read.value?.length === 0) read = await reader.read();
          if (read.value !== undefined) {
            take(read.value);
            controller.enqueue(read.value);
            return;
          }
          watched.ended(size, whole());
          controller.close();
          controller.byobRequest?.respond(0);
        } catch (error) {
          watched.ended(size);
          throw error;
        }
      },
      async cancel(reason) {
        watched.ended(size);
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
    const body = state.inner === null ? bodyOf?.call(response) : null;
    if (state.inner === null && body !== null) {
      const { headers } = response;
      state.inner = new Response(counted(body, state.watched), { headers });
    }
    return state.inner;
  };
  /** @param own Whether the bytes stay here, so that they can be digested later. */
  const bytesOf = async (
    response: Response,
    own: boolean,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    const { watched } = stateOf(response);
    try {
      const bytes: Uint8Array<ArrayBuffer> = await prototype.bytes.call(
        response,
      );
      watched.ended(
        bytes.length,
        own ? digestLater(bytes) : digestCopy(bytes),
      );
      return bytes;
    } catch (error) {
      watched.ended(null);
      throw error;
    }
  };
  const decoder = new TextDecoder();
  const again = async (response: Response) =>
    new Response(await bytesOf(response, true), { headers: response.headers });
  const readers: PropertyDescriptorMap & ThisType<Response> = Object
    .getOwnPropertyDescriptors({
      get body() {
        return opened(this as unknown as Response)?.body ?? null;
      },
      get bodyUsed() {
        const response = this as unknown as Response;
        return stateOf(response).inner?.bodyUsed ?? usedOf?.call(response);
      },
      async bytes(this: Response) {
        const { inner } = stateOf(this);
        return await (inner?.bytes() ?? bytesOf(this, false));
      },
      async arrayBuffer(this: Response) {
        const { inner } = stateOf(this);
        if (inner !== null) return await inner.arrayBuffer();
        const { buffer, byteOffset, length } = await bytesOf(this, false);
        return length === buffer.byteLength
          ? buffer
          : buffer.slice(byteOffset, byteOffset + length);
      },
      async text(this: Response) {
        const { inner } = stateOf(this);
        if (inner !== null) return await inner.text();
        return decoder.decode(await bytesOf(this, true));
      },
      async json(this: Response) {
        const { inner } = stateOf(this);
        if (inner !== null) return await inner.json();
        return JSON.parse(decoder.decode(await bytesOf(this, true)));
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
