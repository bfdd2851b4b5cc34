/**
 * The page of an artifact: what it holds, as far as that can be shown.
 *
 * @module
 */
import { sizeText } from "../../base/quantities.ts";
import { unknownArtifact } from "../../record/journal_reader.ts";
import type {
  RecordedArtifact,
  RunRecord,
} from "../../record/schema/record.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { filePreview } from "../parts/preview.ts";
import type { PageSource } from "../parts/source.ts";

/** Largest artifact of which a preview is made, bytes. */
const MAX_BYTES = 32_000_000;

/**
 * The artifact of a run.
 *
 * @throws {UnknownNameError} when the run has none of that path
 */
export function artifactOf(run: RunRecord, path: string): RecordedArtifact {
  const artifact = run.artifacts.find((one) => one.path === path);
  if (artifact !== undefined) return artifact;
  throw unknownArtifact(run.run_id, path, run.artifacts.map((one) => one.path));
}

/**
 * The page at `/runs/ID/artifacts/PATH`.
 *
 * @throws {UnknownNameError} when the run has no such artifact
 * @throws {RunNotFoundError} when there is no such run
 */
export async function artifactPage(
  source: PageSource,
  links: Links,
  at: { run_id: string; path: string },
): Promise<string> {
  const { run_id, path } = at;
  const run = await source.record(run_id);
  const artifact = artifactOf(run, path);
  const download = links.download(run_id, path);
  return page(links, {
    heading: path,
    context: `${run.name} · nbtrack`,
    trail: trailTo(links, run.experiment, run),
    follows: { run_id },
    body: markup`<p class="summary">${sizeText(artifact.size)}${
      artifact.digest === null ? "" : markup` <code>${artifact.digest}</code>`
    }</p>
${
      download === null
        ? markup`<p class="quiet">The file itself is not here.</p>`
        : markup`<p><a class="button" href="${download}" download="${
          path.split("/").at(-1) ?? "artifact"
        }">Download</a></p>`
    }
${await preview(source, links, run_id, artifact)}`,
  });
}

async function preview(
  source: PageSource,
  links: Links,
  run_id: string,
  { path, size }: RecordedArtifact,
): Promise<Html> {
  const download = links.download(run_id, path);
  if (/\.(png|jpe?g|gif|webp)$/i.test(path) && download !== null) {
    return markup`<p><img class="output" alt="${path}" src="${download}"></p>`;
  }
  if (size !== null && size > MAX_BYTES) {
    return markup`<p class="quiet">It is too large for a preview.</p>`;
  }
  const bytes = await new Response(await source.artifact(run_id, path)).bytes();
  return await filePreview(path, bytes);
}
