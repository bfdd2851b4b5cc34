import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { pathToFileURL } from "node:url";
import { createClient } from "../../src/gitlab/client.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { startServer } from "../../src/practice/server.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import { reportHtml } from "../../src/view/report.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { ServerSource } from "../../src/web/server_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { addRun } from "../record/filled.ts";
import {
  accessProblems,
  listenForLeaks,
  openPages,
  type Page,
  type Request,
  sideways,
} from "./pages.ts";
import { until } from "../until.ts";

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

/** Runs with everything that pages show. */
function fill(journal: Journal): string[] {
  return [1, 2, 3, 4, 5].map((k) =>
    addRun(journal, {
      name: `run-${k}`,
      params: { k: String(k), optimizer: k % 2 === 0 ? "adam" : "sgd" },
      metrics: {
        loss: Array.from({ length: 300 }, (_, i) => k * Math.exp(-i / 80)),
        accuracy: [0.1, 0.5, 0.9],
      },
      cells: [`const k = ${k};`, "a very long line ".repeat(40)],
      cellStatus: k === 5 ? "error" : "ok",
      end: k === 5 ? "FAILED" : "FINISHED",
      artifacts: {
        "table.csv": `${"column,".repeat(30)}\n${"1,".repeat(30)}\n`,
        "x.html": "<p>hi",
      },
      datasets: {
        penguins: {
          uri: "penguins.csv",
          digest: `sha256:${"a".repeat(64)}`,
          size: 13_000,
          rows: 344,
          columns: [{ name: "mass", type: "number" }],
        },
      },
    })
  );
}

function addressesOf([first, second, ...others]: readonly string[]): string[] {
  return [
    "/",
    "/experiments/penguins",
    "/experiments/penguins?sort=-metrics.loss&filter=metrics.loss > 0",
    "/experiments/penguins?group=params.optimizer",
    "/experiments/penguins?values=step&step=2",
    "/experiments/penguins?filter=wrong",
    `/runs/${first}`,
    `/runs/${others.at(-1)}`,
    `/runs/${others.at(-1)}?against=${first}`,
    `/runs/${first}/metric?key=loss`,
    `/runs/${first}/artifacts/table.csv`,
    `/runs/${first}/artifacts/x.html`,
    `/compare?runs=${[first, second, ...others].join(",")}`,
    "/sessions",
    "/nothing",
  ];
}

Deno.test("pages fit wide and narrow windows, light and dark, and axe finds nothing wrong in them", async () => {
  await using pages = await openPages();
  const addresses = addressesOf(fill(pages.journal));
  for (const viewport of [WIDE, NARROW]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, at, context } = await pages.window({
        viewport,
        colorScheme,
      });
      for (const address of addresses) {
        await page.goto(at(address));
        assertEquals(
          await sideways(page),
          0,
          `${address} at ${viewport.width}`,
        );
        assertEquals(
          await accessProblems(page),
          [],
          `${address} ${colorScheme} ${viewport.width}`,
        );
      }
      await context.close();
    }
  }
});

Deno.test("without scripts the runs are filtered, sorted and opened, and everything is read", async () => {
  await using pages = await openPages();
  fill(pages.journal);
  const { page, at } = await pages.window({ javaScriptEnabled: false });
  await page.goto(at("/"));
  await page.click("text=penguins");
  await page.fill("#filter", "metrics.loss < 0.2 and params.optimizer = 'sgd'");
  await page.click("text=Show");
  assertEquals(await page.locator("tr[data-run]").count(), 3);
  await page.click("th a:has-text('loss')");
  const names = () => page.locator("tr[data-run] th a").allInnerTexts();
  assertEquals(await names(), ["run-1", "run-3", "run-5"]);
  await page.click("th a:has-text('loss')");
  assertEquals(await names(), ["run-5", "run-3", "run-1"]);
  await page.click("text=run-1");
  assertEquals(await page.locator("h1").innerText(), "run-1");
  assertEquals(await page.locator("figure[data-metric=loss] > svg").count(), 1);
  await page.click("figure[data-metric=loss] >> text=Open");
  assertEquals(await page.locator("h1").innerText(), "loss");
});

