import { assert, assertEquals } from "@std/assert";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { saysSecret } from "../../src/redaction/secret_names.ts";

const PASSWORD = ["Sol", "eil!2026"].join("");
const KEY = ["aB3kQ9zR7mW2", "xY5tU8vL1nP4"].join("");

function found(text: string): string[] {
  return findSecrets(text, new KnownSecrets())
    .map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);
}

const PASSWORDS =
  "Mot de passe|motDePasse|mot_de_passe|contraseña|CONTRASEÑA|parola d'ordine|senha|minhaSenha|palavra-passe|wachtwoord|hasło|haslo|Пароль|db_пароль|密码|口令|パスワード"
    .split("|");
const KEYS =
  "clé API|cle_api|cle_d_acces|cléDApi|clé d'accès|clave de API|clave_privada|chave de acesso|chave_api|chiave_api|klucz API|klucz_dostępu|api-sleutel|API-Schlüssel|ключ API|API ключ|API密钥|密钥|APIキー|秘密鍵"
    .split("|");
const TOKENS = "jeton|токен|令牌|トークン".split("|");

Deno.test("what stands behind a name that says secret in another language is taken out", () => {
  for (const name of PASSWORDS) {
    for (
      const text of [
        `${name} : ${PASSWORD}`,
        `${name} = "${PASSWORD}"`,
        `{"${name}": "${PASSWORD}"}`,
        `<b>${name}:</b> ${PASSWORD}`,
        `**${name}:** ${PASSWORD}`,
        `user,${name}\nada,${PASSWORD}`,
        `| user | ${name} |\n|---|---|\n| ada | ${PASSWORD} |`,
      ]
    ) assertEquals(found(text), [`password ${PASSWORD}`], text);
  }
  for (const name of [...KEYS, ...TOKENS]) {
    for (const text of [`${name}: ${KEY}`, `"${name}": "${KEY}"`]) {
      assert(found(text)[0]?.endsWith(KEY), text);
    }
  }
});

Deno.test("a password that a sentence of another language names is taken out", () => {
  for (
    const text of [
      `Le mot de passe est ${PASSWORD}`,
      `La contraseña es ${PASSWORD}`,
      `A senha é ${PASSWORD}`,
      `Het wachtwoord is ${PASSWORD}`,
      `Hasło to ${PASSWORD}`,
      `Пароль — ${PASSWORD}`,
      `密码是${PASSWORD}`,
      `密码：${PASSWORD}`,
      `パスワードは ${PASSWORD}`,
    ]
  ) assertEquals(found(text), [`password ${PASSWORD}`], text);
});

Deno.test("params and tags with such a name are never stored with their values", () => {
  for (const name of [...PASSWORDS, ...KEYS, ...TOKENS]) {
    assert(saysSecret(name), name);
  }
});

Deno.test("words that only look like them, and texts about them, stay", () => {
  for (
    const text of [
      "desenha: grafico2024x",
      "resenha = 'otimo filme 2024'",
      "密码学：第2章 abc",
      "токенизатор: bert2base",
      "clave: valor123",
      "clave primaria: id2abc",
      "mot de passe oublié ?",
      "contraseña requerida",
      "пароль не задан",
      "longitud de contraseña: 12",
      "トークン化: abc123def",
      "jetons: 4096",
      "hasło: wymagane",
      "mdp: GridWorld2",
      "the key to server01",
    ]
  ) assertEquals(found(text), [], text);
});

Deno.test("a password in Base64 is taken out also where no digit stands in it", () => {
  const value = btoa(["00Ryx", "MPUBqpA"].join(""));
  assert(!/\d/.test(value));
  assertEquals(found(`data:\n  password: ${value}\n`), [`password ${value}`]);
  assertEquals(found("password: passwordFieldInUse"), []);
});

Deno.test("a name that is repeated without end is looked through in time, and the value behind it is found", () => {
  for (const piece of ["密码：", "密码是", "pwd:", "contraseña\n"]) {
    const text = `${piece.repeat(300_000)} password: ${PASSWORD}`;
    assertEquals(found(text).at(-1), `password ${PASSWORD}`, piece);
  }
});
