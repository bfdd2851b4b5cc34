/**
 * Paths inside notebooks' folders and bundles, with `/` on every system.
 *
 * @module
 */

/** Whether a path starts at a root. */
export function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

/** A path against a folder. */
export function joinPath(folder: string, path: string): string {
  if (isAbsolute(path)) return path;
  return folder === "" ? path : `${folder.replace(/[/\\]+$/, "")}/${path}`;
}

/** A path without `.`, empty parts and `..` that can be resolved. */
export function normalPath(path: string): string {
  const text = path.replaceAll("\\", "/");
  const root = /^(?:[A-Za-z]:)?\//.exec(text)?.[0] ?? "";
  const parts: string[] = [];
  for (const part of text.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || root === "") parts.push(part);
  }
  return root + (parts.join("/") || (root === "" ? "." : ""));
}

/** How many folders up a relative path leads. */
export function stepsUp(path: string): number {
  return /^(?:\.\.\/)*(?:\.\.$)?/.exec(normalPath(path))?.[0].split("..")
    .length as number - 1;
}

/** The part of a glob in front of its first special character, up to the folder. */
export function baseOfGlob(glob: string): string {
  const special = glob.search(/[*?[\]{}!()+@]/);
  const plain = special < 0 ? glob : glob.slice(0, special);
  const end = plain.lastIndexOf("/");
  return end < 0 ? "." : plain.slice(0, end) || "/";
}

/** Whether a name inside an archive stays inside it on every system. */
export function staysInside(name: string): boolean {
  return name !== "" && !isAbsolute(name) && !name.includes("\\") &&
    !name.includes("\0") && !name.includes(":") &&
    !name.split("/").some((part) => part === ".." || part === "." || part === "");
}
