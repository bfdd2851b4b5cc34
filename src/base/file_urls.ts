/**
 * Paths and `file:` URLs, and paths relative to a notebook's folder.
 *
 * @module
 */

/** Loaded at the first need: importing it costs a kernel some 20 ms, which every notebook that tracks would wait. */
const node = () => globalThis.process.getBuiltinModule("node:url");

/** The URL of a path. */
export function toFileUrl(path: string): URL {
  return node().pathToFileURL(path);
}

/** The URL of a folder, with a slash at its end. */
export function toFolderUrl(path: string): URL {
  const url = node().pathToFileURL(path);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** The URL of a folder named in a configuration file, with a slash at its end. */
export function folderOf(path: string, base: URL): URL {
  return new URL(`${path.replace(/\/+$/, "")}/`, base);
}

/** A path as it stands in an address: each of its parts escaped, the slashes kept. */
export function urlPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string {
  return node().fileURLToPath(url);
}

/**
 * The path of a `file:` URL relative to a folder's URL, with `/` and without percent signs:
 * `lib/a.ts`, `../shared/b.ts`; a slash at the end is kept. On another drive the whole path.
 */
export function relativePath(url: string | URL, folder: URL): string {
  const to = new URL(url).pathname.split("/").slice(1);
  const from = folder.pathname.split("/").slice(1, -1);
  if (/^[a-z]:$/i.test(to[0] ?? "") && to[0] !== from[0]) {
    return fromFileUrl(url).replaceAll("\\", "/");
  }
  let same = 0;
  while (
    same < from.length && same < to.length - 1 && from[same] === to[same]
  ) same++;
  const parts = [
    ...from.slice(same).map(() => ".."),
    ...to.slice(same).map(decodeURIComponent),
  ];
  return parts.join("/") || "./";
}

/** A text as a member of an address in which nothing but letters, digits, `-`, `.`, `_` and `~` stands for itself. */
export function allEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
