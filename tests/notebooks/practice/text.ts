/**
 * Texts: words, weights, chains, labels.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

/** From "Alice's Adventures in Wonderland" by Lewis Carroll (1865): in the public domain. */
const ALICE =
  `Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it, “and what is the use of a book,” thought Alice “without pictures or conversations?”

So she was considering in her own mind (as well as she could, for the hot day made her feel very sleepy and stupid), whether the pleasure of making a daisy-chain would be worth the trouble of getting up and picking the daisies, when suddenly a White Rabbit with pink eyes ran close by her.

There was nothing so very remarkable in that; nor did Alice think it so very much out of the way to hear the Rabbit say to itself, “Oh dear! Oh dear! I shall be late!”
`;

export const TEXTS: readonly Kind[] = [
  {
    about: "weighs and names the words of Alice's first paragraphs",
    files: { "alice.txt": ALICE },
    data: `"alice.txt"`,
    cells: [
      `import { stemmer } from "npm:stemmer@2.0.1";
const STOP = new Set("a an and as at by for had her in is it of on or she so that the to was what with".split(" "));
const paragraphs = (await Deno.readTextFile("alice.txt")).trim().split(/\\n\\n+/);
const segmenter = new Intl.Segmenter("en", { granularity: "word" });
const tokens = paragraphs.map((p) =>
  [...segmenter.segment(p.toLowerCase())].filter((s) => s.isWordLike && !STOP.has(s.segment)).map((s) => stemmer(s.segment))
);
tokens.map((t) => t.length)`,
      `const frequency = new Map<string, number>();
for (const token of tokens.flat()) frequency.set(token, (frequency.get(token) ?? 0) + 1);
const top = [...frequency].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).slice(0, 6);
for (const [word, n] of top) console.log(word.padEnd(8), "█".repeat(n), n);
run.logMetrics({ words: tokens.flat().length, different: frequency.size });`,
      `const idf = (word) => Math.log(tokens.length / tokens.filter((t) => t.includes(word)).length);
const vectors = tokens.map((of) => {
  const weights = {};
  for (const w of new Set(of)) weights[w] = of.filter((x) => x === w).length / of.length * idf(w);
  return weights;
});
const norm = (v) => Math.sqrt(Object.values(v).reduce((s, x) => s + x * x, 0));
const cosine = (a, b) => Object.keys(a).reduce((s, w) => s + a[w] * (b[w] ?? 0), 0) / (norm(a) * norm(b));
vectors.map((a) => vectors.map((b) => Number(cosine(a, b).toFixed(5))))`,
      `import nlp from "npm:compromise@14.17.0";
const doc = nlp(Deno.readTextFileSync("alice.txt"));
console.log(doc.sentences().length, "sentences,", doc.terms().length, "terms");
doc.match("#Adjective #Noun").out("array")`,
      `const nouns = doc.nouns().out("freq").slice(0, 5);
console.table(nouns);
run.logMetric("nouns", doc.nouns().length);`,
      `const said = doc.quotations().out("array");
const later = nlp("She runs down the hole and sees a bottle.").sentences().toPastTense().text();
run.logParam("later", later);
({ said, later })`,
    ],
  },
  {
    about: "labels short reviews by Bayes and shows its mistakes as a table",
    files: {
      "reviews.jsonl": [
        ["good", "lovely soup and friendly waiters"],
        ["bad", "cold soup, slow waiters"],
        ["good", "friendly place, lovely cake"],
        ["bad", "the cake was old and the tea cold"],
        ["good", "fresh tea; fast and friendly"],
        ["bad", "slow, loud, and far too salty"],
        ["good", "a lovely, quiet evening"],
        ["bad", "old chairs, loud music, salty fish"],
        ["good", "slow but lovely"],
        ["bad", "friendly, but everything cold & <old>"],
      ].map(([label, text]) => JSON.stringify({ label, text })).join("\n"),
    },
    data: `{ reviews: "reviews.jsonl" }`,
    cells: [
      `interface Review { label: "good" | "bad"; text: string }
const reviews: Review[] = Deno.readTextFileSync("reviews.jsonl").split("\\n").map((line) => JSON.parse(line));
const words = (text: string) => text.match(/\\p{L}+/gu) ?? [];
const escape = (text: string) => text.replace(/[&<>]/g, (c) => "&#" + c.charCodeAt(0) + ";");`,
      `function train(of: Review[]) {
  const counts = { good: new Map(), bad: new Map() };
  for (const { label, text } of of) for (const w of words(text)) counts[label].set(w, (counts[label].get(w) ?? 0) + 1);
  const vocabulary = new Set([...counts.good.keys(), ...counts.bad.keys()]).size;
  return (text: string) => {
    const score = (label) => {
      const total = [...counts[label].values()].reduce((a, b) => a + b, 0);
      return words(text).reduce((s, w) => s + Math.log(((counts[label].get(w) ?? 0) + 1) / (total + vocabulary)), 0);
    };
    return score("good") - score("bad");
  };
}
const left = reviews.map((r, i) => ({ ...r, score: train(reviews.toSpliced(i, 1))(r.text) }));
run.logMetric("accuracy", left.filter((r) => (r.score > 0) === (r.label === "good")).length / left.length);`,
      `const rows = left.filter((r) => (r.score > 0) !== (r.label === "good"))
  .map((r) => "<tr><td>" + escape(r.text) + "</td><td>" + r.score.toFixed(3) + "</td></tr>");
({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<table>" + rows.join("") + "</table>", "text/plain": rows.length + " mistakes" }) })`,
      `await Deno.jupyter.display(Deno.jupyter.md\`**\${rows.length}** of \${reviews.length} reviews were labelled wrongly.\`);`,
    ],
  },
];
