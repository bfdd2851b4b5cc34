import { assert, assertEquals } from "@std/assert";
import { findOffered } from "../../src/redaction/fallbacks.ts";
import { findNamedValues } from "../../src/redaction/named_values.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { withoutTerminalCodes } from "../../src/view/output_frames.ts";
import { temporary } from "../reproduce/recorded.ts";
import { gitlabToken, random } from "./support.ts";

/** What could be searched without end: each begins what a secret begins with, again and again. */
const REPEATED = [
  `passwords = ["a", `,
  ["gl", "pat-"].join(""),
  ["sk", "-ant-"].join(""),
  "ya29.",
  "password=`${",
  "secret: ",
  "\x1b]",
  "://u:p@",
  "<th>password</th>",
  "user,password\n",
  `{"name":"password",`,
  "password  b\n0  c\n",
  "dtype: object\npassword  x1y2z3\n",
  `["test1","pass"],`,
  "test  x7  pass  12ms\n",
  "pass  ",
  `["password", `,
  "password /* a */ = ",
  "password = // a\n",
  `"a1b2c3" === `,
  `"appid", `,
  "Password for ada ",
  "password.....",
  "kind: Secret\ndata:\n",
];

Deno.test("a text that is written to be searched without end is searched, and a token behind it is taken out", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const unit of REPEATED) {
    const token = gitlabToken();
    const text = unit.repeat(Math.ceil(400_000 / unit.length));
    const { text: stored, taken } = redaction.text(`${text}\n${token} end`);
    assert(!stored.includes(token.slice(6)), unit);
    assert(taken.length > 0, unit);
  }
});

Deno.test("a long block of indented lines behind a secret of Kubernetes is searched once", () => {
  const lines = "        -  some - words: of it\n".repeat(2000);
  const secret = random(20);
  const found = findNamedValues(
    `kind: Secret\ndata:\n  password: ${secret}\n---\nspec:\n${lines}`,
  );
  assert(
    found.length > 0 && found.every(({ end, start }) => end - start === 20),
  );
});

Deno.test("of expressions that begin inside of one another each text is judged a few times, however many there are", () => {
  const unit = `passwords = ["${random(8)}", `;
  const found = findOffered(unit.repeat(2000));
  const times = Map.groupBy(found, ({ start }) => start);
  assert(times.size >= 1500, `${times.size} of 2000 texts are found`);
  assert(Math.max(...[...times.values()].map((all) => all.length)) <= 6);
});

Deno.test("what follows a link of a terminal is on the page, however the link ends", () => {
  for (const end of ["\x07", "\x1b\\"]) {
    assertEquals(
      withoutTerminalCodes(
        `see \x1b]8;;https://h/${end}this\x1b]8;;${end} page`,
      ),
      "see this page",
    );
  }
});
