/** Files from which cells take secrets: what cells print of them is nowhere. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { isRacy, stateOf } from "../../src/datasets/file_state.ts";
import { encode } from "../../src/redaction/bytes.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { journalIn, record, temporary } from "../reproduce/recorded.ts";
import { until } from "../until.ts";
import { base64, placesOf, random } from "./support.ts";

/** Letters and digits in turns: no name of anything is written so. */
function mixed(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(3));
  return [...bytes].map((byte) => `${"abcdefghij"[byte % 10]}${byte % 7}`)
    .join("");
}

/** Words that no form gives away: only where they stand tells that they are secrets. */
function secretsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, `${name}-${mixed()}-tree`]),
  );
}

const CELLS = [
  `process.loadEnvFile("deep/prod.env"); console.log("mail " + process.env.SMTP_PASSWORD);`,
  `const settings = JSON.parse(Deno.readTextFileSync("settings.json")); console.log("db " + settings.db.password);`,
  `const yaml = await Deno.readTextFile("config.yaml"); console.log("hub " + /api_key: (.*)/.exec(yaml)[1]);`,
  `const text = Deno.readTextFileSync("deep/.env.local"); console.log("log in with " + /=(.*)/.exec(text)[1]);`,
];

function write(folder: string, secrets: Record<string, string>): void {
  Deno.mkdirSync(`${folder}/deep`);
  const files = {
    "deep/prod.env": `SMTP_PASSWORD=${secrets["smtp"]} # of the sender\n`,
    "settings.json": JSON.stringify({
      db: { user: "ada", password: secrets["database"] },
    }),
    "config.yaml": `hub:\n  api_key: ${secrets["hub"]}\n  size: 4\n`,
    "deep/.env.local": `LOGIN_PW="${secrets["login"]}"\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
}

Deno.test("what cells print of files that hold it under a name that says secret is nowhere", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(folder);
  const secrets = secretsOf(["smtp", "database", "hub", "login"]);
  write(folder, secrets);
  const run_id = await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    ...CELLS,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
  using journal = journalIn(home);
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  const printed = journal.executions.list(session_id).flatMap((execution) =>
    journal.executions.outputs(session_id, execution.position)
  );
  for (const word of ["mail [redacted", "db [redacted", "hub [redacted"]) {
    assertEquals(JSON.stringify(printed).includes(word), true, word);
  }
});

Deno.test("what Node's process loads from a file is known, whenever and however a cell comes to that process", async () => {
  for (
    const [before, cell] of [
      ["1", `process.loadEnvFile(path);`],
      [
        "1",
        `const { default: own } = await import("node:process"); own.loadEnvFile(path);`,
      ],
      [`import own from "node:process";`, `own.loadEnvFile(path);`],
    ] as const
  ) {
    using place = temporary();
    const folder = `${place.path}/project`;
    const home = `${place.path}/home`;
    Deno.mkdirSync(folder);
    const secrets = secretsOf(["smtp"]);
    Deno.writeTextFileSync(
      `${folder}/settings`,
      `SMTP_PASSWORD=${secrets["smtp"]}\n`,
    );
    const run_id = await record([
      before,
      `${IMPORT}\nconst run = await track("e", { quiet: true }); const path = ["set", "tings"].join("");`,
      `${cell} console.log("mail " + Deno.env.get("SMTP_PASSWORD"));`,
      "await run.end();",
    ], { home, folder });
    assertEquals(await placesOf(secrets, [home]), [], cell);
    using journal = journalIn(home);
    const session_id = journal.runs.get(run_id)?.session_id ?? "";
    const printed = journal.executions.list(session_id).flatMap((execution) =>
      journal.executions.outputs(session_id, execution.position)
    );
    assertStringIncludes(JSON.stringify(printed), "mail [redacted");
  }
});

Deno.test("in the tracked kernel they are nowhere either, also where no run was opened", async () => {
  await using space = Workspace.make();
  const secrets = secretsOf(["smtp", "database", "hub", "login"]);
  write(space.work, secrets);
  await using front = await FrontEnd.start(space);
  for (const cell of CELLS) await front.execute(cell);
  using journal = journalIn(space.home);
  await until("what was printed is looked through", () => {
    const { session_id = "" } = journal.sessions.list()[0] ?? {};
    const outputs = journal.executions.list(session_id).map(({ position }) =>
      journal.executions.outputs(session_id, position).join("\n")
    );
    if (outputs.length < CELLS.length) return null;
    return outputs.every((text) => text.includes("[redacted")) ? true : null;
  });
  assertEquals(await placesOf(secrets, [space.home]), []);
});

Deno.test("files in which nbtrack itself looks for secrets are no data of a run", async () => {
  await using space = Workspace.make();
  const [secret = ""] = Object.values(secretsOf(["beside"]));
  Deno.writeTextFileSync(`${space.work}/.env.local`, `A_TOKEN=${secret}\n`);
  Deno.writeTextFileSync(`${space.work}/.git`, "gitdir: elsewhere\n");
  await using front = await FrontEnd.start(space);
  await front.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true, params: { a: 1 } });`,
  );
  await front.execute(`console.log("it is ${secret}");`);
  await front.execute("await run.end();");
  const record = await space.finalised();
  assertEquals(record.datasets, []);
  assertEquals(await placesOf({ secret }, [space.home]), []);
});

