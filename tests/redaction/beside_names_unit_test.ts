import { assert, assertEquals } from "@std/assert";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { gitlabToken, hex, random } from "./support.ts";

function left(text: string): string {
  return findSecrets(text, new KnownSecrets()).toReversed().reduce(
    (rest, { start, end }) => `${rest.slice(0, start)}[]${rest.slice(end)}`,
    text,
  );
}

function gone(secret: string, texts: readonly string[]): void {
  for (const around of texts) {
    const rest = left(around.replaceAll("§", () => secret));
    assert(!rest.includes(secret), rest);
    assert(rest.includes(around.slice(0, 3)), rest);
  }
}

Deno.test("what commands are given as a password is taken out", () => {
  gone(random(13), [
    "docker login -u ada -p § registry.example.org",
    "podman login registry.example.org --username ada -p '§'",
    "echo § | docker login --username ada --password-stdin",
    "az login --service-principal -u id -p § --tenant t",
    "redis-cli -h cache -a § ping",
    "mongosh -u ada -p § host",
    "http -a ada:§ GET https://example.org",
    "ssh-keygen -t ed25519 -N § -f id",
    "sqlplus scott/§@db",
    "jdbc:oracle:thin:scott/§@//h:1521/x",
    "setx SERVICE_PASSWORD §",
    "ENV POSTGRES_PASSWORD §",
    "aws configure set aws_secret_access_key §",
    `curl -b "session=§" https://example.org`,
    `createHmac("sha256", "§")`,
    `jwt.sign(payload, "§")`,
    "rabbitmqctl add_user ada §",
    "htpasswd -cb file ada §",
    "keytool -list -storepass §",
    "sqlcmd -S host -U sa -P §",
    "7z x -p§ a.7z",
    "curl --proxy-user ada:§ https://example.org",
    "requirepass §",
    `client.setToken("§")`,
    `db.auth("ada", "§")`,
    `define('DB_PASSWORD', '§');`,
    `('api_key', '§')`,
    "ansible_ssh_pass: §",
    "Authorization: SSWS §",
    "DENO_AUTH_TOKENS=§@example.org",
    "INSERT INTO users (id, password) VALUES (1, '§'), (2, '§');",
  ]);
  const key = hex(random(32));
  gone(key, [`new Wallet("0x§")`, `privateKeyToAccount("0x§")`]);
  for (
    const text of [
      "docker run -p 8080:80 -it image",
      "docker login registry.example.org",
      "mongosh --port 27017 -p",
      "echo done | tee log.txt",
      "set token limit to 4096",
      "ENV NODE_ENV production",
      "ENV TOKEN_LIMIT 4096",
      'createHmac("sha256", key)',
      'jwt.sign(payload, "secret")',
      `digest ${key}`,
      "unzip -p a.zip file.csv",
      "user: ada / pwd: /home/ada",
      "INSERT INTO tokens (id, token) VALUES (1, 'the');",
      "Authorization: required",
    ]
  ) assertEquals(left(text), text);
});

Deno.test("a long random value is a secret under the name of any key and as a session's cookie, an id or a name is none", () => {
  gone(random(32), [
    "TMDB_KEY=§",
    `const alphaKey = "§";`,
    `const key = '§';`,
    "PHPSESSID=§",
    "laravel_session=§",
    `"cookie": "theme=dark; sid=§"`,
  ]);
  gone("lSzvHGoKPqRtHHKAnNQTjXLCJaxz", ["aws_secret_access_key = §"]);
  const digest = hex(random(32));
  for (
    const text of [
      `const key = "bill_length_mm";`,
      `cache_key = "${random(32)}"`,
      `sortKey: "${random(32)}"`,
      `const key = "${digest}";`,
      `key: "data/Run12/Model3/Epoch4.bin"`,
      `key: "${crypto.randomUUID()}"`,
      `run_session=${digest}`,
    ]
  ) assertEquals(left(text), text);
});

Deno.test("what stands beside its name in a page, in YAML or in a nested member is taken out", () => {
  gone(random(13), [
    `<input type="password" name="pw" value="§">`,
    `<input value="§" type=password>`,
    `<meta name="csrf-token" content="§">`,
    `"outputs": { "db_password": { "value": "§", "type": "string" } }`,
    "secret: |\n  §\nother: 1",
    "apiVersion: v1\nkind: Secret\ndata:\n  mail: YQ==\n  user: §\n",
    `{"auths":{"r":{"identitytoken":"§"}}}`,
  ]);
  for (
    const text of [
      `<meta name="author" content="Ada Lovelace 1815">`,
      `<input type="text" name="species" value="Adelie12">`,
      `"token": { "value": "hello" }`,
      "kind: ConfigMap\ndata:\n  user: YWRhbG92ZWxhY2Ux\n",
    ]
  ) assertEquals(left(text), text);
});

