/**
 * Cells whose execution a recorder may not have seen, kept by who has seen it for the recorder that completes the
 * session.
 *
 * @module
 */
import { parsedJson } from "../../base/values.ts";
import { z } from "../../base/zod.ts";
import type { Execution } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import { cellName } from "../../record/cell_name.ts";
import { isNoCell } from "./input.ts";
import { type CellReply, cellReplySchema, type SentCell } from "./replies.ts";

const DOCUMENT = "cells that were not seen";
/** How much is kept of the sources of such cells, characters. */
const MAX_CHARS = 4 << 20;

const keptSchema = z.array(cellReplySchema).catch([]);

const UNSHOWN = "cells whose outputs were not seen";
const unshownSchema = z.array(
  z.object({ msg_id: z.string(), name: z.string() }),
)
  .catch([]);
type UnshownCell = z.infer<typeof unshownSchema>[number];

/** Cells that were executed and of which it is not known that they were recorded. */
export class UnseenCells {
  readonly #replies = new Map<string, CellReply>();
  #chars = 0;

  /** Whether there is none. */
  get empty(): boolean {
    return this.#replies.size === 0;
  }

  /** A cell has ended. Of too many long ones the source is not kept. */
  add(reply: CellReply): void {
    const chars = reply.cell?.source?.length ?? 0;
    const { cell } = reply;
    const fits = this.#chars + chars <= MAX_CHARS;
    if (fits) this.#chars += chars;
    this.#replies.set(
      reply.msg_id,
      fits || cell === undefined
        ? reply
        : { ...reply, cell: { ...cell, source: null } },
    );
  }

  /** A recorder has the cell. */
  delete(msg_id: string): void {
    this.#chars -= this.#replies.get(msg_id)?.cell?.source?.length ?? 0;
    this.#replies.delete(msg_id);
  }

  /** Keeps them in the journal, for the recorder that completes the session. */
  keep(journal: Journal, session_id: string): void {
    const json = JSON.stringify([...this.#replies.values()]);
    for (const { run_id } of journal.runs.unfinalised(session_id)) {
      journal.entries.setDocument(run_id, DOCUMENT, json);
    }
  }
}

/** The cells that were kept of a session. */
export function keptCells(journal: Journal, session_id: string): CellReply[] {
  return journal.runs.unfinalised(session_id).flatMap(({ run_id }) =>
    keptSchema.parse(
      parsedJson(journal.entries.document(run_id, DOCUMENT) ?? ""),
    )
  );
}

/** A cell that nobody saw on the wire, with what is known of its end. */
export interface UnseenCell {
  reply: CellReply;
  cell: SentCell;
}

/** The cells among those that were reported of which there is no execution. */
export function unseenAmong(
  replies: readonly CellReply[],
  executions: readonly Execution[],
): UnseenCell[] {
  const known = new Set(executions.map(({ msg_id }) => msg_id));
  return replies.flatMap((reply) => {
    const { msg_id, cell, status } = reply;
    if (cell === undefined || status === "aborted" || known.has(msg_id)) {
      return [];
    }
    known.add(msg_id);
    return isNoCell(cell.source) ? [] : [{ reply, cell }];
  });
}

/** The execution that is listed for such a cell because others stand around it; undefined when none is. */
export function listedAs(
  { execution_count }: SentCell,
  executions: readonly Execution[],
): Execution | undefined {
  return execution_count === null
    ? undefined
    : executions.find((e) =>
      e.msg_id === null && e.execution_count === execution_count
    );
}

/** Adds what is known of its end to a cell that the notebook's file had already. @returns false when it had not */
export function putReply(
  journal: Journal,
  { reply, cell }: UnseenCell,
  executions: readonly Execution[],
): boolean {
  const listed = listedAs(cell, executions);
  if (listed === undefined || listed.source === null) return false;
  const excluded = listed.flags.includes("excluded");
  journal.executions.put({
    ...listed,
    ...excluded || cell.source === null
      ? {}
      : { source: cell.source, source_from: "wire" },
    msg_id: reply.msg_id,
    cell_id: reply.cell_id ?? listed.cell_id,
    status: reply.status,
    start_time: cell.start_time,
    end_time: reply.end_time,
    interrupted: reply.interrupted,
    via: "runner",
  });
  return true;
}

/** Names them on the runs that are not complete: of what they showed nothing is known until the notebook is saved. */
export function nameUnseen(
  journal: Journal,
  session_id: string,
  unseen: readonly UnseenCell[],
): void {
  if (unseen.length === 0) return;
  const named = unseen.map(({ reply: { msg_id }, cell }) => ({
    msg_id,
    name: cell.execution_count === null
      ? "[ ]"
      : cellName({ index: 0, execution_count: cell.execution_count }),
  }));
  for (const { run_id } of journal.runs.unfinalised(session_id)) {
    nameUnshown(journal, run_id, [...unshownOf(journal, run_id), ...named]);
  }
}

/** The ids of cells of which it is not known what they showed. */
export function unshownCells(
  journal: Journal,
  session_id: string,
): ReadonlySet<string> {
  return new Set(
    journal.runs.unfinalised(session_id).flatMap(({ run_id }) =>
      unshownOf(journal, run_id).map(({ msg_id }) => msg_id)
    ),
  );
}

/** What some of them showed is known by now. */
export function nameShown(
  journal: Journal,
  session_id: string,
  shown: ReadonlySet<string>,
): void {
  if (shown.size === 0) return;
  for (const { run_id } of journal.runs.unfinalised(session_id)) {
    const unshown = unshownOf(journal, run_id);
    nameUnshown(
      journal,
      run_id,
      unshown.filter(({ msg_id }) => !shown.has(msg_id)),
    );
  }
}

function unshownOf(journal: Journal, run_id: string): UnshownCell[] {
  return unshownSchema.parse(
    parsedJson(journal.entries.document(run_id, UNSHOWN) ?? ""),
  );
}

function nameUnshown(
  journal: Journal,
  run_id: string,
  cells: readonly UnshownCell[],
): void {
  const { entries } = journal;
  const before = unshownOf(journal, run_id);
  if (before.length > 0) entries.removeMissing(run_id, outputsOf(before));
  entries.setDocument(run_id, UNSHOWN, JSON.stringify(cells));
  if (cells.length === 0) return;
  entries.setMissing(
    run_id,
    outputsOf(cells),
    `No recorder followed the kernel meanwhile: ${
      cells.length === 1 ? "its outputs are" : "their outputs are"
    } not in the record.`,
  );
}

function outputsOf(cells: readonly UnshownCell[]): string {
  const names = cells.map(({ name }) => name).join(", ");
  return `outputs of ${cells.length === 1 ? "cell" : "cells"} ${names}`;
}
