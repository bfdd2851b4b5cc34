/** What other pages, other names of this machine and odd addresses get from `nbtrack ui`. */
import { assert, assertEquals } from "@std/assert";
import { JournalSource } from "../../src/web/journal_source.ts";
import { servePages } from "../../src/web/server.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { ask } from "./raw_request.ts";

const ODD = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;

/** The pages of a journal with one odd run, for the browser that has opened them. */
async function opened() {
  const made = emptyJournal();
  const artifacts = {
    "page.html": "<script>alert(1)</script><form action=http://h/>",
    "drawing.svg": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "odd name'\".html": "<script>alert(1)</script>",
    "a/../../b.txt": "climbs",
    "table.csv": `name\n${ODD}\n`,
  };
  const run_id = addRun(made.journal, {
    experiment: ODD,
    name: ODD,
    params: { [ODD]: ODD },
    tags: { [ODD]: ODD },
    metrics: { [ODD]: [1, 2] },
    artifacts,
    cells: [ODD],
  });
  const server = await servePages({ source: new JournalSource(made.journal) });
  const url = new URL(server.url);
  const port = Number(url.port);
  const first = await ask(port, [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
  ]);
  const cookie = /set-cookie: ([^;\r]*)/i.exec(first.headers)?.[1] ?? "";
  return {
    run_id,
    artifacts: Object.keys(artifacts),
    journal: made.journal,
    home: made.home,
    origin: url.origin,
    /** As the owner's browser asks, but for what is said otherwise. */
    get: (path: string, more: Record<string, string> = {}, method = "GET") => {
      const headers = { Host: url.host, Cookie: cookie, ...more };
      return ask(port, [
        `${method} ${path} HTTP/1.1`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ]);
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      made[Symbol.dispose]();
    },
  };
}

Deno.test("no address of an artifact or a file of the pages leads out of what the run logged", async () => {
  await using pages = await opened();
  Deno.writeTextFileSync(`${pages.home}/outside.txt`, "what lies outside");
  const base = `/runs/${pages.run_id}/artifacts`;
  const climbs = [1, 2, 3, 6].flatMap((n) =>
    [
      "../",
      "..%2f",
      "%2e%2e/",
      "%2e%2e%2f",
      "..%5c",
      "....//",
      "%252e%252e%252f",
    ]
      .map((up) => up.repeat(n))
  );
  const targets = ["outside.txt", "journal.db", "credentials.json"];
  const paths = climbs.flatMap((climb) =>
    targets.flatMap((target) => [
      `${base}/${climb}${target}`,
      `${base}/page.html/${climb}${target}`,
      `/assets/${climb}${target}`,
      `/runs/${climb}${target}`,
      `/${climb}${target}`,
    ])
  );
  for (
    const path of [
      ...paths,
      `${base}//${pages.home}/outside.txt`,
      `${base}/${encodeURIComponent(`${pages.home}/outside.txt`)}`,
      `${base}/file:%2f%2f${pages.home}/outside.txt`,
      `${base}/page.html%00.txt`,
      "/assets/../server.ts",
      "/assets/%2e%2e%2fserver.ts",
    ]
  ) {
    for (const query of ["", "?download"]) {
      const { status, body } = await pages.get(`${path}${query}`);
      assert([400, 404].includes(status), `${status} for ${path}${query}`);
      assert(!body.includes("what lies outside"), path);
      assert(!body.includes("SQLite format"), path);
    }
  }
});

Deno.test("pages open under no other name and for no other page, whatever it sends", async () => {
  await using pages = await opened();
  const { host, port } = new URL(pages.origin);
  assertEquals((await pages.get("/")).status, 200);
  for (
    const other of [
      "127.0.0.1",
      `127.0.0.1.example.org:${port}`,
      `localhost.example.org:${port}`,
      `example.org:${port}`,
      `[::1]:${port}`,
      `0.0.0.0:${port}`,
      `127.1:${port}`,
      `user@127.0.0.1:${port}`,
      `127.0.0.1:${Number(port) + 1}`,
      `${host}, example.org`,
    ]
  ) {
    for (const path of ["/", `/runs/${pages.run_id}`, "/events"]) {
      const { status, body } = await pages.get(path, { Host: other });
      assert([400, 403].includes(status), `${status} for the host ${other}`);
      assert(!body.includes(pages.run_id), other);
    }
  }
  for (
    const Origin of [
      "null",
      "http://example.org",
      `https://${host}`,
      `http://127.0.0.1:${Number(port) + 1}`,
      `http://127.0.0.1`,
      `http://${host}.example.org`,
    ]
  ) {
    for (
      const [method, path] of [
        ["POST", `/runs/${pages.run_id}/star`],
        ["PUT", `/runs/${pages.run_id}`],
        ["DELETE", `/runs/${pages.run_id}`],
        ["GET", `/runs/${pages.run_id}`],
        ["OPTIONS", `/runs/${pages.run_id}/star`],
      ] as const
    ) {
      const { status, headers } = await pages.get(
        path,
        { Origin, "Content-Length": "0" },
        method,
      );
      assertEquals(status, 403, `${method} from ${Origin}`);
      assert(!/access-control-allow/i.test(headers), headers);
    }
  }
  for (const path of [`/runs/${pages.run_id}/star`, "/runs/last/star"]) {
    const { status } = await pages.get(`${path}?starred=true`);
    assertEquals(status, 404);
  }
});

Deno.test("no name, value or file of a run is markup of a page or a line of a header, and files are downloads", async () => {
  await using pages = await opened();
  const base = `/runs/${pages.run_id}`;
  const name = encodeURIComponent(ODD);
  let [shown, framed] = [0, 0];
  const files = pages.artifacts.map((path) =>
    `${base}/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`
  );
  for (
    const path of [
      "/",
      `/experiments?name=${name}`,
      `/experiments?name=${name}&filter=${name}&sort=${name}`,
      base,
      `${base}?against=${name}`,
      `${base}/metric?key=${name}`,
      `/compare?runs=${pages.run_id},${name}`,
      `/find?run=${name}`,
      `/nowhere/${name}`,
      ...files,
    ]
  ) {
    const { status, body, headers } = await pages.get(path);
    shown += Number(status === 200);
    // The document of a frame is text of the page, and without a right.
    assert(!/<script>alert|<img src=x/i.test(body), path);
    for (const [frame] of body.matchAll(/<iframe[^>]*>/g)) {
      assert(/ sandbox(?:=""|[ >])/.test(frame), frame.slice(0, 200));
      framed++;
    }
    assert(/content-security-policy: /i.test(headers), path);
    assert(!/unsafe-eval|script-src[^;]*unsafe-inline/i.test(headers), headers);
  }
  assert(shown >= 8 && framed >= 3, `${shown} pages, ${framed} frames`);
  for (const path of files) {
    const { status, headers } = await pages.get(`${path}?download`);
    if (status !== 200) continue;
    assert(/content-disposition: attachment/i.test(headers), headers);
    assert(/x-content-type-options: nosniff/i.test(headers), headers);
    assert(!/content-type: (?:text\/html|image\/svg)/i.test(headers), headers);
    assert(!/^x-odd:/im.test(headers), headers);
  }
});
