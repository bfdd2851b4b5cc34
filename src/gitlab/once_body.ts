/**
 * A body for a request that must not be carried out twice.
 *
 * @module
 */

/**
 * Bytes that `fetch` sends once, with their length. A body that it holds whole it sends again by itself when a kept
 * connection breaks before the answer, although the server may have carried the request out; one that is read as a
 * stream it cannot.
 */
export class OnceBody extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>, type: string) {
    super([], { type });
    this.#bytes = bytes;
  }

  override get size(): number {
    return this.#bytes.byteLength;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const bytes = this.#bytes;
    return new ReadableStream({
      pull(controller) {
        if (bytes.byteLength > 0) controller.enqueue(bytes);
        controller.close();
      },
    }, { highWaterMark: 0 });
  }
}
