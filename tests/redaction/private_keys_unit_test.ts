import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { random } from "./support.ts";

async function jwkPair(): Promise<{ secret: JsonWebKey; open: JsonWebKey }> {
  const pair = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const { publicKey, privateKey } = pair as CryptoKeyPair;
  return {
    secret: await crypto.subtle.exportKey("jwk", privateKey),
    open: await crypto.subtle.exportKey("jwk", publicKey),
  };
}

const display = (data: unknown) => JSON.stringify({ data, metadata: {} });

Deno.test("the private member of a JSON Web Key is taken out, as text, as JSON and in JSON, and its public members stay", async () => {
  using home = temporary();
  const { secret } = await jwkPair();
  const { d = "", x = "", kty } = secret;
  for (
    const [at, shown] of [
      JSON.stringify(secret),
      JSON.stringify(secret, null, 2),
      Deno.inspect(secret),
      JSON.stringify({ keys: [{ kty, d, x }] }),
      JSON.stringify({ keys: [{ d, x, kty }] }),
    ].entries()
  ) {
    const { text, taken } = new StandardRedaction({ home: home.path }).text(
      shown,
    );
    assertEquals([text.includes(d), text.includes(x)], [false, true], text);
    assertEquals(taken[0]?.kind, "private key", String(at));
  }
  for (
    const json of [
      display({ "application/json": secret }),
      display({ "text/plain": JSON.stringify(secret) }),
      display({ "text/plain": Deno.inspect(secret) }),
    ]
  ) {
    const { text } = new StandardRedaction({ home: home.path }).json(json);
    assertEquals([text.includes(d), text.includes(x)], [false, true], text);
    JSON.parse(text);
  }
});

Deno.test("a symmetric JSON Web Key is taken out", () => {
  using home = temporary();
  const k = random(43);
  const { text } = new StandardRedaction({ home: home.path }).text(
    JSON.stringify({ kty: "oct", alg: "HS256", k }),
  );
  assert(!text.includes(k), text);
});

Deno.test("a public JSON Web Key and members of the same names elsewhere stay", async () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  const { open } = await jwkPair();
  for (
    const text of [
      JSON.stringify(open),
      Deno.inspect(open),
      JSON.stringify({ d: "a-path-in-a-picture", k: "some-long-name-here" }),
    ]
  ) {
    assertEquals(redactor.text(text), { text, taken: [] });
    assertEquals(
      redactor.json(display({ "text/plain": text })).taken.length,
      0,
    );
  }
});

Deno.test("the private lines of a PuTTY key are taken out, whatever stands in its comment and with its end cut off", () => {
  using home = temporary();
  const redactor = new StandardRedaction({ home: home.path });
  for (const comment of ["eddsa-key", "ada@example.com", 'my_laptop "home"']) {
    for (const mac of ["", `Private-MAC: ${"0a1b2c3d".repeat(8)}\n`]) {
      const lines = [random(64), random(64), `${random(34)}==`];
      const key = [
        "PuTTY-User-Key-File-3: ssh-ed25519",
        "Encryption: none",
        `Comment: ${comment}`,
        "Public-Lines: 2",
        random(64),
        random(16),
        `Private-Lines: ${lines.length}`,
        ...lines,
        mac,
      ].join("\n");
      for (
        const { text, taken } of [
          redactor.text(`the key:\n${key}`),
          redactor.json(display({ "text/plain": `the key:\n${key}` })),
          redactor.text(JSON.stringify(key)),
        ]
      ) {
        assert(taken.length > 0, text);
        for (const line of lines) assert(!text.includes(line), text);
      }
    }
  }
});
