/** The forms in which the same text is written elsewhere. */

/** A text in another form. */
export const FORMS: Record<string, (text: string) => string> = {
  "JSON": (t) => JSON.stringify({ text: t }),
  "JSON twice": (t) => JSON.stringify(JSON.stringify([t])),
  "URL": (t) => `https://h.example/?q=${encodeURIComponent(t)}`,
  "URL, every character": (t) =>
    [...bytes(t)].map((b) => `%${hex(b)}`).join(""),
  "HTML": (t) =>
    [...t].map((c) => /[\w\s]/.test(c) ? c : `&#${c.charCodeAt(0)};`).join(""),
  "\\u": (t) =>
    [...t].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  "Base64": (t) => `data ${bytes(t).toBase64()} end`,
  "Base64, later": (t) => `data ${bytes(`ab ${t}`).toBase64()} end`,
  "Base64url": (t) =>
    `x.${bytes(t).toBase64({ alphabet: "base64url", omitPadding: true })}.y`,
  "Base64, wrapped": (t) =>
    (bytes(`some words before it, ${t}`).toBase64().match(/.{1,76}/g) ?? [])
      .join("\n"),
  "hexadecimal": (t) => bytes(t).toHex(),
  "hexadecimal pairs": (t) => [...bytes(t)].map(hex).join(" "),
  "bytes": (t) =>
    `Uint8Array(${bytes(t).length}) [ ${[...bytes(t)].join(", ")} ]`,
  "UTF-16": (t) => [...t].join("\0"),
  "colour": (t) =>
    `\x1b[32m'${t.slice(0, t.length >> 1)}\x1b[1m${
      t.slice(t.length >> 1)
    }'\x1b[39m`,
};

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** A text as whoever finds it may read it: decoded in each of the ways above. */
export function readings(text: string): string[] {
  const texts = [text];
  const add = (read: (text: string) => string) => {
    for (const one of [...texts]) {
      const other = read(one);
      if (other !== one) texts.push(other);
    }
  };
  // deno-lint-ignore no-control-regex
  add((t) => t.replace(/\x1b\[[\d;]*m|\0/g, ""));
  add((t) => t.replace(/\\u([\da-f]{4})/gi, (_, h) => charOf(parseInt(h, 16))));
  add((t) => t.replace(/\\(["'\\/])/g, "$1"));
  add((t) => t.replace(/%([\da-f]{2})/gi, (_, h) => charOf(parseInt(h, 16))));
  add((t) => t.replace(/&#(\d+);/g, (_, n) => charOf(Number(n))));
  add((t) =>
    t.replace(
      /(?:\d{1,3}, ){8,}\d{1,3}/g,
      (all) => all.split(", ").map((n) => charOf(Number(n))).join(""),
    )
  );
  for (const [run] of text.replaceAll("\n", "").matchAll(/[\w+/-]{12,}/g)) {
    for (let skip = 0; skip < 4; skip++) {
      texts.push(fromBase64(run.slice(skip)));
    }
  }
  for (const [run] of text.matchAll(/(?:[\da-f]{2} ?){8,}/gi)) {
    texts.push(
      String.fromCharCode(...Uint8Array.fromHex(run.replaceAll(" ", ""))),
    );
  }
  return texts;
}

function charOf(code: number): string {
  return String.fromCharCode(code);
}

function fromBase64(run: string): string {
  const whole = run.replaceAll("-", "+").replaceAll("_", "/");
  return atob(whole.slice(0, whole.length - whole.length % 4));
}