Deno.test("with the keyboard alone a run is found, compared and left again", async () => {
  await using pages = await openPages();
  fill(pages.journal);
  const { page, at } = await pages.window({ viewport: WIDE });
  await page.goto(at("/experiments/penguins"));
  await page.keyboard.press("/");
  await page.keyboard.type("params.k > 2");
  await page.keyboard.press("Enter");
  await page.waitForURL(/filter=/);
  assertEquals(await page.locator("tr[data-run]").count(), 3);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  assertEquals(await page.locator("input[name=runs]:checked").count(), 2);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\//);
  await page.keyboard.press("Tab");
  assertEquals(await page.locator(":focus").innerText(), "Skip to the content");
});

Deno.test("a live run grows in its page: the curve, a cell and the end come by themselves", async () => {
  await using pages = await openPages();
  const { journal } = pages;
  const run_id = addRun(journal, {
    end: null,
    metrics: { loss: [4, 3] },
    cells: ["train()"],
  });
  const { page, at } = await pages.window({ viewport: WIDE });
  await page.goto(at(`/runs/${run_id}`));
  const writer = journal.metricWriter(run_id);
  writer.log("loss", 0.125, 2);
  writer.close();
  await page.waitForSelector("svg[aria-label$='last 0.125']");
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  const [cell] = journal.executions.list(session_id);
  assert(cell !== undefined);
  journal.executions.put({
    ...cell,
    position: cell.position + 1,
    source: "more()",
  });
  await page.waitForSelector("[data-cell='1'] >> text=more()");
  journal.runs.end(run_id, "KILLED");
  await page.waitForSelector(".heading >> text=killed");
});

Deno.test("an open run of a server is read again by its page, which says how fresh it is", async () => {
  await using pages = await openPages();
  const token = crypto.randomUUID();
  const server = await startServer({
    data: "memory",
    config: {
      projects: [{ id: 1, path: "class/project", visibility: "private" }],
      tokens: [{
        token,
        user: { id: 1, username: "ana", name: "Ana" },
        scopes: ["api"],
        roles: { "class/project": "developer" },
      }],
    },
  });
  try {
    const client = createClient({
      tracking_uri: `${server.url}/api/v4/projects/1/ml/mlflow`,
      token,
    });
    const experiment_id = await client.findOrCreateExperiment("penguins");
    const { info: { run_id } } = await client.createRun({
      experiment_id,
      run_name: "far away",
      start_time: Date.now(),
    });
    const log = (value: number, step: number) =>
      client.logBatch({
        run_id,
        metrics: [{
          key: "loss",
          value,
          step,
          timestamp: Date.now(),
        }],
      });
    await log(3, 0);
    await log(2, 1);
    const source = new ServerSource(new ServerReader(client), "GitLab", {
      kept_ms: 100,
    });
    const { page, at } = await pages.window({ viewport: WIDE }, source);
    await page.goto(at(`/runs/${run_id}`));
    assertMatch(
      await page.locator(".fresh").innerText(),
      /^As GitLab had it at .* read again every 5 s\.$/,
    );
    const before = await page.locator(".fresh time").getAttribute("datetime");
    await log(0.5, 2);
    await page.waitForSelector("svg[aria-label$='last 0.5']");
    const after = await page.locator(".fresh time").getAttribute("datetime");
    assert((after ?? "") > (before ?? ""), `${before} ${after}`);
  } finally {
    await server.close();
  }
});

