import type { Kind } from "../kinds.ts";

/**
 * What cells show.
 *
 * After rgbkrk/denotebooks ("One Symbol to Rule them All", "Deno Display", "Pie on Canvas", "02_display", "VegaTime",
 * "tagged-template-literals") and the notebooks of rgbkrk/display.js (plasma, vegalite, async-example).
 */
export const DISPLAYS: readonly Kind[] = [
  {
    about: "shows vectors by the symbol that Jupyter asks for",
    cells: [
      `class Arrow {
  constructor(readonly dx: number, readonly dy: number, readonly ink = "teal") {}
  get length() { return Math.hypot(this.dx, this.dy); }
  plus(other: Arrow) { return new Arrow(this.dx + other.dx, this.dy + other.dy, this.ink); }
  [Symbol.for("Jupyter.display")]() {
    const side = Math.max(60, 2 * this.length), mid = side / 2;
    return {
      "text/plain": \`Arrow(\${this.dx}, \${this.dy})\`,
      "image/svg+xml": \`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \${side} \${side}" width="\${side}">
  <defs><marker id="tip" markerWidth="5" markerHeight="5" refX="5" refY="2.5" orient="auto"><path d="M0 0 5 2.5 0 5z" fill="\${this.ink}"/></marker></defs>
  <line x1="\${mid}" y1="\${mid}" x2="\${mid + this.dx}" y2="\${mid - this.dy}" stroke="\${this.ink}" marker-end="url(#tip)"/>
</svg>\`,
    };
  }
}
new Arrow(60, 45)`,
      `const wind = new Arrow(-20, 30, "tomato");
wind.plus(new Arrow(50, 5))`,
      `class Later extends Arrow {
  async [Symbol.for("Jupyter.display")]() {
    await new Promise((done) => setTimeout(done, 5));
    return { "text/markdown": "**" + this.length.toFixed(3) + "** long", "text/plain": String(this.length) };
  }
}
new Later(3, 4)`,
      `const boat = Object.assign(() => 7, { [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>a function, drawn</b>" }) });
boat`,
      `[wind, new Later(1, 1)]`,
    ],
  },
  {
    about: "updates one display while a job goes on",
    cells: [
      `const { display, html } = Deno.jupyter;
const steps = ["load", "clean", "fit", "score"];
const board = (n: number) => html\`<ol>\${steps.map((s, i) => "<li>" + (i < n ? "✔ " : "… ") + s + "</li>").join("")}</ol>\`;`,
      `await display(board(0), { display_id: "board" });
for (let n = 1; n <= steps.length; n++) {
  await new Promise((done) => setTimeout(done, 3));
  await display(board(n), { display_id: "board", update: true });
}`,
      `await display({ "text/plain": "0 %" }, { raw: true, display_id: "bar" });
for (const part of [25, 50, 75, 100]) {
  await Deno.jupyter.broadcast("update_display_data", {
    data: { "text/plain": "#".repeat(part / 5).padEnd(20, ".") + " " + part + " %" },
    metadata: {},
    transient: { display_id: "bar" },
  });
}`,
      `// the first board once more, from another cell
await display(html\`<p>all \${steps.length} steps are done</p>\`, { display_id: "board", update: true });
steps.length`,
      `for (let i = 0; i <= 3; i++) {
  await Deno.stdout.write(new TextEncoder().encode("\\rbatch " + i + "/3"));
}
console.log();`,
      `await Deno.jupyter.broadcast("clear_output", { wait: true });
console.log("what is left");`,
    ],
  },
  {
    about: "encodes pictures itself, pixel by pixel",
    cells: [
      `import { crc32, deflateSync } from "node:zlib";
const text = new TextEncoder();
function chunk(kind: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length), view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  out.set(text.encode(kind), 4);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)));
  return out;
}`,
      `function png(width: number, height: number, at: (x: number, y: number) => [number, number, number]): Uint8Array {
  const rows = new Uint8Array(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(at(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  const head = new Uint8Array(13), view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", new Uint8Array(deflateSync(rows))), chunk("IEND", new Uint8Array())];
  return new Uint8Array(parts.flatMap((part) => [...part]));
}`,
      `const plasma = png(48, 32, (x, y) => {
  const v = Math.sin(x / 6) + Math.cos(y / 5) + Math.sin((x + y) / 9);
  return [128 + 40 * v, 128 + 40 * Math.sin(v * 3), 200 - 30 * v].map(Math.round) as [number, number, number];
});
Deno.jupyter.image(plasma)`,
      `const escapes = (cx: number, cy: number) => {
  let [x, y, n] = [0, 0, 0];
  while (n < 60 && x * x + y * y < 4) { [x, y] = [x * x - y * y + cx, 2 * x * y + cy]; n++; }
  return n;
};
await Deno.jupyter.display(Deno.jupyter.image(png(60, 40, (x, y) => { const n = escapes(x / 20 - 2.2, y / 20 - 1); return [n * 4, 255 - n * 4, n]; })));`,
      `await Deno.writeFile("plasma.png", plasma);
Deno.jupyter.image("plasma.png")`,
      `console.log(plasma.length, "bytes,", Deno.statSync("plasma.png").size, "on disk");
await run.logArtifact("plasma.png", plasma);`,
    ],
  },
  {
    about: "shows maps, charts and formulas as media types of their own",
    cells: [
      `const places = [["Bergen", 5.32, 60.39], ["Oslo", 10.75, 59.91], ["Tromsø", 18.96, 69.65]] as const;
await Deno.jupyter.display({
  "application/geo+json": {
    type: "FeatureCollection",
    features: places.map(([name, lon, lat]) => ({ type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [lon, lat] } })),
  },
}, { raw: true });`,
      `const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  data: { values: places.map(([name, , lat]) => ({ name, lat })) },
  mark: { type: "bar", tooltip: true },
  encoding: { x: { field: "name", type: "nominal" }, y: { field: "lat", type: "quantitative", scale: { zero: false } } },
};
({ [Symbol.for("Jupyter.display")]: () => ({ "application/vnd.vegalite.v5+json": spec, "text/plain": "a chart of " + places.length + " places" }) })`,
      `await Deno.jupyter.display({ "text/latex": "$$\\\\sum_{i=1}^{n} i = \\\\frac{n(n+1)}{2}$$", "text/plain": "n(n+1)/2" }, { raw: true });`,
      `await Deno.jupyter.display({ "application/json": { nested: { ok: true, list: [1, null, "three"] } }, "text/plain": "a tree" }, { raw: true });
await Deno.jupyter.display({ "application/javascript": "element.textContent = 'drawn there'" }, { raw: true });`,
      `places.map(([name]) => name).toSorted((a, b) => a.localeCompare(b, "nb"))`,
    ],
  },
  {
    about: "tags templates for HTML, Markdown, SVG and diagrams",
    cells: [
      `const { html, md, svg } = Deno.jupyter;
const escaped = (value: unknown) => String(value).replace(/[&<>"]/g, (c) => "&#" + c.charCodeAt(0) + ";");
const safe = (parts: TemplateStringsArray, ...values: unknown[]) => html(parts, ...values.map(escaped));
safe\`<p>\${"<script>alert('no')</script>"} & \${'a "quote"'}</p>\``,
      `const dedent = (parts: TemplateStringsArray, ...values: unknown[]) => {
  const whole = String.raw({ raw: parts }, ...values).replace(/^\\n/, "");
  const depth = Math.min(...(whole.match(/^ *(?=\\S)/gm) ?? [""]).map((s) => s.length));
  return whole.replaceAll(new RegExp("^ {" + depth + "}", "gm"), "").trimEnd();
};
console.log(dedent\`
    a list:
      * \${1 + 1}
      * \${[3, 4]}
\`);`,
      `const rows = [["Adelie", 3700.66], ["Chinstrap", 3733.09], ["Gentoo", 5076.02]] as const;
md\`| species | mass |
| --- | ---: |
\${rows.map(([name, mass]) => "| " + name + " | " + mass.toFixed(1) + " |").join("\\n")}\``,
      `const marks = rows.map(([, mass], i) => \`\${i * 40},\${60 - mass / 100}\`).join(" ");
svg\`<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><polyline points="\${marks}" fill="none" stroke="navy"/></svg>\``,
      `const edges: [string, string, number][] = [["raw", "clean", 344], ["clean", "train", 230], ["clean", "test", 103], ["clean", "dropped", 11]];
md\`\\\`\\\`\\\`mermaid
sankey-beta
\${edges.map((edge) => edge.join(",")).join("\\n")}
\\\`\\\`\\\`\``,
      `\`\${html\`<i>inside a text</i>\`}\``,
    ],
  },
];