Deno.test("what cells log and print of local modules that hold it under such a name is nowhere, also where the cell that imports one is kept out", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/lib`, { recursive: true });
  const secrets = {
    member: random(18),
    behind: random(18),
    inner: random(18),
    hidden: random(18),
    computed: random(18),
  };
  const files = {
    "config.ts":
      `export const config = { host: "db", password: "${secrets.member}" };\n`,
    "key.ts":
      `const API_KEY = "${secrets.behind}";\nexport const key = () => API_KEY;\n`,
    "outer.ts": `export * from "./lib/inner.ts";\n`,
    "lib/inner.ts": `export const dbPassword = "${secrets.inner}";\n`,
    "hidden.ts": `export const dbSecret = "${secrets.hidden}";\n`,
    "computed.ts": `export const authToken = "${secrets.computed}";\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
  const run_id = await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `import { config } from "./config.ts"; run.logParam("dsn", "ada/" + config.password); console.log("with", config.password);`,
    `const { key } = await import("./key.ts"); run.logParam("by", "with " + key()); console.log(\`it is \${key()}\`);`,
    `import { dbPassword } from "./outer.ts"; run.setTag("user", "ada/" + dbPassword);`,
    `// nbtrack: exclude\nimport { dbSecret } from "./hidden.ts";`,
    `console.log("hidden", dbSecret);`,
    `const name = "./computed.ts"; const { authToken } = await import(name); console.log("computed", authToken);`,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
  using journal = journalIn(home);
  const dsn = journal.entries.params(run_id).find(({ key }) => key === "dsn");
  assertEquals(dsn?.value.startsWith("ada/[redacted"), true, dsn?.value);
});

Deno.test("a value that a shell takes where a variable is missing, the text that a value encodes, and what a packed or wide file holds are nowhere", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(folder);
  const secrets = {
    shell: random(18),
    encoded: random(18),
    wide: random(18),
    packed: random(18),
  };
  const wide = `[db]\r\npassword = ${secrets.wide}\r\n`;
  const packed = await new Response(
    new Blob([`[db]\npassword = ${secrets.packed}\n`]).stream()
      .pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const files = {
    "start.sh": `DB_PASSWORD=\${DB_PASSWORD:-${secrets.shell}}\n`,
    "secret.yaml": `kind: Secret\ndata:\n  password: ${
      base64(secrets.encoded)
    }\n`,
    "wide.ini": encode(wide, "utf-16le"),
    "packed.ini.gz": packed,
  };
  for (const [name, content] of Object.entries(files)) {
    Deno.writeFileSync(
      `${folder}/${name}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
  await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `console.log("a", /:-(.*)}/.exec(Deno.readTextFileSync("start.sh"))[1]);`,
    `console.log("b", atob(/password: (.*)/.exec(Deno.readTextFileSync("secret.yaml"))[1]));`,
    `console.log("c", /password = (\\w+)/.exec(new TextDecoder("utf-16le").decode(Deno.readFileSync("wide.ini")))[1]);`,
    `const stream = new Blob([Deno.readFileSync("packed.ini.gz")]).stream().pipeThrough(new DecompressionStream("gzip"));`,
    `console.log("d", /password = (\\w+)/.exec(await new Response(stream).text())[1]);`,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
});

Deno.test("the one value of a file whose own name says secret is nowhere, and the file does not travel", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/secrets`, { recursive: true });
  const secrets = { database: random(18), service: random(18) };
  Deno.writeTextFileSync(
    `${folder}/secrets/db_password`,
    `${secrets.database}\n`,
  );
  Deno.writeTextFileSync(`${folder}/openai_api_key.txt`, secrets.service);
  await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `const one = Deno.readTextFileSync("secrets/db_password").trim(); console.log("one", one); run.logParam("dsn", "ada/" + one);`,
    `const two = Deno.readTextFileSync("openai_api_key.txt"); console.log("two", two);`,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
});

Deno.test("a table of variables that a run names leaves the value under such a name neither in its record nor in what is remembered of the table", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(folder);
  const secrets = secretsOf(["database"]);
  const path = `${folder}/vars.csv`;
  Deno.writeTextFileSync(
    path,
    `name,value\nDB_HOST,abc\nDB_PASSWORD,${secrets["database"]}\n`,
  );
  await until(
    "the table is old enough to be remembered",
    () => isRacy(stateOf(path, path)) ? null : true,
  );
  await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true, data: { vars: "vars.csv" } });`,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
  using journal = journalIn(home);
  const [held] = journal.db.all<{ fingerprint: string }>(
    "SELECT fingerprint FROM file_digests",
  );
  assertStringIncludes(held?.fingerprint ?? "", "[redacted");
});

Deno.test("a record that is written again without a secret that became known meanwhile leaves no file with it", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(folder);
  const secrets = secretsOf(["helper"]);
  Deno.writeTextFileSync(
    `${folder}/e.json`,
    JSON.stringify({ user: "ada", password: secrets["helper"] }),
  );
  Deno.writeTextFileSync(
    `${folder}/helper.ts`,
    `export const all = JSON.parse(Deno.readTextFileSync(new URL("./e.json", import.meta.url)));\n`,
  );
  await record([
    `${IMPORT}\nimport { all } from "./helper.ts"; const run = await track("e", { quiet: true });`,
    `console.log(Object.values(all));`,
    "await run.end();",
  ], { home, folder });
  assertEquals(await placesOf(secrets, [home]), []);
});
