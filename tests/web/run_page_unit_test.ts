import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parquetWriteBuffer } from "npm:hyparquet-writer@0.17.0";
import { filePreview } from "../../src/web/parts/preview.ts";
import { runCard } from "../../src/view/run_card.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { gitlabToken } from "../redaction/support.ts";
import { outputPart } from "../../src/web/parts/outputs.ts";
import { allDisplays } from "../view/displays.ts";
import { attributes, decoded, pagesOf } from "./support.ts";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A run whose second cell failed and has flags, with outputs of every kind. */
function failedRun(journal: Parameters<typeof addRun>[0]): string {
  const id = addRun(journal, {
    cells: ["const a = 1 < 2;", "a.b.c"],
    end: "FAILED",
  });
  const session_id = journal.runs.get(id)?.session_id ?? "";
  const second = journal.executions.list(session_id)[1];
  assert(second !== undefined);
  journal.executions.put({
    ...second,
    status: "error",
    flags: ["stale", "out-of-order"],
  });
  const outputs = [
    {
      output_type: "stream",
      name: "stderr",
      text: ["one\n", "\u001b[31mtwo\u001b[0m"],
    },
    { output_type: "display_data", metadata: {}, data: { "image/png": PIXEL } },
    {
      output_type: "display_data",
      metadata: {},
      data: { "text/html": "<b>bold</b><script>alert(1)</script>" },
    },
    {
      output_type: "execute_result",
      execution_count: 2,
      metadata: {},
      data: { "image/svg+xml": ["<svg width='10' ", "height='20'/>"] },
    },
    {
      output_type: "error",
      ename: "TypeError",
      evalue: "no <b>",
      traceback: ["at 1:1"],
    },
  ];
  journal.executions.putOutputs(
    session_id,
    second.position,
    outputs.map((output) => JSON.stringify(output)),
  );
  return id;
}

Deno.test("a cell is a section with its position, state and flags, its source in code, its outputs after it", async () => {
  using made = emptyJournal();
  const id = failedRun(made.journal);
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  assertEquals(attributes(text, "data-cell"), ["0", "1"]);
  const cells = [...text.matchAll(/<section class="cell"[^]*?<\/section>/g)]
    .map(([cell]) => cell);
  assertMatch(cells[0] ?? "", /data-status="ok" data-flags="before-track"/);
  assertStringIncludes(
    cells[0] ?? "",
    '<pre class="source"><code>const a = 1 &lt; 2;</code></pre>',
  );
  const second = cells[1] ?? "";
  assertMatch(second, /data-status="error" data-flags="stale out-of-order"/);
  assertStringIncludes(second, "one\ntwo</pre>");
  assertStringIncludes(second, `src="data:image/png;base64,${PIXEL}"`);
  assertStringIncludes(second, "TypeError: no &lt;b&gt;");
  const frames = [...second.matchAll(/<iframe ([^>]*)>/g)].map((f) =>
    f[1] ?? ""
  );
  assertEquals(frames.length, 2);
  for (const frame of frames) {
    assertMatch(frame, /(^| )sandbox( |$)/);
    assert(!frame.includes("allow-"), frame);
  }
  const [, html = ""] = /srcdoc="([^"]*)"/.exec(frames[0] ?? "") ?? [];
  assertStringIncludes(decoded(html), "<b>bold</b>");
  assert(!second.replaceAll(/srcdoc="[^"]*"/g, "").includes("<script"));
  assertStringIncludes(text, 'href="#cell-1"');
});

Deno.test("what nbtrack itself showed in a cell is no frame of its own height: charts are pictures, progress is text, tables fit", async () => {
  const displays = await allDisplays();
  const parts = displays.map((data) =>
    String(outputPart({ output_type: "display_data", metadata: {}, data }, "x"))
  );
  const [card = "", chart = "", table = "", , , bar = ""] = parts;
  for (const text of [card, bar]) assertMatch(text, /^<pre class="output"/);
  assertMatch(
    chart,
    /^<img class="output chart" alt="[^"]*" src="data:image\/svg\+xml;base64,[\w+/=]+">/,
  );
  assertMatch(table, /^<iframe [^>]*sandbox[^>]* height="\d+"/);
  // Whoever calls it a chart of nbtrack's gets no markup of his own into the page.
  const view = { kind: "chart" };
  const odd = '<img src="data:image/svg+xml;base64,PHN2Zy8+"onerror="x"><b>';
  const forged = String(outputPart({
    output_type: "display_data",
    metadata: {},
    data: {
      "application/vnd.nbtrack.view+json": view,
      "text/html": odd,
      "text/plain": "<b>",
    },
  }, "x"));
  assertEquals(/onerror|<b>/.test(forged), false, forged);
});

