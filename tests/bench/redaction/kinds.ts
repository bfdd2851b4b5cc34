/** Kinds of secrets: how one is made, and where it stands. */
import { ALPHABETS as A, type Chance } from "./chance.ts";
import { CONTEXTS } from "./contexts.ts";

/** A kind of secret: how one is made, and where it stands. */
export interface Kind {
  kind: string;
  make: (c: Chance) => string;
  contexts: readonly string[];
  /** How many of each. */
  each: number;
}

// Prefixes are put together at run time: no scanner may take this file for a leak.
const p = (...parts: string[]) => parts.join("");
const token = (
  kind: string,
  prefix: string,
  length: number,
  alphabet = A.alnum,
): Kind => ({
  kind,
  make: (c) => prefix + c.mixed(length, alphabet),
  contexts: CONTEXTS.token,
  each: 1,
});

const GITLAB: Kind[] = [
  ["pat", 20],
  ["oas", 64],
  ["dt", 20],
  ["rt", 20],
  ["rtr", 20],
  ["cbt", 24],
  ["ptt", 40],
  ["ft", 20],
  ["imt", 25],
  ["agent", 50],
  ["wt", 20],
  ["soat", 20],
  ["ffct", 20],
].map(([name, length]) =>
  token(`GitLab gl${name}`, p("gl", String(name), "-"), Number(length), A.url)
);

const jwt = (c: Chance) => {
  const part = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
  return [
    part({ alg: "HS256", typ: "JWT" }),
    part({ sub: c.text(9, A.digits), iss: c.word() }),
    c.mixed(43, A.url),
  ].join(".");
};
const armour = (c: Chance, what: string, lines: number) =>
  [
    p("-----", "BEGIN ", what, "-----"),
    ...Array.from({ length: lines }, () => c.text(64, A.base64)),
    `${c.text(30, A.base64)}==`,
    p("-----", "END ", what, "-----"),
  ].join("\n");

