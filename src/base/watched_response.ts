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
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  hashOf(): Hash;
}

/** Makes what watches responses. */
export function responseWatcher(
  { digest, hashOf }: BodyTools,
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
      return digest(bytes);
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

  /** Notices who reads a response. It stays what it is; its readers are members of its own. */
  const watch = (response: Response, watched: BodyListener): Response => {
    /** What hands out the counted body, once somebody asked for the stream. */
    let inner: Response | null = null;
    const opened = (): Response | null => {
      const body = inner === null ? bodyOf?.call(response) : null;
      if (inner === null && body !== null) {
        const { headers } = response;
        inner = new Response(counted(body, watched), { headers });
      }
      return inner;
    };
    const bytesOf = async (): Promise<Uint8Array<ArrayBuffer>> => {
      try {
        const bytes: Uint8Array<ArrayBuffer> = await prototype.bytes.call(
          response,
        );
        watched.ended(bytes.length, digest(bytes));
        return bytes;
      } catch (error) {
        watched.ended(null);
        throw error;
      }
    };
    const again = (bytes: Uint8Array<ArrayBuffer>) =>
      new Response(bytes, { headers: response.headers });
    const members = {
      get body() {
        return opened()?.body ?? null;
      },
      get bodyUsed() {
        return inner?.bodyUsed ?? usedOf?.call(response);
      },
      async bytes() {
        return inner === null ? await bytesOf() : await inner.bytes();
      },
      async arrayBuffer() {
        if (inner !== null) return await inner.arrayBuffer();
        const { buffer, byteOffset, length } = await bytesOf();
        return length === buffer.byteLength
          ? buffer
          : buffer.slice(byteOffset, byteOffset + length);
      },
      async text() {
        if (inner !== null) return await inner.text();
        return new TextDecoder().decode(await bytesOf());
      },
      async json() {
        if (inner !== null) return await inner.json();
        return JSON.parse(new TextDecoder().decode(await bytesOf()));
      },
      async blob() {
        return await (inner ?? again(await bytesOf())).blob();
      },
      async formData() {
        return await (inner ?? again(await bytesOf())).formData();
      },
      clone() {
        if (inner === null) {
          return watch(prototype.clone.call(response), watched);
        }
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
        ) Object.defineProperty(twin, name, { value: response[name] });
        return twin;
      },
    };
    for (
      const [name, member] of Object.entries(
        Object.getOwnPropertyDescriptors(members),
      )
    ) {
      Object.defineProperty(response, name, { ...member, enumerable: false });
    }
    return response;
  };
  return watch;
}