Deno.test("a metric is a figure with an image that says its range and its last value, and links that save it", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    metrics: { loss: [3, 0.1, 0.2], "a/b c": [1, 2] },
  });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${id}`);
  assertEquals(attributes(text, "data-metric").toSorted(), ["a/b c", "loss"]);
  assertStringIncludes(text, 'aria-label="loss over step, 0.1 to 3, last 0.2"');
  assertMatch(text, /<svg [^>]*role="img"/);
  const figure = /<figure data-metric="loss"[^]*?<\/figure>/.exec(text)?.[0] ??
    "";
  const saved = attributes(figure, "href");
  const csv = saved.find((href) => href.includes("?csv"));
  const svg = saved.find((href) => href.includes("svg"));
  assert(csv !== undefined && svg !== undefined, figure);
  const points = await pages.get(csv);
  assertEquals(
    points.text.split("\n").map((line) => line.replace(/,\d+,/, ",")),
    [
      "step,timestamp,value",
      "0,3",
      "1,0.1",
      "2,0.2",
      "",
    ],
  );
  assertMatch(points.headers.get("content-disposition") ?? "", /^attachment/);
  const drawing = await pages.get(svg);
  assertMatch(drawing.text, /^<\?xml[^]*<svg /);
  assertMatch(drawing.headers.get("content-disposition") ?? "", /^attachment/);
});

Deno.test("with 1,500 metrics the page draws the first and leaves the others until they are asked for", async () => {
  using made = emptyJournal();
  const metrics = Object.fromEntries(
    Array.from({ length: 1500 }, (_, i) => [`m${i}`, [i, i + 1]]),
  );
  const id = addRun(made.journal, { metrics });
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${id}`);
  assertEquals(attributes(text, "data-metric").length, 1500);
  const drawn = text.match(/<svg /g)?.length ?? 0;
  assert(drawn > 0 && drawn <= 20, `${drawn} are drawn`);
  const later = attributes(text, "data-later");
  assertEquals(later.length, 1500 - drawn);
  const figure = await pages.get(`${later.at(-1)}&figure=1`);
  assertMatch(figure.text, /^<figure data-metric="m1499"[^]*<svg /);
});

