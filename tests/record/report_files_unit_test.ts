import { assertEquals } from "@std/assert";
import { summaryWith } from "./filled.ts";
import { annotationsJson, openMetrics } from "../../src/record/report_files.ts";
import type { RunSummary } from "../../src/record/schema/summary.ts";

function summary(change: Partial<RunSummary>): RunSummary {
  return summaryWith({ run_id: "r", name: "n", experiment: "e", ...change });
}

Deno.test("metrics are written as OpenMetrics with their own names beside the ones that it takes", () => {
  const text = openMetrics([
    summary({
      experiment: 'a "b"\\c\nd',
      metrics: {
        "accuracy": 0.5,
        "val/loss 2": -1e-7,
        "5th": "NaN",
        "up": "Infinity",
        "down": "-Infinity",
        "": 3,
      },
    }),
  ]);
  const experiment = 'experiment="a \\"b\\"\\\\c\\nd"';
  assertEquals(
    text,
    [
      `accuracy{${experiment},metric="accuracy"} 0.5`,
      `val_loss_2{${experiment},metric="val/loss 2"} -1e-7`,
      `_5th{${experiment},metric="5th"} NaN`,
      `up{${experiment},metric="up"} +Inf`,
      `down{${experiment},metric="down"} -Inf`,
      `_{${experiment},metric=""} 3`,
      "# EOF",
      "",
    ].join("\n"),
  );
  assertEquals(openMetrics([]), "# EOF\n");
});

Deno.test("links are web addresses with labels of one line", () => {
  const links = [
    { label: "Run\n a", url: "https://gitlab.example.org/x" },
    { label: "x".repeat(200), url: "http://gitlab.example.org/y" },
    { label: "script", url: "javascript:alert(1)" },
    { label: "file", url: "file:///etc/passwd" },
  ];
  const { nbtrack } = JSON.parse(annotationsJson(links));
  assertEquals(nbtrack, [
    { external_link: { label: "Run a", url: "https://gitlab.example.org/x" } },
    {
      external_link: {
        label: `${"x".repeat(99)}…`,
        url: "http://gitlab.example.org/y",
      },
    },
  ]);
  assertEquals(JSON.parse(annotationsJson([])), { nbtrack: [] });
});
