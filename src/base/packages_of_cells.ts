/**
 * The packages that a cell may load through runs, its own and those it reads. Modules are loaded by computed addresses
 * when they are needed ({@link lazyImport}), where Deno does not see what they import: named here in so many words, the
 * packages are in a project's lock after `deno install` or its first run, and a frozen lock does not refuse them in the
 * middle of a run.
 *
 * @module
 */

/**
 * Is not called: Deno reads the names and resolves the packages with the file, without loading their modules. In a folder
 * without a lock it reads what the registry said of each once more for each that follows: what is large stands last.
 */
export function packagesOfCells(): Promise<unknown>[] {
  return [
    import("npm:pure-rand@8.4.2/generator/mersenne"),
    import("npm:diff@9.0.0"),
    import("npm:d3-shape@3.2.0"),
    import("npm:ky@2.1.0"),
    import("npm:@zip.js/zip.js@2.24.0"),
    import("npm:d3-scale@4.0.2"),
    import("npm:zod@4.6.7"),
  ];
}
