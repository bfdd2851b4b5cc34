import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { temporary } from "../reproduce/recorded.ts";

type Make = (chance: Chance) => string;
const password: Make = (chance) => `${chance.mixed(9)}!A1`;
const key: Make = (chance) => `${chance.mixed(24)}aB3`;
const hex: Make = (chance) => chance.mixed(32, ALPHABETS.hex);

/** Texts with a secret that no name stands directly before, and how it is made. */
const TEXTS: readonly [text: (secret: string) => string, Make][] = [
  [(s) => `requests.get(u, auth=HTTPBasicAuth("ada", "${s}"))`, password],
  [(s) => `new AWS.Credentials(id, "x") || Credentials("ada", "${s}")`, key],
  [(s) => `new Client("db.lan", 5432, "ada", "${s}")`, password],
  [(s) => `new Sequelize("uni", "ada", "${s}", { dialect: "x" })`, password],
  [(s) => `new AzureKeyCredential("${s}")`, hex],
  [(s) => `new StaticTokenCredential("${s}")`, key],
  [(s) => `new HmacSHA256(text, "${s}")`, key],
  [(s) => `crypto.subtle.importKey("raw", bytesOf("${s}"), "HMAC")`, key],
  [(s) => `user, password = "ada", "${s}"`, password],
  [(s) => `  self.user, self.password = "ada", "${s}"`, password],
  [(s) => `password = SecretStr("${s}")`, password],
  [(s) => `api_key: SecretStr = pydantic.SecretStr("${s}")`, key],
  [(s) => `PASSWORD = os.getenv("PW") or "${s}"`, password],
  [(s) => `PASSWORD = prod() if prod else "${s}"`, password],
  [(s) => `z.object({ DB_PASSWORD: z.string().default("${s}") })`, password],
  [(s) => `API_KEY: z.string().min(8).default("${s}")`, key],
  [(s) => `p.add_argument("--password", default="${s}")`, password],
  [(s) => `p.add_argument("--api-key", help="k", default="${s}")`, key],
  [(s) => `.option("--password <value>", "to sign in", "${s}")`, password],
  [(s) => `btoa(user + ":" + "${s}")`, password],
  [(s) => `print("password:", "${s}")`, password],
  [(s) => `USER ada\n331 next\nPASS ${s}\n`, password],
  [(s) => `Invalid API key: ${s}`, hex],
  [(s) => `the api key "${s}" is not known`, hex],
  [(s) => `Incorrect API key provided: ${s}.`, hex],
  [(s) => `GITHUB_PAT=${s}`, hex],
  [(s) => `{"gitlab_pat": "${s}"}`, key],
  [(s) => `export AZURE_DEVOPS_EXT_PAT='${s}'`, key],
  [
    (s) => `user        ada\npassword    ${s}\nName: 0, dtype: object`,
    password,
  ],
  [
    (s) =>
      `Content-Disposition: form-data; name="password"\r\n\r\n${s}\r\n--x--`,
    password,
  ],
  [
    (s) => `{"cookies":[{"name":"sessionid","value":"${s}","path":"/"}]}`,
    key,
  ],
  [
    (s) =>
      `┌───┬──────┬──────────┐\n│   │ user │ password │\n├───┼──────┼──────────┤\n│ 0 │ ada  │ ${s} │\n└───┴──────┴──────────┘`,
    password,
  ],
  [
    (s) => `password = "${s.slice(0, 14)}" "${s.slice(14)}"`,
    (chance) => `${chance.mixed(14)}${chance.mixed(14)}`,
  ],
];

Deno.test("a secret is found by its position where its name stands elsewhere", () => {
  using home = temporary();
  const chance = new Chance(41);
  for (const [text, make] of TEXTS) {
    for (let i = 0; i < 8; i++) {
      const secret = make(chance);
      const written = text(secret);
      const redaction = new StandardRedaction({ home: home.path });
      const shown = redaction.text(written).text;
      for (const piece of [secret.slice(0, 8), secret.slice(-8)]) {
        assert(!shown.includes(piece), `${written} became ${shown}`);
      }
    }
  }
});

Deno.test("what stands in the same position and is no secret stays", () => {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  for (
    const text of [
      `fromCredentials("profile1", "us-east-1")`,
      `new Client("gitlab.example.com", 443, "v4", "application/json")`,
      `new Pool("pg", 10, "readonly", "max-lifetime")`,
      `new Database("data.sqlite", "readwrite")`,
      `p.add_argument("--token", default="gpt2")`,
      `p.add_argument("--token-file", default="tokens2.json")`,
      `.option("--token-file <path>", "where it lies", "token2.txt")`,
      `.option("--password <value>", "to sign in", "none")`,
      `user, password = "ada", ask("Password: ")`,
      `password = SecretStr(os.environ["DB_PASSWORD"])`,
      `token: z.string().default("cls")`,
      `PASSWORD = os.getenv("PW") or "none"`,
      `pat = "^[a-z]{2,4}-\\\\d+$"`,
      `GITHUB_PAT=`,
      `GITHUB_PATH=/usr/local/bin2`,
      `const compat = "node20-modules"`,
      `username    1000\npassword    1000\ndtype: int64`,
      `username    object\npassword    float64\ndtype: object`,
      `Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,1`,
      `{"cookies":[{"name":"theme","value":"dark-mode-2024-11-30"}]}`,
      `│   │ user │ tokens │\n│ 0 │ ada  │ 120000 │`,
      `api key digest: 9e107d9d372bb6826bd81d3542a419d6`,
      `The API key is invalid.`,
      `print("password:", "missing")`,
      `USER ada\n331 Please specify the password.\n`,
    ]
  ) assertEquals(redaction.text(text).text, text);
});
