/**
 * The configuration that cells of a plain replay find beside the notebook: the notebook's own, as far as it is known.
 * Deno has read the replay's by then.
 *
 * @module
 */
import { PROJECT_FILES } from "../../record/bundle/manifest.ts";

/** Where the notebook's own configuration may lie. */
export interface OwnConfig {
  /** The notebook's folder on this machine; null when it is not known. */
  home: string | null;
  /** When the recorded run began: what was changed since is not what it read. */
  began: number;
}

/** Shows the cells of a folder their own configuration, until it is disposed of. */
export function showOwnConfig(cwd: string, own: OwnConfig): Disposable {
  const name = PROJECT_FILES.find((name) =>
    /\.jsonc?$/.test(name) && statOf(`${cwd}/${name}`) !== null
  );
  if (name === undefined) return { [Symbol.dispose]() {} };
  const path = `${cwd}/${name}`;
  const text = Deno.readTextFileSync(path);
  const unchanged = own.home === null
    ? null
    : unchangedText(`${own.home}/${name}`, own.began);
  const shown = unchanged ?? withoutReplay(text, cwd);
  replace(path, text, shown);
  return { [Symbol.dispose]: () => replace(path, shown, text) };
}

/** The notebook's own file; null when it is not there, or was changed since the run began. */
function unchangedText(path: string, began: number): string | null {
  const changed = statOf(path)?.mtime?.getTime() ?? Infinity;
  return changed <= began ? Deno.readTextFileSync(path) : null;
}

/** The configuration without what a replay adds. A lock that lies elsewhere has to be named: the recorder reads it too. */
function withoutReplay(text: string, cwd: string): string {
  const { nodeModulesDir: _, lock, ...config } = JSON.parse(text);
  return lock?.path === `${cwd}/deno.lock`
    ? `${JSON.stringify(config, null, 2)}\n`
    : text;
}

/** Replaces a file that nobody has changed meanwhile; it stays as old as it was. */
function replace(path: string, before: string, after: string): void {
  const { mtime } = statOf(path) ?? {};
  if (!mtime || Deno.readTextFileSync(path) !== before) return;
  Deno.writeTextFileSync(path, after);
  Deno.utimeSync(path, mtime, mtime);
}

function statOf(path: string): Deno.FileInfo | null {
  try {
    const info = Deno.lstatSync(path);
    return info.isFile ? info : null;
  } catch {
    return null; // there is none
  }
}
