/** In a long text words are looked for by the groups of letters that it has: nothing may be missed by that. */
import { assert, assertEquals } from "@std/assert";
import { IN_CALLS } from "../../src/redaction/calls.ts";
import { IN_COMMANDS } from "../../src/redaction/commands.ts";
import { findSecrets } from "../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../src/redaction/known_secrets.ts";
import { charactersOf, longWords } from "../../src/redaction/long_words.ts";
import { letterCodes } from "../../src/redaction/letter_codes.ts";
import {
  isLongAscii,
  mayHave,
  mayHaveOne,
  SHORTEST_MARKED,
} from "../../src/redaction/words_in_text.ts";
import { unfinished } from "../../src/redaction/unfinished.ts";
import { ALPHABETS, Chance } from "../bench/redaction/chance.ts";
import { lookAlikes } from "../bench/redaction/look_alikes.ts";
import { planted } from "../bench/redaction/planted.ts";

/** Lines that hold nothing, longer than what is marked. */
const DULL = "~ ~ ~ ~\n".repeat(1 + SHORTEST_MARKED / 8);

function values(text: string, before: number): string[] {
  return findSecrets(text, new KnownSecrets()).map(({ start, end, kind }) =>
    `${start - before} ${end - before} ${kind}`
  );
}

/** Commands and calls, `§` is a password, `¤` a key and `#` one of 64 hexadecimal digits. */
const GIVEN = [
  "curl -uada:§ https://example.org",
  "curl -X PUT -u 'ada:§' https://example.org",
  "wget --user=ada:§ https://example.org",
  "sshpass -p § ssh ada@example.org",
  "mysql -p§ uni",
  "tool --password § run",
  "tool --pass=§ run",
  "tool --pw § run",
  "CREATE USER ada IDENTIFIED BY '§'",
  "ada:§@tcp(db:3306)/uni",
  "wandb login ƒ",
  "docker login registry.lan -u ada -p §",
  "mongosh --host db.lan -u ada -p §",
  "redis-cli -h db.lan -a § get x",
  "http -a ada:§ example.org",
  "ssh-keygen -t ed25519 -N § -f key",
  "ldapsearch -x -D cn=ada -w § uid=ada",
  "mosquitto_pub -h m.lan -P § -t x",
  "zip -P § all.zip a b",
  "sqlcmd -S db.lan -P § -Q x",
  "cqlsh db.lan -p § x",
  "7z a -p§ all.7z x",
  "7za\tx -p§ all.7z",
  "smbclient //a/b -U ada%§",
  "htpasswd -cb file ada § x",
  "rabbitmqctl add_user ada § x",
  "net use z: \\\\a\\b /user:ada § x",
  "keytool -storepass § x",
  "curl --proxy-user ada:§ x",
  "port 1\nrequirepass §\nmasterauth §",
  "AUTH § x",
  "ls -l\nAUTH\u00a0§\n",
  "ls -l\nAUTH\r\n§\n",
  'connect(Deno.env.get("DB_PASSWORD") ?? "§")',
  'connect(process.env.DB_PASSWORD || "§")',
  "echo $PASSWORD || §",
  'password = os.environ.get(k) or "§"',
  'password = x if y else "§"',
  'password = a||"§"',
  'password = get(k)??"§"',
  'user, password = "ada", "§"',
  "jdbc:oracle:thin:ada/§@db.lan:1521/x",
  "sqlplus ada/§@db.lan x",
  "echo § | docker login --password-stdin",
  "echo § | sudo -S ls",
  "setx DB_PASSWORD §",
  "ENV API_KEY ¤",
  "curl -b session=¤ https://example.org",
  'new Wallet("0x#")',
  'createHmac("sha256", "¤")',
  'jwt.sign({ a: 1 }, "¤")',
  'client.setApiKey("¤")',
  'db.auth("ada", "§")',
  'authorization: "¤"',
  "SignedHeaders=host, Signature=#",
  "DENO_AUTH_TOKENS=¤@deno.land",
  '{ name: "session", value: "¤" }',
  "PHPSESSID=¤",
  'builder.withPassword("§")',
  'await login("ana", "§")',
  'HTTPBasicAuth("ana", "§")',
  'new pg.Client("db.lan", 5432, "ana", "§")',
  'new AzureKeyCredential("¤")',
  'hmacSHA256(text, "¤")',
  'bcrypt.hash("§", 10)',
  'btoa(user + ":" + "§")',
  "USER ada\nPASS §\n",
  "Invalid API key: µ.",
  'twilio("ACµ", "µ")',
  '["-u", "ana:§"]',
  '["--password", "§"]',
  '"mysql", ["-uroot", "-p§"]',
  "echo ada:§ | chpasswd",
  "PRAGMA key = '§'",
  "db.lan:5432:data:ana:§",
  'new Client("¤")',
  'sessionId: "¤"',
  'otp: "482913"',
  "The password for the db is `§`.",
  'mysql.createConnection("db.lan", "root", "§")',
  'new Sequelize("uni", "ana", "§")',
  '{ auth: ["ana", "§"] }',
  'const login = "ana:§"',
  '["AUTH", "§"]',
  'client.bind("cn=ana,dc=lan", "§")',
  `seed phrase: ${"legal winner thank year wave sausage ".repeat(2).trim()}`,
];

