import { measure } from "./corpus.ts";
const part = (Deno.args[0] ?? "tuned") as "tuned";
const m = measure(part, Number(Deno.args[1] ?? 1));
for (const w of m.wrong.slice(0, 60)) {
  console.log(
    w.kind.padEnd(30),
    JSON.stringify(w.text).slice(0, 110),
    "=>",
    JSON.stringify(w.found).slice(0, 110),
  );
}
console.log(
  m.recall,
  m.precision,
  m.gitlab,
  [...m.found.values()].reduce((s, c) => s + c.all, 0),
  [...m.quiet.values()].reduce((s, c) => s + c.all, 0),
);
for (const [k, c] of [...m.found, ...m.forms, ...m.quiet]) {
  if (c.all !== c.right) console.log(k, c);
}
