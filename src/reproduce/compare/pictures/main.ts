/**
 * Compares the two pictures on standard input: the length of the first (4 bytes), the first, the second. It is run
 * without any right.
 *
 * @module
 */
import { differenceOf } from "./difference.ts";

const input = new Uint8Array(
  await new Response(Deno.stdin.readable).arrayBuffer(),
);
const end = 4 + new DataView(input.buffer).getUint32(0);
const difference = await differenceOf(
  Deno.args[0] ?? "",
  input.slice(4, end),
  input.slice(end),
);
console.log(JSON.stringify({ difference }));
