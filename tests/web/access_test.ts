import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { isNbtrackError } from "../../src/base/errors.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { servePages } from "../../src/web/server.ts";
import { command } from "../cli/nbtrack.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { ask } from "../safety/raw_request.ts";

Deno.test("the printed address opens the pages once, for the browser that opened it, and by its own name alone", async () => {
  using made = emptyJournal();
  addRun(made.journal);
  const server = await servePages({ source: new JournalSource(made.journal) });
  try {
    const url = new URL(server.url);
    const host = `Host: ${url.host}`;
    const own = (path: string, ...more: string[]) =>
      ask(Number(url.port), [`GET ${path} HTTP/1.1`, host, ...more]);
    assertEquals((await own("/")).status, 403);
    assertEquals((await own("/?token=another")).status, 403);
    const address = `${url.pathname}${url.search}`;
    for (const foreign of ["example.org", `example.org:${url.port}`, ""]) {
      const { status } = await ask(Number(url.port), [
        `GET ${address} HTTP/1.1`,
        `Host: ${foreign}`,
      ]);
      assert(
        [400, 403].includes(status),
        `${status} for the host "${foreign}"`,
      );
    }
    for (
      const origin of ["http://example.org", "null", `https://${url.host}`]
    ) {
      assertEquals((await own(address, `Origin: ${origin}`)).status, 403);
    }
    const opened = await own(address);
    assertEquals(opened.status, 200);
    const [, cookie = "", attributes = ""] =
      /set-cookie: ([^;\r]*);([^\r]*)/i.exec(opened.headers) ?? [];
    assertMatch(attributes, /HttpOnly/i);
    assertMatch(attributes, /SameSite=Strict/i);
    assert(!cookie.includes(url.searchParams.get("token") ?? "?"));
    assertEquals((await own(address)).status, 403);
    assertEquals((await own("/", `Cookie: ${cookie}`)).status, 200);
    assertEquals((await own("/", `Cookie: a=b; ${cookie}`)).status, 200);
    assertEquals((await own("/", `Cookie: ${cookie}x`)).status, 403);
    assertEquals(
      (await own("/", `Cookie: ${cookie}`, "Origin: http://example.org"))
        .status,
      403,
    );
    assertEquals(
      (await own("/", `Cookie: ${cookie}`, `Origin: http://${url.host}`))
        .status,
      200,
    );
    for (const path of ["/assets/style.css", "/events", "/sessions"]) {
      assertEquals((await own(path)).status, 403, path);
    }
  } finally {
    await server.close();
  }
});

Deno.test("a star is taken from these pages alone: with the cookie, and from no other page", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal);
  const source = new JournalSource(made.journal);
  const server = await servePages({ source });
  try {
    const url = new URL(server.url);
    const opened = await ask(Number(url.port), [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
    ]);
    const [, cookie = ""] = /set-cookie: ([^;\r]*)/i.exec(opened.headers) ?? [];
    const post = async (...more: string[]) =>
      (await ask(Number(url.port), [
        `POST /runs/${id}/star HTTP/1.1`,
        `Host: ${url.host}`,
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 0",
        ...more,
      ])).status;
    const [own, signed] = [`Origin: ${url.origin}`, `Cookie: ${cookie}`];
    assertEquals(await post(own), 403);
    assertEquals(await post(signed), 403, "without an origin");
    assertEquals(await post(signed, "Origin: null"), 403);
    assertEquals(await post(signed, "Origin: http://example.org"), 403);
    assertEquals(await post(signed, own), 204);
  } finally {
    await server.close();
  }
});

Deno.test("what changes in the journal is sent as an event that names the run and the parts that changed", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const run_id = addRun(journal, { end: null });
  const server = await servePages({ source: new JournalSource(journal) });
  try {
    const opened = await fetch(server.url);
    await opened.body?.cancel();
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    const answer = await fetch(new URL("/events", server.url), {
      headers: { cookie },
    });
    assertEquals(answer.headers.get("content-type"), "text/event-stream");
    assert(answer.body !== null);
    const news: { run_id: string; changed: string[] }[] = [];
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const seen = async (part: string) => {
      for (;;) {
        if (
          news.some((one) =>
            one.run_id === run_id && one.changed.includes(part)
          )
        ) {
          return;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended before ${part}`);
        for (const [, json = ""] of value.matchAll(/^data: (.*)$/gm)) {
          news.push(JSON.parse(json));
        }
      }
    };
    await reader.read();
    const writer = journal.metricWriter(run_id);
    writer.log("loss", 1);
    await seen("metrics");
    writer.close();
    journal.artifacts.put(run_id, "a.txt", new Uint8Array([65]), {
      content_type: "text/plain",
      origin: "user",
    });
    await seen("artifacts");
    journal.runs.end(run_id, "FINISHED");
    await seen("status");
    await reader.cancel();
  } finally {
    await server.close();
  }
});

Deno.test("when the journal cannot be read any more, news end, the failure is reported, and the server goes on answering", async () => {
  using made = emptyJournal();
  addRun(made.journal);
  const reported: unknown[] = [];
  const server = await servePages({
    source: new JournalSource(made.journal),
    report: (error) => reported.push(error),
  });
  try {
    const opened = await fetch(server.url);
    await opened.body?.cancel();
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    const news = async () =>
      await fetch(new URL("/events", server.url), { headers: { cookie } });
    const answer = await news();
    made.journal.close();
    // It is read to its end, which only comes when the server ends it.
    assertStringIncludes(await answer.text(), "retry:");
    assertEquals(reported.map(isNbtrackError), [true]);
    const again = await news();
    assertEquals(again.status, 500);
    await again.body?.cancel();
  } finally {
    await server.close();
  }
});

Deno.test("nbtrack ui says in one line where it is, and ends on SIGTERM and on SIGINT", async () => {
  using made = emptyJournal();
  addRun(made.journal, { experiment: "birds" });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const child = command(["ui", "--json"], made).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    const { value = "" } = await reader.read();
    assertMatch(
      value,
      /^\{"url":"http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{40,}"\}\n$/,
    );
    const { url } = JSON.parse(value) as { url: string };
    const page = await (await fetch(url)).text();
    assertMatch(page, /data-experiment="birds"/);
    child.kill(signal);
    const [status, rest, stderr] = await Promise.all([
      child.status,
      reader.read(),
      new Response(child.stderr).text(),
    ]);
    assertEquals([status.code, rest.value, stderr], [0, undefined, ""]);
  }
});