Deno.test("an artifact has a page with a preview, and its bytes are a download whatever they are", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    artifacts: {
      "notes.txt": "two < three",
      "deep/table.csv": "name;mass\nana;<b>4</b>\n",
      "rows.json": JSON.stringify([{ a: 1 }, { b: "<i>" }]),
      "page.html": "<h1>x</h1><script>alert(1)</script>",
      "book.ipynb": JSON.stringify({
        cells: [{
          cell_type: "code",
          source: ["1 <", " 2"],
          outputs: [],
          metadata: {},
        }],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      }),
      "broken.json": "{",
    },
  });
  const pages = pagesOf(made.journal);
  const shown = async (path: string) =>
    (await pages.get(`/runs/${id}/artifacts/${path}`)).text;
  assertStringIncludes(await shown("notes.txt"), "two &lt; three");
  const table = await shown("deep/table.csv");
  assertStringIncludes(table, '<th scope="col">mass</th>');
  assertStringIncludes(table, "<td>&lt;b&gt;4&lt;/b&gt;</td>");
  assertStringIncludes(await shown("rows.json"), '<th scope="col">b</th>');
  assertMatch(await shown("page.html"), /<iframe [^>]*sandbox/);
  assertStringIncludes(await shown("book.ipynb"), "1 &lt; 2</code>");
  assertStringIncludes(await shown("broken.json"), "<pre");
  const bytes = await pages.get(`/runs/${id}/artifacts/page.html?download`);
  assertEquals(bytes.text, "<h1>x</h1><script>alert(1)</script>");
  assertMatch(bytes.headers.get("content-disposition") ?? "", /^attachment/);
  assertEquals(bytes.headers.get("content-type"), "application/octet-stream");
  assertEquals(bytes.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("runs side by side show what differs alone: params, curves, changed lines, packages", async () => {
  using made = emptyJournal();
  const run = (k: string, version: string, line: string) =>
    addRun(made.journal, {
      params: { k, same: "yes" },
      metrics: { loss: [1, Number(k)] },
      cells: [`a\nb\n${line}`],
      documents: {
        packages: [{
          name: "ml-knn",
          version,
          registry: "npm",
          integrity: null,
          direct: true,
        }],
      },
    });
  const ids = [run("1", "3.0.0", "old"), run("2", "3.1.0", "new")];
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/compare?runs=${ids.join(",")}`);
  assertMatch(text, /<th scope="row">k /);
  assert(!/<th scope="row">same/.test(text));
  assertEquals(attributes(text, "data-metric"), ["loss"]);
  assertEquals(
    /<figure[^]*?<\/figure>/.exec(text)?.[0].match(/<g data-run=/g)?.length,
    2,
  );
  assertStringIncludes(text, "<del>-old</del>");
  assertStringIncludes(text, "<ins>+new</ins>");
  assertStringIncludes(text, "3.1.0");
  // A part of the curves, as large as what it takes the place of.
  const zoomed = await pages.get(
    `/compare?runs=${
      ids.join(",")
    }&key=loss&drawing=1&from=0.5&to=1.5&width=1080&height=420`,
  );
  assertStringIncludes(zoomed.text, 'viewBox="0 0 1080 420"');
  assertStringIncludes(zoomed.text, 'data-x="0.5 1.5"');
  // Curves that one run makes flat are seen on a logarithmic axis, also when they are zoomed.
  const log = await pages.get(`/compare?runs=${ids.join(",")}&key=loss&log=1`);
  assertStringIncludes(log.text, 'data-log="y"');
  assertMatch(attributes(log.text, "data-chart")[0] ?? "", /log=1/);
  assertStringIncludes(log.text, `name="runs" value="${ids.join(",")}"`);
  const csv = await pages.get(`/compare?runs=${ids.join(",")}&key=loss&csv`);
  assertEquals(csv.text.split("\n").length, 6);
  assertStringIncludes(csv.text, `${ids[1]},1,`);
});

/** A notebook whose texts are lists of pieces that are cut within a token. */
function inPieces(token: string): string {
  const pieces = [`say ${token.slice(0, 9)}`, `${token.slice(9)} twice`];
  const stream = { output_type: "stream", name: "stdout", text: pieces };
  const display = {
    output_type: "display_data",
    data: { "text/markdown": pieces },
    metadata: {},
  };
  return JSON.stringify({
    cells: [
      { cell_type: "markdown", source: pieces, metadata: {} },
      {
        cell_type: "code",
        source: pieces,
        outputs: [stream, display],
        metadata: {},
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
}

Deno.test("a token that a notebook holds in pieces is whole on no page of it, with a byte order mark or none", async () => {
  using made = emptyJournal();
  const token = gitlabToken();
  const id = addRun(made.journal, {
    artifacts: {
      "o.ipynb": inPieces(token),
      "marked.ipynb": `\ufeff${inPieces(token)}`,
    },
  });
  const pages = pagesOf(made.journal);
  for (const path of ["o.ipynb", "marked.ipynb"]) {
    const { text } = await pages.get(`/runs/${id}/artifacts/${path}`);
    assertEquals(text.match(/say \[redacted/g)?.length, 4);
    const stored = await pages.get(`/runs/${id}/artifacts/${path}?download`);
    for (const shown of [text, stored.text]) {
      assert(!shown.includes(token.slice(0, 9)), path);
      assert(!shown.includes(token.slice(9)), path);
    }
  }
});

Deno.test("a preview draws no token that its file was stored with, in pieces, by its code points or packed", async () => {
  const token = gitlabToken();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const escaped = JSON.stringify([{ say: token }]).replace("gl", "\\u0067l");
  const files: [string, Uint8Array][] = [
    ["o.ipynb", bytes(inPieces(token))],
    ["rows.json", bytes(escaped)],
    ["table.csv", bytes(`say,n\n${token},1\n`)],
    ["page.html", bytes(`<b>${token}</b>`)],
    ["drawing.svg", bytes(`<svg><text>${token}</text></svg>`)],
    ["notes.txt", bytes(`use ${token}`)],
    [
      "table.parquet",
      new Uint8Array(parquetWriteBuffer({
        columnData: [{ name: "say", data: [token, "word"], type: "STRING" }],
      })),
    ],
  ];
  for (const [path, content] of files) {
    const page = String(await filePreview(path, content));
    assertStringIncludes(page, "[redacted GitLab ");
    assert(!page.includes(token), path);
  }
});

Deno.test("every chart of a comparison has ways to save it as SVG, PNG and CSV", async () => {
  using made = emptyJournal();
  const ids = [1, 2].map((k) =>
    addRun(made.journal, {
      name: `run, ${k}`,
      params: { k: String(k) },
      metrics: { loss: [k, k / 2] },
    })
  );
  const { text } = await pagesOf(made.journal).get(
    `/compare?runs=${ids.join(",")}`,
  );
  const figures = text.match(/<figure[^]*?<\/figure>/g) ?? [];
  assertEquals(figures.length, 3);
  for (const figure of figures) {
    assertMatch(figure, /(data-svg="[^"]+\.svg"|download="[^"]+\.svg")/);
    assertMatch(figure, /data-png="[^"]+\.png"/);
    assertMatch(figure, /download="[^"]+\.csv"/);
  }
  const [csv] = attributes(
    figures.find((figure) => figure.includes("scatter")) ?? "",
    "href",
  );
  const [head, , second] = decodeURIComponent(csv ?? "").split(/,(.*)/s)[1]
    ?.split("\n") ?? [];
  assertEquals(head, "run_id,name,k,loss");
  assertEquals(second, `${ids[1]},"run, 2",2,1`);
});

Deno.test("the table of metrics says best value and range of each, however many there are, and nothing of a single value", async () => {
  using made = emptyJournal();
  const metrics = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`loss ${i}`, [3, i + 1, 2]]),
  );
  const id = addRun(made.journal, { metrics: { ...metrics, once: [7] } });
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  const row = (key: string) =>
    (text.match(new RegExp(`>${key}</a></th>[^]*?</tr>`))?.[0] ?? "")
      .replaceAll(/<[^>]*>/g, "|").replaceAll(/\|+/g, "|");
  assertStringIncludes(row("loss 0"), "|1 |step 1|1 to 3|");
  assertStringIncludes(row("loss 39"), "|2 |step 2|2 to 40|");
  assertStringIncludes(row("once"), "once|7|1|");
});

Deno.test("a column whose numbers were not read says why there is no picture of them", async () => {
  using made = emptyJournal();
  const column = { name: "mass", type: "number", missing: 3, distinct: null };
  const data = (part: Record<string, unknown>) => ({
    uri: "penguins.parquet",
    digest: `sha256:${"a".repeat(64)}`,
    size: 10,
    rows: 344,
    columns: [{ name: "mass", type: "number" }],
    profile: [{ ...column, min: 1, max: 9, ...part }],
  });
  const pages = pagesOf(made.journal);
  const said = async (part: Record<string, unknown>) =>
    (await pages.get(
      `/runs/${addRun(made.journal, { datasets: { penguins: data(part) } })}`,
    )).text.includes("large Parquet and Arrow files");
  assertEquals(await said({}), true);
  const histogram = { from: 0, width: 4, counts: [5, 1, 2] };
  assertEquals(await said({ histogram }), false);
});

Deno.test("the page of a sweep names the best by the sweep's own goal: the mean over its seeds, whatever the metric is called", async () => {
  using at = emptyJournal();
  // A server has nothing of the sweep but its tag.
  const sweep = addRun(at.journal, {
    tags: { "nbtrack.sweep": "4 runs, max gap" },
    end: "FINISHED",
  });
  const ids = ([["1", 9], ["1", 1], ["2", 6], ["2", 6]] as const).map((
    [k, gap],
  ) =>
    addRun(at.journal, {
      parent: sweep,
      params: { k },
      metrics: { loss: [gap], gap: [100, gap] },
      end: "FINISHED",
    })
  );
  const { text } = await pagesOf(at.journal).get(`/runs/${sweep}`);
  assertStringIncludes(
    text,
    "; in bold the best, by the highest gap, 6 on average</caption>",
  );
  const bold = [
    ...text.matchAll(/<tr class="best"><th scope="row"><a href="([^"]*)"/g),
  ].map(([, href]) => href);
  assertEquals(bold, ids.slice(2).map((id) => `/runs/${id}`));
  // One run is run again, of the best combination, though another had a luckier seed.
  assertStringIncludes(text, "Run its best by gap again");
  assertStringIncludes(text, `nbtrack reproduce ${ids[2]?.slice(0, 8)}`);
});

Deno.test("the page of a sweep has its runs, with the params that differ and their metrics, and each run leads back to it", async () => {
  using at = emptyJournal();
  const sweep = addRun(at.journal, {
    name: "sweep",
    params: { k: "1,3" },
    tags: { "nbtrack.sweep": "2 runs" },
    documents: { sweep: {} },
  });
  const runs = ["1", "3"].map((k) =>
    addRun(at.journal, {
      name: `k-is-${k}`,
      parent: sweep,
      params: { k, testShare: "0.3" },
      metrics: { accuracy: [0.9 + Number(k) / 100] },
    })
  );
  const hidden = addRun(at.journal, { parent: sweep, listed: false });
  const pages = pagesOf(at.journal);
  const { text } = await pages.get(`/runs/${sweep}`);
  const part = /<section id="children"[^]*?<\/section>/.exec(text)?.[0] ?? "";
  assertStringIncludes(
    part,
    'aria-label="Table of child runs"',
    "the section is called Child runs",
  );
  assertStringIncludes(
    part,
    "2 runs belong to this one; none is called the best: the sweep was begun without",
  );
  for (const id of runs) assertStringIncludes(part, `href="/runs/${id}"`);
  assertEquals(part.includes(hidden), false);
  assertStringIncludes(part, "0.93");
  assertEquals(part.includes("testShare"), false, "it is the same in both");
  assertStringIncludes(part, "Compare them");
  const best = runs[1]?.slice(0, 8);
  assertStringIncludes(
    text,
    `its best by accuracy again: <code>nbtrack reproduce ${best}</code>`,
  );
  assertEquals(text.includes(`nbtrack reproduce ${sweep.slice(0, 8)}`), false);
  const card = runCard(at.journal, {
    id: sweep,
    name: "sweep",
    experiment: "penguins",
    status: "FINISHED",
  });
  assertMatch(
    card.text,
    new RegExp(`show ${sweep.slice(0, 8)}, nbtrack reproduce ${best}`),
  );
  const child = await pages.get(`/runs/${runs[0]}`);
  assertMatch(
    child.text,
    new RegExp(`<dt>Parent</dt><dd><a href="/runs/${sweep}">`),
  );
  assertEquals(child.text.includes('id="children"'), false);
});

Deno.test("a long param is folded, and a comparison begins with the param that went most with the metric", async () => {
  using at = emptyJournal();
  const ids = Array.from({ length: 8 }, (_, k) =>
    addRun(at.journal, {
      params: {
        always: String(k % 2),
        depth: String(k),
        prompt: `${"x".repeat(3000)}${k}`,
      },
      metrics: { loss: [1, k] },
    }));
  const pages = pagesOf(at.journal);
  const { text } = await pages.get(`/runs/${ids[0]}`);
  assertMatch(
    text,
    /<details><summary>x{119}… <span class="quiet">3,001 characters<\/span><\/summary>x{3000}0<\/details>/,
  );
  const compared = await pages.get(`/compare?runs=${ids.join(",")}`);
  assertStringIncludes(
    compared.text,
    '<option value="depth" selected>',
  );
});
