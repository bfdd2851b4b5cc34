/**
 * The package that a cell may load through a lesson beside those of `base/packages_of_cells.ts`, named for the same reasons.
 * No run waits for it.
 *
 * @module
 */

/** Is not called: Deno reads the name with the file. */
export function packagesOfLessons(): Promise<unknown>[] {
  return [import("npm:@babel/parser@8.1.3")];
}
