import { assert, assertEquals } from "@std/assert";
import { isSecretName } from "../../src/redaction/naming.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("pw and psw are names of passwords where a name ends with them", () => {
  using home = temporary();
  const chance = new Chance(16);
  const names = ["pw", "PW", "db_pw", "psw", "dbPw", "pw2", "dbpw", "DB_PW"];
  for (const name of names) {
    const secret = chance.mixed(12);
    for (
      const text of [
        `const ${name} = "${secret}";`,
        `{ user: "ana", ${name}: "${secret}" }`,
        `{"${name}":"${secret}"}`,
        `${name}=${secret}`,
        `${name}: ${secret}`,
      ]
    ) {
      const redaction = new StandardRedaction({ home: home.path });
      const { text: left } = redaction.text(text);
      assert(!left.includes(secret), left);
    }
    const redaction = new StandardRedaction({ home: home.path });
    assert(!redaction.named(name, secret).text.includes(secret), name);
  }
});

Deno.test("names that only begin with pw, or hold it inside, are none", () => {
  for (
    const name of ["pw_distance", "pwm", "pwl_loss", "spwn", "power", "pwa"]
  ) assertEquals(isSecretName(name), false, name);
});
