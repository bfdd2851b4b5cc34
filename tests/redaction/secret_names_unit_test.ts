import { assertEquals } from "@std/assert";
import {
  REDACTED,
  redacted,
  saysSecret,
  stripUrlCredentials,
} from "../../src/redaction/secret_names.ts";

import { saysSecretVariable } from "../../src/redaction/variable_secrets.ts";
import { random } from "./support.ts";

const SECRET =
  `password passwd pwd secret token api_key apikey API_KEY apiKey APIKey APIKEY access_key private_key credential
  credentials auth authorization authToken basic_auth GITLAB_TOKEN hf_token clientSecret client-secret token2
  x-api-token db_pass AWSSecretAccessKey aws_secret_access_key userPassword PASSWORD2 accesstoken access_tokens
  MLFLOW_TRACKING_TOKEN token_value mysecret secrets privateToken PRIVATE-TOKEN passphrase ssh_key oauth_token
  db.password connection/password jwt bearer ｐａｓｓｗｏｒｄ
  SSHPASS DBPASS PGPASS USERPASS MYPASS dbPass vpn_pass WIFI_PSK wpa2_psk`
    .split(/\s+/);

const HARMLESS =
  `tokens max_tokens maxTokens tokenizer tokenizer_name num_tokens token_count pad_token eos_token_id key keys keyboard
  monkey sort_key primary_key public_key author authors authority auth_type secretary pass passes compass bypass
  forward_pass passenger k lr class hidden_size learning_rate
  BYPASS COMPASS TRESPASS SURPASS pass_rate passed low_pass highpass bandpass glass psk QPSK modulation_psk pepper bot
  service_role seed`.split(/\s+/);

Deno.test("names that say secret are recognised in every spelling", () => {
  assertEquals(SECRET.filter((name) => !saysSecret(name)), []);
});

Deno.test("names that only look like secrets are left alone", () => {
  assertEquals(HARMLESS.filter(saysSecret), []);
});

Deno.test("of variables more names say that they hold a secret, some of them when the value looks like one", () => {
  const key = random(32);
  const names =
    ("KAGGLE_KEY GH_PAT STRIPE_SK COOKIE MY_PW FERNET_KEY PASS SIGN_SALT HF_TOKEN SUPABASE_SERVICE_ROLE AZURE_STORAGE_SAS " +
      "OTP_SEED PEPPER TELEGRAM_BOT")
      .split(" ");
  assertEquals(names.filter((name) => !saysSecretVariable(name, key)), []);
  assertEquals(saysSecretVariable("MY_PW", "sunflower"), true);
  const harmless = [
    ["SORT_KEY", "petal_length"],
    ["CACHE_KEY", "deno-linux-x86_64"],
    ["LESSKEY", "/etc/lesskey"],
    ["GIT_ASKPASS", "/usr/lib/git-core/git-gui--askpass"],
    ["COOKIE", "none"],
    ["HOSTNAME", key],
  ] as const;
  assertEquals(
    harmless.filter(([name, value]) => saysSecretVariable(name, value)),
    [],
  );
});

Deno.test("a placeholder says what was taken out", () => {
  assertEquals(REDACTED, "[redacted: secret name]");
  assertEquals(redacted("private key"), "[redacted: private key]");
});

Deno.test("credentials are taken out of URLs and the rest of the text stays", () => {
  const pw = ["hu", "nter", "2"].join("");
  const table: [string, string][] = [
    [`https://user:${pw}@host/x`, "https://host/x"],
    [`https://${pw}@host/x.git`, "https://host/x.git"],
    [`https://user:${pw}@@host/x`, "https://host/x"],
    [`https://user:a/${pw}@host/x`, "https://host/x"],
    [`https://:${pw}@host/x`, "https://host/x"],
    ["ssh://git@host:22/a", "ssh://git@host:22/a"],
    [`ssh://git:${pw}@host/a`, "ssh://git@host/a"],
    [
      `see postgres://me:${pw}@db/x, and 'https://a.example/c'.`,
      "see postgres://me@db/x, and 'https://a.example/c'.",
    ],
    [
      `https://h/x?private_token=${pw}&b=1`,
      `https://h/x?private_token=${REDACTED}&b=1`,
    ],
    [
      `https://h/x?a=1&X-Amz-Signature=${pw}`,
      `https://h/x?a=1&X-Amz-Signature=${REDACTED}`,
    ],
    [`https://h/#access_token=${pw}`, `https://h/#access_token=${REDACTED}`],
    ["http://h:8080/a@2", "http://h:8080/a@2"],
    ["https://h/@scope/pkg@1.0?page=2", "https://h/@scope/pkg@1.0?page=2"],
    ["git@host:group/project.git", "git@host:group/project.git"],
  ];
  for (const [from, to] of table) assertEquals(stripUrlCredentials(from), to);
});
