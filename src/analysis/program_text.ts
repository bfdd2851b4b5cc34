/**
 * The text of a program of cells, put together piece by piece, with the way back from a place in it to its cell.
 *
 * @module
 */

/** A place in a cell. */
export interface CellPosition {
  /** The cell's index among those of the program. */
  cell: number;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** A change of a cell's text. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A piece of the program: of a cell, or put in. */
interface Piece {
  /** Offset in the program. */
  at: number;
  length: number;
  cell: number | null;
  /** Offset in the cell. */
  from: number;
  /** Whether its text is the cell's. */
  own: boolean;
}

/** Puts a program together. */
export class ProgramText {
  text = "";
  readonly #pieces: Piece[] = [];
  readonly #sources = new Map<number, string>();

  /** Adds a text that no cell has, or that stands for a place in one. */
  insert(text: string, cell: number | null = null, from = 0): void {
    this.#add(text, { cell, from, own: false });
  }

  /** Adds a cell's text with changes. */
  cell(cell: number, source: string, edits: readonly Edit[]): void {
    this.#sources.set(cell, source);
    let at = 0;
    for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
      if (edit.start < at) continue;
      this.#add(source.slice(at, edit.start), { cell, from: at, own: true });
      this.insert(edit.text, cell, edit.start);
      at = edit.end;
    }
    this.#add(source.slice(at), { cell, from: at, own: true });
    // What is said of a cell's end.
    this.insert("", cell, source.length);
  }

  #add(text: string, piece: Omit<Piece, "at" | "length">): void {
    this.#pieces.push({ ...piece, at: this.text.length, length: text.length });
    this.text += text;
  }

  /** The place in a cell of one in the program; null for one that no cell has. @param line From 1 @param column From 1 */
  find(line: number, column: number): CellPosition | null {
    const lines = this.text.split("\n");
    const offset = lines.slice(0, line - 1).reduce(
      (sum, text) => sum + text.length + 1,
      0,
    ) + column - 1;
    const piece =
      this.#pieces.findLast(({ at, length }) =>
        at <= offset && (offset < at + length || length === 0 && at === offset)
      ) ?? null;
    if (piece === null || piece.cell === null) {
      return null;
    }
    const source = this.#sources.get(piece.cell) ?? "";
    const before = source.slice(
      0,
      piece.own ? piece.from + offset - piece.at : piece.from,
    );
    return {
      cell: piece.cell,
      line: before.split("\n").length,
      column: before.length - before.lastIndexOf("\n"),
    };
  }
}
