import { assertEquals } from "@std/assert";
import { markup, raw } from "../../src/web/parts/hono.ts";

const TURNED = "a\u202egpj.exe\u2066<b>";
const SHOWN = "a\\u202egpj.exe\\u2066&lt;b&gt;";
const KEPT = "a\u202egpj.exe\u2066&lt;b&gt;";

Deno.test("what turns a text's direction is visible between tags, wherever a template begins", () => {
  for (
    const [made, text] of [
      [markup`<p>${TURNED}</p>`, `<p>${SHOWN}</p>`],
      [markup`${TURNED}`, SHOWN],
      [markup`${[TURNED, "x", TURNED]}`, `${SHOWN}x${SHOWN}`],
      [
        markup`<td title="x">${"x"} ${TURNED}</td>`,
        `<td title="x">x ${SHOWN}</td>`,
      ],
      [
        markup`<ul>${markup`<li>${TURNED}</li>`}</ul>`,
        `<ul><li>${SHOWN}</li></ul>`,
      ],
    ] as const
  ) assertEquals(String(made), text);
});

Deno.test("what programs read of a page is as it was recorded", () => {
  for (
    const [made, text] of [
      [
        markup`<a data-a="${TURNED}" href="x${"y"}${TURNED}">${"z"}</a>`,
        `<a data-a="${KEPT}" href="xy${KEPT}">z</a>`,
      ],
      [
        markup` data-a="${TURNED}" value='${TURNED}'`,
        ` data-a="${KEPT}" value='${KEPT}'`,
      ],
      [markup`<p>${raw("\u202e<b>")}</p>`, "<p>\u202e<b></p>"],
      [markup`<p>${"نص \u200fעברית"}</p>`, "<p>نص \u200fעברית</p>"],
    ] as const
  ) assertEquals(String(made), text);
});
