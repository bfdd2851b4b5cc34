/** One thing changed at a time in the bundle of each notebook: what a verdict must name, and nothing else. */
import { assert } from "@std/assert";
import {
  assertCause,
  bundleBytes,
  cellsOfNotebook,
  changed,
  edit,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;

/** What is changed in a notebook's bundle. */
export interface Mutation {
  notebook: string;
  /** A file of its data. */
  data: string;
  /** A package of its lock, and another version of it. */
  package: [name: string, version: string];
  /** Two executions that change places. */
  swap: [number, number];
  /** A literal, and another one. */
  literal: [was: string, is: string];
}

/** The ten notebooks. */
export const MUTATIONS: readonly Mutation[] = [
  {
    notebook: "01-csv",
    data: "penguins.csv",
    package: ["d3-array", "3.2.3"],
    swap: [2, 3],
    literal: ["length: 20", "length: 21"],
  },
  {
    notebook: "02-parquet",
    data: "penguins.parquet",
    package: ["hyparquet", "1.31.4"],
    swap: [2, 3],
    literal: ["length: 40", "length: 41"],
  },
  {
    notebook: "03-charts",
    data: "weather.csv",
    package: ["d3-shape", "3.1.0"],
    swap: [4, 5],
    literal: ["[-5, 40]", "[-6, 40]"],
  },
  {
    notebook: "04-regression",
    data: "weather.csv",
    package: ["simple-statistics", "7.12.0"],
    swap: [3, 4],
    literal: ["0, 250", "0, 251"],
  },
  {
    notebook: "05-clustering",
    data: "penguins.csv",
    package: ["ml-kmeans", "7.0.0"],
    swap: [2, 3],
    literal: ["/ 10", "/ 11"],
  },
  {
    notebook: "06-text",
    data: "sonnet.txt",
    package: ["stemmer", "2.0.0"],
    swap: [2, 3],
    literal: ["i < 8", "i < 7"],
  },
  {
    notebook: "07-async",
    data: "weather.csv",
    package: ["p-limit", "7.3.2"],
    swap: [3, 4],
    literal: ["i * i * 2", "i * i * 3"],
  },
  {
    notebook: "08-errors",
    data: "penguins.csv",
    package: ["ajv", "8.18.0"],
    swap: [2, 3],
    literal: ["minimum: 2700", "minimum: 2701"],
  },
  {
    notebook: "09-out-of-order",
    data: "penguins.csv",
    package: ["d3-array", "3.2.3"],
    swap: [2, 3],
    literal: ["factor = 10", "factor = 11"],
  },
  {
    notebook: "10-run-twice",
    data: "penguins.csv",
    package: ["simple-statistics", "7.12.0"],
    swap: [2, 4],
    literal: ["toFixed(4)", "toFixed(5)"],
  },
];

/** With each test every third change of a notebook is tried, another one of each; with `deno task notebooks` all are. */
const STEP = 3;
const EVERY = Deno.env.get("NBTRACK_TEST_EVERY_NOTEBOOK") === "1";

/** Declares the test of one notebook. */
export function testMutations(mutation: Mutation): void {
  const { notebook } = mutation;
  Deno.test(`${notebook} comes out REPRODUCED, and single changes of its bundle are named alone`, async (t) => {
    using place = temporary();
    const folder = `${place.path}/project`;
    projectIn(folder);
    const home = `${place.path}/home`;
    const run_id = await record(await cellsOfNotebook(notebook), {
      home,
      folder,
      notebook,
    });
    const bundle = await bundleBytes(home, run_id);
    let changes = 0;
    const change = async (name: string, work: () => Promise<void>) => {
      const isTried = EVERY ||
        changes % STEP === MUTATIONS.indexOf(mutation) % STEP;
      changes++;
      if (isTried) await t.step(name, work);
    };

    await t.step(
      "unchanged, in an empty folder, under another home and with an empty DENO_DIR",
      async () => {
        const verdict = await elsewhere(bundle);
        assert(
          verdict.verdict === "REPRODUCED",
          JSON.stringify(verdict, null, 1),
        );
        assert(verdict.outputs.length > 0);
      },
    );
    await change("one byte of the data", async () => {
      const other = await changed(bundle, (files) => {
        const path = [...files.keys()].find((p) =>
          p.endsWith(`/${mutation.data}`)
        ) ?? "";
        const bytes = files.get(path) ?? new Uint8Array();
        const at = bytes.length - 12;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
      });
      assertCause(await verdictOf(other), "data");
    });
    await change("the version of one package", async () => {
      const [name, version] = mutation.package;
      const entry = await lockEntry(name, version);
      const other = await changed(bundle, (files) => {
        edit(files, "deno.lock", (lock) => {
          const id = Object.keys(lock.npm).find((key) =>
            key.startsWith(`${name}@`)
          ) ?? "";
          assert(!id.endsWith(`@${version}`), `${id} is the recorded version`);
          delete lock.npm[id];
          lock.npm[`${name}@${version}`] = entry;
          for (const key of Object.keys(lock.specifiers)) {
            if (key.startsWith(`npm:${name}@`)) lock.specifiers[key] = version;
          }
        });
      });
      const verdict = await verdictOf(other);
      assertCause(verdict, "packages");
      assert(
        verdict.causes.some(({ what }) =>
          what.startsWith(`${name} `) && what.endsWith(`→ ${version}`)
        ),
        JSON.stringify(verdict.causes),
      );
    });
    await change("the order of two cells", async () => {
      const [a, b] = mutation.swap;
      const other = await changed(
        bundle,
        (files) =>
          edit(files, "session.ipynb", ({ cells }) => {
            const [first, second] = [cells[a], cells[b]];
            if (first === undefined || second === undefined) {
              throw new Error("no such cells");
            }
            [cells[a], cells[b]] = [second, first];
          }),
      );
      assertCause(await verdictOf(other), "order");
    });
    await change("the recorded seed", async () => {
      const other = await changed(
        bundle,
        (files) =>
          edit(files, "manifest.json", (manifest) => {
            manifest.seed = (manifest.seed ?? 0) + 1;
          }),
      );
      assertCause(await verdictOf(other), "seed");
    });
    await change("the seed that a cell says", async () => {
      const other = await changed(
        bundle,
        (files) =>
          edit(files, "session.ipynb", ({ cells }) => {
            const [first] = cells;
            if (first === undefined) throw new Error("no cell");
            first.source = first.source.map((line) =>
              line.replace(
                /seed: (\d+)/,
                (_, n: string) => `seed: ${Number(n) + 100}`,
              )
            );
          }),
      );
      assertCause(await verdictOf(other), "seed");
    });
    await change("one literal of a cell", async () => {
      const [was, is] = mutation.literal;
      let found = 0;
      const other = await changed(
        bundle,
        (files) =>
          edit(files, "session.ipynb", ({ cells }) => {
            for (const cell of cells) {
              cell.source = cell.source.map((line) => {
                if (found > 0 || !line.includes(was)) return line;
                found++;
                return line.replace(was, is);
              });
            }
          }),
      );
      assert(found === 1, `${was} was found ${found} times`);
      assertCause(await verdictOf(other), "code");
    });
  });
}

/** The verdict of `nbtrack reproduce` on a machine that has nothing but the bundle and Deno. */
async function elsewhere(
  bundle: Uint8Array,
): Promise<{ verdict: string; outputs: unknown[] }> {
  using machine = temporary();
  const path = `${machine.path}/bundle.zip`;
  await Deno.writeFile(path, bundle);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      MAIN,
      "reproduce",
      path,
      "--trust",
      "--json",
    ],
    cwd: machine.path,
    env: {
      HOME: `${machine.path}/home`,
      DENO_DIR: `${machine.path}/deno`,
      NBTRACK_HOME: `${machine.path}/nbtrack`,
      NBTRACK_OFFLINE: "1",
      NO_COLOR: "1",
    },
    stdin: "null",
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** What a lock says of a package of that version. */
async function lockEntry(name: string, version: string): Promise<unknown> {
  using place = temporary();
  await Deno.writeTextFile(
    `${place.path}/deno.json`,
    '{"nodeModulesDir":"none"}',
  );
  await Deno.writeTextFile(
    `${place.path}/a.ts`,
    `import "npm:${name}@${version}";`,
  );
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "a.ts"],
    cwd: place.path,
    stdout: "null",
    stderr: "null",
  }).output();
  assert(success, `npm has no ${name}@${version}`);
  const lock = JSON.parse(await Deno.readTextFile(`${place.path}/deno.lock`));
  return lock.npm[`${name}@${version}`];
}
