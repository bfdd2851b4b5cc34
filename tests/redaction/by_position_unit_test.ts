import { assert, assertEquals } from "@std/assert";
import { findInRows } from "../../src/redaction/listed_rows.ts";
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
  [(s) => `p.add_argument(\n  "--password",\n  default="${s}",\n)`, password],
  [(s) => `.option("password", { default: "${s}", type: "string" })`, password],
  [
    (s) => `.option("--password <v:string>", "x", { default: "${s}" })`,
    password,
  ],
  [
    (s) =>
      `crypto.subtle.importKey(\n  "raw",\n  new TextEncoder().encode("${s}"),\n  "HMAC", false, ["sign"])`,
    key,
  ],
  [(s) => `connect(SecretStr("${s}"))`, password],
  [(s) => `const password = signal("${s}")`, password],
  [(s) => `const [password, setPassword] = useState("${s}")`, password],
  [(s) => `password.set("${s}")`, password],
  [(s) => `passwordInput.value = "${s}"`, password],
  [(s) => `const getPassword = () => "${s}"`, password],
  [(s) => `get password() { return "${s}"; }`, password],
  [(s) => `async function apiKey() {\n  return "${s}";\n}`, key],
  [(s) => `def get_password():\n    return "${s}"`, password],
  [(s) => `keyring.set_password("svc", "ada", "${s}")`, password],
  [(s) => `bcrypt.hashSync("${s}", 10)`, password],
  [(s) => `pbkdf2Sync("${s}", "salt", 1e5)`, password],
  [(s) => `await page.fill("#password", "${s}")`, password],
  [(s) => `kv.set(["users", "ada", "password"], "${s}")`, password],
  [(s) => `{ key: [ "users", "password" ], value: "${s}" }`, password],
  [(s) => `console.log("the password is", "${s}")`, password],
  [(s) => `console.log("token =", "${s}")`, key],
  [(s) => `{ name: "sid", value: "${s}" }`, key],
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
    (s) => `0    ${s}\n1    other\nName: password, dtype: object`,
    password,
  ],
  [
    (s) =>
      `0     a1\n     ...\n99    ${s}\nName: api_key, Length: 100, dtype: object`,
    key,
  ],
  [
    (s) => `shape: (2,)\nSeries: 'password' [str]\n[\n\t"x1"\n\t"${s}"\n]`,
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
      `new KafkaClient("kafka:9092", "my-app", "topic.v1.Orders2X")`,
      `new Database("data/app.db", "r", "utf8mb4_0900_ai_ci")`,
      `new Client("localhost", 5432, "postgres", "analytics_2024q3")`,
      `p.add_argument("--password", required=True); p.add_argument("--out", default="results_v2/run3")`,
      `.option("--token <value>", "the token", "GITLAB_TOKEN2")`,
      `access key d41d8cd98f00b204e9800998ecf8427e not in cache`,
      `print("password:", "must contain 1 digit")`,
      `Buffer.from("data:image/png2;base64")`,
      `--username and --password options instead of via the URL.`,
      `    ...     pass\n    SympifyError: SympifyError2: {}`,
      `...     pass\n>>> df = pd.read_csv("data/penguins2.csv")\n>>> df.head(3)`,
      `{ hasLocation: "Berlin2", hasLogo: "logo2.png" }`,
      `  hasLongLine,\n  shownDifference2,`,
      `import {\n  password,\n  checkbox,\n  rawlist3x,\n} from "prompts";`,
      `"secretlint-rule-1password": "13.0.7", "generate-password": "^1.7.1"`,
      `"imports": { "@x/crypto-secret": "jsr:@std/crypto@1.0.3" }`,
      `"pass": "すべてのページに見出しがあります2"`,
      `const password = result.groups?.password;`,
      `password: "required|min:8"`,
      `user_pass = "%s:%s" % (u, p)`,
      `model    pass\ngpt-4o-mini    31/40ok\nclaude-3.5    33/40ok`,
      `suite,pass,fail\nunit2,12a,3\ncore,v8fast,0`,
      `0    1000\n1    2000\nName: password, dtype: int64`,
      `0    ada2\n1    bob7x\nName: user, dtype: object`,
      `Series: 'token' [str]\n[\n\t"the"\n\t"running"\n]`,
      `USER ada\n331 Please specify the password.\n`,
    ]
  ) assertEquals(redaction.text(text).text, text);
});

/** Lines of tables in which a word for a secret stands, as programs print them again and again. */
const ROWS: readonly ((i: number) => string)[] = [
  (i) => `password  b\n${i}  c\n`,
  (i) => `dtype: object\npassword  x${i}y2z3\n`,
  (i) => `x${i}    pass\n`,
  (i) => `pass    x${i}\n`,
  (i) => `[["password","x${i}"],`,
  (i) => `["token","x${i}","B-PER"],`,
  (i) => `["test${i}","pass"],`,
  (i) => `test  x${i}  pass  12ms\n`,
  (i) => `...     pass\n>>> f${i}(w1)\n`,
];

Deno.test("a table is read once, however many of its rows could head another one", () => {
  for (const make of ROWS) {
    const rows = Array.from({ length: 20_000 }, (_, i) => make(i));
    const found = findInRows(rows.join(""));
    const starts = new Set(found.map(({ start }) => start));
    assertEquals(starts.size, found.length, make(1));
  }
});

Deno.test("rows below a head that says password are found to the end of their table, and in each of its columns", () => {
  const found = findInRows(
    "user  password  api_key\nada  x1y2z3w  k9m8n7b6v5c4\nbob  q7w8e9r  z1x2c3v4b5n6\n\nlogin  other\nada  y9y8y7y\n",
  );
  assertEquals(found.map(({ name }) => name), [
    "password",
    "api_key",
    "password",
    "api_key",
  ]);
});
