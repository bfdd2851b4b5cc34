/** Requests as they are written: no client tidies their address or names their host. */

/** What was answered. */
export interface RawAnswer {
  status: number;
  headers: string;
  body: string;
}

/** Sends lines to a port of this machine and reads the answer to its end. */
export async function ask(
  port: number,
  lines: readonly string[],
): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(
    new TextEncoder().encode(
      [...lines, "Connection: close", "", ""].join("\r\n"),
    ),
  );
  const text = await new Response(connection.readable).text();
  const end = text.indexOf("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]),
    headers: text.slice(0, end),
    body: text.slice(end + 4),
  };
}
