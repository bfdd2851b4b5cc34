import type { Kind } from "../kinds.ts";

/**
 * What the web gives.
 *
 * After rgbkrk/denotebooks (03_Network, 09_Cryptography, Hashing), Shresht7/Deno-Notebook (server, fetchData, streaming,
 * oakApi), ggpwnkthx/deno-jupyter (keyvalue), and what the manual and examples of denoland/deno-docs show of streams,
 * events and servers.
 */
export const WEB: readonly Kind[] = [
  {
    about: "answers requests by routes, without a port",
    cells: [
      `import { Hono } from "npm:hono@4.13.19";
import { HTTPException } from "npm:hono@4.13.19/http-exception";
const app = new Hono();
const books = new Map([[1, { title: "Dune", stock: 3 }]]);
const asked: string[] = [];
app.use(async (c, next) => { await next(); asked.push(c.req.method + " " + c.req.path + " " + c.res.status); });`,
      `app.get("/books", (c) => c.json([...books].map(([id, book]) => ({ id, ...book }))));
app.get("/books/:id{[0-9]+}", (c) => { const book = books.get(Number(c.req.param("id"))); if (!book) throw new HTTPException(404, { message: "no such book" }); return c.json(book); });
app.post("/books", async (c) => { const book = await c.req.json(); books.set(books.size + 1, book); return c.json({ id: books.size }, 201, { location: "/books/" + books.size }); });
app.onError((error, c) => error instanceof HTTPException ? error.getResponse() : c.text("broken: " + error.message, 500));
app.routes.length`,
      `const ask = async (path: string, init?: RequestInit) => { const r = await app.request(path, init); return [r.status, Object.fromEntries(r.headers), await r.text()]; };
await ask("/books/1")`,
      `const made = await ask("/books", { method: "POST", body: JSON.stringify({ title: "Emma", stock: 0 }) });
console.log(made);
console.log(await ask("/books/9"), await ask("/nowhere"), await ask("/books", { method: "POST", body: "{" }));`,
      `asked`,
      `await app.request("/books")`,
    ],
  },
  {
    about: "makes requests, forms and addresses by hand",
    cells: [
      `const form = new FormData();
form.append("name", "Deno");
form.append("file", new Blob(["Hello, World!"], { type: "text/plain" }), "hello.txt");
[...form].map(([key, value]) => [key, typeof value === "string" ? value : [value.name, value.size, value.type]])`,
      `const request = new Request("https://example.com/api?q=a%20b#top", { method: "POST", headers: { "X-Kind": "test" }, body: new URLSearchParams({ foo: "bar", list: "1,2" }) });
console.log(request.method, request.url, Object.fromEntries(request.headers));
await request.clone().text()`,
      `const page = await fetch("data:text/html;charset=utf-8,<h1>Hi%20there</h1>");
[page.status, page.headers.get("content-type"), await page.text()]`,
      `const address = URL.createObjectURL(new Blob([JSON.stringify({ rows: [1, 2, 3] })], { type: "application/json" }));
const kept = await (await fetch(address)).json();
URL.revokeObjectURL(address);
kept.rows.length`,
      `const pattern = new URLPattern({ pathname: "/:kind(cat|dog)s/:id(\\\\d+)" });
["/cats/12", "/owls/3", "/dogs/x"].map((pathname) => pattern.exec({ pathname })?.pathname.groups ?? null)`,
      `Response.json({ ok: true }, { status: 418, statusText: "I'm a teapot" })`,
      `new URL("../b/./c?x=1&x=2", "http://user@host.example:80/a/d/")`,
      `await fetch("nothing://at all")`,
    ],
    failing: 1,
  },
  {
    about: "pipes, tees, packs and cuts streams",
    cells: [
      `const words = ReadableStream.from("the quick brown fox jumps over the lazy dog".split(" "));
const upper = new TransformStream<string, string>({ transform: (word, out) => out.enqueue(word.toUpperCase() + " ") });
const [one, two] = words.pipeThrough(upper).tee();
let read = "";
for await (const word of one) read += word;
read.trim()`,
      `const packed = await new Response(two.pipeThrough(new TextEncoderStream()).pipeThrough(new CompressionStream("gzip"))).bytes();
console.log(packed.length, packed.slice(0, 3));
await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text() === read`,
      `let pulled = 0;
const endless = new ReadableStream<number>({ pull(c) { c.enqueue(pulled++); }, cancel(why) { console.log("cancelled:", why); } }, { highWaterMark: 0 });
const reader = endless.getReader();
const first = [await reader.read(), await reader.read()];
await reader.cancel("enough");
[first, pulled]`,
      `const lines: string[] = [];
const sink = new WritableStream<string>({ write(line) { if (line === "bad") throw new TypeError("not this one"); lines.push(line); }, close() { lines.push("(closed)"); } });
await ReadableStream.from(["a", "bad", "c"]).pipeTo(sink).catch((error) => console.error(error.message));
lines`,
      `const bytes = new Uint8Array([0xf0, 0x9f, 0x90, 0xa7, 0x21]);
const halves = new TextDecoderStream();
const text = new Response(ReadableStream.from([bytes.slice(0, 2), bytes.slice(2)]).pipeThrough(halves).pipeThrough(new TextEncoderStream())).text();
await text`,
    ],
  },
  {
    about: "serves pages to itself on a port",
    cells: [
      `const visits = new Map<string, number>();
const handler = (request: Request): Response => {
  const { pathname } = new URL(request.url);
  visits.set(pathname, (visits.get(pathname) ?? 0) + 1);
  return pathname === "/" ? new Response("<h1>Welcome</h1>", { headers: { "content-type": "text/html" } }) : Response.json({ pathname }, { status: 404 });
};
await handler(new Request("http://example.com/")).text()`,
      `const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() { console.log("listening"); } }, handler);
const base = \`http://\${server.addr.hostname}:\${server.addr.port}\`;
server.addr.transport`,
      `const answers = await Promise.all(["/", "/a", "/a"].map(async (path) => { const r = await fetch(base + path); return [path, r.status, await r.text()]; }));
answers`,
      `await server.shutdown();
visits`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /^cell \[3\] failed: NotCapable: the sandbox gives no access to "127\.0\.0\.1:0": add --allow-net 127\.0\.0\.1 to give it$/,
    },
  },
  {
    about: "asks a host that does not answer and goes on without it",
    cells: [
      `const kept = [{ sha: "f00", files: 3 }, { sha: "ba4", files: 1 }];
async function commits(): Promise<{ from: string; list: typeof kept }> {
  try {
    const answer = await fetch("http://nowhere.invalid/commits.json", { signal: AbortSignal.timeout(20_000) });
    return { from: "network", list: await answer.json() };
  } catch (error) { return { from: (error as Error).name, list: kept }; }
}
const { from, list } = await commits();
console.log(list.length, "commits, after", from);`,
      `list.map(({ sha, files }) => sha + " ".repeat(3) + "#".repeat(files)).join("\\n")`,
      `run.logMetric("files", list.reduce((sum, { files }) => sum + files, 0));`,
    ],
    sandbox: {
      verdict: "DRIFTED",
      cause:
        /^cell \[2\]: the sandbox gives no access to "nowhere\.invalid:80": add --allow-net nowhere\.invalid to give it$/,
    },
  },
  {
    about: "hashes, signs and seals with keys that are written down",
    cells: [
      `const text = new TextEncoder();
const hex = (bytes: ArrayBuffer) => new Uint8Array(bytes).toHex();
const message = "The easiest, most secure runtime there is.";
const sums = await Promise.all(["SHA-1", "SHA-256", "SHA-512"].map(async (name) => [name, hex(await crypto.subtle.digest(name, text.encode(message))).slice(0, 16)]));
Object.fromEntries(sums)`,
      `const raw = await crypto.subtle.importKey("raw", text.encode("only an example"), { name: "HMAC", hash: "SHA-256" }, true, ["sign", "verify"]);
const mac = await crypto.subtle.sign("HMAC", raw, text.encode(message));
console.log(hex(mac), await crypto.subtle.verify("HMAC", raw, mac, text.encode(message + "!")));
raw`,
      `const base = await crypto.subtle.importKey("raw", text.encode("long phrase"), "PBKDF2", false, ["deriveKey"]);
const key = await crypto.subtle.deriveKey({ name: "PBKDF2", salt: text.encode("salted"), iterations: 1000, hash: "SHA-256" }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
const iv = new Uint8Array(12).fill(7);
const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(message));
sealed`,
      `new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed))`,
      `import { createHash, createHmac, scryptSync, timingSafeEqual } from "node:crypto";
const tree = ["a", "b", "c"].map((leaf) => createHash("sha256").update(leaf).digest());
while (tree.length > 1) tree.splice(0, 2, createHash("sha256").update(Buffer.concat(tree.slice(0, 2))).digest());
[tree[0]!.toString("base64url"), scryptSync("p", "s", 16).toString("hex"), timingSafeEqual(new Uint8Array(mac), createHmac("sha256", "only an example").update(message).digest())]`,
      `import { v5, validate, version } from "npm:uuid@14.0.3";
const named = v5("deno.land", v5.URL);
[named, validate("not one"), version(named)]`,
      `await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, sealed)`,
    ],
    failing: 1,
  },
];
