/** What looks like a secret and is none. */
import { ALPHABETS as A, type Chance } from "./chance.ts";

/** A text without a secret. */
export interface LookAlike {
  /** What it looks like. */
  kind: string;
  text: string;
  /** Whether rules were made without a look at it. */
  heldOut: boolean;
}

const p = (...parts: string[]) => parts.join("");
const prose = (c: Chance) =>
  `the ${c.word()} and the ${c.word()} of a ${c.word()}`;
const b64 = (c: Chance, n: number) => c.bytes(n).toBase64();

/** Kinds of look-alikes; the values in a template are made anew for each text. */
const KINDS: Record<string, readonly ((c: Chance) => string)[]> = {
  "digest": [
    (c) => `sha256:${c.text(64, A.hex)}`,
    (c) => `${c.text(64, A.hex)}  data/${c.word()}.csv`,
    (c) => `"digest": "${c.text(64, A.hex)}"`,
    (c) => `MD5 (${c.word()}.zip) = ${c.text(32, A.hex)}`,
    (c) => `commit ${c.text(40, A.hex)}\nAuthor: Ada <ada@example.org>`,
    (c) => `const expectedHash = "${c.text(40, A.hex)}";`,
    (c) => `etag: W/"${c.text(40, A.hex)}"`,
    (c) =>
      `image: registry.example.com/${c.word()}@sha256:${c.text(64, A.hex)}`,
    (c) =>
      `${c.text(7, A.hex)} Fix the ${c.word()}\n${
        c.text(7, A.hex)
      } Add a ${c.word()}`,
    (c) => `The fingerprint of the file is ${c.text(64, A.hex)}.`,
  ],
  "id": [
    (c) => c.uuid(),
    (c) => `run_id: ${c.text(32, A.hex)}`,
    (c) => `{ "id": "${c.uuid()}", "name": "${c.word()}" }`,
    (c) => `experiment ${c.uuid()} has run ${c.uuid()}`,
    (c) => `cell id ${c.text(8, A.hex)}, kernel ${c.uuid()}`,
    (c) => `/runs/${c.text(32, A.hex)}/artifacts/model.json`,
    (c) => `01${c.text(24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")}`,
    (c) => `trace-id: ${c.text(32, A.hex)}, span: ${c.text(16, A.hex)}`,
    (c) => `dataset ${c.text(21, A.url)} was read`,
    (c) =>
      `pod/${c.word()}-${c.text(10, A.lower)}-${c.text(5, A.lower)} Running`,
  ],
  "lock": [
    (c) => `"integrity": "sha512-${c.text(86, A.base64)}=="`,
    (c) =>
      `"chalk@5.3.0": { "integrity": "sha512-${c.text(86, A.base64)}==" },`,
    (c) => `integrity sha1-${c.text(27, A.base64)}=`,
    (c) =>
      `<script src="x.js" integrity="sha384-${c.text(64, A.base64)}"></script>`,
    (c) =>
      `github.com/x/${c.word()} v1.${c.below(9)}.0 h1:${c.text(43, A.base64)}=`,
    (c) => `"https://deno.land/std/${c.word()}.ts": "${c.text(64, A.hex)}",`,
    (c) => `"npm:${c.word()}@^1.2.3": "1.2.${c.below(40)}",`,
    (c) => `${c.word()}==2.${c.below(9)}.1 --hash=sha256:${c.text(64, A.hex)}`,
  ],
  "picture": [
    (c) => `"image/png": "iVBORw0KGgo${b64(c, 300)}"`,
    (c) => `<img src="data:image/jpeg;base64,/9j/${b64(c, 240)}">`,
    (c) => `iVBORw0KGgoAAAANSUhEUgAA${b64(c, 600)}`,
    (c) => `url(data:font/woff2;base64,d09GMgABAAAA${b64(c, 200)})`,
    (c) => `weights = "${b64(c, 400)}"`,
    (c) => (b64(c, 400).match(/.{1,76}/g) ?? []).join("\n"),
    (c) => `data:application/octet-stream;base64,${b64(c, 120)}`,
    (c) => `const tensor = Uint8Array.fromBase64("${b64(c, 90)}");`,
  ],
  "encoded prose": [
    (c) => btoa(`${prose(c)} with a token of text`),
    (c) =>
      new TextEncoder().encode(
        JSON.stringify({ word: c.word(), n: c.below(99) }),
      ).toBase64(),
    (c) => new TextEncoder().encode(prose(c)).toHex(),
    (c) => encodeURIComponent(`${prose(c)} & the password field`),
    (c) =>
      `cursor=${
        btoa(JSON.stringify({ offset: c.below(999), sort: c.word() }))
      }`,
    (c) => `[ ${[...new TextEncoder().encode(prose(c))].join(", ")} ]`,
  ],
  "prose": [
    (c) =>
      `The model reads at most ${
        c.below(9000)
      } tokens; the token limit is not the ${c.word()} limit.`,
    (c) =>
      `A password must have at least ${
        8 + c.below(9)
      } characters and one ${c.word()}.`,
    (c) =>
      `Enter your API key in the ${c.word()} settings, never in the notebook.`,
    (c) =>
      `Unexpected token '${c.pick(["<", "}", "o"])}' in JSON at position ${
        c.below(500)
      }`,
    (c) => `Secret ${c.word()} gardens are the key to a good ${c.word()}.`,
    (c) =>
      `The keyboard of ${c.word()} has ${c.below(104)} keys, the author says.`,
    (c) =>
      `Tokens per second: ${c.below(400)}.${
        c.below(9)
      }, the bearer of the ${c.word()} waits.`,
    (c) =>
      `Authentication failed: the token has expired (${c.word()} service).`,
    (c) => `password: required, at least ${c.below(20)} characters`,
    (c) =>
      `To sign in, set GITLAB_TOKEN to a personal access token with scope api for ${c.word()}.`,
    (c) =>
      `The secret is to stir the ${c.word()} slowly for ${
        c.below(50)
      } minutes.`,
    (c) => `token: a ${c.word()} of text, such as "play" or "##ing"`,
    (c) =>
      `Basic authentication is not the same as bearer authentication, said the ${c.word()}.`,
    (c) =>
      `primary key ${c.word()}_id, foreign key ${c.word()}_id references ${c.word()}`,
  ],
  "prose on passwords": [
    (c) => `The password is wrong, said the ${c.word()}.`,
    (c) => `password: see the ${c.word()}`,
    (c) => `The password is stored beside the ${c.word()}.`,
    (c) => `user: string, password: string // ${c.word()}`,
    (c) => `Login: required / Password: required`.concat(` ${c.word()}`),
    (c) => `The ${c.word()} password was reset and is case-sensitive.`,
    (c) => `const db = { user: ${c.word()}, password: ${c.word()} };`,
    (c) => `  user: ${c.word()},\n  password: ${c.word()},\n`,
    (c) => `The password is "required" in the ${c.word()} form.`,
    (c) => `login(user = ${c.word()}, password = ${c.word()})`,
    (c) => `SELECT user, password FROM ${c.word()}`,
    (c) => `username: text, password: text`.concat(`\n${c.word()}`),
  ],
  "sample": [
    (c) => `${p("AK", "IA")}IOSFODNN7EXAMPLE in the ${c.word()} guide`,
    (c) =>
      `aws_secret_access_key = ${
        p("wJalrXUtn", "FEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
      } # ${c.word()}`,
    (c) =>
      `${p("gl", "pat-")}${"x".repeat(20)} stands for your token, ${c.word()}`,
    (c) => `export OPENAI_API_KEY="your-api-key-here" # ${c.word()}`,
    (c) => `const apiKey = "<YOUR_API_KEY>"; // ${c.word()}`,
    (c) => `password = "changeme" # ${c.word()}`,
    (c) => `${p("gh", "p_")}${"x".repeat(36)} ${c.word()}`,
    (c) => `postgres://user:password@localhost:5432/${c.word()}`,
    (c) => `Authorization: Bearer <token> for ${c.word()}`,
    (c) => `token: \${{ secrets.GITHUB_TOKEN }} # ${c.word()}`,
    (c) => `curl -u user:password https://api.example.com/${c.word()}`,
    (c) => `${p("s", "k-")}${"0".repeat(20)}${c.pick(["", "..."])} ${c.word()}`,
    (c) => `PRIVATE-TOKEN: <your_access_token> ${c.word()}`,
    (c) => `api_key: "${p("s", "k-...")}" in ${c.word()}`,
    (c) => `"password": "********", "user": "${c.word()}"`,
    (c) =>
      `${
        [
          "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
          "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
          "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        ].join(".")
      } ${c.word()}`,
  ],
  "code": [
    (c) => `const token = await getToken("${c.word()}");`,
    (c) => `const key = Deno.env.get("${c.word().toUpperCase()}_API_KEY");`,
    (c) =>
      `for (const token of tokens) { counts[token] = (counts["${c.word()}"] ?? 0) + 1; }`,
    (c) =>
      `interface User { name: string; password: string; ${c.word()}: number }`,
    (c) =>
      `const schema = z.object({ apiKey: z.string().min(20), ${c.word()}: z.number() });`,
    (c) =>
      `tokenizer.encode("${prose(c)}", { max_tokens: ${
        c.below(4096)
      }, pad_token: "[PAD]" });`,
    (c) =>
      `const vocabulary = { token: "${c.word()}", id: ${c.below(30000)} };`,
    (c) =>
      `map.set(key, value); sortKey = "${c.word()}_${c.word()}"; primaryKey: "${c.word()}Id"`,
    (c) =>
      `<input type="password" name="password" placeholder="Password of ${c.word()}">`,
    (c) => `headers.set("Authorization", \`Bearer \${token}\`); // ${c.word()}`,
    (c) =>
      `if (password.length < ${
        c.below(20)
      }) throw new Error("password of ${c.word()} too short");`,
    (c) =>
      `fetch(url, { credentials: "same-origin", cache: "${
        c.pick(["no-store", "default"])
      }" });`,
    (c) =>
      `const passengers = ${
        c.below(900)
      }, compass = "${c.word()}", bypass = true;`,
    (c) =>
      `export const TOKEN_TYPE = "bearer", auth = "${
        c.pick(["basic", "digest", "none"])
      }";`,
    (c) =>
      `const secretSanta = "${c.word()}"; const keyframes = "${c.word()}";`,
    (c) => `grid.rows.find((row) => row.key === "${c.word()}-${c.below(99)}")`,
    (c) =>
      `passwordField.value = ""; tokenCount = ${
        c.below(9999)
      }; authorName = "${c.word()}";`,
    (c) =>
      `function hasAccess(token: Token, key: ${c.word()}Key): boolean { return token.key === key; }`,
    (c) =>
      `const sentence = ["${c.word()}", "secret", "${c.word()}", "password", "key"];`,
    (c) =>
      `console.table([{ token: "${c.word()}", pos: "NOUN" }, { token: "${c.word()}", pos: "VERB" }]);`,
  ],
  "address": [
    (c) =>
      `https://gitlab.example.com/${c.word()}/${c.word()}/-/merge_requests/${
        c.below(900)
      }`,
    (c) =>
      `https://cdn.example.com/npm/${c.word()}@${c.below(9)}.1.0/dist/main.${
        c.text(8, A.hex)
      }.js`,
    (c) =>
      `http://localhost:${1000 + c.below(60000)}/lab/tree/${c.word()}.ipynb`,
    (c) => `git@gitlab.example.com:${c.word()}/${c.word()}.git`,
    (c) => `ssh://git@host.example:22/${c.word()}.git`,
    (c) =>
      `https://api.example.com/v1/items?page=${
        c.below(99)
      }&sort=${c.word()}&key=${c.word()}`,
    (c) => `https://jsr.io/@${c.word()}/${c.word()}/1.0.${c.below(99)}/mod.ts`,
    (c) => `mailto:${c.word()}.${c.word()}@example.org?subject=${c.word()}`,
    (c) =>
      `https://example.com/search?q=${c.word()}+token&code=${c.below(900)}`,
    (c) =>
      `s3://bucket-${c.word()}/data/year=2024/part-${
        c.text(5, A.digits)
      }-${c.uuid()}.parquet`,
  ],
  "numbers": [
    (c) => Array.from({ length: 30 }, () => c.below(10_000) / 1000).join(", "),
    (c) =>
      `epoch ${c.below(90)} loss 0.${c.text(16, A.digits)} accuracy 0.${
        c.text(16, A.digits)
      }`,
    (c) => Array.from({ length: 40 }, () => c.below(256)).join(", "),
    (c) =>
      `[[${c.below(99)}, ${c.below(99)}], [${c.below(99)}, ${
        c.below(99)
      }]] key ${c.below(9)}`,
    (c) =>
      `2024-0${1 + c.below(9)}-1${c.below(9)}T10:0${c.below(9)}:00.${
        c.text(6, A.digits)
      }Z ${c.text(13, A.digits)}`,
    (c) => `seed=${c.text(10, A.digits)}n token_count=${c.text(12, A.digits)}`,
  ],
  "public key": [
    (c) =>
      `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${c.text(340, A.base64)} ada@host`,
    (c) =>
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${
        c.text(43, A.base64)
      } ada@${c.word()}`,
    (c) =>
      `-----BEGIN CERTIFICATE-----\n${c.text(64, A.base64)}\n${
        c.text(64, A.base64)
      }\n-----END CERTIFICATE-----`,
    (c) =>
      `-----BEGIN PUBLIC KEY-----\n${c.text(64, A.base64)}\n${
        c.text(40, A.base64)
      }\n-----END PUBLIC KEY-----`,
    (c) => `0x${c.text(40, A.hex)} paid the ${c.word()}`,
    (c) => `public_key: "${c.text(43, A.base64)}="`,
  ],
  "table": [
    (c) =>
      `id,name,hash\n${c.below(99)},${c.word()},${c.text(32, A.hex)}\n${
        c.below(99)
      },${c.word()},${c.text(32, A.hex)}`,
    (c) =>
      `<svg><path d="M${c.below(99)} ${c.below(99)}L${c.below(99)} ${
        c.below(99)
      }C${c.below(99)},${c.below(99)}Z" fill="#${c.text(6, A.hex)}"/></svg>`,
    (c) => `ACGT${c.text(80, "ACGT")}`,
    (c) =>
      `.css-${c.text(6, A.lower)}{color:#${c.text(6, A.hex)}} .${c.word()}-${
        c.text(5, A.lower)
      }`,
    (c) =>
      `SK${c.text(2, A.digits)} ${c.word()} | key-${c.below(99)} | token ${
        c.below(99)
      }`,
    (c) =>
      `species,island,bill\n${c.word()},${c.word()},${c.below(60)}.${
        c.below(9)
      }`,
    (c) =>
      `model-${c.word()}-v${c.below(9)}-2024-01-0${c.below(9)}-checkpoint-${
        c.below(9000)
      }`,
    (c) =>
      `${c.word()}_${c.word()}_${c.word()}_hidden_size_${
        c.below(900)
      }_key_value_heads_${c.below(32)}`,
    (c) =>
      `token,count\n${c.word()},${c.below(99)}\n${c.word()},${c.below(99)}`,
    (c) =>
      `| option | token | default |\n| --- | --- | --- |\n| ${c.word()} | string | ${c.word()} |`,
    (c) =>
      `<table><tr><th>token</th><th>id</th></tr><tr><td>${c.word()}</td><td>${
        c.below(50_000)
      }</td></tr></table>`,
    (c) =>
      `login,password_length,tries\n${c.word()},${c.below(30)},${c.below(9)}`,
  ],
  "pair": [
    (c) => `{"name":"${c.word()}_tokens","value":"${c.below(4096)}"}`,
    (c) =>
      `- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: ${c.word()}\n      key: password`,
    (c) => `<option name="token" value="${c.word()}">${c.word()}</option>`,
    (c) =>
      `<label>Password:</label> <input name="password" type="password"><button>${c.word()}</button>`,
    (c) => `{ name: "password", value: state.password, id: "${c.word()}" }`,
    (c) => `{"key":"sort_key","value":"${c.word()}-${c.below(99)}"}`,
  ],
};

/** At least 3,000 texts without a secret. */
export function lookAlikes(c: Chance, each = 26): LookAlike[] {
  const all: LookAlike[] = [];
  for (const [kind, makers] of Object.entries(KINDS)) {
    for (const [i, make] of makers.entries()) {
      for (let n = 0; n < each; n++) {
        all.push({ kind, text: make(c), heldOut: i % 2 === 1 });
      }
    }
  }
  return all;
}
