/** What cells show besides text: markup, JSON, pictures, cards. */
import { encode } from "npm:fast-png@8.0.0";
import { GifWriter } from "npm:omggif@1.0.10";
import type { AnyOutput } from "../../src/notebook/outputs.ts";
import { card, differs, type Pair, shows, type Side } from "./pairs.ts";

const html = (text: string) => shows("text/html", text);
const svg = (text: string) => shows("image/svg+xml", text);
const json = (value: unknown) => shows("application/json", value);

/** A grey picture with some darker pixels. */
function png(dark: number, level: number): string {
  const data = new Uint8Array(64).fill(200).fill(7, 0, dark);
  return encode(
    { width: 8, height: 8, channels: 1, depth: 8, data },
    { zlib: { level: level as 0 | 9 } },
  ).toBase64();
}

/** A picture with a block of an application: a colour space, or XMP. */
function gif(name: string, text: string): string {
  const bytes = new Uint8Array(400);
  const writer = new GifWriter(bytes, 1, 1, { palette: [0, 1] });
  writer.addFrame(0, 0, 1, 1, [0]);
  const whole = [...bytes.slice(0, writer.end())];
  const letters = (part: string) => [...new TextEncoder().encode(part)];
  const block = [text.length, ...letters(text), 0];
  whole.splice(-1, 0, 0x21, 0xff, name.length, ...letters(name), ...block);
  return new Uint8Array(whole).toBase64();
}

const outputs = (...list: NonNullable<Side["outputs"]>): Side => ({
  outputs: list,
});

const stream = (name: string, text: string): AnyOutput => ({
  output_type: "stream",
  name,
  text,
});

/** The same to a reader. */
export const SAME_RICH: readonly Pair[] = ([
  {
    about: "the same table",
    then: html("<table><tr><td>1</td></tr></table>"),
    now: html("<table><tr><td>1</td></tr></table>"),
  },
  {
    about: "a generated id of a style",
    then: html(
      '<style>#T_1a2b td{color:red}</style><table id="T_1a2b"></table>',
    ),
    now: html(
      '<style>#T_9f8e td{color:red}</style><table id="T_9f8e"></table>',
    ),
    masked: ["generated id"],
  },
  {
    about: "a generated id of a clip path",
    then: svg('<svg><clipPath id="c-3f"/><g clip-path="url(#c-3f)"/></svg>'),
    now: svg('<svg><clipPath id="c-9a1"/><g clip-path="url(#c-9a1)"/></svg>'),
    masked: ["generated id"],
  },
  {
    about: "the work folder in a link",
    then: html('<a href="file://{cwd}/a.html">a</a>'),
    now: html('<a href="file://{cwd}/a.html">a</a>'),
    masked: ["folder"],
  },
  {
    about: "JSON with its keys in another order",
    then: json({ a: 1, b: [2] }),
    now: json({ b: [2], a: 1 }),
  },
  {
    about: "JSON that names the work folder",
    then: json({ file: "{cwd}/a" }),
    now: json({ file: "{cwd}/a" }),
    masked: ["folder"],
  },
  {
    about: "a list of texts under a JSON type",
    then: json(["a", "b"]),
    now: json(["a", "b"]),
  },
  {
    about: "a picture in other bytes",
    then: shows("image/png", png(3, 0)),
    now: shows("image/png", png(3, 9)),
    masked: ["picture"],
  },
  {
    about: "the day on which XMP says that a picture was made",
    then: shows("image/gif", gif("XMP DataXMP", '<a xmp:Day="1"/>')),
    now: shows("image/gif", gif("XMP DataXMP", '<a xmp:Day="2"/>')),
    masked: ["picture"],
  },
  {
    about: "standard error before standard output",
    then: outputs(stream("stdout", "o\n"), stream("stderr", "e\n")),
    now: outputs(stream("stderr", "e\n"), stream("stdout", "o\n")),
    masked: ["order of outputs"],
  },
  {
    about: "a display between two lines, and before them",
    then: outputs(
      stream("stdout", "a\n"),
      ...both("x"),
      stream("stdout", "b\n"),
    ),
    now: outputs(...both("x"), stream("stdout", "a\nb\n")),
    masked: ["order of outputs"],
  },
  {
    about: "a stream in other pieces, in the same order",
    then: outputs(stream("stdout", "a\nb\n"), stream("stderr", "e\n")),
    now: outputs(
      stream("stdout", "a\n"),
      stream("stdout", "b\n"),
      stream("stderr", "e\n"),
    ),
  },
  {
    about: "a card of a run",
    then: outputs(card("study", "RUNNING")),
    now: outputs(card("study", "FINISHED, delivered")),
  },
  {
    about: "cards of two runs, and the name of the second in a text",
    then: outputs(card("study", "RUNNING"), card("other", "RUNNING")),
    now: outputs(card("study", "FINISHED"), card("other", "RUNNING")),
  },
] satisfies Omit<Pair, "verdict">[]).map((pair) => ({
  ...pair,
  verdict: "REPRODUCED",
}));

