/**
 * What reproductions of a run found.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import { isNbtrackError } from "../../base/errors.ts";
import { underDimension } from "../../record/differences.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { PageSource } from "../parts/source.ts";
import { timePart } from "../parts/texts.ts";

const FILE = "verdict.json";
/** Largest file that is read, bytes. */
const MAX_BYTES = 4_000_000;

const schema = z.looseObject({
  verdict: z.enum(["REPRODUCED", "DRIFTED", "FAILED"]),
  causes: z.array(z.looseObject({ dimension: z.string(), what: z.string() }))
    .default([]),
  warnings: z.array(z.string()).default([]),
  metrics: z.array(z.looseObject({ key: z.string(), same: z.boolean() }))
    .default([]),
  outputs: z.array(z.looseObject({ cell: z.number(), same: z.boolean() }))
    .default([]),
});

/** The run's own verdict, if it is a reproduction, and those of its reproductions. */
export async function verdictPart(
  source: PageSource,
  links: Links,
  run: RunRecord,
): Promise<Html> {
  const own = await ownVerdict(source, run);
  const others = await source.reproductions(run.run_id);
  if (own === "" && others.length === 0) {
    if (Object.hasOwn(run.tags, SWEEP_TAG)) {
      return markup`<p class="quiet">It is a sweep: each of its runs has a verdict of its own.</p>`;
    }
    return markup`<p class="quiet">Nobody has run it again here. <code>nbtrack reproduce ${
      run.run_id.slice(0, 8)
    }</code> does.</p>`;
  }
  return markup`${own}${
    others.length === 0
      ? ""
      : markup`<table><caption>Reproductions of this run</caption><thead><tr><th scope="col">Run</th><th scope="col">Verdict</th><th scope="col">Started</th></tr></thead><tbody>${
        others.map(({ run_id, name, verdict, start_time }) =>
          markup`<tr><th scope="row"><a href="${
            links.run(run_id)
          }">${name}</a></th><td>${
            verdict === null
              ? markup`<span class="quiet">none</span>`
              : wordOf(verdict)
          }</td><td>${timePart(start_time)}</td></tr>
`
        )
      }</tbody></table>`
  }`;
}

async function ownVerdict(
  source: PageSource,
  run: RunRecord,
): Promise<Html | ""> {
  const file = run.artifacts.find(({ path, size }) =>
    path === FILE && (size ?? 0) <= MAX_BYTES
  );
  if (file === undefined) return "";
  const read = await readVerdict(source, run.run_id);
  if (read === null) {
    return markup`<p class="problem">Its verdict cannot be read; the file is among its artifacts.</p>`;
  }
  const { verdict, causes, warnings, metrics, outputs } = read;
  const different = [
    ...metrics.filter(({ same }) => !same).map(({ key }) => `metric ${key}`),
    ...outputs.filter(({ same }) => !same).map(({ cell }) =>
      `output of cell ${cell}`
    ),
  ];
  return markup`<p>${wordOf(verdict)} <span class="quiet">${
    different.length === 0 ? "" : `different: ${different.join(", ")}`
  }</span></p>${list("Causes", causes.map(underDimension))}${
    list("Warnings", warnings)
  }`;
}

async function readVerdict(
  source: PageSource,
  run_id: string,
): Promise<z.infer<typeof schema> | null> {
  try {
    const text = await new Response(await source.artifact(run_id, FILE)).text();
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError || isNbtrackError(error)) return null;
    throw error;
  }
}

function list(title: string, texts: readonly string[]): Html | "" {
  return texts.length === 0
    ? ""
    : markup`<h3>${title}</h3><ul class="changes">${
      texts.map((text) =>
        markup`<li>${text}</li>
`
      )
    }</ul>`;
}

function wordOf(verdict: string): Html {
  return markup`<span class="status" data-status="${verdict}">${verdict}</span>`;
}
