import { assert, assertEquals, assertMatch } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { random } from "./support.ts";

const PLACEHOLDER = /\[redacted [\w ]+ [\da-f]{8}\]/g;

Deno.test("the value of a query's member whose name says secret is taken out, of an address and of a path", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const weak = ["zebra", "pw05"].join("");
  for (
    const [before, after] of [
      ["https://h/?api_key=", ""],
      ["https://h.example/v1/items?page=2&access_token=", "&sort=name"],
      ["read https://h/x?client_secret=", " twice"],
      ["/v1/items?api_key=", ""],
      ["GET v1/items?page=2&api_key=", " HTTP/1.1"],
      ['<a href="/x?a=1&amp;private_token=', '">'],
    ] as const
  ) {
    const { text } = redaction.text(before + weak + after);
    assertEquals(text.replace(PLACEHOLDER, "X"), `${before}X${after}`);
    const named = redaction.named("endpoint", before + weak + after);
    assertEquals(named.text.replace(PLACEHOLDER, "X"), `${before}X${after}`);
  }
});

Deno.test("queries without a secret, samples in them and code that looks like one stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      "https://h/?api_key=YOUR_API_KEY",
      "https://h/?api_key=${API_KEY}",
      "https://h/?api_key=[redacted token 12ab34cd]",
      "https://h/?auth=enabled&max_tokens=100000",
      "https://h/?page_token=120000&seed=model7b",
      "https://h/?v=zebra05&file=train05",
      "ready&&token=makeToken01()",
      "const next = isNew ?token=first2day : 1",
    ]
  ) assertEquals(redaction.text(text).text, text);
});

Deno.test("in JSON the headers that sign in hold no secret, whatever it looks like", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const weak = ["zebra", "pw09"].join("");
  for (
    const [name, scheme] of [
      ["Authorization", "Bearer "],
      ["authorization", "Basic "],
      ["Authorization", ""],
      ["Proxy-Authorization", "Token "],
      ["PRIVATE-TOKEN", ""],
      ["Private-Token", ""],
      ["X-Api-Key", ""],
    ] as const
  ) {
    const json = JSON.stringify({ headers: { [name]: scheme + weak }, n: 1 });
    const { text } = redaction.json(json);
    assert(!text.includes(weak), text);
    const { headers, n } = JSON.parse(text);
    assertMatch(headers[name], /^(?:\w+ )?\[redacted \w+ [\da-f]{8}\]$/);
    assertEquals(headers[name].startsWith(scheme), true);
    assertEquals(n, 1);
  }
  const printed = `{"Authorization": "Bearer ${weak}"}`;
  assertEquals(
    redaction.text(printed).text.replace(PLACEHOLDER, "X"),
    `{"Authorization": "Bearer X"}`,
  );
});

Deno.test("headers that show where a value belongs stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const value of [
      "Bearer ${TOKEN}",
      "Bearer <token>",
      "Bearer YOUR_TOKEN",
      "required",
      "none",
      "[redacted token 12ab34cd]",
    ]
  ) {
    const json = JSON.stringify({ Authorization: value });
    assertEquals(redaction.json(json).text, json);
  }
});

Deno.test("a value under a name that says secret is told of, but not a word, a sample or a short one", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const weak = ["zebra", "pw07"].join("");
  const heard: [string, string][] = [];
  redaction.onNamed((name, value) => heard.push([name, value]));
  redaction.text(JSON.stringify({ password: weak }));
  for (
    const [name, value] of [
      ["password", weak],
      ["password", "secret"],
      ["api_key", "YOUR_API_KEY"],
      ["token", "t1"],
      ["host", "zebra17host"],
    ] as const
  ) redaction.named(name, value);
  assertEquals(heard, [["password", weak]]);
});

Deno.test("a header that signs in by a scheme has one placeholder, in a cell, in a document and under its own name", () => {
  using home = temporary();
  const value = `${random(14)}q7W${random(14)}`;
  for (const name of ["Authorization", "Proxy-Authorization"]) {
    for (const scheme of ["Bearer ", "token "]) {
      const redaction = new StandardRedaction({ home: home.path });
      const whole = scheme + value;
      const cell = `const init = { headers: { "${name}": "${whole}" } };`;
      const before = redaction.text(cell).text;
      const [placeholder] = before.match(PLACEHOLDER) ?? [];
      assertEquals(before, cell.replace(value, placeholder ?? ""));
      const seen = scheme + placeholder;
      assertEquals(redaction.named(name, whole).text, seen);
      assertEquals(
        redaction.json(JSON.stringify({ [name]: whole })).text,
        JSON.stringify({ [name]: seen }),
      );
      assertEquals(redaction.text(cell).text, before);
    }
  }
});
