/** What other pages, other names of this machine and odd addresses get from `nbtrack ui`. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { urlPath } from "../../src/base/file_urls.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { servePages } from "../../src/web/server.ts";
import { writeSite } from "../../src/web/site.ts";
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

/** Names that mean something to JavaScript, to a reader's eye, to a file system or to a header. */
const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "\u202egnp.exe\u202c",
  "a\r\nX-Odd: 1",
  `"; filename="x.html`,
  "../../../etc/passwd",
  "x".repeat(5000),
  "CON",
  "javascript:alert(1)",
  "%2e%2e%2f",
  "\u200b",
];

Deno.test("names that mean something to JavaScript, to the eye, to headers or to folders are names, in pages and in files", async () => {
  const made = emptyJournal();
  const artifacts = Object.fromEntries(
    ["\u202egnp.html", 'q".html', "page", "feed.rss", "a.shtml", "ok.csv"].map(
      (name) => [name, "<html><script>alert(1)</script>"],
    ),
  );
  const ids = NAMES.map((name, i) =>
    addRun(made.journal, {
      experiment: i < 6 ? name : "names",
      name,
      params: Object.fromEntries(
        NAMES.map((key) => [key, `${"1".repeat(200)}${i}`]),
      ),
      metrics: Object.fromEntries(NAMES.map((key) => [key, [i, 1]])),
      cells: ["if (admin) {\u202e } // \u2066 check\u2069"],
      artifacts,
      end: "FINISHED",
    })
  );
  // Folders of macOS and Windows do not tell these from each other.
  addRun(made.journal, {
    experiment: "NAMES",
    metrics: { Loss: [1, 2], loss: [3, 4] },
  });
  const source = new JournalSource(made.journal);
  const server = await servePages({ source });
  const dir = `${made.home}/site`;
  try {
    const port = Number(new URL(server.url).port);
    const first = new URL(server.url);
    const host = `Host: ${first.host}`;
    const opening = `${first.pathname}${first.search}`;
    // What opens nothing leaves the token as it is.
    for (const method of ["HEAD", "OPTIONS", "POST", "PUT"]) {
      const { status, headers } = await ask(port, [
        `${method} ${opening} HTTP/1.1`,
        host,
        "Content-Length: 0",
      ]);
      assert(status >= 400, `${method} ${status}`);
      assert(!/set-cookie/i.test(headers), method);
    }
    const opened = await ask(port, [`GET ${opening} HTTP/1.1`, host]);
    const cookie = /set-cookie: ([^;\r]*)/i.exec(opened.headers)?.[1] ?? "";
    // Another server of this machine has set a cookie of the same name for a longer path.
    const cookies = `Cookie: nbtrack_${port}=stranger; ${cookie}; a=${cookie}x`;
    const get = (path: string, ...more: string[]) =>
      ask(port, [`GET ${path} HTTP/1.1`, host, cookies, ...more]);
    const id = ids[0] ?? "";
    for (const name of NAMES) {
      const key = encodeURIComponent(name);
      const field = encodeURIComponent(`metrics.\`${name}\``);
      for (
        const path of [
          `/runs/${id}/metric?key=${key}`,
          `/runs/${id}/metric?key=${key}&csv`,
          `/runs/${id}/metric?key=${key}&svg=1`,
          `/compare?runs=${ids[0]},${ids[1]}&key=${key}&svg=1`,
          `/experiments/names?columns=${field}&sort=${field}&values=best`,
          `/experiments/names?group=${
            encodeURIComponent(`params.\`${name}\``)
          }`,
          `/experiments/names?filter=${field}%20%3E%200`,
          `/?metric=${key}`,
        ]
      ) {
        const { status, headers, body } = await get(path);
        assertEquals(
          status,
          200,
          `${path.slice(0, 200)}: ${body.slice(0, 200)}`,
        );
        assert(!/^x-odd:/im.test(headers), headers);
        assert(!/filename="/i.test(headers), headers);
      }
    }
    const page = await get(`/runs/${id}`);
    assertStringIncludes(
      page.body,
      "if (admin) {\\u202e } // \\u2066 check\\u2069",
    );
    assertMatch(page.headers, /x-dns-prefetch-control: off/i);
    const file = `/runs/${id}/artifacts/${
      encodeURIComponent('q".html')
    }?download`;
    const part = await get(file, "Range: bytes=0-3");
    assert([200, 206].includes(part.status), String(part.status));
    assertMatch(part.headers, /content-disposition: attachment/i);
    const head = await ask(port, [`HEAD ${file} HTTP/1.1`, host, cookies]);
    assertEquals([head.status, head.body], [200, ""]);
    // A proxy's way to ask, and two hosts.
    const absolute = await ask(port, [
      "GET http://example.org/ HTTP/1.1",
      "Host: example.org",
      cookies,
    ]);
    assert([400, 403].includes(absolute.status), String(absolute.status));
    const twice = await get("/", "Host: example.org");
    assert([400, 403].includes(twice.status), String(twice.status));
    // Long filters and patterns are answered, in a time that does not grow beyond all bounds.
    const like = `params.toString LIKE '${"%1".repeat(60)}%2'`;
    const long = Array(1500).fill("params.k = '1'").join(" and ");
    for (const filter of [like, long, "(".repeat(9000), "'".repeat(9001)]) {
      const { status } = await get(
        `/experiments/names?filter=${encodeURIComponent(filter)}`,
      );
      assert([200, 400, 413, 414, 431].includes(status), String(status));
    }

    await writeSite({ source, dir, names: [] });
    const files = filesIn(dir);
    const lower = files.map((path) => path.toLowerCase());
    assertEquals(lower.length, new Set(lower).size, "two files that are one");
    assertEquals(
      files.filter((path) => /\/files\//.test(path)).map((path) =>
        path.replace(/.*\./, "")
      ).toSorted().filter((end, i, all) => end !== all[i - 1]),
      ["csv", "txt"],
    );
    // Each link of the site leads to a file of its own.
    const links = files.filter((path) => path.endsWith(".html")).flatMap((
      path,
    ) =>
      [
        ...Deno.readTextFileSync(`${dir}/${path}`).matchAll(
          /<a [^>]*href="([^"#:?]+)"/g,
        ),
      ].map(([, href = ""]) =>
        decodeURIComponent(new URL(href, `file:///${urlPath(path)}`).pathname)
          .slice(1)
      )
    );
    assertEquals(links.filter((path) => !files.includes(path)), []);
    for (const key of ["Loss", "loss"]) {
      const csv = links.find((path) =>
        new RegExp(`metrics/${key}[^/]*\\.csv$`).test(path)
      );
      const text = Deno.readTextFileSync(`${dir}/${csv}`);
      assertMatch(text, key === "Loss" ? /,2\n/ : /,4\n/);
    }
  } finally {
    await server.close();
    made[Symbol.dispose]();
  }
});

function filesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(`${dir}/${name}`).map((path) => `${name}/${path}`)
      : [name]
  );
}
