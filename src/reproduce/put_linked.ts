/**
 * Data that was given for a file, at the other paths that led to it by links.
 *
 * @module
 */
import { type ProvidingWork, putDataFile } from "./put_data.ts";

/** Puts what stands at a path at the others that led to the same file, unless other data was given for them. */
export async function putLinked(work: ProvidingWork): Promise<void> {
  const { bundle: { manifest }, provided: { standing, warnings } } = work;
  const files = manifest.datasets.flatMap((dataset) =>
    dataset.files.map((file) => ({ dataset, file }))
  );
  const given = files.filter(({ file }) =>
    standing.at(file.path) !== undefined
  );
  const others = files.filter(({ file, dataset }) =>
    standing.at(file.path) === undefined && !dataset.made
  );
  for (const { dataset, file } of others) {
    const same = given.find((one) =>
      file.linked !== undefined && one.file.linked === file.linked
    );
    if (same !== undefined) {
      standing.link(file.path, same.file.path);
      const stands = standing.at(file.path);
      if (stands) await putDataFile(file.path, stands, dataset, work);
      continue;
    }
    // Earlier versions said neither when a file was changed nor which were links.
    const alike = given.find((one) =>
      file.changed_time === undefined && dataset.found === "detected" &&
      one.file.digest === file.digest
    );
    if (alike === undefined) continue;
    warnings.push(
      `${file.path} held the same as ${alike.file.path}, for which other data was given: if it was a link to it, the cells that read ${file.path} read what was recorded`,
    );
  }
}
