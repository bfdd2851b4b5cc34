import { assert, assertEquals } from "@std/assert";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";

const PASSWORD = ["Vvjz", "df5", "37kb"].join("");
/** Hexadecimal digits as a service gives them for a key. */
const DIGITS = ["9f3b61c7", "d04e28a5", "b7c1f96e", "3a80d25b"].join("");
const UUID = ["9f3b61c7", "d04e", "48a5", "b7c1", "f96e3a80d25b"].join("-");

function left(text: string): string {
  return findSecrets(text, new KnownSecrets()).toReversed().reduce(
    (rest, { start, end }) => `${rest.slice(0, start)}[]${rest.slice(end)}`,
    text,
  );
}

function gone(secret: string, texts: readonly string[]): void {
  for (const around of texts) {
    const rest = left(around.replaceAll("§", () => secret));
    assertEquals(rest, around.replaceAll("§", "[]"));
  }
}

function stays(texts: readonly string[]): void {
  for (const text of texts) assertEquals(left(text), text);
}

Deno.test("a key of a known service is a secret although it is only hexadecimal digits or a UUID", () => {
  for (const key of [DIGITS, DIGITS + DIGITS, UUID]) {
    gone(key, [
      `const openWeatherKey = "§";`,
      `openweathermap_key: "§"`,
      "deepl_key=§",
      `{"alphaVantageKey": "§"}`,
      `const myEIAKey = '§';`,
      `alpha_vantage_key = "§"`,
    ]);
  }
  stays([
    `const cacheKey = "${DIGITS}";`,
    `const sortKey = "${DIGITS}";`,
    `const rowKey = "${DIGITS}";`,
    `const key = "${DIGITS}";`,
    `const alfredKey = "${DIGITS}";`,
    `const openWeatherKey = "0000000000000000";`,
    `newsKey: "${"ab".repeat(4)}"`,
  ]);
});

Deno.test("a key of a known service is a secret as a member and as a param", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const name of ["deepl_key", "openWeatherKey", "appid"]) {
    for (
      const { text } of [
        redaction.named(name, DIGITS),
        redaction.json(JSON.stringify({ [name]: DIGITS })),
      ]
    ) assert(!text.includes(DIGITS), name);
  }
  const other = new StandardRedaction({ home: home.path });
  for (const name of ["cacheKey", "sort_key", "row_key", "key"]) {
    assertEquals(other.named(name, DIGITS).text, DIGITS, name);
    const json = JSON.stringify({ [name]: DIGITS });
    assertEquals(other.json(json).text, json);
  }
});

Deno.test("the key that OpenWeather calls appid is a secret, a number or a word under that name is none", () => {
  gone(DIGITS, [
    `{ appid: "§" }`,
    `{"q": "Oslo", "appid": "§"}`,
    `new URLSearchParams([["q", "Oslo"], ["appid", "§"]])`,
    `url.searchParams.set("appid", "§");`,
    `url.searchParams.append('appid','§')`,
    "OPENWEATHER_APPID=§",
    "APP_ID=§",
    `const appid = "§";`,
    `url.searchParams.set("key", "§");`,
    `params.append("key", "§")`,
  ]);
  stays([
    `{ appid: "1234567890" }`,
    `appid=${"1".repeat(32)}`,
    `{ appid: "wx${DIGITS.slice(0, 16)}" }`,
    `appid: "org.example.notes"`,
    `cache.set("key", "${DIGITS}")`,
    `url.searchParams.set("key", "name")`,
  ]);
});

Deno.test("the second of a list of two texts is a secret where the first says so, a list of names is none", () => {
  gone(PASSWORD, [
    `["password", "§"]`,
    `[ 'password', '§' ]`,
    `[ [ "user", "ada" ], [ "password", "§" ] ]`,
    `new Map([["db_password", "§"]])`,
    `[\n  "password",\n  "§"\n]`,
  ]);
  stays([
    `["password","username2"]`,
    `["token","sha256"]`,
    `["password", "confirm"]`,
    `["user", "password", "name2"]`,
    `["password", "last_login2"]`,
    `["name", "${PASSWORD}"]`,
  ]);
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const { text } = redaction.json(JSON.stringify([["password", PASSWORD]]));
  assert(!text.includes(PASSWORD) && text.includes("password"), text);
});

Deno.test("a value in code is a secret behind comments, as a raw text, as bytes and before a comparison", () => {
  gone(PASSWORD, [
    `const passwordA /* db */ = /* x */ "§";`,
    `const password = /* the one of the database */ '§';`,
    `const password: string /* db */ = "§";`,
    `const password = \n  // the db one\n  "§";`,
    `{ password: // the db one\n  "§" }`,
    "const password = String.raw`§`;",
    `const password = new TextEncoder().encode("§");`,
    `const password = Buffer.from("§");`,
    `if ("§" === password) {`,
    `ok = '§' !== config.db.password;`,
  ]);
  stays([
    `const name /* db */ = /* x */ "${PASSWORD}";`,
    `if ("string" === typeof password) {`,
    `if ("changed" === password) {`,
    `if ("utf8" === tokenFormat) {`,
    `if ("${PASSWORD}" === password.name) {`,
    "const token = /* none */ null;",
  ]);
});

Deno.test("what a program prints behind a password's name at the end of a line is a secret, an algorithm is none", () => {
  gone(PASSWORD, [
    "password §",
    "login failed for user ada with password §",
    "Password for ada: §",
    "New password for ada: §",
    "password => §",
    `"password" -> "§"`,
    "Password.....: §",
    "Passwort - §\nweiter",
    "created\nAPI key for user ada: §\r\ndone",
    "token §.",
  ]);
  stays([
    "password Argon2id",
    "token SHA256",
    "token Llama3B",
    "password PBKDF2SHA512",
    "token GPT4o2024",
    "password Sommer2024",
    "secret ./Ab3c/N4xQ9",
    `password ${PASSWORD} is too short for it`,
    "Password for ada: https://Example12.org/A3bX",
    "secret 2024-01-15T10:00:00Z",
  ]);
});