/** Every kind. */
export const KINDS: readonly Kind[] = [
  ...GITLAB,
  {
    kind: "GitLab routable",
    make: (c) =>
      `${p("gl", "pat-")}${c.mixed(27, A.url)}.01.${c.text(9, A.lower)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "GitLab job JWT",
    make: (c) => p("gl", "cbt-") + jwt(c),
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "GitLab feed with id",
    make: (c) => `${p("gl", "ft-")}${c.text(64, A.hex)}-${c.text(5, A.digits)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("GitLab registration", p("GR", "1348941"), 20, A.url),
  {
    kind: "GitLab legacy",
    make: (c) => c.mixed(20, A.url.replace("-", "")),
    contexts: CONTEXTS.gitlabLegacy,
    each: 3,
  },
  ...["p", "o", "u", "s", "r"].map((k) => token("GitHub", p("gh", k, "_"), 36)),
  {
    kind: "GitHub fine-grained",
    make: (c) => `${p("github", "_pat_")}${c.mixed(22)}_${c.mixed(59)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("AWS id", p("AK", "IA"), 16, `${A.upper.slice(0, 26)}234567`),
  {
    kind: "AWS secret",
    make: (c) => c.mixed(40, A.base64),
    contexts: CONTEXTS.aws,
    each: 3,
  },
  token("Google API", p("AI", "za"), 35, A.url),
  token("Google OAuth", p("GOC", "SPX-"), 28, A.url),
  token("Google access", p("ya", "29."), 120, A.url),
  {
    kind: "Slack",
    make: (c) =>
      `${p("xo", "xb-")}${c.text(12, A.digits)}-${c.text(12, A.digits)}-${
        c.mixed(24)
      }`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "Slack webhook",
    make: (c) => `T${c.text(8, A.upper)}/B${c.text(8, A.upper)}/${c.mixed(24)}`,
    contexts: [
      `fetch("https://hooks.slack.com/services/§")`,
      "webhook: https://hooks.slack.com/services/§",
    ],
    each: 4,
  },
  {
    kind: "Discord",
    make: (c) => `M${c.mixed(23)}.${c.mixed(6)}.${c.mixed(38)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "Telegram",
    make: (c) =>
      `${c.text(1, "123456789")}${c.text(9, A.digits)}:AA${c.mixed(33, A.url)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("Stripe", p("sk", "_live_"), 24),
  token("Stripe test", p("rk", "_test_"), 24),
  {
    kind: "SendGrid",
    make: (c) => `${p("S", "G.")}${c.mixed(22, A.url)}.${c.mixed(43, A.url)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("npm", p("npm", "_"), 36),
  token("PyPI", p("pypi", "-AgEIcHlwaS5vcmc"), 120, A.url),
  token("Hugging Face", p("h", "f_"), 34, A.letters + "0123456789"),
  {
    kind: "OpenAI",
    make: (c) => `${p("s", "k-")}${c.mixed(20)}T3BlbkFJ${c.mixed(20)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "OpenAI project",
    make: (c) =>
      `${p("s", "k-proj-")}${c.mixed(74, A.url)}T3BlbkFJ${c.mixed(74, A.url)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "Anthropic",
    make: (c) => `${p("s", "k-ant-api03-")}${c.mixed(93, A.url)}AA`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("Groq", p("gs", "k_"), 52),
  token("Replicate", p("r", "8_"), 37),
  token("Databricks", p("da", "pi"), 32, A.hex),
  token("DigitalOcean", p("dop", "_v1_"), 64, A.hex),
  token("Linear", p("lin", "_api_"), 40),
  token("Notion", p("nt", "n_"), 46),
  token("Shopify", p("shp", "at_"), 32, A.hex),
  token("Vault", p("hv", "s."), 24),
  token("Docker", p("dckr", "_pat_"), 27, A.url),
  token("Figma", p("fig", "d_"), 40, A.url),
  token("Grafana", p("gl", "sa_"), 41, A.alnum),
  token("Doppler", p("dp", ".pt."), 43),
  token("Pulumi", p("pu", "l-"), 40, A.hex),
  token("RubyGems", p("ruby", "gems_"), 48, A.hex),
  token("Supabase", p("sb", "p_"), 40, A.hex),
  token("New Relic", p("NR", "AK-"), 27, A.upper),
  token("Twilio", p("S", "K"), 32, A.hex),
  token("Mailgun", p("ke", "y-"), 32, A.hex),
  {
    kind: "Azure client secret",
    make: (c) => `${c.text(3)}8Q~${c.text(34)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "Azure storage",
    make: (c) => `${c.mixed(86, A.base64)}==`,
    contexts: CONTEXTS.azure,
    each: 3,
  },
  { kind: "JWT", make: jwt, contexts: CONTEXTS.token, each: 1 },
  ...[
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
  ].map((what): Kind => ({
    kind: "private key",
    make: (c) => armour(c, what, what.startsWith("EC") ? 2 : 8),
    contexts: CONTEXTS.multiline,
    each: 1,
  })),
  {
    kind: "bearer",
    make: (c) => c.mixed(32),
    contexts: CONTEXTS.bearer,
    each: 3,
  },
  {
    kind: "basic",
    make: (c) => btoa(`${c.word()}:${c.mixed(12)}`),
    contexts: CONTEXTS.basic,
    each: 3,
  },
  {
    kind: "password in code",
    make: (c) => c.mixed(8 + c.below(8), A.password),
    contexts: CONTEXTS.passwordCode,
    each: 3,
  },
  {
    kind: "password in a file",
    make: (c) => c.mixed(8 + c.below(8), A.alnum + "!_-"),
    contexts: CONTEXTS.passwordFile,
    each: 3,
  },
  {
    kind: "password of words",
    make: (c) =>
      `${c.word()}${c.pick(["-", "_", "!"])}${c.word()}${c.text(2, A.digits)}`,
    contexts: CONTEXTS.passwordCode,
    each: 2,
  },
  {
    kind: "passphrase",
    make: (c) => [c.word(), c.word(), c.word(), c.word()].join(" "),
    contexts: [`const passphrase = "§";`, `{ "passphrase": "§" }`],
    each: 4,
  },
  {
    kind: "connection string",
    make: (c) => c.mixed(12),
    contexts: CONTEXTS.connection,
    each: 3,
  },
  {
    kind: "key in code",
    make: (c) => c.mixed(32, c.pick([A.alnum, A.hex, A.lower])),
    contexts: CONTEXTS.keyCode,
    each: 3,
  },
  {
    kind: "key in a query",
    make: (c) => c.mixed(32),
    contexts: CONTEXTS.query,
    each: 3,
  },
  {
    kind: "command line",
    make: (c) => c.mixed(14),
    contexts: CONTEXTS.command,
    each: 4,
  },
  {
    kind: "plain word",
    make: (c) => c.word() + c.word(),
    contexts: CONTEXTS.plainWord,
    each: 4,
  },
  {
    kind: "prose",
    make: (c) => c.mixed(12, A.alnum + "!&"),
    contexts: CONTEXTS.prose,
    each: 4,
  },
  {
    kind: "beside its name",
    make: (c) => c.mixed(8 + c.below(8), A.alnum + "!_-"),
    contexts: CONTEXTS.named,
    each: 3,
  },
  {
    kind: "column of a table",
    make: (c) => c.mixed(8 + c.below(8), A.alnum + "!_-"),
    contexts: CONTEXTS.table,
    each: 4,
  },
  {
    kind: "Airtable",
    make: (c) => `${p("p", "at")}${c.mixed(14)}.${c.text(64, A.hex)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  token("NVIDIA", p("nv", "api-"), 64, A.url),
  token("Kaggle", p("KG", "AT_"), 32, A.hex),
  token("Netlify", p("nf", "p_"), 36),
  {
    kind: "LangSmith",
    make: (c) =>
      `${p("ls", "v2_pt_")}${c.text(32, A.hex)}_${c.text(10, A.hex)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
  {
    kind: "Terraform",
    make: (c) => `${c.mixed(14)}.${p("atlas", "v1")}.${c.mixed(64, A.url)}`,
    contexts: CONTEXTS.token,
    each: 1,
  },
];
