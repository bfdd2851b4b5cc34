import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { isNbtrackError } from "../../src/base/errors.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { SiteFiles } from "../../src/web/site_files.ts";
import { machineNames, withoutNames } from "../../src/web/unnamed_machine.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes } from "./support.ts";
import { deleteJournalRun } from "../../src/journal/deletion.ts";

/** Every file below a folder, by its path there. */
function filesIn(dir: string, below = ""): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(`${dir}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) {
      for (const [inner, text] of filesIn(dir, path)) files.set(inner, text);
    } else files.set(path, Deno.readTextFileSync(`${dir}/${path}`));
  }
  return files;
}

const NAMES = machineNames({
  folders: ["/srv/class of ana/birds"],
  home: "/home/ana-p",
  user: "ana-p",
  host: "lab-seven",
});

Deno.test("a site has the pages as files whose links lead to files that are there", async () => {
  using made = emptyJournal();
  const names = ["..", ".", "a b/../c", "100%", "penguins"];
  for (const experiment of names) {
    for (const k of ["1", "2"]) {
      addRun(made.journal, {
        experiment,
        params: { k },
        metrics: { "loss/train": [3, 2, 1] },
        artifacts: {
          "deep/notes.txt": "hello",
          "page.html": "<script>1</script>",
        },
      });
    }
  }
  const dir = `${made.home}/site`;
  const result = await writeSite({
    source: new JournalSource(made.journal),
    dir,
    names: NAMES,
  });
  const files = filesIn(dir);
  assertEquals(result.runs, 10);
  assertEquals(
    result.pages,
    [...files.keys()].filter((path) => path.endsWith(".html")).length,
  );
  assert(files.has("experiments/%2E%2E/index.html"));
  assert(files.has("experiments/a%20b%2F..%2Fc/index.html"));
  assert(files.has("experiments/100%25/index.html"));
  let followed = 0;
  for (const [path, text] of files) {
    if (!path.endsWith(".html")) continue;
    assertMatch(text, /<meta http-equiv="Content-Security-Policy"/);
    assertEquals(text.match(/<h1[ >]/g)?.length, 1, path);
    for (
      const href of [...attributes(text, "href"), ...attributes(text, "src")]
    ) {
      if (/^(#|data:)/.test(href)) continue;
      assert(!/^([a-z]+:|\/)/.test(href), `${path}: ${href}`);
      const target = new URL(
        href,
        `http://site/${path.split("/").map(encodeURIComponent).join("/")}`,
      );
      const file = decodeURIComponent(target.pathname.slice(1));
      assert(files.has(file), `${path} leads to ${file}`);
      followed++;
    }
  }
  assert(followed > 100, `${followed} links were followed`);
  const run =
    [...files].find(([path]) => /^runs\/[^/]+\/index\.html$/.test(path))?.[1] ??
      "";
  assertMatch(run, /<svg [^>]*role="img"/);
  assertEquals(
    [...files.keys()].filter((path) => path.includes("page.html")).every((
      path,
    ) => !path.endsWith("page.html")),
    true,
  );
});

Deno.test("a second call writes only what changed, and removes what is gone", async () => {
  using made = emptyJournal();
  const first = addRun(made.journal, {
    name: "first",
    metrics: { loss: [2, 1] },
  });
  addRun(made.journal, { name: "second", metrics: { loss: [2, 1] } });
  const dir = `${made.home}/site`;
  const write = () =>
    writeSite({ source: new JournalSource(made.journal), dir, names: NAMES });
  const before = await write();
  assert(before.written > 5);
  assertEquals((await write()).written, 0);
  deleteJournalRun(made.journal, first);
  const after = await write();
  assertEquals(after.runs, 1);
  assert(after.written > 0 && after.written < before.written);
  assert(![...filesIn(dir).keys()].some((path) => path.includes(first)));
});

Deno.test("a site goes to no folder that holds other files, and removes none that are not its own", async () => {
  using made = emptyJournal();
  const other = `${made.home}/other`;
  Deno.mkdirSync(other);
  Deno.writeTextFileSync(`${other}/thesis.txt`, "years");
  const error = assertThrows(() => SiteFiles.open(other));
  assert(isNbtrackError(error));
  const dir = `${made.home}/site`;
  addRun(made.journal);
  const source = new JournalSource(made.journal);
  await writeSite({ source, dir, names: NAMES });
  const list = `${dir}/.nbtrack-site.json`;
  const files = JSON.parse(Deno.readTextFileSync(list)).files;
  Deno.writeTextFileSync(
    list,
    JSON.stringify({ files: [...files, "../other/thesis.txt"] }),
  );
  await writeSite({ source, dir, names: NAMES });
  assertEquals(Deno.readTextFileSync(`${other}/thesis.txt`), "years");
});

Deno.test("no folder or file of a site has a name that Windows has not, and each still reads back as the name", async () => {
  using made = emptyJournal();
  const names = ["con", "AUX", "nul.txt", "com1", "ends.", "console", "lpt12"];
  for (const experiment of names) {
    addRun(made.journal, {
      experiment,
      metrics: { prn: [1, 2] },
      artifacts: { "aux/con.svg": "<svg/>" },
    });
  }
  const dir = `${made.home}/site`;
  await writeSite({ source: new JournalSource(made.journal), dir, names: [] });
  const parts = [...filesIn(dir).keys()].flatMap((path) => path.split("/"));
  assertEquals(
    parts.filter((part) =>
      /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i.test(part)
    ),
    [],
  );
  const folders = [...Deno.readDirSync(`${dir}/experiments`)]
    .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  assertEquals(folders.map(decodeURIComponent).sort(), names.toSorted());
  for (const name of ["console", "lpt12"]) assert(folders.includes(name));
});

