/**
 * The lessons as they are written: one text file each, with the lesson's cells, and the answers that students give.
 *
 * `@@ md ID` and `@@ code ID [tags=a,b] [lesson]` begin a cell; one with `lesson` is left out of the answers, which
 * have code alone. `@@ answer NAME` begins an answer: the code cells that are other in it. A wrong answer is the right
 * one but for its own cells; `@@ shipped ID` leaves a cell as it came, `@@ without ID` leaves it out.
 *
 * @module
 */
const SOURCES = new URL("./source/", import.meta.url);

/** A cell of a lesson. */
export interface SourceCell {
  kind: "md" | "code";
  id: string;
  tags: string[];
  /** Whether it is left out of answers. */
  lessonOnly: boolean;
  source: string;
}

/** A lesson and its answers. */
export interface Lesson {
  /** `01-first-run` */
  name: string;
  /** `01` */
  number: string;
  cells: SourceCell[];
  /** `right` and `wrong-…`, each with its code cells. */
  answers: Map<string, SourceCell[]>;
}

/** Reads every lesson. */
export function readLessons(): Lesson[] {
  return [...Deno.readDirSync(SOURCES)].map(({ name }) => name)
    .filter((name) => /^\d\d-.*\.txt$/.test(name)).sort()
    .map((name) =>
      parseLesson(
        name.replace(/\.txt$/, ""),
        Deno.readTextFileSync(new URL(name, SOURCES)),
      )
    );
}

function parseLesson(name: string, text: string): Lesson {
  const cells: SourceCell[] = [];
  const answers = new Map<string, SourceCell[]>();
  let answer: Map<string, SourceCell | null> | null = null;
  let right: Map<string, SourceCell | null> | null = null;
  const finish = (answerName: string | null) => {
    if (answer === null || answerName === null) return;
    if (answerName === "right") right = answer;
    const changed = new Map([...right ?? [], ...answer]);
    answers.set(
      answerName,
      cells.filter((cell) => cell.kind === "code" && !cell.lessonOnly)
        .flatMap((cell) =>
          changed.has(cell.id) ? changed.get(cell.id) ?? [] : [cell]
        ),
    );
  };
  let answerName: string | null = null;
  for (const part of text.split(/^(?=@@ )/m)) {
    if (part.trim() === "") continue;
    const [head = "", ...lines] = part.split("\n");
    const [, kind = "", id = "", ...options] = head.split(" ");
    const source = lines.join("\n").trim();
    if (kind === "answer") {
      finish(answerName);
      [answerName, answer] = [id, new Map()];
    } else if (kind === "shipped" || kind === "without") {
      const shipped = cells.find((cell) => cell.id === id) ?? null;
      answer?.set(id, kind === "shipped" ? shipped : null);
    } else if (kind === "md" || kind === "code") {
      const tags = options.find((o) => o.startsWith("tags="))?.slice(5)
        .split(",") ?? [];
      const cell: SourceCell = {
        kind,
        id,
        tags,
        lessonOnly: options.includes("lesson"),
        source,
      };
      if (answer === null) cells.push(cell);
      else {
        const shipped = cells.find((one) => one.id === id);
        if (shipped === undefined) throw new Error(`${name} has no cell ${id}`);
        answer.set(id, { ...shipped, source });
      }
    } else throw new Error(`${name}: ${head} is no cell and no answer`);
  }
  finish(answerName);
  return { name, number: name.slice(0, 2), cells, answers };
}

const LANGUAGE = {
  codemirror_mode: "typescript",
  file_extension: ".ts",
  mimetype: "text/x.typescript",
  name: "typescript",
  nbconvert_exporter: "script",
  pygments_lexer: "typescript",
};

/** Cells as a notebook that has not been run. */
export function notebookText(cells: readonly SourceCell[]): string {
  const lines = (text: string) =>
    text.split("\n").map((line, i, all) =>
      i < all.length - 1 ? `${line}\n` : line
    );
  return `${
    JSON.stringify(
      {
        cells: cells.map(({ kind, id, tags, source }) => ({
          cell_type: kind === "md" ? "markdown" : "code",
          ...kind === "md" ? {} : { execution_count: null },
          id,
          metadata: tags.length === 0 ? {} : { tags },
          ...kind === "md" ? {} : { outputs: [] },
          source: lines(source),
        })),
        metadata: {
          kernelspec: {
            display_name: "Deno",
            language: "typescript",
            name: "deno",
          },
          language_info: LANGUAGE,
        },
        nbformat: 4,
        nbformat_minor: 5,
      },
      null,
      1,
    )
  }\n`;
}
