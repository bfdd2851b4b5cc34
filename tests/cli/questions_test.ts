/** The questions that people ask most, each answered by one command. */
import { assertMatch, assertStringIncludes } from "@std/assert";
import { addRun } from "../record/filled.ts";
import { week } from "../web/week.ts";
import { nbtrack } from "./nbtrack.ts";

/** What is asked, the command that answers, and what the answer holds. */
const QUESTIONS: readonly [
  question: string,
  command: string,
  holds: string[],
][] = [
  [
    "which run was best, and by what value",
    "runs --experiment penguins --sort metrics.loss --limit 1",
    ["day-3", "0.1"],
  ],
  ["with what params", "show day-3 --experiment penguins", [
    "k   3",
    "lr  0.1",
  ]],
  [
    "what is running now",
    "runs --filter status='RUNNING'",
    ["day-5", "RUNNING"],
  ],
  [
    "what changed since the run before",
    "show day-2 --experiment penguins",
    ["k 1 → 2"],
  ],
  [
    "why is this one different",
    "compare day-2 day-3 --experiment penguins",
    ["+fit({ k: 3 })", "3.0.2"],
  ],
  [
    "which cell failed, and how",
    "show day-4 --experiment penguins",
    ["RangeError: k is too large"],
  ],
  [
    "what figure was logged",
    "show day-3 --experiment penguins",
    ["confusion.png"],
  ],
  [
    "how does the loss go",
    "show day-3 --experiment penguins --metric loss",
    ["0.1"],
  ],
  [
    "how do the curves of two runs lie above each other",
    "compare day-2 day-3 --experiment penguins",
    ["step 0", "●", "▲"],
  ],
  [
    "which data and packages did it use",
    "show day-3 --experiment penguins",
    ["penguins.csv", "ml-knn", "3.0.2"],
  ],
];

for (const [question, line, holds] of QUESTIONS) {
  Deno.test(`one command answers: ${question}`, async () => {
    using made = week();
    const { stdout, stderr } = await nbtrack(line.split(" "), made);
    for (const part of holds) {
      assertStringIncludes(stdout, part, `${line}\n${stderr}`);
    }
  });
}

Deno.test("one command answers: did it reproduce, and how do I go on", async () => {
  using made = week();
  addRun(made.journal, {
    reproduces: made.ids[2] ?? "",
    tags: { "nbtrack.verdict": "REPRODUCED" },
  });
  const { stdout } = await nbtrack(
    ["show", "day-3", "--experiment", "penguins"],
    made,
  );
  assertStringIncludes(stdout, "Verdict   REPRODUCED by ");
  assertMatch(stdout, /\nNext: .*reproduce /);
});