Deno.test("columns whose heads say secret are taken out where rows are lists or spaces tell the columns", () => {
  gone(random(14), [
    `[ [ "user", "password" ], [ "ada", "§" ], [ "eve", "§" ] ]`,
    `{"columns":["user","password"],"data":[["ada","§"],["eve","§"]]}`,
    "user   api_key               age\nada    §        3\neve    §        4\n",
    "    user               password\n0    ada         §\n",
  ]);
  for (
    const text of [
      `[ [ "token", "count" ], [ "the", 3 ], [ "penguin", 4 ] ]`,
      `[ [ "password", "x" ], [ "email", "y" ] ]`,
      "token     count\nhello     3\n",
      "the password    is here\nand a table1    is not\n",
    ]
  ) assertEquals(left(text), text);
});

Deno.test("hashes of passwords, webhooks and tokens of more services are known by their form", () => {
  const digits = () => String(Math.random()).slice(2, 12);
  // Bytes, not letters: in those a letter that stands thrice is six digits alike, as in a sample.
  const drawn = (bytes: number) =>
    crypto.getRandomValues(new Uint8Array(bytes)).toHex();
  const prefix = (...parts: string[]) => parts.join("");
  for (
    const [before, secret] of [
      ["", `$2b$12$${random(53)}`],
      ["", `$argon2id$v=19$m=65536,t=3,p=4$${random(22)}$${random(43)}`],
      ["root:", `$6$${random(16)}$${random(86)}`],
      ["", `pbkdf2_sha256$600000$${random(22)}$${random(43)}=`],
      [
        "https://a.webhook.office.com/webhookb2/",
        `${crypto.randomUUID()}@${crypto.randomUUID()}/IncomingWebhook/${
          random(32)
        }/${crypto.randomUUID()}`,
      ],
      ["https://hooks.zapier.com/hooks/catch/", `${digits()}/${random(7)}`],
      ["https://maker.ifttt.com/trigger/x/with/key/", random(43)],
      [
        "https://hooks.slack.com/workflows/",
        `T${digits()}/A${digits()}/${digits()}/${random(24)}`,
      ],
      ["", prefix("dd", "p_", random(36))],
      ["", prefix("js", "rp_", random(36))],
      ["", prefix("bk", "ua_", drawn(20))],
      ["", prefix("sq", "u_", drawn(20))],
      ["", prefix("s", "k_", drawn(24))],
      ["key ", `${random(76)}AZDO${random(4)}`],
    ] as const
  ) {
    const rest = left(`see ${before}${secret} there`);
    assert(!rest.includes(secret.slice(-8)), rest);
    assert(rest.startsWith("see ") && rest.endsWith(" there"), rest);
  }
});

Deno.test("a token is taken out of code that joins it, of a list of its letters, of lines of bytes and of soft line ends", () => {
  const token = gitlabToken();
  const dump = Array.from({ length: 2 }, (_, i) => {
    const line = token.slice(16 * i, 16 * i + 16);
    const bytes = hex(line).replace(/../g, "$& ").padEnd(48);
    return `${(16 * i).toString(16).padStart(8, "0")}  ${bytes} |${line}|`;
  }).join("\n");
  for (
    const text of [
      `const t = "${token.slice(0, 9)}" + "${token.slice(9)}";`,
      `const t = "${token.slice(0, 3)}" +\n  "${token.slice(3)}";`,
      JSON.stringify([...token]),
      `[\n  ${[...token].map((c) => JSON.stringify(c)).join(",\n  ")}\n]`,
      dump,
      `${token.slice(0, 12)}=\n${token.slice(12)}`,
      `{ \x1b[32m"${token.slice(0, 12)}\\n${token.slice(12)}"\x1b[39m: 1 }`,
      `\x1b[31m${
        hex(token).replace(/..(?!$)/g, "$&:").replace(/^.{9}/, "$&\x1b[0m")
      }`,
    ]
  ) {
    const rest = left(text);
    assert(rest.replace(/[^\w-]/g, "").length < 20, rest);
  }
  const list = JSON.stringify([..."a list of letters that is prose"]);
  assertEquals(left(list), list);
});
