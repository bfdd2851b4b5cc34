/**
 * A server that answers with 1 MB: at once, or as fast as a line of 1 Gbit/s carries it.
 *
 * @module
 */
const PIECES = 16;
const piece = new Uint8Array((1 << 20) / PIECES).fill(97);
const whole = new Uint8Array(1 << 20).fill(97);
/** What 1 Gbit/s needs for a piece, milliseconds. */
const PIECE_MS = piece.length * 8 / 1e6;

function paced(): ReadableStream<Uint8Array> {
  let sent = 0;
  const began = performance.now();
  return new ReadableStream({
    async pull(controller) {
      const due = began + ++sent * PIECE_MS;
      // Timers are coarser than a piece takes.
      while (performance.now() < due) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      controller.enqueue(piece);
      if (sent === PIECES) controller.close();
    },
  });
}

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(port),
  },
  (request) =>
    new Response(request.url.endsWith("gigabit") ? paced() : whole, {
      headers: {
        "content-type": "text/csv",
        "content-length": String(whole.length), // as of a file
      },
    }),
);
