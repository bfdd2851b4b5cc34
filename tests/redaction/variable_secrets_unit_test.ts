import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { secretsOfVariable } from "../../src/redaction/variable_secrets.ts";
import { temporary } from "../reproduce/recorded.ts";
import { base64, random } from "./support.ts";

/** Variables with a secret within their value. */
const VARIABLES: readonly [name: string, value: (secret: string) => string][] =
  [
    ["DB", (one) => `postgres://ada:${one}@db/x`],
    ["STORE", (one) => `AccountName=ada;AccountKey=${one};EndpointSuffix=lan`],
    ["DB", (one) => `Server=db;User ID=ada;Password=${one};Encrypt=true`],
    ["DB", (one) => `Server=db;Uid=ada;Pwd=${one}`],
    ["DB", (one) => `Driver={ODBC Driver 18};UID=ada;PWD={${one}};`],
    ["DB", (one) => `Server=db;Password="${one};x;${one}";User ID=ada`],
    ["DB", (one) => `jdbc:postgresql://db/x?user=ada&password=${one}`],
    ["DB", (one) => `jdbc:sqlserver://db;user=ada;password=${one};`],
    ["DB", (one) => `host=db user=ada password='${one}' dbname=x`],
    ["DB", (one) => JSON.stringify({ user: "ada", password: one })],
    ["DB", (one) => JSON.stringify({ url: `db://ada:${one}@db/x` })],
    ["DB", (one) => `ada:${one}@tcp(db:3306)/x`],
    ["DB", (one) => `ada:${one}@db:5432`],
    ["HOSTS", (one) => `ada:word@a:27017,ada:${one}@b.lan:27017`],
    ["API_KEYS", (one) => `abc12345x,${one}`],
    ["API_KEYS", (one) => `["abc12345x","${one}"]`],
    ["API_KEYS", (one) => `ada:abc12345x bob:${one}`],
    ["APP_LOGIN", (one) => `ada:${one}`],
    ["BASIC_AUTH", (one) => `ada:${one}`],
    ["SECRET_B64", (one) => base64(one)],
    ["APP_SECRET_B64", (one) => base64(JSON.stringify({ password: one }))],
    [
      "DOCKER_AUTH_CONFIG",
      (one) =>
        JSON.stringify({ auths: { "r.lan": { auth: base64(`ada:${one}`) } } }),
    ],
  ];

Deno.test("a secret within the value of a variable is known, whichever way it stands there", () => {
  for (const [name, value] of VARIABLES) {
    const secret = random(18);
    const found = secretsOfVariable(name, value(secret));
    assert(
      found.includes(secret) || found.includes(`${secret};x;${secret}`),
      `${name}=${value("S")}: ${found}`,
    );
  }
});

Deno.test("an escaped password of an address is known as programs read it too", () => {
  const secret = random(12);
  assertEquals(secretsOfVariable("DB", `db://ada:${secret}%40%2Fb@db/x`), [
    `${secret}%40%2Fb`,
    `${secret}@/b`,
  ]);
});

Deno.test("a variable of another name tells of no secret where nothing in it is one", () => {
  for (
    const [name, value] of [
      ["MAIL", "mailto:ada.lovelace@example.org"],
      ["MODULES", "npm:typescript-es@5.4.3 node:20-alpine@sha256:12345"],
      ["PWD", "/home/ada/notebooks-2024"],
      ["LS_COLORS", "rs=0:di=01;34:ln=01;36:*.tar=01;31"],
      ["FLAGS", "--max_tokens=100000000 --author=ada-lovelace-1815"],
      ["MONGO", "mongodb://db/x?authMechanism=SCRAM-SHA-256"],
      ["OPTIONS", JSON.stringify({ user: "ada", size: "large-1234" })],
      ["KEYS", "sort_key,group_key"],
    ] as const
  ) assertEquals(secretsOfVariable(name, value), [], name);
});

Deno.test("of a list under such a name the words stay where they stand alone", () => {
  const list = "read_registry,write_registry,text-embedding-3-small";
  assertEquals(secretsOfVariable("TOKEN_SCOPES", list), [list]);
});

Deno.test("what stands within the values of a file of variables is nowhere, also in lines of one", () => {
  using place = temporary();
  using home = temporary();
  const secrets = [random(18), random(18), random(18)];
  const [setting, line, list] = secrets;
  Deno.writeTextFileSync(
    `${place.path}/.env`,
    [
      `DB=Server=db;User ID=ada;Password=${setting}`,
      `DB_PASSWORD="first\n${line}\nlast"`,
      `API_KEYS=abc12345x,${list}`,
    ].join("\n"),
  );
  const redaction = new StandardRedaction({ home: home.path });
  redaction.addFolder(place.path);
  for (const secret of secrets) {
    const { text } = redaction.text(`it is ada/${secret} again`);
    assert(!text.includes(secret), text);
  }
});
