/**
 * Reads what `deno check` prints for people: it prints nothing for programs.
 *
 * @module
 */

/** A position that `deno check` names. */
export const POSITION = /^\s+at (\S+):(\d+):(\d+)$/;

/** Something that `deno check` reports. */
export interface ReportedError {
  code: string;
  message: string;
  position: { file: string; line: number; column: number };
}

/** What `deno check` reports, one by one. */
export function* reported(said: string): Generator<ReportedError> {
  const parts = said.split(/^(?=TS\d+ \[ERROR\]: )/m);
  for (const part of parts) {
    const head = /^(TS\d+) \[ERROR\]: /.exec(part);
    if (head === null) continue;
    const lines = part.slice(head[0].length).split("\n");
    const at = lines.findIndex((line) => POSITION.test(line));
    const position = POSITION.exec(lines[at] ?? "");
    if (position === null) continue;
    // Before the position stand the line of the source and the mark below it, where it has one.
    const marked = /^\s*[~^]+$/.test(lines[at - 1] ?? "");
    yield {
      code: head[1] ?? "",
      message: lines.slice(0, marked ? at - 2 : at).join("\n").trimEnd(),
      position: {
        file: position[1] ?? "",
        line: Number(position[2]),
        column: Number(position[3]),
      },
    };
  }
}
