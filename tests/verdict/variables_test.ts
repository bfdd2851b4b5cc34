/** Runs that read a variable of the environment which is another one when they are reproduced. */
import { assert, assertEquals } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { nbtrack } from "../cli/nbtrack.ts";
import { notebookJson } from "../notebook_file.ts";
import { temporary } from "../reproduce/recorded.ts";

const MODULE = new URL("../../mod.ts", import.meta.url).href;
const CAUSE =
  "the variable MODE, which the run read, has another value than then";

/** A notebook in a folder of its own, run with `MODE=1`. */
class Study implements Disposable {
  readonly #place = temporary();

  async run(
    cells: readonly string[],
    files: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await Deno.mkdir(this.#folder);
    await this.write({
      ...files,
      "deno.json": JSON.stringify({
        imports: { "@nbtrack/nbtrack": MODULE },
        nodeModulesDir: "none",
      }),
      "n.ipynb": notebookJson([
        'import { track } from "@nbtrack/nbtrack"; const run = await track("s", { quiet: true });',
        ...cells,
        "await run.end()",
      ]),
    });
    const { code, stderr } = await this.command(["run", "n.ipynb"], {
      env: { MODE: "1", ...env },
    });
    assertEquals(code, 0, stderr);
  }

  /** The verdict with `MODE=2`. */
  async reproduce(
    args: readonly string[] = ["last"],
    home = "home",
  ): Promise<Verdict> {
    const { stdout, stderr } = await this.command(
      ["reproduce", "--json", ...args],
      { env: { MODE: "2" }, home },
    );
    assert(stdout !== "", stderr);
    return JSON.parse(stdout);
  }

  command(
    args: readonly string[],
    { env = {}, home = "home" }: {
      env?: Readonly<Record<string, string>>;
      home?: string;
    } = {},
  ) {
    return nbtrack([...args], {
      home: `${this.#place.path}/${home}`,
      cwd: this.#folder,
      env: { NBTRACK_OFFLINE: "1", ...env },
    });
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${this.#folder}/${name}`, text);
    }
  }

  get #folder() {
    return `${this.#place.path}/study`;
  }

  [Symbol.dispose]() {
    this.#place[Symbol.dispose]();
  }
}

function whats({ causes }: Verdict): string[] {
  return causes.map(({ what }) => what);
}

Deno.test("a variable that changes a metric is the cause beside a metric of the clock, and only that one is called chance", async () => {
  using study = new Study();
  await study.run([
    'const lr = Deno.env.get("MODE") === "2" ? 0.1 : 0.01; run.logMetric("loss", lr * 2);',
    'run.logMetric("finished_at", Date.now())',
  ]);
  const verdict = await study.reproduce();
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(whats(verdict), [CAUSE], shown);
  assertEquals(verdict.warnings, [
    "metric finished_at depends on the time: it differs without any change, too",
  ]);
});

Deno.test("a variable is shown to be the cause by its value then, where a cell that logs both reads the clock", async () => {
  using study = new Study();
  await study.run([
    `const small = Deno.env.get("MODE") === "1"; const began = performance.now();
run.logMetrics({ loss: small ? 0.02 : 0.2, seconds: performance.now() - began }); await run.logArtifact("model.json", JSON.stringify({ small }));`,
  ]);
  const verdict = await study.reproduce();
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(whats(verdict), [CAUSE], shown);
  const chance = verdict.warnings.filter((text) => text.includes("chance"));
  assert(
    !chance.some((text) => /loss|model\.json/.test(text)),
    shown,
  );
});

Deno.test("a variable that changes a part of a text is the cause, whatever time stands beside it", async () => {
  using study = new Study();
  await study.run([
    'await run.logArtifact("log.txt", `done ${new Date().toISOString()} with ${Deno.env.get("MODE") === "2" ? 0.1 : 0.01}`)',
  ]);
  const verdict = await study.reproduce();
  assertEquals(whats(verdict), [CAUSE], JSON.stringify(verdict, null, 1));
});

