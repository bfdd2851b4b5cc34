/**
 * Tokens that are known by their own form: a prefix that nothing else has.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */
/** A form of token. */
export interface TokenForm {
  /** The literal texts that begin it, one of which it has. */
  prefixes: readonly string[];
  /** What follows the prefix. */
  rest: RegExp;
  kind: string;
  /** Whether the prefix alone proves nothing, so that the rest has to look random. */
  random: boolean;
}

function form(
  prefixes: string,
  rest: string,
  kind: string,
  random = false,
): TokenForm {
  return {
    prefixes: prefixes.split(" "),
    rest: new RegExp(rest, "y"),
    kind,
    random,
  };
}

/** What GitLab's tokens begin with, by their documentation: `glpat-` and so on. */
const GITLAB_PREFIXES: readonly string[] =
  ("glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glwt- glsoat- glffct- glrct-")
    .split(" ");

/** What GitLab's tokens are called in placeholders. */
export const GITLAB = "GitLab token";
const W = "[A-Za-z0-9]";
const D = "[A-Za-z0-9_-]";
/** What follows a point is not the ending of a file that is named by a token: `.txt`, `.mp4`. */
const NO_ENDING = "(?![a-z]{1,8}\\d?(?![\\w=-]))";

/** Tokens whose beginning is literal. */
export const FORMS: readonly TokenForm[] = [
  // A routable token has parts behind points, a job token may be a JWT.
  form(
    GITLAB_PREFIXES.join(" "),
    `[\\w=-]{14,}(?:\\.${NO_ENDING}[\\w=-]{2,}){0,4}`,
    GITLAB,
  ),
  form("GR1348941", `${D}{16,}`, GITLAB),
  form("_gitlab_session=", "[\\da-zA-Z%-]{20,}", "GitLab session"),
  form(
    "incoming+",
    `[\\w.+-]{1,200}-${W}{18,40}-(?:issue|merge-request)@[\\w.-]+`,
    GITLAB,
  ),
  form(
    "ghp_ gho_ ghu_ ghs_ ghr_",
    `\\w{30,255}(?:\\.${NO_ENDING}[\\w-]{1,4000}){0,2}`,
    "GitHub token",
  ),
  form("github_pat_", "\\w{40,255}", "GitHub token"),
  form(
    "AKIA ASIA ABIA ACCA AGPA AIDA AROA AIPA ANPA ANVA",
    "[A-Z0-9]{16}(?![A-Za-z0-9])",
    "AWS key id",
  ),
  form(
    "IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz",
    "[A-Za-z0-9+/=]{60,}",
    "AWS session token",
  ),
  form("AIza", `${D}{35}(?!${D})`, "Google API key"),
  form("GOCSPX-", `${D}{24,}`, "Google client secret"),
  form("ya29.", `${D}{20,}(?:\\.${NO_ENDING}${D}+)*`, "Google access token"),
  form("1//0", `${D}{30,}`, "Google refresh token", true),
  form(
    "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-",
    `${D}{10,}`,
    "Slack token",
    true,
  ),
  form("xoxe.", "[\\w.-]{20,}", "Slack token", true),
  form(
    "hooks.slack.com/",
    "(?:services|workflows|triggers)/[A-Z0-9]+/[A-Z0-9]+/(?:\\d+/)?[A-Za-z0-9]{16,}",
    "Slack webhook",
  ),
  form(
    "discord.com/api/ discordapp.com/api/",
    `(?:v\\d+/)?webhooks/\\d{15,20}/${D}{40,}`,
    "Discord webhook",
  ),
  form("sk-ant-", `${D}{20,}`, "Anthropic key", true),
  form(
    "sk-proj- sk-svcacct- sk-admin- sk-or-v1- sk-None-",
    `${D}{20,}`,
    "API key",
    true,
  ),
  form("sk-", "[A-Za-z0-9]{20,}(?![A-Za-z0-9-])", "API key", true),
  form(
    "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_",
    `${W}{10,}`,
    "Stripe key",
    true,
  ),
  form("whsec_", "[A-Za-z0-9+/=]{24,}", "webhook secret", true),
  form("SG.", `${D}{16,}\\.${D}{16,}`, "SendGrid key"),
  form("npm_", "\\w{36}(?!\\w)", "npm token", true),
  form("pypi-", `${D}{50,}`, "PyPI token", true),
  form("hf_ api_org_", `${W}{30,40}(?!${W})`, "Hugging Face token", true),
  form("r8_", `${W}{36,40}(?!${W})`, "Replicate token", true),
  form("gsk_", `${W}{40,60}(?!${W})`, "Groq key", true),
  form("pplx-", `${W}{32,64}`, "Perplexity key", true),
  form("xai-", `${W}{60,90}`, "API key", true),
  form("wandb_v1_", `${D}{40,}`, "W&B key", true),
  form("dapi", "[\\da-f]{32}(?:-\\d)?(?![\\da-f])", "Databricks token"),
  form("dop_v1_ doo_v1_ dor_v1_", "[\\da-f]{64}", "DigitalOcean token"),
  form("sl.", `${D}{60,}`, "Dropbox token", true),
  form("HRKU-", `${D}{30,}`, "Heroku key"),
  form("lin_api_ lin_oauth_", "\\w{32,}", "Linear key", true),
  form("ntn_ secret_", `${W}{40,}(?!${W})`, "Notion token", true),
  form("PMAK-", "[\\da-f]{20,}-[\\da-f]{30,}", "Postman key"),
  form("shpat_ shpca_ shppa_ shpss_", "[\\da-fA-F]{32}", "Shopify token"),
  form("sq0atp- sq0csp- sq0idp-", `${D}{20,}`, "Square token", true),
  form("EAAA", `${D}{50,}`, "access token", true),
  form("EAACEdEose0cBA", `${W}{20,}`, "Facebook token", true),
  form("sntrys_ sntryu_", "[\\w=+/.-]{40,}", "Sentry token", true),
  form("hvs. hvb. hvr.", `${D}{20,}`, "Vault token", true),
  form("dckr_pat_ dckr_oat_", `${D}{20,}`, "Docker token", true),
  form("ATATT3", "[\\w=-]{50,}", "Atlassian token"),
  form("ATCTT3 ATBB", "[\\w=-]{20,}", "Atlassian token", true),
  form("figd_ figo_ figu_", `${D}{30,}`, "Figma token", true),
  form("glsa_ glc_", "[\\w=+/-]{32,}", "Grafana token", true),
  form(
    "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",
    "[\\w.-]{36,}",
    "Doppler token",
    true,
  ),
  form("pul-", "[\\da-f]{40}", "Pulumi token"),
  form("rubygems_", "[\\da-f]{48}", "RubyGems key"),
  form("sbp_ sbs_", "[\\da-f]{40}", "Supabase token"),
  form("sb_secret_", `${D}{20,}`, "Supabase key", true),
  form(
    "pscale_tkn_ pscale_pw_ pscale_oauth_",
    "[\\w.=-]{30,}",
    "PlanetScale token",
    true,
  ),
  form("NRAK-", "[A-Z0-9]{27}", "New Relic key"),
  form("NRII- NRJS-", `${D}{19,}`, "New Relic key", true),
  form("tskey-", "[\\w-]{16,}", "Tailscale key", true),
  form("fo1_", `${D}{40,}`, "Fly.io token", true),
  form("FlyV1", " [\\w+/=,.-]{60,}", "Fly.io token"),
  form("sk.eyJ", `${D}{20,}\\.${D}{16,}`, "Mapbox token"),
  form("ops_eyJ", "[\\w+/=-]{100,}", "1Password token"),
  form(
    "A3-",
    "[A-Z0-9]{6}-(?:[A-Z0-9]{5,6}-){4,5}[A-Z0-9]{5,6}",
    "1Password key",
  ),
  form("AGE-SECRET-KEY-1", "[A-Z0-9]{50,}", "age key"),
  form("key-", "[\\da-f]{32}(?![\\da-f])", "Mailgun key"),
  form("SK", "[\\da-f]{32}(?![\\da-f])", "Twilio key"),
  form("xkeysib-", "[\\da-f]{64}-\\w{16}", "Brevo key"),
  form("phc_ phx_", `${W}{40,}`, "PostHog key", true),
  form("vcp_ vck_ vca_ vci_ vcr_", `${W}{20,}`, "Vercel token", true),
  form("v1.0-", "[\\da-f]{24}-[\\da-f]{146}", "Cloudflare key"),
  form("cfut_ cfat_ cfk_", `${W}{36,}`, "Cloudflare token", true),
  form("pat", `${W}{14}\\.[\\da-f]{64}(?!${W})`, "Airtable token"),
  form("nvapi-", `${D}{40,}`, "NVIDIA key", true),
  form("lsv2_pt_ lsv2_sk_", "[\\da-f]{32}_[\\da-f]{10}", "LangSmith key"),
  form("sk-lf-", "[\\da-f-]{36}", "Langfuse key"),
  form("pcsk_", `${W}{4,8}_${W}{40,}`, "Pinecone key", true),
  form("KGAT_", "[\\da-f]{32}", "Kaggle token"),
  form("tvly-", `(?:dev-|prod-)?${W}{24,}`, "Tavily key", true),
  form("jina_", `${D}{40,}`, "Jina key", true),
  form("fw_", `${W}{20,40}(?!${W})`, "Fireworks key", true),
  form("csk-", `${W}{40,60}(?!${W})`, "Cerebras key", true),
  form("rpa_", `${W}{40,}`, "RunPod key", true),
  form("e2b_", "[\\da-f]{40}", "E2B key"),
  form("fc-", "[\\da-f]{32}(?![\\da-f])", "Firecrawl key"),
  form("aio_", `${W}{28}(?!${W})`, "Adafruit key", true),
  form("nfp_ nfc_ nfo_ nfu_", `${W}{36,}`, "Netlify token", true),
  form("rnd_", `${W}{28,}`, "Render key", true),
  form("re_", `${W}{8}_${W}{20,}`, "Resend key", true),
  form("mlsn.", "[\\da-f]{60,}", "MailerSend key"),
  form("sgp_", "(?:[\\da-f]{16}_|local_)?[\\da-f]{40}", "Sourcegraph token"),
  form("AKCp", `${W}{60,}`, "Artifactory key", true),
  form("oy2", "[a-z\\d]{43}(?![a-z\\d])", "NuGet key", true),
  form("CFPAT-", `${D}{40,}`, "Contentful token", true),
  form("pat-na1- pat-eu1-", "[\\da-f-]{36}", "HubSpot token"),
  form("tfp_", `${D}{40,}`, "Typeform token", true),
  form("ABSKQmVkcm9ja0FQSUtleS", "[A-Za-z0-9+/=]{60,}", "AWS Bedrock key"),
  form("LTAI", `${W}{16,24}(?!${W})`, "Alibaba key id", true),
  form("xoxc- xoxd-", "[\\w%+/=-]{20,}", "Slack token", true),
  form("eyJhcGlfYWRkcmVzcyI6", `${D}{40,}={0,2}`, "Neptune token"),
  form("ddp_ ddo_ ddw_", `${W}{36,40}(?!${W})`, "Deno Deploy token", true),
  form("jsrp_ jsrw_ jsrd_ jsru_", `${W}{20,}`, "JSR token", true),
  form("bkua_ bkaj_", "[\\da-f]{40}", "Buildkite token"),
  form("CCIPAT_ CCIPRJ_", `${W}{20,24}_[\\da-f]{40}`, "CircleCI token"),
  form("squ_ sqp_ sqa_", "[\\da-f]{40}", "SonarQube token"),
  form(
    "dt0c01. dt0s01. dt0s16.",
    "[A-Z\\d]{8,24}\\.[A-Z\\d]{60,}",
    "Dynatrace token",
  ),
  form("rdme_", "[a-z\\d]{60,}", "ReadMe key", true),
  form("tgp_v1_", `${D}{40,}`, "Together key", true),
  form("AstraCS:", `${W}{20,}:[\\da-f]{60,}`, "Astra token"),
  form("sk_", "[\\da-f]{48}(?![\\da-f])", "ElevenLabs key"),
  form("napi_", "[a-z\\d]{50,}", "Neon key", true),
  form("GOOG1E", "[A-Z\\d]{50,}", "Google storage key"),
  form("AKID", `${W}{32}(?!${W})`, "Tencent key id", true),
  form("eyJrIjoi", "[\\w+/-]{40,}={0,2}", "Grafana token"),
  form("esecret_", `${W}{24,}`, "Anyscale key", true),
  form("mdb_sa_sk_", `${D}{30,}`, "MongoDB key", true),
  form("pnu_ pnb_", `${W}{36}(?!${W})`, "Prefect key", true),
  form(
    "access-production- access-development-",
    "[\\da-f-]{36}",
    "Plaid token",
  ),
  form("EZAK EZTK", `${W}{54}(?!${W})`, "EasyPost key", true),
  form("bb_live_", `${D}{24,}`, "Browserbase key", true),
  form("sk_car_", `${W}{20,}`, "Cartesia key", true),
  form("AccountKey= SharedAccessKey=", "[A-Za-z0-9+/]{40,}={0,2}", "Azure key"),
  form("eyJ", `${D}{8,}\\.eyJ${D}{8,}(?:\\.${D}{10,})?`, "JWT"),
  form("eyJ", `${D}{16,}\\.${D}*\\.${D}{16,}\\.${D}{16,}\\.${D}{16,}`, "JWT"),
];
