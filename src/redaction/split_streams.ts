/**
 * Secrets that are split over the pieces of one stream, between which other outputs stand: `stdout`, `stderr`, `stdout`.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import type { Redactor, Taken } from "./redaction.ts";

/** So much of a piece is looked at for the end of a secret that began before it, characters. */
const HEAD_CHARS = 24_000;

/** A part of a stream's end. */
interface Piece {
  /** Index of its output. */
  index: number;
  /** Where in the output's text it begins. */
  start: number;
  text: string;
}

/** The end of a stream that may be the beginning of a secret: parts of one output or of several. */
export class OpenEnd {
  #pieces: Piece[] = [];

  /** Its parts, in order; none when nothing is open. */
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  /** Takes in the next output of the stream. @param unfinished How many characters at the end of a text are open */
  add(index: number, text: string, unfinished: (text: string) => number): void {
    if (text === "") return;
    const before = this.#pieces.map((piece) => piece.text).join("");
    const open = unfinished(before + text);
    if (open <= text.length) this.#pieces = [];
    if (open > 0) {
      const start = Math.max(0, text.length - open);
      this.#pieces.push({ index, start, text: text.slice(start) });
    }
  }
}

interface Stream {
  output_type: "stream";
  name: string;
  text: string;
}

/** Takes the secrets out of outputs that are split over several of them; each output is a JSON text. */
export function redactSplit(
  redactor: Redactor,
  outputs: readonly string[],
): {
  outputs: readonly string[];
  taken: ReadonlyMap<number, readonly Taken[]>;
} {
  const taken = new Map<number, readonly Taken[]>();
  const maybe = outputs.filter((json) => json.includes('"stream"'));
  if (maybe.length < 2) return { outputs, taken };
  const unfinished = (text: string) => redactor.unfinished?.(text) ?? 0;
  const texts = outputs.map(streamOf);
  const open = new Map<string, OpenEnd>();
  const changed = new Set<number>();
  for (const [i, stream] of texts.entries()) {
    if (stream === null) continue;
    let end = open.get(stream.name);
    if (end === undefined) open.set(stream.name, end = new OpenEnd());
    const { pieces } = end;
    if (pieces.length > 0) {
      const head = stream.text.slice(0, HEAD_CHARS);
      const found = redactor.split?.([
        ...pieces.map(({ text }) => text),
        head,
      ]);
      if (found !== undefined && found.taken.length > 0) {
        for (const [n, { index, start }] of pieces.entries()) {
          const one = texts[index];
          if (one === null || one === undefined) continue;
          one.text = one.text.slice(0, start) + (found.pieces[n] ?? "");
          changed.add(index);
        }
        stream.text = (found.pieces.at(-1) ?? "") +
          stream.text.slice(HEAD_CHARS);
        changed.add(i);
        const first = pieces[0]?.index ?? i;
        taken.set(first, [...taken.get(first) ?? [], ...found.taken]);
        open.set(stream.name, end = new OpenEnd());
      }
    }
    end.add(i, stream.text, unfinished);
  }
  return {
    taken,
    outputs: outputs.map((json, i) =>
      changed.has(i) ? JSON.stringify(texts[i]) : json
    ),
  };
}

function streamOf(json: string): Stream | null {
  if (!json.includes('"stream"')) return null;
  const output = JSON.parse(json) as
    & Omit<Stream, "text">
    & { text: string | string[] };
  return output.output_type === "stream"
    ? { ...output, text: [output.text].flat().join("") }
    : null;
}
