/** Paging by key: every row comes once, in order, whatever it is ordered by. */
import { assertEquals, assertThrows } from "@std/assert";
import { RefusedAnswer } from "../../src/practice/protocol/answers.ts";
import { Database } from "../../src/practice/store/database.ts";
import {
  openToken,
  readPage,
  writeToken,
} from "../../src/practice/store/keyset.ts";

const ROWS: [id: number, value: number | string | null][] = [
  [1, 2],
  [2, null],
  [3, Infinity],
  [4, 2],
  [5, -Infinity],
  [6, null],
  [7, 0.1],
  [8, 2],
];

/** The ids of all rows, read page by page. */
function pagesOf(
  direction: "asc" | "desc",
  limit: number,
  rows: typeof ROWS = ROWS,
): number[][] {
  const db = Database.open(":memory:", { dir: "memory" });
  try {
    db.run("CREATE TABLE numbers (id INTEGER PRIMARY KEY, value)");
    for (const row of rows) db.run("INSERT INTO numbers VALUES (?, ?)", ...row);
    const pages: number[][] = [];
    let token: string | null = "";
    while (token !== null) {
      const page: { rows: { id: number }[]; next: string | null } = readPage<
        { id: number }
      >(
        db,
        { columns: "t.id", from: "FROM numbers t WHERE true", values: [] },
        {
          order: { column: "value", expression: "t.value", direction },
          limit,
          token,
        },
      );
      pages.push(page.rows.map(({ id }) => id));
      token = page.next;
    }
    return pages;
  } finally {
    db.close();
  }
}

Deno.test("pages of every size hold each row once, ties by the newest id, rows without a value last", () => {
  const up = [5, 7, 8, 4, 1, 3, 6, 2];
  const down = [3, 8, 4, 1, 7, 5, 6, 2];
  for (let limit = 1; limit <= 9; limit++) {
    assertEquals(pagesOf("asc", limit).flat(), up, `${limit} a page, upwards`);
    assertEquals(pagesOf("desc", limit).flat(), down, `${limit} a page, down`);
  }
});

Deno.test("the last page has no token, also when it is full, and no rows are one page", () => {
  assertEquals(pagesOf("asc", 4).map((page) => page.length), [4, 4]);
  assertEquals(pagesOf("asc", 8).map((page) => page.length), [8]);
  assertEquals(pagesOf("asc", 3, []), [[]]);
  assertEquals(pagesOf("asc", 0).length, 8, "a page has a row at least");
});

Deno.test("a token that is none of the order is refused as GitLab does", () => {
  assertEquals(openToken(writeToken({ id: 7, value: -Infinity })), {
    id: 7,
    value: -Infinity,
  });
  for (const token of ["%", "bm8", writeToken({ id: "7", value: 1 })]) {
    assertThrows(() => {
      const db = Database.open(":memory:", { dir: "memory" });
      try {
        readPage(
          db,
          { columns: "t.id", from: "FROM runs t WHERE true", values: [] },
          {
            order: { column: "value", expression: "t.id", direction: "asc" },
            limit: 1,
            token,
          },
        );
      } finally {
        db.close();
      }
    }, RefusedAnswer);
  }
});
