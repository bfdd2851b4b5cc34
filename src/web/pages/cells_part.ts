/**
 * The cells of a run, with what their flags say, and against the notebook's file or another run.
 *
 * @module
 */
import { cellName } from "../../record/cell_name.ts";
import {
  againstNotebook,
  againstRun,
  type CellsAgainst,
} from "../../record/cells_against.ts";
import { UnknownNameError } from "../../record/errors.ts";
import { flagSentences } from "../../record/flag_sentences.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { count } from "../../base/numbers.ts";
import { diffOf } from "../parts/diff.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { NotebookTexts, PageSource } from "../parts/source.ts";
import { cellParts } from "./cells.ts";

/** Runs that are offered, the newest. */
const OFFERED = 20;
/** What the address calls the notebook's file as it is now, and as the run kept it. */
const [NOW, KEPT] = ["file", "kept"];
const FILES: Readonly<Record<string, string>> = {
  [NOW]: "the notebook's file as it is now",
  [KEPT]: "the notebook's file as the run kept it",
};

/**
 * The part of the page.
 *
 * @param asked What the sources are compared with (`file`, `kept`, a run, or empty), and the cell to open at
 * @throws {RunNotFoundError} when there is no such run
 * @throws {UnknownNameError} when the notebook's file is not to be had
 */
export async function cellsPart(
  source: PageSource,
  links: Links,
  run: RunRecord,
  { against: asked = "", cell }: {
    against?: string;
    cell?: string | undefined;
  } = {},
): Promise<Html> {
  if (run.cells.length === 0) {
    return markup`<p class="quiet">No cell is recorded.</p>`;
  }
  const texts = await source.notebookTexts(run);
  const against = asked === ""
    ? null
    : await againstOf(source, run, texts, asked);
  return markup`${
    links.live ? await form(source, links, run, texts, asked) : ""
  }${against === null ? "" : summaryOf(against)}${
    cellParts(run.cells, {
      sentences: flagSentences(run, texts.kept ?? texts.now),
      against,
      opened: cell,
    })
  }${against === null ? editedPart(run, texts) : ""}`;
}

async function againstOf(
  source: PageSource,
  run: RunRecord,
  texts: NotebookTexts,
  asked: string,
): Promise<{ name: string; cells: CellsAgainst }> {
  const file = FILES[asked];
  if (file === undefined) {
    const other = await source.record(await source.find(asked));
    return { name: other.name, cells: againstRun(run.cells, other.cells) };
  }
  const text = asked === NOW ? texts.now : texts.kept;
  const cells = text === null ? null : againstNotebook(run.cells, text);
  if (cells !== null) return { name: file, cells };
  throw new UnknownNameError(
    `Run ${run.run_id.slice(0, 8)} cannot be compared with ${file}: ${
      text === null ? "it is not here" : "it cannot be read as a notebook"
    }.`,
    { kind: "notebook", asked, hint: "Compare it with another run." },
  );
}

function summaryOf(
  { name, cells }: { name: string; cells: CellsAgainst },
): Html {
  const changes = [...cells.cells.values()].map(({ change }) => change);
  const of = (wanted: string) => changes.filter((c) => c === wanted).length;
  const parts = [
    [of("changed"), "changed"],
    [of("moved"), "at another place"],
    [of("added"), "in this run alone"],
    [cells.left.length, "there alone"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, what]) =>
    `${count(n, "cell")} ${what}`
  );
  return markup`<p class="summary">Against ${name}: ${
    said.length === 0 ? "every source is the same" : said.join(", ")
  }.${
    said.length === 0
      ? ""
      : markup` <code>-</code> there, <code>+</code> in this run.`
  }</p>
`;
}

/** Where nothing was asked for, what the saved notebook has instead of what ran. */
function editedPart(run: RunRecord, { kept }: NotebookTexts): Html | "" {
  const edited = run.cells.filter(({ flags }) => flags.includes("edited"));
  const against = edited.length === 0 || kept === null
    ? null
    : againstNotebook(run.cells, kept);
  if (against === null) return "";
  const shown = edited.flatMap((cell) => {
    const diff = against.cells.get(cell.index)?.diff ?? "";
    return diff === "" ? [] : [{ cell, diff }];
  });
  return shown.length === 0
    ? ""
    : markup`<details><summary>What the saved notebook has instead of ${
      count(shown.length, "edited cell")
    }</summary><p class="quiet"><code>-</code> saved, <code>+</code> executed</p>${
      shown.map(({ cell, diff }) =>
        markup`<p><a href="#cell-${cell.index}">Cell ${cellName(cell)}</a></p>${
          diffOf(diff)
        }`
      )
    }</details>`;
}

async function form(
  source: PageSource,
  links: Links,
  run: RunRecord,
  { kept, now }: NotebookTexts,
  asked: string,
): Promise<Html | ""> {
  const before = await source.before(run);
  const others = (await source.select({ experiment: run.experiment }))
    .rows(0, OFFERED).filter(({ run_id }) =>
      run_id !== run.run_id && run_id !== before?.run_id
    );
  const offered: [value: string, text: string][] = [
    ...now === null ? [] : [[NOW, FILES[NOW]] as [string, string]],
    ...kept === null ? [] : [[KEPT, FILES[KEPT]] as [string, string]],
    ...before === null
      ? []
      : [[before.run_id, `${before.name}, the run before`] as [string, string]],
    ...others.map(({ run_id, name }): [string, string] => [run_id, name]),
  ];
  if (asked !== "" && !offered.some(([value]) => value === asked)) {
    offered.unshift([asked, FILES[asked] ?? asked.slice(0, 8)]);
  }
  if (offered.length === 0) return "";
  return markup`<form method="get" action="${
    links.run(run.run_id)
  }#cells" class="filter">
<p><label for="against">Sources against</label> <select id="against" name="against"><option value="">nothing</option>${
    offered.map(([value, text]) =>
      markup`<option value="${value}"${
        value === asked ? markup` selected` : ""
      }>${text}</option>`
    )
  }</select></p>
<p class="end"><button>Show</button></p>
</form>
`;
}
