import { assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";

function redactor(home: string): StandardRedaction {
  return new StandardRedaction({ home });
}

/** Texts in which `pass` counts or rates, and `pwd` and `passphrase` rate. */
const FIGURES = [
  "{ pass: 0.9312453, fail: 0.0687547 }",
  "pass=0.87123456",
  "pass=0.871234…",
  `{"pass":0.87123456,"fail":0.1}`,
  `{"pass": -0.87123456}`,
  "pass: -0.87123456",
  "pass: 1.25e-7",
  "{ pass: 12345678 }",
  "pass: 12_345_678",
  "pass: 1234567/1300000",
  "pass: 87.12345%",
  "pass: 123.4567ms",
  `{ pass: "0.931245", fail: "0.068755" }`,
  "name,pass,fail\nmodel_a,0.9312453,0.0687547\nmodel_b,12345678,3\n",
  "name\tpass\tfail\nmodel_a\t0.9312453\t0.0687547\n",
  "│ name │ pass │\n│ a │ 0.9312453 │\n│ b │ 12345678 │\n",
  "| name | pass | fail |\n|---|---|---|\n| a | 0.9312453 | 0.0687 |\n",
  "<table><tr><th>name</th><th>pass</th></tr><tr><td>a</td><td>0.9312453</td></tr></table>",
  `[["name", "pass"], ["a", 0.9312453], ["b", 12345678]]`,
  "name      pass        fail\na         0.9312453   0.06\n",
  "{ pwd: 0.9312453 }",
  "pwd=0.9312453",
  "passphrase: 0.9312453",
  "pwd,n\n0.9312453,1\n",
  "account: 17, pass: 0.9312453",
  "{ pw: 0.9312453 }",
  "pw=0.9312453",
  "db_pw: 0.9312453",
  "pw,n\n0.9312453,1\n",
  "{ pw: 12 }",
];

/** Texts in which a number is a password. */
const PASSWORDS = [
  "password: 83641975",
  `{"password":83641975}`,
  "PASS=83641975",
  `pass: "83641975"`,
  `{"pass":"83641975"}`,
  "pwd: 83641975",
  "db_pass: 83641975",
  "db_pw: 83641975",
  `pw: "83641975"`,
  `const psw = "83641975"`,
  "PW=83641975",
  "user,password\nada,83641975\n",
];

Deno.test("a number under pass is a count or a rate and stays, as text, in JSON and in tables, and so does a rate under pwd", () => {
  using home = temporary();
  for (const text of FIGURES) {
    const { text: left } = redactor(home.path).text(text);
    assertEquals(left, text);
    const json = JSON.stringify({ data: { "text/plain": text } });
    assertEquals(redactor(home.path).json(json).text, json);
  }
  const json = `{"pass":12345678,"fail":0.25,"of":{"pass":0.8712345}}`;
  assertEquals(redactor(home.path).json(json).text, json);
});

Deno.test("a number under the name of a password is one", () => {
  using home = temporary();
  for (const text of PASSWORDS) {
    const { text: left } = redactor(home.path).text(text);
    assertEquals(left.includes("83641975"), false, text);
  }
  const json = `{"pass":"83641975","password":83641976}`;
  const { text: left } = redactor(home.path).json(json);
  assertEquals(/836419/.test(left), false, left);
});
