import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

const NAMES =
  ("token_pooling token_mixer token_f1 token_ratio token_merging class_token distill_token prefix_token query_token " +
    "password_length password_entropy password_policy secret_size rsa_key_bits private_key_size api_key_count use_auth " +
    "jwt_ttl access_token_expires tokenPooling").split(" ");

Deno.test("numbers, switches and words stay under names that say how many, how long or which kind", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const name of NAMES) {
    for (const value of ["12", "0.93", "1e-4", "mean", "true"]) {
      assertEquals(redaction.named(name, value).text, value, name);
    }
    const json = JSON.stringify({ [name]: "mean", other: 1 });
    assertEquals(redaction.json(json).text, json);
  }
});

Deno.test("numbers stay under names that say what was measured, but not one that could be the secret that ends the name", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const names =
    "p_f1/password p_secrets_found secret_recall auth_failures recall_api_key F1:secret cost/token";
  for (const name of names.split(" ")) {
    for (const value of ["12.5", "1", "0.7", "128"]) {
      assertEquals(redaction.named(name, value).text, value, name);
    }
  }
  for (const name of ["ms_password", "f1/password", "recall_api_key"]) {
    const { text } = redaction.named(name, "83641975");
    assert(!text.includes("83641975"), name);
  }
});

Deno.test("what is called by its own name stays under names that end in model, encoding, file, type, policy or prefix", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const chance = new Chance(19);
  for (
    const [name, value] of [
      ["token_model", "gpt2"],
      ["token_model", "meta-llama/Llama-3.1-8B"],
      ["token_encoding", "cl100k_base"],
      ["token_vocab", "o200k"],
      ["token_file", "tokens.json"],
      ["token_prefix", "##"],
      ["credential_type", "x509"],
      ["password_policy", "min12-upper-digit"],
    ] as const
  ) {
    assertEquals(redaction.named(name, value).text, value, name);
    const json = JSON.stringify({ [name]: value });
    assertEquals(redaction.json(json).text, json);
    for (const secret of [chance.mixed(18), `tok-${chance.mixed(20)}`]) {
      assert(!redaction.named(name, secret).text.includes(secret), name);
    }
  }
  const short = chance.mixed(9);
  assert(!redaction.named("password_policy", short).text.includes(short));
});

Deno.test("a switch stays under every name, and so do a rate and the number of a token", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const name of ["api_key", "password", "GITLAB_TOKEN", "secret"]) {
    assertEquals(redaction.named(name, "true").text, "true");
    assertEquals(redaction.named(name, "false").text, "false");
  }
  assertEquals(redaction.named("token", "31373").text, "31373");
  assertEquals(redaction.named("secret", "0.93").text, "0.93");
  assertEquals(redaction.named("pw", "0.93").text, "0.93");
});

Deno.test("what is random is taken out under each of these names, and words under the name of a secret itself", () => {
  using home = temporary();
  const chance = new Chance(17);
  const redaction = new StandardRedaction({ home: home.path });
  for (const name of NAMES) {
    const secret = chance.mixed(16);
    assert(!redaction.named(name, secret).text.includes(secret), name);
  }
  for (const name of ["password", "api_key", "db_password", "secret"]) {
    for (const value of ["dog", "83641975", "correct horse"]) {
      assert(!redaction.named(name, value).text.includes(value), name);
    }
  }
});

Deno.test("a member of code, a score, a version in a bucket and an option that only begins like a password stay", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      "password: cfg.db.password1",
      `{ password_score: "strong4" }`,
      "s3://bucket:version1@x",
      "7z x -pathfile2",
    ]
  ) assertEquals(redaction.text(text).text, text);
});

Deno.test("a piece of a text as models read it stays under the name of a token, and what is drawn does not", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (const piece of ["HTTPResponse404", "Ġxylophone99", "▁xylophone99"]) {
    for (
      const text of [`{ token: "${piece}" }`, `{"token":"${piece}","id":3}`]
    ) {
      assertEquals(redaction.text(text).text, text);
      assertEquals(redaction.json(text).text, text);
    }
  }
  const chance = new Chance(18);
  for (const mark of ["", "Ġ"]) {
    const secret = chance.mixed(18);
    const { text } = redaction.json(JSON.stringify({ token: mark + secret }));
    assert(!text.includes(secret), text);
  }
});

Deno.test("what is said of tokens stays where the name goes on behind the word, and which token it is does not", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const chance = new Chance(23);
  const stays = [
    ["token_stride", "128"],
    ["token_window", "4096"],
    ["token_unit", "word"],
    ["token_source", "env"],
    ["token_pattern", "\\w+"],
    ["jwt_alg", "HS256"],
    ["jwt_issuer", "https://id.example.org/realms/uni"],
    ["password_alg", "argon2id"],
    ["passwords_tested", "15000"],
    ["trigger_token", "sks"],
    ["placeholder_token", "<cat-toy>"],
  ] as const;
  for (const [name, value] of stays) {
    assertEquals(redaction.named(name, value).text, value, name);
    const secret = chance.mixed(18);
    assert(!redaction.named(name, secret).text.includes(secret), name);
  }
  for (
    const [name, value] of [
      ["token_prod", "sesame"],
      ["token_pin", "4711"],
      ["token_stride", "83641975"],
      ["password_db", "sunshine"],
      ["secret_word", "open sesame"],
    ] as const
  ) assert(!redaction.named(name, value).text.includes(value), name);
});
