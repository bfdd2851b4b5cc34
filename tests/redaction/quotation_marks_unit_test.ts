import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("Python's prefixes of texts and its three quotation marks hold secrets as others do", () => {
  using home = temporary();
  const chance = new Chance(23);
  for (const prefix of ["b", "r", "f", "u", "rb", "B", ""]) {
    for (const mark of ['"', "'", '"""', "'''"]) {
      const secret = chance.mixed(24);
      const redaction = new StandardRedaction({ home: home.path });
      const { text } = redaction.text(
        `DB_PASSWORD = ${prefix}${mark}${secret}${mark}\nprint(1)`,
      );
      assert(!text.includes(secret), text);
      assert(text.endsWith(`]${mark}\nprint(1)`), text);
    }
  }
});

Deno.test("the last sign of a password within quotation marks is a part of it", () => {
  using home = temporary();
  const chance = new Chance(24);
  for (const sign of ["!", "?", ".", ":"]) {
    for (
      const write of [
        (value: string) => `curl -u "ada:${value}" https://example.org`,
        (value: string) => `mysql -uada -p'${value}' shop`,
        (value: string) => `sshpass -p '${value}' ssh host`,
      ]
    ) {
      const secret = `${chance.mixed(12)}${sign}`;
      const redaction = new StandardRedaction({ home: home.path });
      const { text, taken } = redaction.text(write(secret));
      assert(!text.includes(secret.slice(-5)), text);
      assert(/\][\"'] /.test(text), text);
      assertEquals(
        taken[0]?.placeholder,
        redaction.text(`password = "${secret}"`).taken[0]?.placeholder,
      );
    }
  }
});

Deno.test("names of variables in an address, types of columns and what pwd shows stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      'f"postgresql://{user}:{password}@{host}/{db}"',
      'f"https://{username}:{access_token}@example.org"',
      'f"postgresql://{u}:{quote_plus(password)}@{h}/db"',
      '"postgresql://%(user)s:%(password)s@host/db"',
      'f"https://example.org/?user={user}&password={password}"',
      "CREATE TABLE users (id INT, password VARCHAR(255) NOT NULL)",
      "password NVARCHAR(128)",
      "!pwd\n/home/ada/work/project1",
    ]
  ) assertEquals(redaction.text(text).text, text);
});
