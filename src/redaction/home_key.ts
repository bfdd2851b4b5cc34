/**
 * The key of an nbtrack folder: for its owner alone, never in a bundle. Placeholders are made with it, and what the
 * journal has to keep for a moment with its password is encrypted with it.
 *
 * @module
 */

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";

const node = () => globalThis.process.getBuiltinModule("node:crypto");

/** The keyed digest of a text, 64 hexadecimal digits. */
export function keyedDigest(home: string, text: string): string {
  return node().createHmac("sha256", keyOf(home)).update(text).digest("hex");
}

/** A text that only who has the key can read, as Base64. */
export function encrypt(home: string, text: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = node().createCipheriv(CIPHER, keyOf(home), nonce);
  const body = cipher.update(text, "utf8");
  const parts = [nonce, body, cipher.final(), cipher.getAuthTag()];
  return parts.map((part) => part.toBase64()).join(".");
}

/** What {@linkcode encrypt} was given; null when it was made with another key. */
export function decrypt(home: string, encrypted: string): string | null {
  const [nonce, body, last, tag] = encrypted.split(".").map((part) =>
    Uint8Array.fromBase64(part)
  );
  if (!nonce || !body || !last || tag?.byteLength !== TAG_BYTES) return null;
  try {
    const decipher = node().createDecipheriv(CIPHER, keyOf(home), nonce);
    decipher.setAuthTag(tag);
    return decipher.update(body, undefined, "utf8") +
      decipher.update(last, undefined, "utf8") +
      decipher.final("utf8");
  } catch {
    return null; // the folder has got another key since
  }
}

const keys = new Map<string, Uint8Array>();

/** The key of a folder, made at the first need. */
function keyOf(home: string): Uint8Array {
  let key = keys.get(home);
  if (key === undefined) {
    key = readKey(`${home}/redaction.key`);
    keys.set(home, key);
  }
  return key;
}

function readKey(path: string): Uint8Array {
  for (;;) {
    try {
      const key = Deno.readFileSync(path);
      if (key.byteLength === KEY_BYTES) return key;
      Deno.removeSync(path); // a disk that was full
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    const draft = `${path}.${crypto.randomUUID()}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), {
      recursive: true,
      mode: 0o700,
    });
    Deno.writeFileSync(
      draft,
      crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
      { createNew: true, mode: 0o600 },
    );
    try {
      // Of two processes that make one at once, the first one's stays.
      Deno.linkSync(draft, path);
    } catch (error) {
      // Where files cannot be linked, the last one's does.
      if (!(error instanceof Deno.errors.AlreadyExists)) {
        Deno.renameSync(draft, path);
        continue;
      }
    }
    Deno.removeSync(draft);
  }
}