Deno.test("no file of a site names a folder, the user or the host of this machine", async () => {
  using made = emptyJournal();
  const folder = "/srv/class of ana/birds";
  addRun(made.journal, {
    cwd: folder,
    experiment: "ana-p/birds",
    params: { path: `${folder}/x`, "/home/ana-p/key": "1" },
    tags: { host: "lab-seven" },
    cells: [
      `import "file:///srv/class%20of%20ana/birds/lib.ts"; read("/home/ana-p/data.csv")`,
      `say("ana-p on lab-seven, but not ana-pine")`,
    ],
    artifacts: {
      "log.txt": `read ${folder}/penguins.csv`,
      "clean.txt": "nothing to see",
      "clean.svg": "<svg><text>birds</text></svg>",
      "named.svg": `<svg><text>${folder}</text></svg>`,
      "report.html": `<img src="data:image/svg+xml,by%20ana-p%20">`,
      "rows.json": JSON.stringify([{ at: "/home/ana-p/x" }]),
    },
  });
  const dir = `${made.home}/site`;
  await writeSite({
    source: new JournalSource(made.journal),
    dir,
    names: NAMES,
  });
  const files = filesIn(dir);
  for (const [path, text] of files) {
    for (const content of [path, text, decodeURIComponent(path)]) {
      assert(!content.includes("class of ana"), path);
      assert(!content.includes("class%20of%20ana"), path);
      assert(
        !/(?:\b|%20)ana-p\b(?!ine)/.test(content.replaceAll("ana-pine", "")),
        path,
      );
      assert(!content.includes("lab-seven"), path);
    }
  }
  const all = [...files.values()].join("\n");
  assertStringIncludes(all, "ana-pine");
  assertStringIncludes(all, "~/data.csv");
  const copies = [...files.keys()].filter((path) => path.includes("/files/"));
  assertEquals(copies.map((path) => path.split("/").at(-1)), [
    "clean.svg.txt",
    "clean.txt",
  ]);
  // A drawing in a page names nothing either.
  const drawn = [...all.matchAll(/src="data:image\/svg\+xml,([^"]*)/g)]
    .map(([, encoded = ""]) => decodeURIComponent(encoded));
  assert(!all.includes("svg+xml;base64,"));
  assertEquals(drawn, [
    '<svg xmlns="http://www.w3.org/2000/svg"><text>birds</text></svg>',
  ]);
});

Deno.test("a folder is taken out before the one that it lies in, and a common user's name stays a word", () => {
  const names = machineNames({
    folders: ["/home/kim/lab"],
    home: "/home/kim",
    user: "root",
    host: undefined,
  });
  assertEquals(
    withoutNames("/home/kim/lab/a.csv /home/kim/b.csv root mean square", names),
    "./a.csv ~/b.csv root mean square",
  );
});

Deno.test("a site holds the experiments, the runs that pass and as many as are asked for", async () => {
  using made = emptyJournal();
  for (const experiment of ["birds", "seals", "<i>"]) {
    for (const loss of [0.1, 0.2, 0.3]) {
      addRun(made.journal, { experiment, metrics: { loss: [loss] } });
    }
  }
  const source = new JournalSource(made.journal);
  const write = (dir: string, more: Partial<Parameters<typeof writeSite>[0]>) =>
    writeSite({ source, dir: `${made.home}/${dir}`, names: NAMES, ...more });
  assertEquals((await write("one", { experiments: ["birds"] })).runs, 3);
  assertEquals((await write("two", { filter: "metrics.loss < 0.25" })).runs, 6);
  assertEquals((await write("three", { limit: 2 })).runs, 2);
});

Deno.test("a site compares as many of an experiment's newest runs as a comparison takes, and says what it does not draw", async () => {
  using made = emptyJournal();
  const keys = Array.from({ length: 14 }, (_, i) => `metric ${i}`);
  for (let i = 0; i < 52; i++) {
    addRun(made.journal, {
      metrics: Object.fromEntries(keys.map((key) => [key, [i, i + 1]])),
    });
  }
  const dir = `${made.home}/site`;
  await writeSite({ source: new JournalSource(made.journal), dir, names: [] });
  const text = Deno.readTextFileSync(`${dir}/compare/penguins/index.html`);
  assertStringIncludes(text, "<h1>Compare 50 runs</h1>");
  assertEquals(attributes(text, "data-metric").length, 12);
  assertStringIncludes(
    text,
    "Not drawn above each other here: metric 12, metric 13",
  );
  const saved = attributes(text, "href").filter((href) =>
    href.endsWith(".csv")
  );
  assertEquals(saved.length, 12, "the points of each chart are beside it");
  const csv = Deno.readTextFileSync(
    `${dir}/compare/penguins/${decodeURIComponent(saved[0] ?? "")}`,
  ).trimEnd().split("\n");
  assertEquals(csv[0], "run_id,step,timestamp,value");
  assertEquals(csv.length, 1 + 50 * 2);
});