/** Not the same. */
export const OTHER_RICH: readonly Pair[] = ([
  {
    about: "a cell of a table",
    then: html("<table><tr><td>1</td></tr></table>"),
    now: html("<table><tr><td>2</td></tr></table>"),
  },
  {
    about: "a class as a folder of a link",
    then: html('<a href="/species/adelie/1.html">best</a>'),
    now: html('<a href="/species/gentoo/1.html">best</a>'),
  },
  {
    about: "an id that is a word",
    then: html('<tr id="adelie"><td>best</td></tr>'),
    now: html('<tr id="gentoo"><td>best</td></tr>'),
  },
  {
    about: "an id that is a word with a number",
    then: svg('<svg><g id="digit3"/><use href="#digit3"/></svg>'),
    now: svg('<svg><g id="digit8"/><use href="#digit8"/></svg>'),
  },
  {
    about: "an id that is read",
    then: html('<td id="k5">k5</td>'),
    now: html('<td id="k7">k7</td>'),
  },
  {
    about: "an id that is referred to in another way",
    then: html('<i id="a1"></i><i id="b2"></i><a href="#a1">x</a>'),
    now: html('<i id="c3"></i><i id="d4"></i><a href="#d4">x</a>'),
  },
  {
    about: "a numbered id, where the data is another",
    then: html('<tr id="row-17"></tr>'),
    now: html('<tr id="row-18"></tr>'),
    differences: [differs("data")],
    causes: ["data"],
  },
  {
    about: "a path of a curve",
    then: svg('<svg><path d="M0 0L1 1"/></svg>'),
    now: svg('<svg><path d="M0 0L1 2"/></svg>'),
  },
  {
    about: "a path of a curve beside a generated id",
    then: svg('<svg><g id="c-3f"/><path d="M0"/></svg>'),
    now: svg('<svg><g id="c-9a"/><path d="M1"/></svg>'),
  },
  {
    about: "white space that is seen",
    then: html("<b>a</b> <b>b</b>"),
    now: html("<b>a</b><b>b</b>"),
  },
  { about: "a number in JSON", then: json({ a: 1 }), now: json({ a: 2 }) },
  {
    about: "a list of texts and one text in its place",
    then: json(["a", "b"]),
    now: json(["ab"]),
  },
  {
    about: "null for a missing member",
    then: json({ a: null }),
    now: json({}),
  },
  {
    about: "a number and the same as a text",
    then: json({ a: 1 }),
    now: json({ a: "1" }),
  },
  {
    about: "items in another order",
    then: json([1, 2]),
    now: json([2, 1]),
  },
  {
    about: "three pixels",
    then: shows("image/png", png(3, 0)),
    now: shows("image/png", png(6, 0)),
  },
  {
    about: "the colour space of a GIF",
    then: shows("image/gif", gif("ICCRGBG1012", "one")),
    now: shows("image/gif", gif("ICCRGBG1012", "two")),
  },
  {
    about: "by which side XMP says that a picture is up",
    then: shows("image/gif", gif("XMP DataXMP", '<a t:Orientation="1"/>')),
    now: shows("image/gif", gif("XMP DataXMP", '<a t:Orientation="6"/>')),
  },
  {
    about: "the order of two displays",
    then: outputs(...both("a", "b")),
    now: outputs(...both("b", "a")),
  },
  {
    about: "a text beside a picture",
    then: shows("text/plain", "a"),
    now: {
      outputs: [{
        output_type: "display_data",
        data: { "text/plain": "a", "image/png": png(1, 0) },
        metadata: {},
      }],
    },
  },
  {
    about: "the width at which a picture is shown",
    then: {
      outputs: [{
        output_type: "display_data",
        data: { "image/png": png(1, 0) },
        metadata: { "image/png": { width: 100 } },
      }],
    },
    now: shows("image/png", png(1, 0)),
  },
  {
    about: "a card of a run of another experiment",
    then: outputs(card("study", "RUNNING")),
    now: outputs(card("other", "RUNNING")),
  },
  {
    about: "a card where there was a text",
    then: shows("text/plain", "study\n  run  a (3f2a0b1c)\n  status  RUNNING"),
    now: outputs(card("study", "RUNNING")),
  },
  {
    about: "a text that looks like a card",
    then: shows("text/plain", "study\n  run  a (3f2a0b1c)\n  status  RUNNING"),
    now: shows("text/plain", "study\n  run  b (9f2a0b1c)\n  status  RUNNING"),
  },
  {
    about:
      "an id that looks generated, where the data is another and no replay without it was made",
    then: html('<div id="v7f3a9c12"></div><script>draw("v7f3a9c12")</script>'),
    now: html('<div id="v0b1c2d3e"></div><script>draw("v0b1c2d3e")</script>'),
    differences: [differs("data")],
    causes: ["data"],
  },
] satisfies Omit<Pair, "verdict">[]).map((pair) => ({
  ...pair,
  verdict: "DRIFTED",
}));

function both(...texts: string[]): NonNullable<Side["outputs"]> {
  return texts.flatMap((text) => shows("text/plain", text).outputs ?? []);
}