Deno.test("an address in what a cell prints is no network, and hides no variable", async () => {
  using study = new Study();
  await study.run([
    'console.log(`ready at http://localhost:8080, loss ${Deno.env.get("MODE") === "2" ? 0.5 : 0.9}`)',
    'console.log("http://localhost:" + (Deno.env.get("MODE") === "1" ? "43210/a" : "54321/b"))',
  ]);
  const verdict = await study.reproduce();
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(whats(verdict), [CAUSE], shown);
  assertEquals(verdict.warnings, [], shown);
});

Deno.test("a variable is not blamed for what comes out alike whatever it is, and neither is chance", async () => {
  using study = new Study();
  using outside = temporary();
  const file = `${outside.path}/outside.txt`;
  await Deno.writeTextFile(file, "short");
  await study.run([
    `const began = Date.now(); const mode = Deno.env.get("MODE"); const place = atob("${
      btoa(file)
    }");`,
    'run.logMetric("letters", Deno.readTextFileSync(place).length + 0 * began)',
  ]);
  await Deno.writeTextFile(file, "something longer");
  const verdict = await study.reproduce();
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(whats(verdict), [], shown);
  assert(
    verdict.warnings.some((text) =>
      text.startsWith("metric letters came out alike each time")
    ),
    shown,
  );
  assert(
    !verdict.warnings.some((text) => text.includes("without any change")),
    shown,
  );
});

Deno.test("a variable is not blamed for a cell that fails alike whatever it is", async () => {
  using study = new Study();
  await study.run([
    'const mode = Deno.env.get("MODE"); console.log(Deno.statSync(["o", "csv"].join(".")).size)',
    'Deno.writeTextFileSync(["o", "csv"].join("."), "new", { append: true })',
  ], { "o.csv": "old" });
  const verdict = await study.reproduce();
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(verdict.verdict, "FAILED", shown);
  assert(!whats(verdict).includes(CAUSE), shown);
});

Deno.test("a variable is the cause of a failure that another value of it makes go away", async () => {
  using study = new Study();
  await study.run([
    'if (Deno.env.get("MODE") === "2") throw new Error("no such mode")',
  ]);
  const verdict = await study.reproduce();
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(whats(verdict), [CAUSE], JSON.stringify(verdict, null, 1));
});

Deno.test("of a variable that a run of another machine read it is said that its value then is not known here", async () => {
  using study = new Study();
  await study.run([
    'run.logMetric("loss", Deno.env.get("MODE") === "2" ? 0.5 : 0.9)',
  ]);
  await study.command(["show", "last", "--bundle", "run.zip"]);
  const sandboxed = await study.reproduce(
    ["run.zip", "--sandbox", "--allow-env", "MODE"],
    "elsewhere",
  );
  assert(
    sandboxed.warnings.includes(
      "the run read the variable MODE, whose value then is not known here",
    ),
    JSON.stringify(sandboxed, null, 1),
  );
  const trusted = await study.reproduce(["run.zip", "--trust"], "elsewhere");
  assertEquals(trusted.causes, []);
  assert(
    trusted.warnings.includes(
      "the run read the variable MODE, whose value then is not known here",
    ),
    JSON.stringify(trusted, null, 1),
  );
});

Deno.test("--verbose says which time zone and locale a run was repeated with", async () => {
  using study = new Study();
  await study.run(["console.log(new Date(0).getHours())"], {}, {
    TZ: "Asia/Tokyo",
    LC_ALL: "de_DE.UTF-8",
  });
  const { code, stdout } = await study.command(
    ["reproduce", "last", "--verbose"],
    { env: { MODE: "1", TZ: "UTC", LC_ALL: "C.UTF-8" } },
  );
  assertEquals(code, 0, stdout);
  const lines = stdout.split("\n").filter((line) => line.includes("as here"));
  assertEquals(lines, [
    "it ran with the time zone Asia/Tokyo as recorded, not with UTC as here",
    "it ran with the locale de_DE.UTF-8 as recorded, not with C.UTF-8 as here",
  ]);
});
