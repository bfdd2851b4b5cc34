/**
 * What people are shown, kept as committed files: a change of it is seen in review.
 *
 * @module
 */
import { assert } from "@std/assert";

/**
 * Compares a text with the file that is kept of it. A missing file is written, and fails where nobody commits it (CI);
 * a text that is another one is written beside the file, as `NAME-changed.txt`, and fails; NBTRACK_WRITE_SNAPSHOTS=1
 * writes it over the file.
 *
 * @param folder The folder of the snapshots, relative to the test: `new URL("./snapshots/", import.meta.url)`
 */
export async function assertSnapshot(
  folder: URL,
  name: string,
  text: string,
): Promise<void> {
  const file = new URL(`${name}.txt`, folder);
  const changed = new URL(`${name}-changed.txt`, folder);
  const now = `${text.trimEnd()}\n`;
  let kept: string | null = null;
  try {
    kept = await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (kept === null) {
    assert(
      Deno.env.get("CI") === undefined,
      `there is no snapshot ${name}: run the test once and commit the file`,
    );
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(file, now);
    return;
  }
  if (kept.replaceAll("\r\n", "\n") === now) {
    await Deno.remove(changed).catch(() => {}); // of an earlier test that failed
    return;
  }
  if (Deno.env.get("NBTRACK_WRITE_SNAPSHOTS") === "1") {
    await Deno.writeTextFile(file, now);
    return;
  }
  await Deno.writeTextFile(changed, now);
  assert(
    false,
    `${name} is shown in another way than in its snapshot: compare ${name}.txt with ${name}-changed.txt beside it, and move it over the first if it is right\n${now}`,
  );
}
