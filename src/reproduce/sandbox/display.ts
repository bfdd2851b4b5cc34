/**
 * Values as the Deno kernel shows them.
 *
 * @module
 */

/** A MIME bundle. */
export type MimeBundle = Record<string, unknown>;

/** Text of a value. */
export type Inspect = (value: unknown) => string;

const DISPLAY = Symbol.for("Jupyter.display");
const PNG = [137, 80, 78, 71, 13, 10, 26, 10];
const JPEG = [0xff, 0xd8];
/** Rows of a data frame in its data, and in its table. */
const FRAME_ROWS = [50, 10] as const;

/** The kernel's helpers that make something to show. */
export function displayOf(inspect: Inspect): Record<string, unknown> {
  const tag =
    (type: string) => (texts: TemplateStringsArray, ...values: unknown[]) =>
      shown({
        [type]: texts.reduce(
          (all, text, i) => `${all}${text}${values[i] ?? ""}`,
          "",
        ),
      });
  return {
    $display: DISPLAY,
    format: (value: unknown) => bundleOf(value, inspect),
    md: tag("text/markdown"),
    html: tag("text/html"),
    svg: tag("image/svg+xml"),
    image: (value: string | Uint8Array) => {
      const bytes = typeof value === "string"
        ? Deno.readFileSync(value)
        : value;
      const type = pictureType(bytes);
      if (type === null) {
        throw new TypeError("Object is not a JPG or PNG image");
      }
      return shown({ [type]: bytes.toBase64() });
    },
  };
}

/** The MIME bundle of a value: what it says itself, else what its form tells, else its text. */
export async function bundleOf(
  value: unknown,
  inspect: Inspect,
): Promise<MimeBundle> {
  if (typeof value !== "object" || value === null) {
    return { "text/plain": inspect(value) };
  }
  const item = value as Record<PropertyKey, unknown>;
  if (typeof item[DISPLAY] === "function") {
    return await (item[DISPLAY] as () => MimeBundle | Promise<MimeBundle>)();
  }
  if (typeof item["toDataURL"] === "function") {
    const [head = "", data = ""] = String(item["toDataURL"]()).split(",");
    return { [head.slice("data:".length).split(";")[0] ?? "image/png"]: data };
  }
  if (typeof item["toSpec"] === "function") return vega(item["toSpec"]());
  if (isFrame(item)) return frame(item);
  if (value instanceof Uint8Array) {
    const type = pictureType(value);
    if (type !== null) return { [type]: value.toBase64() };
  }
  const markup = item["outerHTML"];
  if (typeof markup === "string") {
    return {
      [markup.startsWith("<svg") ? "image/svg+xml" : "text/html"]: markup,
    };
  }
  return { "text/plain": inspect(value) };
}

function shown(bundle: MimeBundle): Record<symbol, () => MimeBundle> {
  return { [DISPLAY]: () => bundle };
}

function pictureType(bytes: Uint8Array): string | null {
  if (PNG.every((byte, i) => bytes[i] === byte)) return "image/png";
  const ends = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
  return ends && JPEG.every((byte, i) => bytes[i] === byte)
    ? "image/jpeg"
    : null;
}

function vega(spec: unknown): MimeBundle {
  const schema = (spec as { $schema?: unknown }).$schema;
  const lite = /vega-lite\/v(\d+)/.exec(String(schema));
  return {
    [
      lite === null
        ? "application/vnd.vega.v5+json"
        : `application/vnd.vegalite.v${lite[1]}+json`
    ]: spec,
  };
}

interface Frame {
  schema: Record<string, { toJSON(): { DataType?: string } }>;
  head(rows: number): { toRecords(): Record<string, unknown>[] };
}

function isFrame(
  item: Record<PropertyKey, unknown>,
): item is Record<PropertyKey, unknown> & Frame {
  return typeof item["schema"] === "object" &&
    typeof item["head"] === "function" &&
    typeof item["toRecords"] === "function";
}

function frame(df: Frame): MimeBundle {
  const fields = Object.entries(df.schema).map(([name, type]) => ({
    name,
    type: jsonType(type.toJSON().DataType ?? ""),
  }));
  const cell = (tag: string, value: unknown) =>
    `<${tag}>${escaped(String(value))}</${tag}>`;
  const rows = df.head(FRAME_ROWS[1]).toRecords().map((row) =>
    `<tr>${fields.map(({ name }) => cell("td", row[name])).join("")}</tr>`
  );
  return {
    "application/vnd.dataresource+json": {
      data: df.head(FRAME_ROWS[0]).toRecords(),
      schema: { fields },
    },
    "text/html":
      `<table><thead><tr>${
        fields.map(({ name }) => cell("th", name)).join("")
      }</tr></thead>` +
      `<tbody>${rows.join("")}</tbody></table>`,
  };
}

function jsonType(type: string): string {
  if (/^U?Int/.test(type)) return "integer";
  if (/^Float/.test(type)) return "number";
  return {
    Bool: "boolean",
    Null: "null",
    List: "array",
    Struct: "object",
  }[type] ?? "string";
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (c) => entities[c] ?? c);
}
