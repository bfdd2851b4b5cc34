/** What front ends keep of HTML in a notebook that is not trusted, or that is shown as a page (docs/front-ends.md). */
import { assert, assertEquals } from "@std/assert";
import { allDisplays } from "./displays.ts";

/** Elements that JupyterLab, VS Code, GitHub or GitLab keep; all but `progress` are kept by each of them. */
const KEPT = (
  "div span table thead tbody tr th td br b strong code a img details summary p progress pre ul li em"
).split(" ");

/** What VS Code, and JupyterLab in a notebook that is not trusted, keep of a style attribute. */
const KEPT_STYLES = (
  "background border color font-family font-size font-weight line-height margin max-width min-height opacity padding " +
  "text-align white-space width height vertical-align display overflow"
).split(" ");
/** The narrowest column of outputs that is wide enough to work in: GitLab's and VS Code's beside their side bars. */
const WIDEST = 720;

/** Two words that only a style holds apart: GitHub and GitLab take style attributes out, and inline elements touch. */
const GLUED =
  /[\p{L}\p{N}](?:<\/?(?:span|b|strong|code|a|em)(?:\s[^>]*)?>)+[\p{L}\p{N}]/u;

/** Checks each declaration. @returns how many there are */
function checkStyles(html: string): number {
  const declared = [...html.matchAll(/\sstyle="([^"]*)"/g)]
    .flatMap(([, style = ""]) => style.split(";"))
    .filter((declaration) => declaration.trim() !== "");
  for (const declaration of declared) {
    const [property = "", value = ""] = declaration.split(":");
    assert(KEPT_STYLES.includes(property.trim()), declaration);
    assert(!/url|expression|!important|calc/i.test(value), declaration);
    const pixels = /^\s*([\d.]+)px/.exec(value)?.[1] ?? "0";
    assert(Number(pixels) <= WIDEST, declaration);
  }
  for (const [, width = "0"] of html.matchAll(/<img[^>]*\swidth="(\d+)"/g)) {
    assert(Number(width) <= WIDEST, width);
  }
  return declared.length;
}

Deno.test("the check for words that touch without their styles finds them", () => {
  assert(GLUED.test('<span style="padding:1px">loss</span><b>0.5</b>'));
  assert(!GLUED.test("<td>loss</td><td><b>0.5</b></td>"));
  assert(!GLUED.test("k <b>5</b>, lr <b>1</b>"));
});

Deno.test("what is shown in a cell needs no style sheet, script, inline drawing, class or id, has text and Markdown beside HTML, and no PNG in front of it", async () => {
  const bundles = await allDisplays();
  let styles = 0;
  for (const bundle of bundles) {
    assertEquals(
      Object.keys(bundle).filter((type) => !type.startsWith("application/"))
        .toSorted(),
      ["text/html", "text/markdown", "text/plain"],
    );
    const html = String(bundle["text/html"]);
    assert(
      !/<(?:style|script|svg|link|iframe)|\s(?:class|id|on\w+)=/i.test(html),
      html,
    );
    assert(!/<u>/.test(html), "a name that is HTML");
    // A stricter front end leaves the elements that it does not know out, and keeps the texts in them.
    const elements = [...html.matchAll(/<([a-z0-9]+)[\s>]/g)].map(([, e]) => e);
    assertEquals(
      elements.filter((element) => !KEPT.includes(element ?? "")),
      [],
    );
    assert(!/(?:src|href)="(?!data:image\/svg\+xml|https?:)/.test(html), html);
    assert(!/var\(|currentColor/.test(html), "colours that are taken out");
    styles += checkStyles(html);
    assert(!GLUED.test(html), GLUED.exec(html)?.[0]);
  }
  assert(styles > 0);
});