Deno.test("a chart is zoomed by the pointer, shows the value below it in every chart, and is saved as a picture", async () => {
  await using pages = await openPages();
  const [run_id, other] = fill(pages.journal);
  const { page, at } = await pages.window({
    viewport: WIDE,
    acceptDownloads: true,
  });
  await page.goto(at(`/runs/${run_id}`));
  const svg = page.locator("figure[data-metric=loss] > svg");
  await svg.scrollIntoViewIfNeeded();
  const box = await svg.boundingBox();
  assert(box !== null);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.waitForSelector("figure[data-metric=loss] .crosshair");
  const before = await svg.getAttribute("data-x");
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 3 });
  const asked = Promise.withResolvers<void>();
  await page.route(/drawing=1/, async (route) => {
    await asked.promise;
    await route.continue();
  });
  await page.mouse.up();
  // What is there is shown at once, however long the server takes for the finer drawing.
  assertEquals(await svg.locator("svg.stretched").count(), 1);
  assertEquals(await svg.getAttribute("data-x"), before);
  asked.resolve();
  // Playwright's own waiting evaluates texts, which the page's policy forbids.
  await until(
    "the zoomed chart",
    async () => (await svg.getAttribute("data-x")) !== before,
  );
  const saved = async (selector: string) => {
    const download = page.waitForEvent("download");
    await page.click(selector);
    const file = await download;
    const text = await Deno.readTextFile(await file.path());
    return { name: file.suggestedFilename(), text };
  };
  const { name } = await saved("figure[data-metric=loss] button[data-png]");
  assertEquals(name, "loss.png");
  await page.goto(at(`/compare?runs=${run_id},${other}`));
  const both = page.locator("figure[data-metric=loss] > svg");
  await both.scrollIntoViewIfNeeded();
  await both.hover();
  // Where the pointer is, and a value of each run.
  await until(
    "a value of each run",
    async () => await both.locator(".crosshair tspan").count() === 3,
  );
  for (const plot of ["scatter", "parallel"]) {
    const figure = `figure[data-plot-of=${plot}]`;
    const drawn = await saved(`${figure} button[data-svg]`);
    assert(drawn.name.endsWith(".svg"), drawn.name);
    assertStringIncludes(drawn.text, "</svg>");
    const values = await saved(`${figure} a[download]`);
    assert(values.name.endsWith(".csv"), values.name);
    assertStringIncludes(values.text, `${run_id},run-1,`);
  }
});

Deno.test("a run is starred with scripts and without, and the table shows starred runs alone", async () => {
  await using pages = await openPages();
  fill(pages.journal);
  for (const javaScriptEnabled of [true, false]) {
    const { page, at } = await pages.window({
      javaScriptEnabled,
      viewport: WIDE,
    });
    await page.goto(at("/experiments/penguins?sort=name"));
    const name = javaScriptEnabled ? "run-2" : "run-4";
    await page.click(`button[aria-label="Star ${name}"]`);
    await page.waitForSelector(
      `button[aria-label="Star ${name}"][aria-pressed=true]`,
    );
    assertEquals(
      new URL(page.url()).search,
      "?sort=name",
      "one stays where one was",
    );
    await page.check("input[name=starred]");
    await page.click("text=Show");
    assertEquals(
      await page.locator("tr[data-run] th a").allInnerTexts(),
      javaScriptEnabled ? ["run-2"] : ["run-2", "run-4"],
    );
  }
});

Deno.test("the name of a run stays in view when its table is scrolled", async () => {
  await using pages = await openPages();
  const { journal } = pages;
  const params = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`a param ${i}`, "0123456789"]),
  );
  addRun(journal, { name: "first", params });
  addRun(journal, { name: "second", metrics: { loss: [1, 2] } });
  for (const viewport of [WIDE, NARROW]) {
    const { page, at } = await pages.window({ viewport });
    await page.goto(at("/experiments/penguins"));
    const name = page.locator("tr[data-run] th a").first();
    const moved = await page.evaluate(
      "(() => { const box = document.querySelector('.scroll'); box.scrollLeft = 10_000; return box.scrollLeft; })()",
    );
    assert(Number(moved) > 100, `${moved}`);
    const box = await name.boundingBox();
    assert(box !== null && box.x >= 0 && box.x < 150, JSON.stringify(box));
    assertEquals(
      await page.evaluate(
        `document.elementFromPoint(${box.x + 3}, ${
          box.y + box.height / 2
        }).innerText`,
      ),
      await name.innerText(),
      "and is covered by nothing",
    );
  }
});

