/**
 * The artifacts of a run.
 *
 * @module
 */
import { sizeText } from "../../base/quantities.ts";
import type {
  RecordedArtifact,
  RunRecord,
} from "../../record/schema/record.ts";
import {
  DRAWING_TYPE,
  isShownPicture,
  pictureType,
} from "../../view/pictures.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import { drawingOf } from "../parts/preview.ts";
import type { PageSource } from "../parts/source.ts";
import { shortId } from "../parts/texts.ts";

/** Pictures that are shown beside their names. */
const MAX_PICTURES = 8;

/** The artifacts, pictures shown. */
export async function artifactsPart(
  source: PageSource,
  links: Links,
  run: RunRecord,
): Promise<Html> {
  const { artifacts, run_id } = run;
  if (artifacts.length === 0) {
    return markup`<p class="quiet">No artifact is logged.</p>`;
  }
  const users = artifacts.filter(({ origin }) => origin === "user");
  const own = artifacts.filter(({ origin }) => origin === "record");
  const pictures = await Promise.all(
    users.filter(isShownPicture).slice(0, MAX_PICTURES).map(async (artifact) =>
      [artifact.path, await addressOf(source, links, run, artifact)] as const
    ),
  );
  const table = (list: readonly RecordedArtifact[], title: string) =>
    markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><caption>${title}</caption><thead><tr><th scope="col">Path</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead><tbody>${
      list.map(({ path, size, digest }) =>
        markup`<tr><th scope="row"><a href="${
          links.artifact(run_id, path)
        }">${path}</a></th><td class="number">${sizeText(size)}</td><td><code>${
          digest === null ? "" : shortId(digest)
        }</code></td></tr>
`
      )
    }</tbody></table></div>`;
  return markup`${
    pictures.length === 0
      ? ""
      : markup`<div class="pictures">${
        pictures.map(([path, address]) =>
          address === null
            ? ""
            : markup`<a href="${
              links.artifact(run_id, path)
            }"><img loading="lazy" alt="${path}" src="${address}"><span aria-hidden="true">${path}</span></a>
`
        )
      }</div>`
  }${users.length === 0 ? "" : table(users, "Logged by the notebook")}${
    own.length === 0
      ? ""
      : markup`<details${
        users.length === 0 ? markup` open` : ""
      }><summary>The run's own record</summary>${
        table(own, "The run's own record")
      }</details>`
  }`;
}

/** What a picture is drawn from; null where its file is not here. A drawing is no file that a browser would act on. */
async function addressOf(
  source: PageSource,
  links: Links,
  { run_id }: RunRecord,
  { path }: RecordedArtifact,
): Promise<string | null> {
  const file = links.download(run_id, path);
  if (file === null || pictureType(path) !== DRAWING_TYPE) return file;
  return drawingOf(
    await new Response(await source.artifact(run_id, path)).bytes(),
  );
}
