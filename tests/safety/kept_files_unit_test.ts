import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import {
  hasFormulas,
  isActiveSvg,
} from "../../src/reproduce/replay/active_files.ts";
import { cleanKeptFolder } from "../../src/reproduce/replay/kept_folder.ts";
import {
  isMisleading,
  isUnusual,
} from "../../src/reproduce/replay/misleading_names.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("names that shells, systems or people read as something else are misleading", () => {
  for (
    const name of [
      "$(id).csv",
      "${HOME}.csv",
      "`id`.csv",
      "a;id.csv",
      "*.csv",
      "a|b.csv",
      "a>b.csv",
      "a\\b.csv",
      "~root",
      "~",
      " a.csv",
      "a.csv ",
      "a.csv.",
      "CON.csv",
      "con",
      "nul.txt",
      "COM1.csv",
      "lpt\u00b9.txt",
      "aux .csv",
      "a\u00a0.csv",
      "a\u3000.csv",
      "invoice.pdf     .csv",
      "a\u2800.csv",
      "-rf.csv",
      "\u202evsc.fdp.csv",
    ]
  ) assert(isMisleading(name), JSON.stringify(name));
});

Deno.test("names that people give are not misleading", () => {
  for (
    const name of [
      "my data (1).csv",
      "a [final] {2}.csv",
      "Größe – Übersicht.csv",
      "数据.csv",
      "données 2024.csv",
      "R&D.csv",
      "cost in US$.csv",
      "it's 95%.png",
      "a+b=c,d@e#f!.csv",
      "Screenshot 10.00.00\u202fAM.png",
      "2026-01-01T10:00:00.csv",
      "what is it?.txt",
      "❤️ 👩‍🔬.csv",
      "console.csv",
      "common.txt",
      "nullable.csv",
      ".data",
      "a~b.csv",
      "v1.2.csv",
    ]
  ) assertEquals(isMisleading(name), false, name);
  assert(isUnusual("R&D.csv") && isUnusual("$HOME.csv"));
  assertEquals(isUnusual("my data (1).csv"), false);
});

const svg = (inside: string, attributes = "") =>
  `<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`;

Deno.test("a picture in which something runs is told from one that is drawn", () => {
  for (
    const text of [
      svg("<script>alert(1)</script>"),
      svg(`<s:script xmlns:s="http://www.w3.org/2000/svg"/>`),
      svg("<foreignObject/>"),
      svg("", `onload="alert(1)"`),
      svg(`<g id="a"onclick='alert(1)'/>`),
      svg(`<a href="java&#115;cript:alert(1)"/>`),
      svg(`<a href="java\nscript&colon;alert(1)"/>`),
      svg(`<a href="java&#x0000000073;cript:alert(1)"/>`),
      svg(`<animate attributeName="href" values="javascript:alert(1)"/>`),
      svg(`<use href="data:image/svg+xml,%3Csvg/%3E"/>`),
      `<!DOCTYPE svg [<!ENTITY x "y">]>${svg("&x;")}`,
      `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>${svg("")}`,
      `<?xml-stylesheet type="text/xsl" href="a.xsl"?>${svg("")}`,
      `<?xml version="1.0" encoding="utf-7"?>${svg("")}`,
    ]
  ) assert(isActiveSvg(text), text);
  for (
    const text of [
      "<svg/>",
      svg(`<path d="M0 0L1 1"/><text>once = 3, on = "x"</text>`),
      `<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg><metadata/><style>*{stroke-linejoin: round}</style></svg>`,
      svg(`<image href="data:image/png;base64,iVBORw0KGgo="/>`),
      svg(`<a href="https://example.org/"><text>data: all</text></a>`),
    ]
  ) assertEquals(isActiveSvg(text), false, text);
});

Deno.test("a picture of millions of characters is looked through in a moment's steps", () => {
  for (const part of ["<", "<?xml ", "data:", "<a:", " on", "&#", "java "]) {
    assertEquals(isActiveSvg(part.repeat(2_000_000 / part.length)), false);
  }
});

