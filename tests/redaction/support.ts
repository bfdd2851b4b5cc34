/** What the tests of redaction share: secrets made at run time, their forms, and looking for them in every byte. */
import { openZip } from "../../src/record/bundle/zip_read.ts";

const LETTERS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random letters and digits, of both sizes and with a digit among them. */
export function random(length: number): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const text = [...bytes].map((b) => LETTERS[b % LETTERS.length]).join("");
    if (/\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)) {
      return text;
    }
  }
}

/** A personal access token as GitLab makes them. */
export function gitlabToken(): string {
  return ["gl", "pat-", random(20)].join("");
}

/** A text as Base64 of its UTF-8 bytes. */
export function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

/** A text as hexadecimal digits. */
export function hex(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

/** The forms in which a secret must be nowhere, each as it would lie in bytes. */
export function forms(secret: string): [string, string][] {
  const chars = (each: (code: number) => string) =>
    [...secret].map((c) => each(c.charCodeAt(0))).join("");
  return [
    ["as written", secret],
    ["hexadecimal", hex(secret)],
    ["\\u escaped", chars((c) => `\\u${c.toString(16).padStart(4, "0")}`)],
    ["HTML", chars((c) => `&#${c};`)],
    ["URL", chars((c) => `%${c.toString(16)}`)],
    ["UTF-16", chars((c) => `${String.fromCharCode(c)}\0`)],
    ...[0, 1, 2].flatMap((before): [string, string][] => {
      const whole = base64("\0".repeat(before) + secret);
      const first = Math.ceil(before * 8 / 6);
      const inside = whole.slice(
        first,
        Math.floor((before + secret.length) * 8 / 6),
      );
      return [
        [`Base64 at ${before}`, inside],
        [
          `Base64url at ${before}`,
          inside.replaceAll("+", "-").replaceAll("/", "_"),
        ],
      ];
    }),
  ];
}

/** Every file of a folder, and every member of a zip in it, as text by bytes. */
export async function* everyFile(
  folder: string,
): AsyncGenerator<[string, string]> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* everyFile(path);
    if (!entry.isFile) continue;
    const bytes = await bytesOf(path);
    yield [path, latin1(bytes)];
    if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) continue;
    const zip = await openZip(bytes);
    for (const name of zip.sizes.keys()) {
      yield [`${path}!${name}`, latin1(await zip.read(name))];
    }
  }
}

/** By another process: closing a file takes away the locks that SQLite holds on it for this one. */
async function bytesOf(path: string): Promise<Uint8Array> {
  if (!/journal\.db/.test(path)) return await Deno.readFile(path);
  const { stdout } = await new Deno.Command("cat", { args: [path] }).output();
  return stdout;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Where secrets lie below folders, in whatever form; empty when they are nowhere. */
export async function placesOf(
  secrets: Readonly<Record<string, string>>,
  folders: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const [path, text] of everyFile(folder)) {
      for (const [name, secret] of Object.entries(secrets)) {
        for (const [form, written] of forms(secret)) {
          const at = text.indexOf(written);
          if (at === -1) continue;
          const around = text.slice(Math.max(0, at - 60), at).replace(
            /[^\x20-\x7e]/g,
            "·",
          );
          found.push(
            `${name} ${form}: ${path.slice(folder.length)}: ${around}`,
          );
        }
      }
    }
  }
  return found;
}
