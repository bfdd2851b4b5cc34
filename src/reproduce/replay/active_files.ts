/**
 * Pictures and tables in which programs find something to execute.
 *
 * @module
 */

/** A picture that is longer is not looked through, bytes. */
const MAX_PICTURE_BYTES = 16 << 20;
/** Of a table so much is looked through, bytes. */
const MAX_TABLE_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 20;
/** A formula's beginning may be cut by two chunks, characters. */
const OVERLAP = 120;

/** Elements that run code or hold another document. */
const ACTIVE =
  /<(?:[^\s<>/:]+:)?(?:script|foreignObject|handler|listener|iframe|frame|object|embed|link|meta|base|form|audio|video)(?![\w-])/i;
const HANDLER = /[\s"'/](?:[^\s<>"'/:]+:)?on[a-z]+\s*=\s*["']/i;
/** What changes what stands in the text: entities and attributes of its own, a style sheet that rewrites it. */
const REWRITTEN = /<!ENTITY|<!ATTLIST|<\?xml-stylesheet/i;
const OTHER_ENCODING =
  /^\s*<\?xml\b[^>]{0,500}?encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])/i;
const ADDRESS =
  /(?:java|vb)script:|data:(?:text\/|application\/|[\w/+.-]*xml)/i;

/** Whether an SVG file may run something where it is opened. */
export function isActivePicture(path: string): boolean {
  if (Deno.lstatSync(path).size > MAX_PICTURE_BYTES) return true;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(
      Deno.readFileSync(path),
    );
  } catch {
    return true; // in another encoding it may say anything
  }
  return isActiveSvg(text);
}

/** Whether the text of an SVG file has something that runs. */
export function isActiveSvg(text: string): boolean {
  return ACTIVE.test(text) || HANDLER.test(text) || REWRITTEN.test(text) ||
    OTHER_ENCODING.test(text) || ADDRESS.test(unescaped(text));
}

/** With its characters as they are, and without white space, which addresses may have anywhere. */
function unescaped(text: string): string {
  return text
    .replace(/&#(?:x0*([\da-f]{1,6})|0*(\d{1,7}));?/gi, (all, hex, decimal) => {
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .replace(/&(?:Tab|NewLine);/g, "").replace(/&colon;/g, ":")
    .replace(/[\s\p{Cc}]+/gu, "");
}

/** A field that a spreadsheet calculates: a name or a number with a sign is none. */
const FORMULA =
  /(?:^|[\n\r,;\t|]) {0,5}"? {0,5}(?:[=\uff1d][^\s=,;"|]|[@+\-\uff20\uff0b\uff0d][^,;\t\r\n"]{0,100}[(!])/;

/** Whether a table of text has fields that a spreadsheet would calculate. */
export function hasFormulas(path: string): boolean {
  using file = Deno.openSync(path);
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let before = "\n";
  let size = 0;
  for (let read; (read = file.readSync(chunk)) !== null;) {
    const text = before +
      decoder.decode(chunk.subarray(0, read), { stream: true });
    if (FORMULA.test(text)) return true;
    before = text.slice(-OVERLAP);
    if ((size += read) >= MAX_TABLE_BYTES) return false;
  }
  return false;
}
