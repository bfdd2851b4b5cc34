/**
 * What a manifest says lies where: each of a bundle's files may be named by so much of it as there is of the files.
 *
 * @module
 */
import { BundleError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import { LIMITS } from "./zip_read.ts";

/**
 * @param sizeOf The size of a file of the bundle, bytes; undefined where it does not travel.
 * @throws {BundleError} when its data, modules and artifacts name its files so often that they would fill a disk
 */
export function refuseRepeated(
  { datasets, modules, artifacts }: Manifest,
  sizeOf: (path: string) => number | undefined,
): void {
  let [count, bytes] = [0, 0];
  const files = [
    ...datasets.map((dataset) => dataset.files),
    modules,
    artifacts,
  ].flat();
  for (const { file } of files) {
    const size = file === null ? undefined : sizeOf(file);
    if (size === undefined) continue;
    count++;
    bytes += size;
  }
  if (count <= LIMITS.entries && bytes <= LIMITS.bytes) return;
  throw new BundleError(
    `The bundle's manifest names its files ${count} times, with ${bytes} bytes in all: more than the bundle may hold.`,
    { hint: "Do not use it: it was not made by nbtrack." },
  );
}