Deno.test("each way in which commands and calls are given a secret is known in a long text too", () => {
  const chance = new Chance(5);
  const texts = GIVEN.map((text) =>
    text.replaceAll("§", () => `${chance.mixed(11)}A1`)
      .replaceAll("¤", () => `${chance.mixed(24)}aB3`)
      .replaceAll("µ", () => chance.mixed(32, ALPHABETS.hex))
      .replaceAll("ƒ", () => chance.mixed(40, ALPHABETS.hex))
      .replaceAll("#", () => chance.mixed(64, ALPHABETS.hex))
  );
  for (const text of texts) {
    const short = values(`\n${text}\n`, 1);
    assert(short.length > 0, text);
    for (const before of [DULL, `${DULL}äöü “—”\n`, `${DULL}\n`.repeat(7)]) {
      const long = `${before}${text}\n${DULL}`;
      assertEquals(values(long, before.length), short, text);
    }
  }
  const unseen = [...IN_COMMANDS, ...IN_CALLS].filter(({ pattern }) =>
    pattern instanceof RegExp && !texts.some((text) => {
      pattern.lastIndex = 0;
      return pattern.test(text);
    })
  );
  assertEquals(unseen.map(({ hint }) => String(hint)), []);
});

Deno.test("what is read and found does not hang on how long the line is", () => {
  const known = new KnownSecrets();
  for (const words of [200, 5000]) {
    const line = `${"z ".repeat(words)}a login ada hunt`;
    const held = words < 2000 ? line.length : 0;
    assertEquals(unfinished(line, known), held);
  }
});

Deno.test("of the labelled corpus a long text gives away what a short one does", () => {
  const chance = new Chance(11);
  const texts = [...planted(chance), ...lookAlikes(chance)];
  for (const { text } of texts.filter((_, i) => i % 3 === 0)) {
    const short = values(`\n${text}\n`, 1);
    assertEquals(
      values(`${DULL}${text}\n${DULL}`, DULL.length),
      short,
      text.slice(0, 300),
    );
  }
});

Deno.test("a word that stands in a long text may stand there, whatever its case and wherever it stands", () => {
  const chance = new Chance(3);
  for (const length of [SHORTEST_MARKED, 16_384, 16_386, 40_000, 300_000]) {
    const text = chance.text(length, `${ALPHABETS.password} "\n:`);
    for (let i = 0; i < 300; i++) {
      const size = 2 + chance.below(12);
      const edges = [0, 16_384 - size, 16_384 - 1, length - size];
      const at = Math.min(
        length - size,
        i < 4 ? edges[i] ?? 0 : chance.below(length - size + 1),
      );
      const word = text.slice(at, at + size);
      assert(mayHave(text, word), `${length} ${at} ${word}`);
      assert(mayHave(text, word.toLowerCase()), `${length} ${at} ${word}`);
      assert(mayHave(text, word.toUpperCase()), `${length} ${at} ${word}`);
    }
  }
});

Deno.test("of words that stand nowhere in a long text nearly all are known to be missing", () => {
  const text = "epoch 12 loss 0.734 accuracy 0.91\n".repeat(2000);
  const words = "password|secret|pw|-u|key|glpat-|authorization".split("|");
  assertEquals(words.filter((word) => mayHave(text, word)), []);
  assert(!mayHaveOne(text, words));
  assert(mayHaveOne(text, [...words, "loss"]));
  assert(isLongAscii(text));
  assert(!isLongAscii(`${text}ä`));
  // Random letters have most short words, and hardly a long one.
  const letters = new Chance(8).text(500_000);
  assert(!mayHave(letters, "authorization"));
});

Deno.test("long words are the ones that a pattern finds", () => {
  const chance = new Chance(4);
  const text = `${chance.text(3000, "ab /=é.\n01xm")}${chance.text(40)}`;
  for (const kind of [/[\w+/=.~%-]/, /[\da-f]/i, /[^\w.]|[\da-fm]/i]) {
    for (const least of [1, 2, 7, 16, 20, 5000]) {
      const pattern = new RegExp(`(?:${kind.source}){${least},}`, kind.flags);
      const expected = [...text.matchAll(new RegExp(pattern, `${kind.flags}g`))]
        .map(({ 0: all, index }) => ({
          start: index,
          end: index + all.length,
        }));
      const found = [...longWords(text, least, charactersOf(kind))];
      assertEquals(found, expected, `${kind} ${least}`);
    }
  }
});

Deno.test("letters as numbers are found wherever they stand in a long text, each run once", () => {
  const letters = [..."correct horse"].map((c) => c.charCodeAt(0));
  const list = letters.join(", ");
  const hex = letters.map((code) => code.toString(16)).join("");
  const text = `zzz ${list}\n${"zzzz ".repeat(2000)}${hex} zzzz ${list}\n${
    "zzzz ".repeat(50)
  }${hex}`;
  const found = letterCodes(text).toSorted((a, b) => a.start - b.start);
  assertEquals(
    found.map(({ start, bytes }) => [start, bytes]),
    [
      [text.indexOf(list), "correct horse"],
      [text.indexOf(hex), "correct horse"],
      [text.lastIndexOf(list), "correct horse"],
      [text.lastIndexOf(hex), "correct horse"],
    ],
  );
});