/** Texts that try to run a script in the page, or to reach another host. */
function attacksOn(evil: string): string[] {
  const run = "globalThis.top.hacked=1;globalThis.hacked=1";
  return [
    `<script>${run}</script>`,
    `"><script>${run}</script>`,
    `'><img src=x onerror="${run}">`,
    `"onmouseover="${run}" autofocus onfocus="${run}`,
    `<svg onload="${run}">`,
    `</title><script src="${evil}/a.js"></script>`,
    `</pre></code><iframe src="${evil}/b"></iframe>`,
    `<a href="javascript:${run}">x</a>`,
    `--><script>${run}</script><!--`,
    `</style><img src="${evil}/c.png">`,
    `<link rel=preconnect href="${evil}"><link rel=stylesheet href="${evil}/d.css">`,
    `<meta http-equiv=refresh content="0;url=${evil}/e">`,
    `<style>@import "${evil}/f.css"; body{background:url(${evil}/g.png)}</style>`,
    `<object data="${evil}/h"></object><embed src="${evil}/i">`,
    `<video src="${evil}/j" autoplay></video><audio src="${evil}/k" autoplay></audio>`,
    `<form action="${evil}/l" id=f><input name=q></form><script>f.submit()</script>`,
    `<base href="${evil}/"><img src=m.png>`,
    `<iframe srcdoc="<script>${run}</script><img src='${evil}/n'>"></iframe>`,
    `<svg><image href="${evil}/o.png"/><use href="${evil}/p.svg#a"/><foreignObject><img src="${evil}/q"></foreignObject></svg>`,
    `<math><mtext></form><form><mglyph><style></math><img src="${evil}/r" onerror="${run}">`,
  ];
}

/** Attacks by what an output or a drawing may hold: styles, other ways to name a host, what opens or moves by itself. */
function drawnAttacksOn(evil: string): string[] {
  const run = "globalThis.top.hacked=2;globalThis.hacked=2";
  const host = evil.replace("http://", "");
  return [
    `<style>*{position:fixed;inset:0;z-index:2147483647}</style><button>Star</button>`,
    `<a href="javascript:${run}" target=_top id=a>x</a><script>a.click()</script>`,
    `<a ping="${evil}/1" href="#" autofocus>x</a>`,
    `<img srcset="${evil}/2 1x, ${evil}/3 2x">`,
    `<picture><source srcset="${evil}/4"><img></picture>`,
    `<video poster="${evil}/5"></video>`,
    `<style>@font-face{font-family:x;src:url(${evil}/6)}p{font-family:x}</style><p>x`,
    `<style>body{background:image-set("${evil}/7" 1x);cursor:url(${evil}/8),auto}</style>`,
    `<style>@\\69mport "${evil}/9"; p{background:u\\72l(${evil}/10)}</style><p>x`,
    `<link rel=dns-prefetch href="${evil}"><link rel=prefetch href="${evil}/11"><link rel=modulepreload href="${evil}/12">`,
    `<input type=image src="${evil}/13"><table background="${evil}/14"><td background="${evil}/15">x`,
    `<svg><script href="${evil}/16"/><style>@import url(${evil}/17)</style></svg>`,
    `<svg><animate attributeName=href to="javascript:${run}"/><set attributeName=onload to="${run}"/></svg>`,
    `<image xmlns="http://www.w3.org/2000/svg" href="&#x2f;&#x2f;${host}/18"/>`,
    `<img src="\\\\${host}/19"><img src="/\\${host}/20">`,
    `<img src="&#x68;ttp:&#x2f;&#x2f;${host}/21">`,
    `<details open ontoggle="${run}"><summary>x</summary></details>`,
    `<div><template shadowrootmode=open><img src="${evil}/22"></template></div>`,
    `<form action="javascript:${run}"><button autofocus onfocus="${run}">x</button></form>`,
    `\u202e<\u200bscript>${run}</script><noscript><img src="${evil}/23"></noscript>`,
  ];
}

