/**
 * From a request for a page to its answer.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { ownAddress } from "../base/own_address.ts";
import {
  isAmbiguousRunError,
  isQueryError,
  isRunNotFoundError,
  isUnknownNameError,
} from "../record/errors.ts";
import { SAFE_HEADERS } from "./access.ts";
import { assetAnswer } from "./assets.ts";
import { eventStream } from "./events.ts";
import { csvAnswer, downloadAnswer, htmlAnswer } from "./parts/answers.ts";
import { type Context, Hono } from "./parts/hono.ts";
import type { Links } from "./parts/links.ts";
import { artifactOf, artifactPage } from "./pages/artifact.ts";
import { compareAnswer } from "./pages/compare.ts";
import { experimentDocument } from "./pages/experiment.ts";
import { experimentsPage, findForm } from "./pages/experiments.ts";
import {
  chartQuerySchema,
  metricDrawing,
  metricFigure,
  metricPage,
  svgFile,
} from "./pages/metric.ts";
import { problemPage } from "./pages/problem.ts";
import { runDocument, runParts } from "./pages/run.ts";
import { sessionsPage } from "./pages/sessions.ts";
import { tableForm } from "./pages/table_form.ts";
import type { PageSource } from "./parts/source.ts";
import { keptTexts, readTableQuery } from "./parts/table_query.ts";

/** Sessions that the page lists. */
const MAX_SESSIONS = 200;

/** The one thing of the pages that changes something. */
const STAR = /^\/runs\/[^/]+\/star$/;

/** What the pages are made from. */
export interface AppOptions {
  source: PageSource;
  links: Links;
  /** Called with every error that is none of the request's. */
  report: (error: unknown) => void;
  /** Ends streams of news. @default {they end when their readers leave} */
  signal?: AbortSignal;
}

/** The pages, without a network: `app.request("/")` answers. */
export function pagesApp(options: AppOptions): Hono {
  const { source, links, report, signal } = options;
  const app = new Hono();
  app.use("*", async (c, next) => {
    const { method, path } = c.req;
    if (!["GET", "HEAD"].includes(method)) {
      const isStar = method === "POST" && source.stars !== undefined &&
        STAR.test(path);
      if (!isStar) {
        return c.text("Pages are only read.", 405, { allow: "GET, HEAD" });
      }
    }
    await next();
    for (const [name, value] of Object.entries(SAFE_HEADERS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  });
  app.get("/assets/:name", (c) => assetAnswer(c.req.param("name"), c.req.raw));
  app.get("/", async (c) =>
    htmlAnswer(
      await experimentsPage(source, links, c.req.query("metric") ?? ""),
    ));
  const experiment = async (c: Context, name: string) =>
    htmlAnswer(
      await experimentDocument(
        source,
        links,
        name,
        readTableQuery(new URL(c.req.url).searchParams),
      ),
    );
  app.get("/experiments", (c) => {
    const name = c.req.query("name");
    return name === undefined ? c.redirect(links.home()) : experiment(c, name);
  });
  app.get("/experiments/:name", (c) => experiment(c, c.req.param("name")));
  app.get(
    "/find",
    async (c) =>
      c.redirect(
        links.run(await source.find((c.req.query("run") ?? "").trim())),
      ),
  );
  app.get(
    "/runs/last",
    async (c) => c.redirect(links.run(await source.find("last"))),
  );
  app.get("/runs/:id", async (c) => {
    const id = c.req.param("id");
    const parts = c.req.query("parts");
    const against = (c.req.query("against") ?? "").trim();
    return htmlAnswer(
      parts === undefined
        ? await runDocument(source, links, id, {
          against,
          cell: c.req.query("cell"),
        })
        : await runParts(source, links, id, parts.split(","), against),
    );
  });
  app.post("/runs/:id/star", async (c) => {
    const form = await c.req.formData().catch(() => null);
    if (form === null) return c.text("A star is set by a form.", 400);
    const given = String(form.get("back") ?? "");
    const back = given === "" ? "" : ownAddress(given);
    if (back === null) {
      return c.text("A star leads back to one of these pages alone.", 400);
    }
    source.stars?.set(c.req.param("id"), form.get("starred") === "true");
    return back === "" ? c.body(null, 204) : c.redirect(back, 303);
  });
  app.get("/runs/:id/metric", async (c) => {
    const at = { run_id: c.req.param("id"), key: c.req.query("key") ?? "" };
    const query = chartQuerySchema.parse(c.req.query());
    if (c.req.query("csv") !== undefined) {
      const points = await source.points(at.run_id, at.key);
      return csvAnswer(at.key, [{ run_id: at.run_id, points }]);
    }
    if (c.req.query("svg") !== undefined) {
      const drawing = await metricDrawing(source, at, query, {
        ink: "picture",
      });
      return downloadAnswer(svgFile(drawing), `${at.key}.svg`, "image/svg+xml");
    }
    if (c.req.query("figure") !== undefined) {
      return htmlAnswer(await metricFigure(source, links, at));
    }
    if (c.req.query("drawing") !== undefined) {
      return htmlAnswer(await metricDrawing(source, at, query));
    }
    return htmlAnswer(await metricPage(source, links, at, query));
  });
  app.get("/runs/:id/artifacts/:path{[\\s\\S]+}", async (c) => {
    const at = { run_id: c.req.param("id"), path: c.req.param("path") };
    if (c.req.query("download") === undefined) {
      return htmlAnswer(await artifactPage(source, links, at));
    }
    artifactOf(await source.record(at.run_id), at.path);
    return downloadAnswer(
      await source.artifact(at.run_id, at.path),
      at.path.split("/").at(-1) ?? "artifact",
    );
  });
  app.get(
    "/compare",
    async (c) =>
      await compareAnswer(source, links, new URL(c.req.url).searchParams),
  );
  app.get("/sessions", async (c) => {
    const sessions = await source.sessions(MAX_SESSIONS + 1);
    return sessions === null
      ? c.notFound()
      : htmlAnswer(sessionsPage(links, sessions, MAX_SESSIONS));
  });
  app.get("/events", () => eventStream(source, report, signal));
  app.notFound(() => problem("Nothing is here", "There is no such page.", 404));
  app.onError((error, c) => {
    const { message } = error;
    const hint = isNbtrackError(error) ? error.hint : "";
    if (isUnknownNameError(error) && error.kind === "experiment") {
      return problem("No such experiment", message, 404, hint, form(c));
    }
    if (isRunNotFoundError(error) || isUnknownNameError(error)) {
      return problem("Not found", message, 404, hint);
    }
    if (isAmbiguousRunError(error)) {
      return problem("Which run?", message, 404, hint);
    }
    if (isQueryError(error)) {
      return problem("It cannot be understood", message, 400, hint, form(c));
    }
    if (!isNbtrackError(error)) report(error);
    return problem("It cannot be shown", messageOf(error), 500, hint);
  });
  const form = (c: Context) => {
    const url = new URL(c.req.url);
    const name = c.req.param("name") ?? url.searchParams.get("name") ?? "";
    if (name === "") return findForm(links, "");
    return tableForm(links, name, keptTexts(url.searchParams));
  };
  const problem = (
    heading: string,
    message: string,
    status: number,
    hint = "",
    kept = findForm(links, ""),
  ) =>
    htmlAnswer(
      problemPage(links, { heading, message, hint, form: kept }),
      status,
    );
  return app;
}
