// What makes the pages better where scripts run: news, charts that are fetched when they come into view, a crosshair
// that charts share, zooming, saving as PNG, stars, sorting in files, keys. Everything can be read without it.

const body = document.body;
const live = body.dataset.live;

if (new URLSearchParams(location.search).has("token")) {
  const url = new URL(location.href);
  url.searchParams.delete("token");
  history.replaceState(null, "", url.pathname + url.search + url.hash);
}

const cell = new URLSearchParams(location.search).get("cell");
if (cell !== null && location.hash === "") {
  document.getElementById(`cell-${cell}`)?.scrollIntoView();
}

// Pages say times as UTC; who looks has a clock of their own.
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    const two = (number) => String(number).padStart(2, "0");
    time.textContent = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${
      two(at.getDate())
    } ${two(at.getHours())}:${two(at.getMinutes())}${
      time.dataset.seconds === undefined ? "" : `:${two(at.getSeconds())}`
    }`;
  }
}
localTimes(document);
const zone = document.getElementById("zone");
if (zone !== null) {
  zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// ---- charts ----

const plots = () => [...document.querySelectorAll("svg[data-plot]")];
const numbers = (text) => text.split(" ").map(Number);

function geometry(svg) {
  const [left, top, right, bottom] = numbers(svg.dataset.plot);
  const [from, to] = numbers(svg.dataset.x);
  const box = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.width / box.width;
  return { left, top, right, bottom, from, to, box, scale };
}

function positionAt(svg, event) {
  const { left, right, from, to, box, scale } = geometry(svg);
  const x = (event.clientX - box.left) * scale;
  if (x < left || x > right) return null;
  return from + (x - left) / (right - left) * (to - from);
}

const SVG = "http://www.w3.org/2000/svg";

function crosshair(position) {
  for (const svg of plots()) {
    let line = svg.querySelector(".crosshair");
    if (position === null) {
      line?.remove();
      continue;
    }
    const { left, right, top, bottom, from, to } = geometry(svg);
    if (position < from || position > to) {
      line?.remove();
      continue;
    }
    const x = left + (position - from) / (to - from) * (right - left);
    if (line === null) {
      line = document.createElementNS(SVG, "g");
      line.setAttribute("class", "crosshair");
      line.append(
        document.createElementNS(SVG, "path"),
        document.createElementNS(SVG, "text"),
      );
      svg.append(line);
    }
    line.firstChild.setAttribute("d", `M${x},${top}V${bottom}`);
    const text = line.lastChild;
    const late = x > (left + right) / 2;
    const at = x + (late ? -5 : 5);
    text.setAttribute("y", top + 10);
    text.setAttribute("text-anchor", late ? "end" : "start");
    const values = valuesNear(svg, x);
    const here = String(Math.round(position * 100) / 100);
    text.replaceChildren(
      ...(values.length === 1
        ? [{ value: `${here}: ${values[0].value}`, colour: null }]
        : [{ value: here, colour: null }, ...values]).map(
          ({ value, colour }, i) => {
            const part = document.createElementNS(SVG, "tspan");
            part.setAttribute("x", at);
            if (i > 0) part.setAttribute("dy", 13);
            if (colour !== null) part.setAttribute("fill", colour);
            part.textContent = value;
            return part;
          },
        ),
    );
  }
}

const MOST_VALUES = 10;

// The values that lines have at a position in the drawing, read off the lines themselves.
function valuesNear(svg, x) {
  const { top, bottom } = geometry(svg);
  const [low, high] = numbers(svg.dataset.y);
  // The first line is drawn last, above the others.
  return [...svg.querySelectorAll("g[data-run]")].reverse()
    .slice(0, MOST_VALUES)
    .flatMap((line) => {
      // A band has a fill, and its edges are no means.
      const path = line.querySelector(":scope > path[stroke]:not([fill])");
      const y = path === null ? null : heightNear(path, x);
      if (y === null) return [];
      const share = (bottom - y) / (bottom - top);
      const value = svg.dataset.log === "y" && low > 0
        ? low * (high / low) ** share
        : low + share * (high - low);
      const edge = svg.dataset.cut !== "y"
        ? ""
        : y <= top
        ? "≥ "
        : y >= bottom
        ? "≤ "
        : "";
      return [{
        value: `${edge}${Number(value.toPrecision(4))}`,
        colour: path.getAttribute("stroke"),
      }];
    });
}

// The height of a line at a position; null where it is not.
function heightNear(path, x) {
  const points = path.__points ??= [
    ...path.getAttribute("d").matchAll(/(-?[\d.]+),(-?[\d.]+)/g),
  ].map(([, px, py]) => [Number(px), Number(py)]);
  const last = points.at(-1);
  if (last === undefined || x > last[0] + 6 || x < points[0][0] - 6) {
    return null;
  }
  let best = last;
  for (const point of points) {
    if (Math.abs(point[0] - x) < Math.abs(best[0] - x)) best = point;
  }
  return best[1];
}

let frame = 0;
document.addEventListener("pointermove", (event) => {
  const svg = event.target.closest?.("svg[data-plot]");
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    crosshair(svg ? positionAt(svg, event) : null);
    if (svg && drag?.svg === svg) showDrag(event);
  });
});

let drag = null;

function showDrag(event) {
  const { left, right, top, bottom, box, scale } = geometry(drag.svg);
  const inside = (x) => Math.min(right, Math.max(left, x));
  const a = inside((drag.x - box.left) * scale);
  const b = inside((event.clientX - box.left) * scale);
  drag.shade ??= drag.svg.appendChild(document.createElementNS(SVG, "rect"));
  drag.shade.setAttribute("class", "shade");
  drag.shade.setAttribute("x", Math.min(a, b));
  drag.shade.setAttribute("width", Math.abs(a - b));
  drag.shade.setAttribute("y", top);
  drag.shade.setAttribute("height", bottom - top);
}

document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest?.("figure[data-chart] svg[data-plot]");
  if (!svg || !live || event.button !== 0) return;
  const from = positionAt(svg, event);
  if (from !== null) drag = { svg, from, x: event.clientX, shade: null };
});

document.addEventListener("pointerup", (event) => {
  if (drag === null) return;
  const { svg, from, x, shade } = drag;
  drag = null;
  shade?.remove();
  const to = positionAt(svg, event);
  if (to === null || Math.abs(event.clientX - x) < 6) return;
  draw(svg.closest("figure"), {
    from: Math.min(from, to),
    to: Math.max(from, to),
  });
});

document.addEventListener("dblclick", (event) => {
  const figure = event.target.closest?.("figure[data-chart]");
  if (figure && live) draw(figure, {});
});

// What is drawn already of a range, stretched to its place in the next frame: the finer drawing follows.
function stretch(svg, range) {
  const { left, right, top, bottom, from, to } = geometry(svg);
  const lines = svg.querySelector("g:has(> g[data-run])");
  if (lines === null || !("from" in range)) return;
  const x = (at) => left + (at - from) / (to - from) * (right - left);
  const part = document.createElementNS(SVG, "svg");
  const width = x(range.to) - x(range.from);
  for (
    const [name, value] of Object.entries({
      class: "stretched",
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      viewBox: `${x(range.from)} ${top} ${width} ${bottom - top}`,
      preserveAspectRatio: "none",
    })
  ) part.setAttribute(name, value);
  lines.replaceWith(part);
  part.append(lines);
  // What the lower axis says is of another range now.
  for (
    const text of svg.querySelectorAll(":scope > g > path[d$='v4'] + text")
  ) {
    text.remove();
  }
}

// Fetches a chart again, in another range or with what is new.
async function draw(figure, range) {
  const url = new URL(figure.dataset.chart, location.href);
  url.searchParams.set("drawing", "1");
  for (const name of ["from", "to"]) {
    if (name in range) url.searchParams.set(name, range[name]);
  }
  const old = figure.querySelector("svg");
  if (old === null) return;
  url.searchParams.set("width", old.viewBox.baseVal.width);
  url.searchParams.set("height", old.viewBox.baseVal.height);
  figure.dataset.range = JSON.stringify(range);
  stretch(old, range);
  const answer = await fetch(url);
  if (!answer.ok) return;
  const svg = parsed(await answer.text()).querySelector("svg");
  if (svg !== null) old.replaceWith(svg);
}

function parsed(text) {
  const root = new DOMParser().parseFromString(text, "text/html").body;
  localTimes(root);
  return root;
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    fetchLater(target);
  }
}, { rootMargin: "300px" });

async function fetchLater(figure) {
  const url = new URL(figure.dataset.later, location.href);
  url.searchParams.set("figure", "1");
  const answer = await fetch(url);
  if (!answer.ok) return;
  const whole = parsed(await answer.text()).querySelector("figure");
  if (whole === null) return;
  figure.replaceWith(whole);
  prepare(whole);
}

function prepare(root) {
  for (
    const button of root.querySelectorAll("button[data-png], button[data-svg]")
  ) {
    button.hidden = false;
  }
  if (!live) return;
  for (const figure of root.querySelectorAll("figure[data-later]")) {
    if (figure.dataset.later !== "") seen.observe(figure);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-png], button[data-svg]");
  if (!button) return;
  const svg = button.closest("figure").querySelector("svg").cloneNode(true);
  svg.querySelector(".crosshair")?.remove();
  const style = getComputedStyle(document.documentElement);
  svg.setAttribute("fill", style.color);
  svg.setAttribute("color", style.color);
  const { width, height } = svg.viewBox.baseVal;
  const file = `data:image/svg+xml;charset=utf-8,${
    encodeURIComponent(new XMLSerializer().serializeToString(svg))
  }`;
  if (button.dataset.svg !== undefined) return save(button.dataset.svg, file);
  const image = new Image();
  image.src = file;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext("2d");
  context.fillStyle = getComputedStyle(body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  save(button.dataset.png, canvas.toDataURL("image/png"));
});

function save(name, address) {
  const link = document.createElement("a");
  link.download = name;
  link.href = address;
  link.click();
}

// ---- news ----

const PARTS = {
  status: ["head", "overview", "written", "system", "changes", "missing"],
  cells: [
    "head",
    "overview",
    "cells",
    "data",
    "network",
    "packages",
    "missing",
  ],
  metrics: ["metrics"],
  artifacts: ["artifacts", "verdict"],
  delivery: ["overview"],
};

const pending = new Set();
let fetching = false;

async function fetchParts() {
  if (fetching || pending.size === 0) return;
  fetching = true;
  try {
    const wanted = [...pending];
    pending.clear();
    const url = new URL(location.href);
    const against = url.searchParams.get("against");
    url.search = "";
    url.hash = "";
    url.searchParams.set("parts", wanted.join(","));
    if (against) url.searchParams.set("against", against);
    const answer = await fetch(url);
    if (answer.ok) replaceParts(parsed(await answer.text()));
  } finally {
    fetching = false;
  }
  fetchParts();
}

function replaceParts(fetched) {
  for (const fresh of [...fetched.querySelectorAll("[data-part]")]) {
    const old = document.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (old === null || old.outerHTML === fresh.outerHTML) continue;
    keepPlace(() => {
      if (fresh.dataset.part === "cells") mergeCells(old, fresh);
      else if (fresh.dataset.part === "metrics") mergeCharts(old, fresh);
      else old.replaceWith(fresh);
    });
    prepare(document);
  }
}

// Only cells that changed are replaced: frames of the others stay as they are.
function mergeCells(old, fresh) {
  const cells = new Map(
    [...old.querySelectorAll("[data-cell]")].map((one) => [one.id, one]),
  );
  if (cells.size === 0) return old.replaceWith(fresh);
  for (const cell of [...fresh.querySelectorAll("[data-cell]")]) {
    const known = cells.get(cell.id);
    if (known === undefined) old.append(cell);
    else if (known.outerHTML !== cell.outerHTML) known.replaceWith(cell);
  }
}

// Charts that were fetched later, or zoomed, stay.
function mergeCharts(old, fresh) {
  const figures = new Map(
    [...old.querySelectorAll("figure")].map((one) => [one.dataset.metric, one]),
  );
  for (const figure of fresh.querySelectorAll("figure")) {
    const known = figures.get(figure.dataset.metric);
    if (known === undefined) continue;
    const zoomed = known.dataset.range !== undefined &&
      known.dataset.range !== "{}";
    const fetched = figure.dataset.later !== undefined &&
      known.dataset.later === undefined;
    if (!zoomed && !fetched) continue;
    figure.replaceWith(known);
    if (fetched && !zoomed) draw(known, {});
  }
  old.replaceWith(fresh);
}

function keepPlace(change) {
  const before = document.documentElement.scrollHeight;
  const top = scrollY;
  const anchor = [...document.querySelectorAll("main section")].find((one) =>
    one.getBoundingClientRect().bottom > 0
  );
  const offset = anchor?.getBoundingClientRect().top;
  change();
  const after = anchor && document.getElementById(anchor.id);
  if (after && top > 0 && before !== document.documentElement.scrollHeight) {
    scrollBy(0, after.getBoundingClientRect().top - offset);
  }
}

if (live && body.dataset.run) {
  const events = new EventSource(new URL(`${live}events`, location.href));
  events.addEventListener("open", () => {
    // What was logged between the page and this moment.
    if (document.querySelector('[data-part="head"] [data-status="RUNNING"]')) {
      for (const part of ["head", "metrics", "cells"]) pending.add(part);
      fetchParts();
    }
  });
  events.addEventListener("message", ({ data }) => {
    const { run_id, changed } = JSON.parse(data);
    if (run_id !== body.dataset.run) return;
    for (const one of changed) {
      for (const part of PARTS[one] ?? []) pending.add(part);
    }
    fetchParts();
  });
  addEventListener("pagehide", () => events.close());
}

// ---- runs of a server: it tells nobody what is new, so an open run is read again ----

function refreshLater() {
  const fresh = document.querySelector("[data-refresh]");
  if (fresh === null) return;
  fresh.querySelector(".without-script").hidden = true;
  fresh.querySelector(".with-script").hidden = false;
  setTimeout(async () => {
    if (!document.hidden) {
      for (
        const part of [
          "fresh",
          "head",
          "metrics",
          "cells",
          "overview",
          "artifacts",
        ]
      ) pending.add(part);
      await fetchParts();
    }
    refreshLater();
  }, 1000 * Number(fresh.dataset.refresh));
}

refreshLater();

// ---- stars: given and taken without leaving the place ----

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button.star");
  if (!button) return;
  event.preventDefault();
  const { value } = button;
  const answer = await fetch(button.formAction, {
    method: "POST",
    body: new URLSearchParams({ starred: value }),
  });
  if (!answer.ok) return;
  button.value = String(value !== "true");
  button.setAttribute("aria-pressed", value);
  button.textContent = value === "true" ? "★" : "☆";
});

// ---- tables in pages that are files: sorted and searched here ----

const orderOf = (cell) => {
  const text = cell?.dataset.value ??
    cell?.querySelector("time")?.dateTime ?? cell?.innerText.trim() ?? "";
  const number = text === "" ? NaN : Number(text);
  if (text === "" || text === "NaN") return [2, 0];
  return Number.isNaN(number) ? [1, text] : [0, number];
};

// As a server sorts: numbers, texts, and nothing last either way; among equals as they stood.
function sortRows(head, column, sign) {
  const rows = head.closest("table").tBodies[0];
  rows.append(
    ...[...rows.rows].map((row) => ({ row, rank: orderOf(row.cells[column]) }))
      .sort(({ rank: [a, x] }, { rank: [b, y] }) =>
        a - b || (a === 2 || x === y ? 0 : (x < y ? -1 : 1) * sign)
      ).map(({ row }) => row),
  );
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) {
        other.removeAttribute("aria-sort");
      }
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      sortRows(head, column, up ? 1 : -1);
    });
  }
  const label = document.createElement("label");
  const search = document.createElement("input");
  search.type = "search";
  label.className = "search";
  label.append("Search the table ", search);
  table.closest(".scroll").before(label);
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const row of table.tBodies[0].rows) {
      const text = row.innerText.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
}

// ---- keys: j and k go through the rows of a table, x chooses, / goes to the filter ----

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, button, summary")) {
    return;
  }
  if (event.key === "/") {
    const filter = document.getElementById("filter");
    if (filter) {
      event.preventDefault();
      filter.focus();
    }
    return;
  }
  const rows = [...document.querySelectorAll("tr[data-run] th[scope=row] a")];
  const at = rows.indexOf(document.activeElement);
  const to = { j: at + 1, k: Math.max(0, at - 1) }[event.key];
  if (to !== undefined && rows[to]) rows[to].focus();
  if (event.key === "x" && at >= 0) {
    rows[at].closest("tr").querySelector("input[type=checkbox]")?.click();
  }
});

prepare(document);