Deno.test("forty attacks through names, keys, sources, outputs and artifacts run no script and reach no other host", async () => {
  await using pages = await openPages();
  const leaks = listenForLeaks();
  try {
    const { journal } = pages;
    const attacks = attacksOn(leaks.address);
    const drawn = drawnAttacksOn(leaks.address);
    assertEquals([attacks.length, drawn.length], [20, 20]);
    const ids = attacks.map((attack, i) => {
      const id = addRun(journal, {
        experiment: i % 2 === 0 ? attack : "penguins",
        name: attack,
        params: { [attack]: attack, k: String(i) },
        tags: { [attack]: attack },
        metrics: { [attack]: [1, 2], loss: [i, 1] },
        cells: [attack],
        artifacts: {
          "page.html": attack,
          "drawing.svg": attack,
          "notes.txt": attack,
          [`${i}.csv`]: `a,${attack}\n1,2\n`,
        },
        documents: {
          changed: [{ dimension: "code", what: attack }],
          hidden_state: [{
            cell: 0,
            flag: "deleted",
            names: [attack],
            by: 0,
            what: attack,
          }],
        },
        datasets: {
          [attack]: {
            uri: attack,
            digest: `sha256:${"a".repeat(64)}`,
            size: 1,
            rows: 2,
            columns: [{ name: attack, type: attack }],
            profile: [{
              name: attack,
              type: attack,
              missing: 1,
              distinct: 1,
              min: attack,
              max: attack,
              histogram: { from: 0, width: 1, counts: [1, 0, 1] },
            }],
          },
        },
        end: "FAILED",
      });
      const session_id = journal.runs.get(id)?.session_id ?? "";
      const [cell] = journal.executions.list(session_id);
      journal.executions.putOutputs(
        session_id,
        cell?.position ?? 0,
        [
          { output_type: "stream", name: "stdout", text: attack },
          {
            output_type: "display_data",
            metadata: {},
            data: { "text/html": attack, "text/plain": attack },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: { "image/svg+xml": attack },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: { "image/png": attack },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: { "text/markdown": attack },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: { "text/html": drawn[i] },
          },
          {
            output_type: "display_data",
            metadata: {},
            data: {
              "application/vnd.nbtrack.view+json": { kind: "chart" },
              "text/html": `<img src="data:image/svg+xml;base64,${
                new TextEncoder().encode(
                  `<svg xmlns="http://www.w3.org/2000/svg">${drawn[i]}</svg>`,
                ).toBase64()
              }">`,
            },
          },
          {
            output_type: "error",
            ename: attack,
            evalue: attack,
            traceback: [attack],
          },
        ].map((output) => JSON.stringify(output)),
      );
      return id;
    });
    const dir = `${pages.home}/site`;
    const source = new JournalSource(journal);
    await writeSite({ source, dir, names: [] });
    for (const id of ids) {
      const courses = await source.buckets(id, null);
      Deno.writeTextFileSync(
        `${dir}/${id}.html`,
        reportHtml(await source.record(id), courses),
      );
    }
    const { page: pageOfServer, at, context } = await pages.window({
      viewport: WIDE,
    });
    const dialogs: string[] = [];
    context.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const foreign: Request[] = [];
    context.on("request", (request) => {
      if (request.url().startsWith(leaks.address)) foreign.push(request);
    });
    const hacked = async (page: Page) => {
      const found: unknown[] = [];
      for (const frame of page.frames()) {
        found.push(await frame.evaluate("globalThis.hacked ?? null"));
      }
      return found.filter((value) => value !== null);
    };
    const files = await context.newPage();
    const look = async (url: string) => {
      const page = url.startsWith("file:") ? files : pageOfServer;
      await page.goto(url, { waitUntil: "load", timeout: 90_000 });
      // Every frame, also those that are loaded when they come into view.
      await page.evaluate(`Promise.all(
        [...document.querySelectorAll("iframe")].map((frame) =>
          new Promise((loaded) => {
            frame.addEventListener("load", loaded, { once: true });
            frame.loading = "eager";
            frame.srcdoc = frame.srcdoc;
          })
        ),
      )`);
      await page.mouse.move(300, 300);
      assertEquals(await hacked(page), [], url);
      assertEquals(
        new URL(page.url()).href.split("#")[0],
        new URL(url).href.split("#")[0],
      );
    };
    for (const [i, id] of ids.entries()) {
      await look(at(`/runs/${id}?against=${ids[i - 1] ?? ""}`));
      // The run's page has each of them as HTML and as a drawing.
      const artifacts = ["page.html", "drawing.svg", "notes.txt"];
      await look(at(`/runs/${id}/artifacts/${artifacts[i % 3]}`));
      await look(pathToFileURL(`${dir}/runs/${id}/index.html`).href);
      await look(pathToFileURL(`${dir}/${id}.html`).href);
    }
    for (
      const path of [
        "/",
        "/experiments/penguins",
        "/sessions",
        `/compare?runs=${ids.join(",")}`,
      ]
    ) {
      await look(at(path));
    }
    await look(pathToFileURL(`${dir}/index.html`).href);
    // What the policy stopped was announced and never sent: nobody connected.
    const sent = foreign.filter((request) =>
      request.failure()?.errorText !== "csp"
    ).map((request) => request.url());
    assertEquals([dialogs, sent, leaks.connections], [[], [], 0]);
  } finally {
    await leaks.close();
  }
});