Deno.test("a table with texts that a spreadsheet calculates is told from one of numbers", () => {
  using place = temporary();
  const path = `${place.path}/a.csv`;
  const has = (text: string) => {
    Deno.writeTextFileSync(path, text);
    return hasFormulas(path);
  };
  for (
    const text of [
      "=1+1",
      "a,b\n1,=HYPERLINK(1)",
      'a,"=cmd|x"',
      "a;@SUM(1)",
      "a\t+cmd|' /C calc'!A0",
      `${"1,2\n".repeat(400_000)}=1+1`,
    ]
  ) assert(has(text), text.slice(-40));
  for (
    const text of [
      "a,b\n-1,+2.5\n-1e-5,-",
      "@user,-inf\n+41 44,a=b",
      'x,"a = b, == c"\n=,= ',
      " ".repeat(2_000_000),
      "|-".repeat(1_000_000),
    ]
  ) assertEquals(has(text), false, text.slice(0, 40));
});

Deno.test("of pictures, tables and books a kept folder has what is harmless or as the record lists it", async () => {
  using place = temporary();
  const root = `${place.path}/kept`;
  Deno.mkdirSync(root);
  const active = svg("<script/>");
  const files: Record<string, string> = {
    "active.svg": active,
    "encoded.svg": "\u00ff",
    "listed.svg": active,
    "changed.svg": active,
    "drawn.svg": svg("<path/>"),
    "left.xlsx": "x",
    "left.ods": "x",
    "listed.xlsx": "x",
    "a.csv": "=1+1",
    "b.csv": "-1,2",
    "my data (1).csv": "1",
    "$(id).csv": "1",
    "R&D.csv": "1",
    "Q&A.csv": "1",
    "Q&A; id.csv": "1",
  };
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${root}/${name}`, text);
  }
  Deno.writeFileSync(`${root}/encoded.svg`, new Uint8Array([0xff, 0xfe, 0x3c]));
  Deno.chmodSync(`${root}/a.csv`, 0o004);
  Deno.chmodSync(`${root}/drawn.svg`, 0o777);
  const listed = (path: string, text: string) => ({
    path,
    digest: sha256(text),
  });
  const paths = [
    listed("listed.svg", active),
    listed("changed.svg", "<svg/>"),
    listed("listed.xlsx", "x"),
    listed("R&D.csv", "1"),
    listed("Q&A; id.csv", "1"),
  ];
  const warnings = await cleanKeptFolder(
    root,
    {
      paths: new Map(
        paths.map(({ path, digest }) => [`${root}/${path}`, digest]),
      ),
      logged: new Set(),
    },
    `${place.path}/removed`,
  );
  assertEquals([...Deno.readDirSync(root)].map(({ name }) => name).sort(), [
    "R&D.csv",
    "a.csv",
    "b.csv",
    "drawn.svg",
    "listed.svg",
    "listed.xlsx",
    "my data (1).csv",
  ]);
  const modeOf = (name: string) =>
    (Deno.statSync(`${root}/${name}`).mode ?? 0) & 0o7777;
  assertEquals([modeOf("a.csv"), modeOf("drawn.svg")], [0o004, 0o644]);
  const text = warnings.join("\n");
  for (
    const [sentence, ...names] of [
      ["pictures in which something may run", "active", "encoded", "changed"],
      ["spreadsheets would calculate texts in these tables", "a.csv"],
      ["names that commands and people", "$(id).csv", "Q&A.csv", "Q&A; id"],
      ["neither data, a picture, a text", "left.xlsx", "left.ods"],
    ]
  ) {
    const line = text.split("\n").find((one) => one.includes(sentence ?? ""));
    for (const name of names) assert(line?.includes(name), `${name}: ${text}`);
  }
  assertEquals(text.includes("b.csv"), false, text);
});
