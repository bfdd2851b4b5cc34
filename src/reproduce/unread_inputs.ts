/**
 * Which code of a run had inputs that nobody saw: what it prints may be another one though nothing that is known differs.
 *
 * @module
 */
import type { Missing } from "../journal/entries.ts";
import { unreadData } from "../record/gaps.ts";

/** A cell, as far as it matters here. */
interface NamedSource {
  name: string;
  source: string;
}

/** Begins what stands for the source of a module that was not kept. */
const UNKEPT = "// not kept:";
const UNREAD = /^data that .+ reads$/;
const CHANGED = /^data "(?:.*[\\/])?([^\\/]+)"$/;
/** Data that was named, and that is not known as it was. */
const NAMED = /^dataset "(.*)"$/s;
/** What the kernel's log lost may have been read by any cell. */
const LOST = "data that was read";

/** The sources of cells and local modules that read data of which nothing is known. */
export function unreadSources(
  missing: readonly Missing[],
  cells: readonly NamedSource[],
  modules: Readonly<Record<string, string>>,
  datasets: readonly { name: string; uri: string }[],
): Set<string> {
  const unkept = Object.values(modules).filter((source) =>
    source.startsWith(UNKEPT)
  );
  const named = new Map([
    ...cells.map(({ name, source }): [string, string] => [
      unreadData(`cell ${name}`),
      source,
    ]),
    ...Object.entries(modules).map(([path, source]): [string, string] => [
      unreadData(`module ${path}`),
      source,
    ]),
  ]);
  const all = [...cells.map(({ source }) => source), ...Object.values(modules)];
  const unread = missing.flatMap(({ what }) => {
    if (what === LOST) return all;
    if (UNREAD.test(what)) {
      const found = named.get(what);
      // Of code that is not at hand any cell may use what it gives.
      return found === undefined ? all : [found];
    }
    const [, name] = NAMED.exec(what) ?? [];
    const uri = datasets.find((one) => one.name === name)?.uri;
    if (uri !== undefined && /^[a-z]{2,}:/i.test(uri)) return []; // no file
    const file = CHANGED.exec(what)?.[1] ?? uri?.split(/[\\/]/).at(-1);
    if (file === undefined) return name === undefined ? [] : all;
    const naming = all.filter((source) => source.includes(file));
    return naming.length === 0 ? all : naming;
  });
  return new Set([...unread, ...unkept]);
}

/** The sources of a run's modules, and what stands for those of which none was kept. */
export function withUnkept(
  kept: Readonly<Record<string, string>>,
  recorded: readonly { path: string }[],
): Record<string, string> {
  const unkept = recorded.filter(({ path }) =>
    kept[path] === undefined && /\.[cm]?[jt]sx?$/.test(path)
  );
  return {
    ...kept,
    ...Object.fromEntries(
      unkept.map(({ path }) => [path, `${UNKEPT} ${path}`]),
    ),
  };
}
