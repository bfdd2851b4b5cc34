import { assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { Journal } from "../../src/journal/journal.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import type { DeliveryChange } from "../../src/journal/deliveries.ts";
import type { ExecuteReply } from "../../src/jupyter/kernel.ts";
import { runCard } from "../../src/view/run_card.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { TRACKED } from "../test_kernel.ts";
import { session } from "../journal/support.ts";

/** The text of the card that an execution shows. */
function cardIn(reply: { outputs: readonly unknown[] }): string {
  const shown = reply.outputs as { data?: Record<string, string | string[]> }[];
  const text = shown.at(-1)?.data?.["text/plain"] ?? "";
  return typeof text === "string" ? text : text.join("");
}

Deno.test("the card after run.end() counts every cell, and names those whose source was not seen", async () => {
  await using workspace = Workspace.make();
  const notebook = `${workspace.work}/card.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: notebook });
  const sources = [
    `const before = 1;`,
    `${IMPORT}\nconst run = await track("card", { params: { k: 5 } });\nrun`,
    `run.logMetric("loss", 1);`,
    `await run.end();\nrun`,
  ];
  const replies: ExecuteReply[] = [];
  for (const source of sources) replies.push(await kernel.execute(source));
  const card = cardIn(replies[3]!);
  assertStringIncludes(
    card,
    "captured  4 cells",
  );
  assertStringIncludes(card, "params    k 5");
  assertStringIncludes(card, "metric    loss 1");
  // The tracked kernel saw them all.
  for (
    const gap of ["cell sources: [1], [2] ran before", "Save the notebook"]
  ) {
    assertEquals(card.includes(gap), !TRACKED, card);
  }

  Deno.writeTextFileSync(
    notebook,
    notebookJson(sources.map((source, i) => ({
      source,
      execution_count: i + 1,
      outputs: replies[i]!.outputs as unknown[],
    }))),
  );
  await kernel.shutdown();
  assertEquals(
    (await workspace.finalised()).cells.map((c) => c.source),
    sources,
  );
});

Deno.test("the card says the destination of a run, with its page also when something went wrong", () => {
  const home = Deno.makeTempDirSync();
  try {
    using journal = Journal.open({ redactor: standardRedaction, home });
    const { session_id } = journal.sessions.open(
      session({
        kind: "kernel",
        pid: Deno.pid,
        process_started: "",
        cwd: home,
      }),
    );
    const { run_id: id } = journal.runs.create({
      session_id,
      experiment: "e",
      name: "n",
      options: "{}",
      parent: null,
      seed: null,
      description: null,
      reproduces: null,
    });
    const card = (change: DeliveryChange) => {
      journal.deliveries.set(id, change);
      const run = {
        id,
        name: "n",
        experiment: "e",
        status: "RUNNING" as const,
      };
      return runCard(journal, run);
    };
    const page = "https://gitlab.example/group/name/-/ml/candidates/1";
    assertStringIncludes(card({}).text, "kept on this machine");
    assertStringIncludes(
      card({ state: "pending", target: "https://gitlab.example/x" }).text,
      "on its way to https://gitlab.example/x",
    );
    const failed = card({ url: page, error: "The server said no." });
    assertStringIncludes(failed.text, "The server said no.");
    assertStringIncludes(failed.html, `<a href="${page}">${page}</a>`);
    const fine = card({ state: "delivered", error: null });
    assertStringIncludes(fine.html, `<a href="${page}">${page}</a>`);
    assertEquals(fine.text.includes("delivery"), false);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
});
