import type { Kind } from "../kinds.ts";

/**
 * Packages that cells show off.
 *
 * After rgbkrk/denotebooks (react, 02.6_jsx_and_react), langchain-ai/langgraphjs (map-reduce, branching, recursion-limit),
 * langchain-ai/langchainjs (structured_output, document_loader_html, recursive_text_splitter), the FIT2102 course's
 * notebooks on RxJS, and cheerio and linkedom notebooks that scrape a page.
 */
export const PACKAGES: readonly Kind[] = [
  {
    about: "checks answers of a model against schemas",
    cells: [
      `import { z } from "npm:zod@4.6.7";
import * as v from "npm:valibot@1.5.0";
const Recipe = z.object({
  name: z.string().min(3),
  minutes: z.coerce.number().int().positive(),
  tags: z.array(z.enum(["quick", "vegan", "hot"])).default([]),
}).strict();
type Recipe = z.infer<typeof Recipe>;`,
      `const answers = ['{"name":"Dal","minutes":"35","tags":["vegan"]}', '{"name":"Ol","minutes":-2,"cook":"me"}', 'Sure! Here is a recipe:'];
const read = (answer: string) => { try { return Recipe.safeParse(JSON.parse(answer)); } catch (error) { return { success: false, error: error as Error }; } };
for (const answer of answers) { const { success, error } = read(answer); console.log(success ? "✔" : "✘", error instanceof z.ZodError ? z.prettifyError(error) : error?.name ?? ""); }`,
      `z.toJSONSchema(Recipe)`,
      `const Login = v.pipe(v.object({ mail: v.pipe(v.string(), v.email()), age: v.optional(v.pipe(v.number(), v.minValue(18))) }), v.transform(({ mail }) => mail.split("@")));
[v.parse(Login, { mail: "ada@example.org" }), v.flatten<typeof Login>(v.safeParse(Login, { mail: "ada", age: 3 }).issues!)]`,
      `Recipe.parse({ name: "Ramen" });`,
      `v.parse(Login, { mail: 7 });`,
    ],
    failing: 2,
  },
  {
    about: "composes streams of events with RxJS",
    cells: [
      `import { concatMap, delay, filter, from, fromEvent, interval, lastValueFrom, map, merge, of, reduce, scan, take, takeUntil, timer, toArray, zip } from "npm:rxjs@7.8.2";
from([5, 3, 8, 1]).pipe(filter((n) => n > 2), scan((sum, n) => sum + n, 0)).subscribe({ next: (n) => console.log(n), complete: () => console.log("done") });`,
      `await lastValueFrom(interval(3).pipe(take(5), map((n) => n ** 2), toArray()))`,
      `const keys = new EventTarget(), typed: string[] = [];
const stop = timer(40);
const typing = fromEvent<CustomEvent<string>>(keys, "key").pipe(map((e) => e.detail), takeUntil(stop)).subscribe((key) => typed.push(key));
for (const key of "notebook") keys.dispatchEvent(new CustomEvent("key", { detail: key }));
await lastValueFrom(stop);
keys.dispatchEvent(new CustomEvent("key", { detail: "late" }));
[typed.join(""), typing.closed]`,
      `await lastValueFrom(zip(of("a", "b", "c"), interval(2)).pipe(concatMap(([letter, n]) => of(letter.repeat(n + 1)).pipe(delay(2))), reduce((all, s) => all + s + " ", "")))`,
      `lastValueFrom(merge(of(1), of(2)).pipe(map((n) => { if (n === 2) throw new RangeError("two"); return n; }))).catch((error) => error.message)`,
    ],
  },
  {
    about: "renders React components to HTML",
    cells: [
      `/** @jsxImportSource npm:react@19.3.1 */
import { useMemo, useState } from "npm:react@19.3.1";
import { renderToStaticMarkup, renderToString } from "npm:react-dom@19.3.1/server";
const show = (element: JSX.Element) => Deno.jupyter.html([renderToStaticMarkup(element)] as unknown as TemplateStringsArray);`,
      `const Badge = ({ name, n = 0 }: { name: string; n?: number }) => <span className="badge" style={{ fontWeight: n > 1 ? 700 : 400 }}>{name} × {n}</span>;
show(<p><Badge name="Adelie" n={152} /> <Badge name={"<Gentoo>"} /></p>)`,
      `function Table({ rows }: { rows: Record<string, unknown>[] }) {
  const columns = useMemo(() => [...new Set(rows.flatMap(Object.keys))], [rows]);
  const [order] = useState("asc");
  return <table data-order={order}><thead><tr>{columns.map((c) => <th key={c}>{c}</th>)}</tr></thead>
    <tbody>{rows.map((row, i) => <tr key={i}>{columns.map((c) => <td key={c}>{String(row[c] ?? "–")}</td>)}</tr>)}</tbody></table>;
}
await Deno.jupyter.display(show(<Table rows={[{ a: 1, b: true }, { a: null, c: "x" }]} />));`,
      `console.log(renderToString(<><input defaultValue="typed" disabled /><Badge name="hydrated" n={2} /></>));`,
      `<Badge name="an element, not rendered" />`,
      `renderToStaticMarkup(<Table rows={undefined!} />)`,
    ],
    failing: 1,
  },
  {
    about: "scrapes a page that lies beside it",
    files: {
      "books.html":
        `<!doctype html><html><head><title>Shelf &amp; Co</title></head><body><main><h1>Books</h1>
<article class="book" data-isbn="1"><h2><a href="/b/1">Dune</a></h2><p class="price">€9.50</p><ul><li>sand</li><li>spice</li></ul></article>
<article class="book sale" data-isbn="2"><h2><a href="b/2?x=1&amp;y=2">Emma</a></h2><p class="price">€4,20</p></article>
<article class="book" data-isbn="3"><h2><a>Ulysses</a></h2></article></main><script>alert(1)</script></body></html>`,
    },
    data: '"books.html"',
    cells: [
      `import * as cheerio from "npm:cheerio@1.2.0";
import { parseHTML } from "npm:linkedom@0.18.15";
const page = await Deno.readTextFile("books.html");
const $ = cheerio.load(page);
[$("title").text(), $("article").length, $("script").remove().length]`,
      `const books = $(".book").map((_, el) => ({
  isbn: Number($(el).data("isbn")),
  title: $(el).find("h2").text().trim(),
  url: URL.parse($(el).find("a").attr("href") ?? "", "https://shelf.example/list/")?.href,
  price: Number($(el).find(".price").text().replace(",", ".").match(/[\\d.]+/)?.[0] ?? NaN),
  sale: $(el).hasClass("sale"),
})).get();
console.table(books);
books`,
      `const { document } = parseHTML(page);
for (const li of document.querySelectorAll("li")) li.replaceWith(Object.assign(document.createElement("b"), { textContent: li.textContent!.toUpperCase() }));
document.querySelector("ul")!.outerHTML`,
      `const chunks = (text: string, size: number) => text.split(/\\s+/).reduce<string[]>((all, word) => { const last = all.at(-1); if (last !== undefined && last.length + word.length < size) all[all.length - 1] = last + " " + word; else all.push(word); return all; }, []);
chunks($("main").text().trim(), 18)`,
      `run.logMetrics({ books: books.length, spent: books.reduce((sum, { price }) => sum + (price || 0), 0) });
await run.logArtifact("books.json", JSON.stringify(books, null, 2));
$.html($("h1"))`,
    ],
  },
  {
    about: "runs a graph of steps that fans out and joins",
    cells: [
      `import { Annotation, END, Send, START, StateGraph } from "npm:@langchain/langgraph@1.7.3";
const State = Annotation.Root({
  topic: Annotation<string>,
  subjects: Annotation<string[]>,
  jokes: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
  best: Annotation<string>,
});`,
      `const graph = new StateGraph(State)
  .addNode("plan", ({ topic }) => ({ subjects: [1, 2, 3].map((n) => topic + "-" + n) }))
  .addNode("joke", async ({ subjects }) => { await new Promise((done) => setTimeout(done, 4)); return { jokes: ["why did " + subjects[0] + " stop?"] }; })
  .addNode("judge", ({ jokes }) => ({ best: jokes.toSorted().at(-1)! }))
  .addEdge(START, "plan")
  .addConditionalEdges("plan", ({ subjects }) => subjects.map((subject) => new Send("joke", { subjects: [subject] })), ["joke"])
  .addEdge("joke", "judge").addEdge("judge", END)
  .compile();
await graph.invoke({ topic: "penguin" })`,
      `for await (const update of await graph.stream({ topic: "owl" }, { streamMode: "updates" })) console.log(JSON.stringify(update));`,
      `const drawn = (await graph.getGraphAsync()).drawMermaid({ withStyles: false });
Deno.jupyter.md([\`\\\`\\\`\\\`mermaid\\n\${drawn}\\n\\\`\\\`\\\`\`] as unknown as TemplateStringsArray)`,
      `const endless = new StateGraph(Annotation.Root({ n: Annotation<number> })).addNode("again", ({ n }) => ({ n: n + 1 })).addEdge(START, "again").addEdge("again", "again").compile();
try { await endless.invoke({ n: 0 }, { recursionLimit: 4 }); } catch (error) { console.log((error as Error).name, /limit of 4/.test((error as Error).message)); }`,
    ],
  },
];