Deno.test("a site is read from plain files, with its style, charts and pictures", async () => {
  await using pages = await openPages();
  const { journal } = pages;
  const [run_id = ""] = fill(journal);
  const pixel = Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  );
  journal.artifacts.put(run_id, "figures/a figure.png", pixel, {
    content_type: "image/png",
    origin: "user",
  });
  const dir = `${pages.home}/site`;
  await writeSite({ source: new JournalSource(journal), dir, names: [] });
  const context = await pages.browser.newContext({ viewport: NARROW });
  const page = await context.newPage();
  await page.goto(pathToFileURL(`${dir}/index.html`).href);
  await page.click("text=penguins");
  await page.waitForLoadState("load");
  assertEquals(await page.locator("tr[data-run]").count(), 5);
  const names = () => page.locator("tr[data-run]:visible th a").allInnerTexts();
  await page.click("th button:has-text('loss')");
  assertEquals(await names(), ["run-1", "run-2", "run-3", "run-4", "run-5"]);
  await page.click("th button:has-text('loss')");
  assertEquals(await names(), ["run-5", "run-4", "run-3", "run-2", "run-1"]);
  await page.fill("input[type=search]", "adam finished");
  assertEquals(await names(), ["run-4", "run-2"]);
  await page.fill("input[type=search]", "");
  assertEquals(await sideways(page), 0);
  assertEquals(await accessProblems(page), []);
  await page.click("text=run-1");
  await page.waitForLoadState("load");
  assertEquals(await sideways(page), 0);
  assertEquals(await page.locator("figure[data-metric] svg").count(), 2);
  const picture = page.locator(".pictures img");
  await picture.scrollIntoViewIfNeeded();
  await until(
    "the picture",
    async () =>
      await page.evaluate(
        "document.querySelector('.pictures img').naturalWidth",
      ) ===
        1,
  );
  assertEquals(
    await page.evaluate(
      "getComputedStyle(document.querySelector('.charts')).display",
    ),
    "grid",
  );
});
