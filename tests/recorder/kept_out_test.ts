import { assert, assertEquals } from "@std/assert";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { notebookJson } from "../notebook_file.ts";
import { placesOf, random } from "../redaction/support.ts";
import { TRACKED, TRACKED_PROGRAM } from "../test_kernel.ts";
import { IMPORT, Workspace } from "./support.ts";

const TRACK = `${IMPORT}\nconst run = await track("e", { quiet: true });`;
const CSV = "a,b\n1,2\n";

function serve(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(CSV, { headers: { "content-type": "text/csv" } }),
  );
}

/** What a run says of cells that are kept out of its record. */
function saidOf({ missing }: RunRecord): string {
  return missing.find(({ what }) => what === "what excluded cells used")?.why ??
    "";
}

/** A word that may be stored nowhere. */
const word = (name: string) => `${name}${random(12)}`;

/** A front end in a folder with a notebook and files, which are there before its kernel is. */
async function opened(
  tracked: boolean,
  files: Readonly<Record<string, string>> = {},
  saved?: (url: string) => readonly string[],
) {
  const space = Workspace.make();
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${space.work}/${name}`, text);
  }
  const server = serve();
  const url = `http://127.0.0.1:${server.addr.port}`;
  const notebook = `${space.work}/nb.ipynb`;
  /** Saves cells, of which those that begin with `TAG:` have the tag. */
  const save = (cells: readonly string[]) =>
    Deno.writeTextFileSync(
      notebook,
      notebookJson(cells.map((source, i) => ({
        id: `c${i}`,
        source: source.replace(/^TAG:/, ""),
        ...source.startsWith("TAG:") ? { tags: ["nbtrack-exclude"] } : {},
      }))),
    );
  if (saved !== undefined) save(saved(url));
  const front = await FrontEnd.start(space, {
    JPY_SESSION_NAME: notebook,
    [word("OTHER_")]: "1",
  }, tracked ? TRACKED_PROGRAM : null);
  let open = true;
  const close = async () => {
    if (open) await front[Symbol.asyncDispose]();
    open = false;
  };
  return {
    space,
    front,
    url,
    save,
    async execute(cell: string) {
      const shown = await front.execute(cell.replace(/^TAG:/, ""));
      assertEquals(shown.status, "ok", JSON.stringify(shown));
    },
    /** Waits until nothing more is written. */
    async end() {
      await close();
      await space.finished();
    },
    async [Symbol.asyncDispose]() {
      await close();
      await space[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

for (const tracked of TRACKED ? [true] : [false, true]) {
  const kind = tracked ? "the tracked kernel" : "Deno's own kernel";

  Deno.test(`what excluded cells read, wrote, fetched and updated is nowhere in ${kind}, and the run says so; what other cells did too stays`, async () => {
    const hidden = {
      path: word("path"),
      query: word("query"),
      pending: word("pending"),
      file: word("file"),
      content: word("content"),
      tagged: word("tagged"),
      made: word("made"),
      variable: word("VARIABLE_"),
      shown: word("shown"),
      password: random(18),
    };
    const cells = (url: string) => [
      TRACK.replace("quiet: true", 'quiet: true, artifacts: "auto"'),
      `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "first" }, metadata: {}, transient: { display_id: "d" } });`,
      `// nbtrack: exclude
await (await fetch("${url}/${hidden.path}.csv?q=${hidden.query}")).text();
var pending = fetch("${url}/${hidden.pending}.csv");
Deno.readTextFileSync("${hidden.file}.csv"); Deno.readTextFileSync("both.csv");
var kept = JSON.parse(Deno.readTextFileSync("config.json")).password;
Deno.writeTextFileSync("${hidden.made}.csv", "x"); Deno.env.get("${hidden.variable}");
await Deno.jupyter.broadcast("update_display_data", { data: { "text/plain": "${hidden.shown}" }, metadata: {}, transient: { display_id: "d" } });`,
      `TAG:Deno.readTextFileSync("${hidden.tagged}.csv"); await (await fetch("${url}/${hidden.path}.csv")).text();`,
      `await (await pending).text(); console.log("it is", kept);`,
      `Deno.readTextFileSync("both.csv"); await (await fetch("${url}/open.csv")).text();`,
      `await run.end();`,
    ];
    await using at = await opened(tracked, {
      [`${hidden.file}.csv`]: `a,b\n${hidden.content},1\n`,
      [`${hidden.tagged}.csv`]: CSV,
      "both.csv": CSV,
      "config.json": JSON.stringify({ password: hidden.password }),
    }, cells);
    const { space, url } = at;
    for (const cell of cells(url)) await at.execute(cell);
    const record = await space.finalised();
    assertEquals(
      record.datasets.map(({ name }) => name).toSorted(),
      ["both.csv", `${url}/open.csv`],
    );
    assertEquals(record.network.map((one) => one.url), [`${url}/open.csv`]);
    assertEquals(record.hosts, [new URL(url).host]);
    assertEquals([record.env_names, record.written], [[], []]);
    assertEquals(
      record.cells[1]?.outputs.map((output) => output["data"]),
      [{ "text/plain": "first" }],
    );
    assertEquals(
      saidOf(record),
      "the files, addresses, hosts and variables that cells [3], [4] used, and what they showed or wrote, are not recorded, as their author keeps them out of the record",
    );
    await at.end();
    assertEquals(await placesOf(hidden, [space.home]), []);
  });

  Deno.test(`what a cell did goes from the record in ${kind} when its tag is saved after it was executed, but for what another cell did too`, async () => {
    const hidden = {
      path: word("path"),
      file: word("file"),
      shown: word("shown"),
    };
    await using at = await opened(tracked, {
      [`${hidden.file}.csv`]: CSV,
      "both.csv": CSV,
    });
    const { space, url } = at;
    const secret =
      `TAG:Deno.readTextFileSync("${hidden.file}.csv"); Deno.readTextFileSync("both.csv"); await (await fetch("${url}/${hidden.path}.csv")).text(); console.log("${hidden.shown}");`;
    const cells = [
      TRACK,
      secret,
      `Deno.readTextFileSync("both.csv");`,
      `await run.end();`,
    ];
    for (const cell of cells.slice(0, 3)) await at.execute(cell);
    at.save(cells);
    await at.execute(`await run.end();`);
    const record = await space.finalised();
    assertEquals(record.datasets.map(({ name }) => name), ["both.csv"]);
    assertEquals([record.network, record.written], [[], []]);
    assert(saidOf(record).includes("cell [2] used"), saidOf(record));
    const { stdout } = await space.nbtrack([
      "reproduce",
      record.run_id,
      "--json",
    ]);
    const warnings: string[] = JSON.parse(stdout).warnings;
    assert(
      warnings.some((one) =>
        one.startsWith("not recorded: what excluded cells used")
      ),
      stdout,
    );
    await at.end();
    assertEquals(await placesOf(hidden, [space.home]), []);
  });

  Deno.test(`what an excluded cell prints in ${kind} after its end and before the next cell is nowhere`, async () => {
    await using at = await opened(tracked);
    const hidden = { late: word("late") };
    const came = new Promise<void>((resolve) =>
      at.front.listen(({ content }) => {
        if (String(content["text"]).includes(hidden.late)) resolve();
      })
    );
    await at.execute(TRACK);
    await at.execute(
      `// nbtrack: exclude\nsetTimeout(() => console.log("${hidden.late}"), 300);`,
    );
    await came;
    await at.execute("1 + 1");
    await at.execute("await run.end();");
    const record = await at.space.finalised();
    assertEquals(record.cells[2]?.outputs.length, 1);
    assertEquals(await placesOf(hidden, [at.space.home]), []);
  });
}
