import { assert, assertEquals } from "@std/assert";
import { isSecretName } from "../../src/redaction/naming.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";

const MOMENTS = [
  "2024-01-15",
  "2024-01-15T10:00:00Z",
  "2024-01-15 10:00:00.5+02:00",
  "2024-01-15 10:00",
];

Deno.test("a date or a time is no secret under any name, and is not taken out elsewhere", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const moment of MOMENTS) {
    for (const name of ["password", "api_key", "last_password_change"]) {
      for (
        const text of [
          `user,${name}\nada,${moment}\nthe report of ${moment}`,
          `const ${name} = "${moment}";`,
          `${name}=${moment}`,
          `${name}: ${moment}`,
          `| user | ${name} |\n|---|---|\n| ada | ${moment} |`,
          `[["user", "${name}"], ["ada", "${moment}"]]`,
          `{"passwords": {"ada": "${moment}"}}`,
        ]
      ) assertEquals(redaction.text(text).text, text);
      assertEquals(redaction.named(name, moment).text, moment);
      const json = JSON.stringify({ [name]: moment, passwords: [moment] });
      assertEquals(redaction.json(json).text, json);
    }
  }
  assertEquals(redaction.secrets.size, 0);
});

Deno.test("a name that ends in when something happened to a password, or how long ago, says no secret", () => {
  for (
    const name of [
      "last_password_change",
      "password_changed_at",
      "passwordLastChanged",
      "password_set_at",
      "PASSWORD_AGE_DAYS",
      "password_updated",
    ]
  ) assert(!isSecretName(name), name);
  for (
    const name of [
      "password",
      "GITHUB_PAT",
      "new_password",
      "db_password2",
      "passwordNew",
    ]
  ) assert(isSecretName(name), name);
});
