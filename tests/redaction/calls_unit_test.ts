import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

type Make = (chance: Chance) => string;
const password: Make = (chance) => `${chance.mixed(11)}A1`;
const key: Make = (chance) => `${chance.mixed(22)}aB3`;
const hex: Make = (chance) => chance.mixed(32, ALPHABETS.hex);
const letters: Make = (chance) => chance.text(16, ALPHABETS.letters);

/** Texts with a secret, and how it is made. */
const TEXTS: readonly [
  text: (secret: string, chance: Chance) => string,
  Make,
][] = [
  [(s) => `builder.withPassword("${s}")`, password],
  [(s) => `client.setPassword('${s}')`, password],
  [(s) => `mysql -u root -p'${s}' uni`, password],
  [(s) => `mysql -u root -p"${s}" uni`, password],
  [(s) => `curl -uada:${s} https://example.org`, password],
  [(s) => `curl -u"ada:${s}" https://example.org`, password],
  [(s) => `CREATE LOGIN ada WITH PASSWORD = N'${s}'`, password],
  [(s) => `SET PASSWORD FOR 'a'@'%' = PASSWORD('${s}')`, password],
  [(s) => `sql.Open("mysql", "ada:${s}@tcp(db:3306)/uni")`, password],
  [(s) => `login failed for ada:${s}@db.example.de:5432`, password],
  [(s) => `mot de passe : ${s}`, letters],
  [(s) => `x -e ansible_password=${s} y`, letters],
  [(s) => `id,note,password\n1,"two\nlines",${s}\n2,one,x\n`, password],
  ...["<h3>Passwords</h3>", '<div id="password">', "<b>password</b>"].map((
    before,
  ): [(s: string) => string, Make] => [
    (s) =>
      `${before}<table><tr><th>user</th><th>password</th></tr><tr><td>ada</td><td>${s}</td></tr></table>`,
    password,
  ]),
  [(s) => `await login("ana", "${s}")`, password],
  [(s) => `neo4j.driver(url, neo4j.auth.basic("neo4j", "${s}"))`, password],
  [(s, c) => `twilio("AC${c.text(32, ALPHABETS.hex)}", "${s}")`, hex],
  [(s) => `new Deno.Command("curl", { args: ["-u", "ana:${s}"] })`, password],
  [(s) => `run(["--user", "ana:${s}", url])`, password],
  [(s) => `run(["--password", "${s}"])`, password],
  [
    (s) => `new Deno.Command("mysql", { args: ["-uroot", "-p${s}"] })`,
    password,
  ],
  [(s) => `echo "ana:${s}" | sudo chpasswd`, password],
  [(s) => `db.exec("PRAGMA key = '${s}'")`, password],
  [(s) => `db.lan:5432:data:ana:${s}`, password],
  [(s) => `nats://${s}@n.lan:4222`, key],
  [(s) => `postgres://ana:${s.slice(0, 6)}#${s.slice(6)}@db/x`, password],
  [(s) => `postgres://ana:${s.slice(0, 6)}/${s.slice(6)}@db/x`, password],
  [(s) => `encodeBase64("ana:${s}")`, password],
  [(s, c) => `2/1${c.text(15, ALPHABETS.digits)}:${s}`, hex],
  [(s) => `/api/webhooks/123456789012345678/${s}${s}${s}`, key],
  [(s) => `/services/T0A1B2C3D/B0A1B2C3D/${s.slice(0, 24)}`, key],
  [(s) => `[{ k: "password", v: "${s}" }]`, password],
  [(s) => `user,ana\npassword,${s}\n`, password],
  [(s) => `key = """\n${s}\n"""`, key],
  [(s) => `new Client("${s}")`, key],
  [(s) => `{ sessionId: "${s}" }`, key],
  [(s) => `The password for the db is \`${s}!x\`, says Ada.`, password],
  [(s) => `const token = "${s}";`, letters],
  [(s) => `const AUTH = "Basic ${s}";`, letters],
];

Deno.test("what calls, lists of arguments, statements and addresses are given as a secret is taken out", () => {
  using home = temporary();
  const chance = new Chance(18);
  for (const [text, make] of TEXTS) {
    for (let i = 0; i < 5; i++) {
      const secret = make(chance);
      const redaction = new StandardRedaction({ home: home.path });
      const { text: left } = redaction.text(text(secret, chance));
      assert(!left.includes(secret.slice(0, 6)), left);
      assert(!left.includes(secret.slice(6, 12)), left);
    }
  }
});

Deno.test("calls, lists, rows and addresses without a secret stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      `login("ana", "home page")`,
      `form.setPassword("password")`,
      `run(["-u", "ana:staff"])`,
      `run(["--token", "cls"])`,
      `spawn("mysql", ["-port"])`,
      "mysql -u root -p 'uni'",
      "docker pull registry:5000/image:latest@sha256:0123",
      "rsync host:folder@old:22 .",
      "password = someOtherVariable",
      `size,note\n5",a\n6",b\n`,
      "main.ts:12:5:error:unexpected",
      "PRAGMA key_count = 'x'",
      "password,email,name",
      "token,count\nthe,31\n",
      `[{ k: "accuracy", v: "0.93" }]`,
      `new Client("https://gitlab.example.com")`,
      `{ sessionId: "4f0c9a52-6c1f-4c0e-9a51-0d6f6f1b7a21" }`,
      "The password for the database is required.",
      "https://example.com:8080/a#b@c",
      "https://example.com/services/Team/Boards/list",
      `const token = "representation";`,
      `const cls_token = "transformerLayer";`,
      `text = """\nwords\n"""`,
    ]
  ) assertEquals(redaction.text(text).text, text);
});
