import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { QueryError } from "../../src/record/errors.ts";
import { parseFilter } from "../../src/record/filter.ts";
import { summaryOf } from "../../src/record/compare.ts";
import { recordWith } from "./filled.ts";

const RUN = summaryOf(recordWith({
  run_id: "3f2a9c01-0000-4000-8000-000000000000",
  name: "quiet-heron-417",
  status: "FINISHED",
  start_time: Date.UTC(2026, 10, 3),
  end_time: null,
  params: {
    k: "5",
    kernel: "rbf",
    "learning rate": "1e-3",
    note: 'it\'s "fine"',
    constructor_: "x",
  },
  metrics: {
    loss: 0.25,
    "val.loss": 0.5,
    "val loss": 0.75,
    broken: "NaN",
    top: "Infinity",
  },
  tags: { "mlflow.user": "ana", team: "Sea Birds" },
}));

const CASES: [filter: string, passes: boolean][] = [
  ["", true],
  ["metrics.loss < 0.3", true],
  ["metrics.loss<0.25", false],
  ["metrics.loss <= 0.25", true],
  ["metrics.loss >= 2.5e-1", true],
  ["metrics.loss > -1", true],
  ["metrics.loss = 0.25", true],
  ["metrics.loss == 0.25", true],
  ["metrics.loss != 0.25", false],
  ["metrics.loss <> 1", true],
  ["metric.loss < 0.3", true],
  ["metrics.val.loss = 0.5", true],
  ["metrics.`val loss` = 0.75", true],
  ['metrics."val loss" = 0.75', true],
  ["metrics.broken = NaN", true],
  ["metrics.broken = 'NaN'", true],
  ["metrics.broken < 1", false],
  ["metrics.top = 'Infinity'", true],
  ["metrics.top > 1e300", true],
  ["metrics.absent < 1", false],
  ["metrics.absent != 1", false],
  ["params.k = '5'", true],
  ['params.k = "5"', true],
  ["params.k = '6'", false],
  ["params.k = 5", true],
  ["params.k < 6", true],
  ["params.k > 10", false],
  ["params.`learning rate` = 0.001", true],
  ["params.kernel < 6", false],
  ["params.kernel LIKE 'r%'", true],
  ["params.kernel LIKE 'R%'", false],
  ["params.kernel ILIKE 'R_F'", true],
  ["params.kernel like 'r.f'", false],
  ["params.note = 'it''s \"fine\"'", true],
  ["params.constructor = 'x'", false],
  ["parameters.kernel IN ('linear', 'rbf')", true],
  ["params.kernel NOT IN ('linear', 'rbf')", false],
  ["params.absent NOT IN ('linear')", false],
  ["params.k IN (4, 5)", true],
  ["tags.team = 'Sea Birds'", true],
  ["tags.mlflow.user = 'ana'", true],
  ["tags.`mlflow.user` ILIKE 'A%'", true],
  ["attributes.status = 'FINISHED'", true],
  ["status = 'finished'", true],
  ["status != 'Finished'", false],
  ["status IN ('failed', 'finished')", true],
  ["status LIKE 'fin%'", true],
  ["status = 'failed'", false],
  ["status IN ('FAILED', 'KILLED')", false],
  ["attributes.run_name LIKE 'quiet%'", true],
  ["attr.run_id LIKE '3f2a%'", true],
  ["attributes.start_time > '2026-11-01'", true],
  [`start_time < ${Date.UTC(2026, 10, 3)}`, false],
  ["attributes.end_time > 0", false],
  ["metrics.loss < 0.3 and params.k = '5'", true],
  ["metrics.loss < 0.3 AND params.k = '6'", false],
  ["metrics.loss<0.3 And tags.team LIKE '%Birds' and status!='FAILED'", true],
];

Deno.test("a filter passes the runs that MLflow's search would", () => {
  for (const [filter, passes] of CASES) {
    assertEquals(parseFilter(filter)(RUN), passes, filter);
  }
});

const WRONG: [filter: string, position: number, says: string][] = [
  ["metrics.loss", 12, "Use =, !=,"],
  ["params.k IS NULL", 9, "Use =, !=,"],
  ["metrics.loss <", 14, "expected a value"],
  ["metrics.loss < abc", 15, "'abc'"],
  ["metrics.loss < 'abc'", 15, "is a number"],
  ["metrics.loss < 1 or params.k = '5'", 17, "AND"],
  ["metrics.loss < 1 params.k = '5'", 17, "AND"],
  ["metrcs.loss < 1", 0, "metrics"],
  ["loss < 1", 0, "metrics.loss"],
  ["attributes.statu = 'FAILED'", 0, "status"],
  ["params.kernel < 'rbf'", 16, "orders numbers"],
  ["params.kernel LIK 'r%'", 14, "LIKE"],
  ["params.k IN '5'", 12, "("],
  ["params.k IN ('5'", 16, ")"],
  ["params.k = '5", 11, "not closed"],
  ["params.k = 5;", 12, ";"],
  ["< 1", 0, "metrics.loss"],
  ["params. = 1", 8, "expected a name"],
  ["start_time > 'yesterday'", 13, "milliseconds"],
];

Deno.test("a filter that cannot be understood is refused with the position and the next step", () => {
  for (const [filter, position, says] of WRONG) {
    const error = assertThrows(() => parseFilter(filter), QueryError);
    assertEquals(error.position, position, `${filter}: ${error.message}`);
    assertStringIncludes(`${error.message} ${error.hint}`, says, filter);
    assertStringIncludes(error.message, `At ${position + 1}:`, filter);
  }
});

Deno.test("random filters either work or are refused with a QueryError", () => {
  const words = [
    "metrics.loss",
    "params.k",
    "<",
    "=",
    "'5'",
    "5",
    "AND",
    "IN",
    "(",
    ")",
    ",",
    "LIKE",
    "`a b`",
    ".",
    "NOT",
    "tags",
    "status",
  ];
  let seed = 12345;
  const next = (n: number) =>
    (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 3000; i++) {
    const filter = Array.from(
      { length: 1 + next(9) },
      () => words[next(words.length)],
    ).join(" ");
    try {
      parseFilter(filter)(RUN);
    } catch (error) {
      assertEquals(error instanceof QueryError, true, `${filter}: ${error}`);
    }
  }
});
