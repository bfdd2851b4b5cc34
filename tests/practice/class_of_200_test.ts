import { assert, assertEquals } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { temporary } from "../reproduce/recorded.ts";
import { openPage, serve, wayIn, write } from "./class_server.ts";
import {
  giveRecord,
  recordLesson,
  type Student,
  studentsDeliver,
} from "./class_work.ts";

const STUDENTS = 200;

/** What a student's journal has of the lesson. */
function recordedBy({ home }: Student) {
  using journal = Journal.open({ redactor: standardRedaction, home });
  return journal.runs.list().map((run) => ({
    id: run.run_id,
    status: run.status,
    params: pairs(journal.entries.params(run.run_id)),
    metrics: pairs(
      journal.metrics(run.run_id).map(({ key, last }) => ({
        key,
        value: last?.value ?? null,
      })),
    ),
    files: journal.artifacts.list(run.run_id).map(({ path, size }) =>
      `${path} ${size}`
    ),
  })).toSorted((a, b) => a.id < b.id ? -1 : 1);
}

/** What the server has of a student. */
async function keptOf({ tracking_uri, token }: Student) {
  const client = createClient({ tracking_uri, token });
  const found = await client.getExperimentByName("penguins-knn");
  const runs = [];
  for await (
    const run of client.searchRuns({
      experiment_id: found?.experiment_id ?? "",
    })
  ) {
    const files = await client.listArtifacts(run.info);
    runs.push({
      id: run.data.tags.find(({ key }) => key === TAG.runId)?.value ?? "",
      status: run.info.status,
      params: pairs(run.data.params),
      metrics: pairs(run.data.metrics),
      files: files.map(({ path, size }) => `${path} ${size}`).toSorted(),
    });
  }
  return runs.toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function pairs<V>(list: readonly { key: string; value: V }[]) {
  return Object.fromEntries(
    list.map(({ key, value }) => [key, value] as const)
      .toSorted(([a], [b]) => a < b ? -1 : 1),
  );
}

Deno.test("two hundred students who work through lesson 1 at once, each by a recorder's own queue, lose nothing, and the teacher's page shows each one's runs and check", async () => {
  using place = temporary();
  const folder = place.path;
  const names = Array.from({ length: STUDENTS }, (_, i) => `Student ${i}`);
  await write(folder, { students: names, lessons: ["01-first-run"] });
  const served = await serve(folder);
  try {
    const page = await openPage(served);
    const recorded = await recordLesson(folder);
    const ways = await Promise.all(served.handouts.map(wayIn));
    const students = ways.map((way, i) => ({
      ...way,
      home: `${folder}/home-${i}`,
    }));
    for (const student of students) await giveRecord(recorded, student);
    await studentsDeliver(folder, { students, spread_ms: 0 });
    const ids = new Set<string>();
    for (const student of students) {
      const wanted = recordedBy(student);
      assertEquals(wanted.length, 2);
      for (const { id } of wanted) ids.add(id);
      assertEquals(await keptOf(student), wanted, student.home);
    }
    assertEquals(ids.size, 2 * STUDENTS);
    const { text } = await page("/class.csv");
    const rows = text.trim().split(/\r?\n/).slice(1);
    assertEquals(rows.length, STUDENTS);
    for (const row of rows) {
      assert(
        row.includes(",01-first-run,2,0,01-first-run: 5 of 5,yes,"),
        row,
      );
    }
  } finally {
    await served.stop();
  }
});
