/**
 * Charts, maps, pictures, displays that move. All data is made up for these notebooks.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const PICTURES: readonly Kind[] = [
  {
    about:
      "draws by Plot and by d3 with ids of its own into a page that is none",
    cells: [
      `import * as Plot from "npm:@observablehq/plot@0.6.17";
import * as d3 from "npm:d3@7.9.2";
import { parseHTML } from "npm:linkedom@0.18.15";
const { document } = parseHTML("<!doctype html><body></body>");
const data = d3.range(60).map((i) => ({ x: i / 6, y: Math.sin(i / 6) * 10 + (i % 5), kind: i % 2 ? "odd" : "even" }));
const svg = (of: string, alt: string) => Deno.jupyter.display({ "image/svg+xml": of, "text/plain": alt }, { raw: true });`,
      `const plot = Plot.plot({
  document, width: 420, height: 240, color: { legend: true },
  marks: [
    Plot.areaY(data, { x: "x", y: "y", fillOpacity: 0.2, clip: true }),
    Plot.dot(data, { x: "x", y: "y", fill: "kind" }),
    Plot.linearRegressionY(data, { x: "x", y: "y", stroke: "kind" }),
  ],
});
await Deno.jupyter.display({ "text/html": plot.outerHTML, "text/plain": "dots" }, { raw: true });`,
      `const [w, h] = [300, 160];
const x = d3.scaleLinear(d3.extent(data, (d) => d.x), [30, w - 10]), y = d3.scaleLinear([-10, 14], [h - 20, 10]).nice();
const root = d3.select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
  .attr("xmlns", "http://www.w3.org/2000/svg").attr("viewBox", [0, 0, w, h].join(" "));
const id = "fade-" + data.length;
root.append("defs").append("linearGradient").attr("id", id).selectAll("stop").data(["#036", "#9cf"]).join("stop")
  .attr("offset", (_, i) => i).attr("stop-color", (c) => c);
root.append("path").attr("fill", "url(#" + id + ")").attr("d", d3.area((d) => x(d.x), y(0), (d) => y(d.y)).curve(d3.curveMonotoneX)(data));
root.append("g").attr("transform", "translate(0," + y(0) + ")").call(d3.axisBottom(x).ticks(4));
await svg(root.node().outerHTML, "area");`,
      `const density = d3.bin().thresholds(8)(data.map((d) => d.y)).map((b) => [b.x0, b.length]);
await run.logArtifact("area.svg", root.node().outerHTML);
run.logMetric("fullest", d3.max(density, ([, n]) => n));
density`,
    ],
  },
  {
    about: "compiles a chart of Vega-Lite and draws a board by echarts",
    cells: [
      `import * as vegaLite from "npm:vega-lite@6.5.0";
import * as vega from "npm:vega@6.4.0";
const values = Array.from({ length: 40 }, (_, i) => ({ week: i % 10, plant: "ABCD"[Math.floor(i / 10)], cm: (i % 10) ** 1.4 + (i * 13) % 5 }));
const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { values }, width: 240, height: 140,
  layer: [
    { mark: "point", encoding: { x: { field: "week", type: "quantitative" }, y: { field: "cm", type: "quantitative" }, color: { field: "plant" } } },
    { mark: { type: "line", strokeWidth: 3 }, encoding: { x: { field: "week", type: "quantitative" }, y: { aggregate: "mean", field: "cm" } } },
  ],
};`,
      `const compiled = vegaLite.compile(spec).spec;
const view = new vega.View(vega.parse(compiled), { renderer: "none" });
const drawn = await view.toSVG();
console.log(compiled.marks.map((m) => m.type).join(", "), drawn.length > 2000);
await Deno.jupyter.display({ "image/svg+xml": drawn, "text/plain": "growth" }, { raw: true });`,
      `await run.logArtifact("growth.vl.json", JSON.stringify(spec));
await Deno.jupyter.display({ "application/vnd.vegalite.v6+json": spec, "text/plain": "growth" }, { raw: true });`,
      `view.data("source_0").filter((d) => d.plant === "C").length`,
      `import * as echarts from "npm:echarts@6.1.0";
function draw(option: object, height = 200): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 360, height });
  chart.setOption({ animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
const days = ["Mo", "Tu", "We", "Th", "Fr"];`,
      `for (const [name, type] of [["bars", "bar"], ["lines", "line"]]) {
  const svg = draw({ title: { text: name }, tooltip: {}, xAxis: { data: days }, yAxis: {}, series: [{ type, data: [5, 9, 4, 7, 6], areaStyle: type === "line" ? {} : undefined }] });
  await Deno.jupyter.display({ "image/svg+xml": svg, "text/plain": name }, { raw: true });
  await run.logArtifact("board/" + name + ".svg", svg);
}`,
      `const heat = draw({
  xAxis: { type: "category", data: days }, yAxis: { type: "category", data: ["am", "pm"] },
  visualMap: { min: 0, max: 9, show: false },
  series: [{ type: "heatmap", data: days.flatMap((_, i) => [[i, 0, i * 2], [i, 1, 9 - i]]) }, ],
}, 120);
await Deno.jupyter.display({ "text/html": "<figure>" + heat + "<figcaption>load</figcaption></figure>" }, { raw: true });
run.logMetric("shapes", heat.match(/<path/g).length);`,
    ],
  },
  {
    about:
      "paints a fractal as PNG, packs it as JPEG and measures what that costs",
    cells: [
      `import { PNG } from "npm:pngjs@7.0.0";
import jpeg from "npm:jpeg-js@0.4.4";
import { Buffer } from "node:buffer";
const [width, height] = [96, 64];
const png = new PNG({ width, height });
for (let y = 0; y < height; y++) {
  for (let x = 0; x < width; x++) {
    const [cr, ci] = [x / width * 3 - 2.1, y / height * 2 - 1];
    let [a, b, n] = [0, 0, 0];
    while (a * a + b * b < 4 && n < 60) [a, b, n] = [a * a - b * b + cr, 2 * a * b + ci, n + 1];
    png.data.set([n * 4, n * 9 % 256, 255 - n * 4, 255], (y * width + x) * 4);
  }
}`,
      `const file = PNG.sync.write(png);
Deno.writeFileSync("fractal.png", file);
await Deno.jupyter.display({ "image/png": file.toString("base64"), "text/plain": "fractal" }, { raw: true });
file.subarray(1, 4).toString()`,
      `for (const quality of [20, 60, 95]) {
  const packed = jpeg.encode({ data: Buffer.from(png.data), width, height }, quality).data;
  const back = jpeg.decode(packed, { useTArray: true }).data;
  const off = png.data.reduce((s, v, i) => s + (v - back[i]) ** 2, 0) / back.length;
  run.logMetrics({ bytes: packed.length, psnr: 10 * Math.log10(255 ** 2 / off) }, { step: quality });
  if (quality === 60) await run.logArtifact("fractal.jpg", packed);
}
await run.logArtifact("fractal.png");`,
      `const read = PNG.sync.read(Buffer.from(Deno.readFileSync("fractal.png")));
const grey = Uint8Array.from({ length: width * height }, (_, i) => (read.data[i * 4] + read.data[i * 4 + 1] + read.data[i * 4 + 2]) / 3);
let edges = 0;
for (let i = 1; i < grey.length; i++) if (Math.abs(grey[i] - grey[i - 1]) > 40) edges++;
({ edges, mean: grey.reduce((a, b) => a + b, 0) / grey.length, file: Deno.statSync("fractal.png").size })`,
    ],
  },
  {
    about: "measures a walk and finds the huts inside a park",
    files: {
      "park.geojson": JSON.stringify({
        type: "Feature",
        properties: { name: "park" },
        geometry: {
          type: "Polygon",
          coordinates: [[[11, 47], [11.4, 47], [11.5, 47.2], [11.2, 47.3], [
            11,
            47,
          ]]],
        },
      }),
      "huts.csv": "hut,lon,lat\nA,11.2,47.1\nB,11.45,47.02\nC,11.25,47.25\n",
    },
    data: `{ park: "park.geojson", huts: "huts.csv" }`,
    cells: [
      `import { area } from "npm:@turf/area@7.4.0";
import { distance } from "npm:@turf/distance@7.4.0";
import { booleanPointInPolygon } from "npm:@turf/boolean-point-in-polygon@7.4.0";
const park = JSON.parse(Deno.readTextFileSync("park.geojson"));
const huts = Deno.readTextFileSync("huts.csv").trim().split("\\n").slice(1).map((line) => {
  const [hut, lon, lat] = line.split(",");
  return { hut, at: [Number(lon), Number(lat)] };
});
run.logMetric("km2", area(park) / 1e6);`,
      `const legs = huts.slice(1).map(({ hut, at }, i) => ({ to: hut, km: distance(huts[i].at, at, { units: "kilometers" }) }));
const inside = huts.filter(({ at }) => booleanPointInPolygon(at, park)).map(({ hut }) => hut);
run.logMetric("km", legs.reduce((s, l) => s + l.km, 0));
console.log("inside:", inside.join(", "));
legs`,
      `const flat = ([lon, lat]) => [((lon - 10.9) * 400).toFixed(1), ((47.4 - lat) * 560).toFixed(1)].join(",");
const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 240"><polygon fill="#cdeccd" points="' +
  park.geometry.coordinates[0].map(flat).join(" ") + '"/>' +
  huts.map(({ at }) => '<circle r="4" cx="' + flat(at).replace(",", '" cy="') + '"/>').join("") + "</svg>";
await run.logArtifact("map.svg", svg);
await Deno.jupyter.display({ "image/svg+xml": svg, "application/geo+json": park, "text/plain": "map" }, { raw: true });`,
    ],
  },
  {
    about: "moves one display over several cells and prints in colours",
    env: { NO_COLOR: "" },
    failing: 1,
    cells: [
      `const show = (html: string, update = false) => Deno.jupyter.broadcast(update ? "update_display_data" : "display_data", {
  data: { "text/html": html, "text/plain": html.replace(/<[^>]+>/g, "") }, metadata: {}, transient: { display_id: "work" },
});
await show("<b>0 of 3</b>");`,
      `const done: number[] = [];
for (const part of [1, 2]) {
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += (i * part) % 7;
  done.push(sum);
  await show("<b>" + part + " of 3</b>", true);
}
console.log("\\x1b[1;32m✔\\x1b[0m two parts", done);`,
      `await show("<b>all of 3</b>", true);
console.warn("\\x1b[33mthe third part was left out\\x1b[39m");
console.log("%cbold%c and not", "font-weight: bold; color: red", "");`,
      `for (let i = 0; i <= 20; i++) {
  await Deno.stdout.write(new TextEncoder().encode("\\r" + "#".repeat(i).padEnd(20, ".") + " " + i * 5 + "%"));
}
console.log();
run.logMetric("parts", done.length);`,
      `const row = { id: 1, name: "ada", tags: ["x"], at: new Date(0), ok: true, none: null, big: 5n, f() {} };
console.log(row, [1.5, undefined], new Map([["k", /re/]]), Symbol("s"));
row`,
      `console.table([row]);
console.error(new TypeError("shown, not thrown").message, "\\x1b[31mred\\x1b[0m");
[Deno.noColor, new Uint8Array(3)]`,
      `throw new RangeError("on purpose");`,
    ],
  },
];
