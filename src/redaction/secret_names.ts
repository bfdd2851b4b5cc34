/**
 * Which names say that their value is a secret, and what is shown instead.
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { lazyPattern } from "../base/lazy.ts";
import { isLongAscii, mayHave, mayHaveOne } from "./words_in_text.ts";

/** Words that say secret wherever they end a word of a name: `db_password`, `clientSecret`. */
const SECRET_WORD =
  /(?:^pwd|passw(?:or)?d|passwort|kennwort|passphrase|passcode|secret|credential|^creds?|apikey|accesskey|privatekey|signingkey|encryptionkey|authkey|^jwt|^bearer|^o?auth|^authorization)s?$/;

/** Words for a password in other languages, as a label or a name has them: `contraseña`, `Mot de passe`, `motDePasse`. */
export const OTHER_PASSWORD: string = [
  "mot[ _-]?de[ _-]?passe", // French
  "contrase(?:ñ|n\u0303?)a", // Spanish
  "parola[ _-]?d['’_ ]?ordine", // Italian
  "(?<![dr]e)senha|palavra[ _-]?passe", // Portuguese
  "wachtwoord", // Dutch
  "(?-i:[hH]as[łl]o|HAS[ŁL]O)", // Polish, but not `hasLocation`
  "парол[ьяю]", // Russian
  "密码(?!学)|密碼(?!學)|口令", // Chinese
  "パスワード|暗証番号", // Japanese
  "비밀번호", // Korean
  "l[öo]senord|adgangskode|passord(?!er)|salasana", // Swedish, Danish, Norwegian, Finnish
].join("|");

/** The same for tokens. */
export const OTHER_TOKEN =
  "jeton(?!s)|токен(?!из|ы|ов)|令牌|トークン(?!化|ナイ|数)";

/** The same for keys that are secrets. */
const OTHER_KEY: string = [
  "cl[ée][ _-]?(?:d['’e]?[ _-]?)?(?:l['’])?(?:api|acc[èe]s|secr[èe]te|priv[ée]e)",
  "(?:clave|chave)[ _-]?(?:de[ _-]?)?(?:api|acc?es+o|secreta|privada)",
  "chiave[ _-]?(?:di[ _-]?|d['’])?(?:api|accesso|segreta|privata)",
  "klucz[ _-]?(?:api|dost[ęe]pu|prywatny|tajny)",
  "(?:api|toegangs?|geheime|priv[ée])[ _-]?sleutel",
  "(?:api|zugangs|zugriffs|geheim(?:er)?|privater)[ _-]?schl(?:ü|ue)ssel",
  "ключ[ _-]?(?:api|доступа)|(?:api|секретный|закрытый)[ _-]?ключ",
  "密[钥鑰]|(?:api|アクセス|シークレット)[ _-]?キー|秘密鍵",
].join("|");

/** All of them. */
export const OTHER_WORDS = `${OTHER_PASSWORD}|${OTHER_TOKEN}|${OTHER_KEY}`;
const OTHER_WORD = new RegExp(OTHER_WORDS, "i");
/** Without one of these pieces a text has none of them; shorter ones stand in random letters by chance. */
const OTHER_PIECE =
  /contrase|ordine|senha|wachtwoord|has[lł]o|senord|adgangskode|(?:de|vra)[ _-]?passe|passord|salasana|jeton|cl[eé][ _-]?(?:d['’e]?[ _-]?)?(?:l['’])?(?:api|acc|secr|priv)|clave|chave|chiave|klucz|sleutel|schl(?:ü|ue)ss|парол|密[码碼钥鑰]|口令|パスワード|暗証番号|비밀번호|токен|令牌|トークン|ключ|キー|秘密鍵/i;

/** Those of the pieces that are written in ASCII, in small letters; `clé` may be too, beside one of the others. */
const ASCII_PIECES =
  "contrase|ordine|senha|wachtwoord|haslo|senord|adgangskode|passe|passord|salasana|jeton|clave|chave|chiave|klucz|sleutel|schluess"
    .split("|");
const BEHIND_CLE = ["api", "acces", "secrete", "privee"];

/** Whether a text may have a word of {@linkcode OTHER_WORDS}: that is seen in a quarter of the time. */
export function mayHaveOther(text: string): boolean {
  return (!isLongAscii(text) || mayHaveOne(text, ASCII_PIECES) ||
    mayHave(text, "cle") && mayHaveOne(text, BEHIND_CLE)) &&
    OTHER_PIECE.test(text);
}

/** What a `key` is a key to when it is a secret: `api_key`, but not `sort_key`. */
const KEY_TO = new Set(
  ("api access private secret signing encryption ssh auth account service shared master storage deploy " +
    "license gpg pgp rsa client app subscription aws azure openai hf wandb gitlab github host")
    .split(" "),
);

/** What a `pass` belongs to when it is a password: `db_pass`, but not `forward_pass`. */
const PASS_OF = new Set(
  ("db database user smtp imap mysql pg postgres redis mongo root admin ftp sftp http proxy vpn ldap mail sql sudo login " +
    "account my ssh become wifi keystore pdf backup").split(" "),
);
/** The same without anything between them: `DBPASS`, but not `BYPASS`. */
const FUSED_PASS = new RegExp(`^(?:${[...PASS_OF].join("|")})pass$`);

/** What a `pat`, a personal access token, lets one use: `GITHUB_PAT`; alone it is a pattern. */
const PAT_OF = new Set(
  "github gitlab gh gl azure devops ext ado bitbucket jira confluence atlassian personal snowflake databricks airtable"
    .split(" "),
);

/** What a `psk` is the key of; alone it is a way to send signals. */
const PSK_OF = new Set(["wifi", "wlan", "wpa", "ipsec", "vpn"]);

/** What tokens, in the plural, grant when they are secrets: `access_tokens`, but not `max_tokens`. */
const TOKENS_FOR = new Set(
  "access api auth refresh bearer personal private secret gitlab github deploy ci job session security service"
    .split(" "),
);

/** Before `token`: a piece of text in language models, not a secret. */
const TEXT_TOKEN_BEFORE = new Set(
  ("max min num n pad eos bos unk mask cls sep special stop start end per first last next prev image text prompt " +
    "input output total avg mean completion cached new word sub").split(" "),
);

/** After `token`: a property of text tokens, or of any token but its value. */
const TEXT_TOKEN_AFTER = new Set(
  ("count counts limit length len size budget embedding embeddings dim dropout rate type types level ids per " +
    "classification accuracy error loss f1 precision recall frequency index position positions")
    .split(" "),
);

/** Short for password as the last word of a name: `pw`, `db_pw`, `dbpw`. */
const PASSWORD_LETTERS =
  /^(?:db|user|root|admin|my|pg|sql|mysql|smtp|mail|ftp|ssh|redis|ldap|wifi)?ps?w$/;

/** After `auth`: how one signs in, not with what. */
const AUTH_AFTER = new Set(
  "enabled method type mode provider url required scheme flow source mechanism"
    .split(" "),
);

const FUSED_TOKEN =
  /^(?:gitlab|github|auth|oauth|access|api|refresh|bearer|private|personal|session|security|job|deploy|ci|hf|user|id|my|bot|slack|npm|csrf|xsrf|service|identity|login|device|app|client|server|account|master|upload|download|invite|reset|deploy|admin|root|web|jwt|sas|registration|discord|telegram|csrfmiddleware|requestverification)token$/;

/**
 * Whether a name says that its value is a secret: `password`, `apiKey`, `GITLAB_TOKEN`, `client-secret`, `contraseña`;
 * not `tokens`, `max_tokens`, `tokenizer`, `sort_key`, `author` or `keyboard`.
 */
export function saysSecret(name: string): boolean {
  const normal = name.normalize("NFKC");
  if (mayHaveOther(normal) && OTHER_WORD.test(normal)) return true;
  const words = wordsOf(name);
  return words.some((word, i) => {
    const before = words[i - 1] ?? "";
    const after = words[i + 1] ?? "";
    if (PASSWORD_LETTERS.test(word)) return after === "";
    if (word === "auth" || word === "oauth") return !AUTH_AFTER.has(after);
    if (SECRET_WORD.test(word) || FUSED_TOKEN.test(word)) return true;
    if (FUSED_PASS.test(word)) return true;
    if (word === "key" || word === "keys") return KEY_TO.has(before);
    if (word === "pass") return PASS_OF.has(before);
    if (word === "psk") return PSK_OF.has(before);
    if (word === "pat") return PAT_OF.has(before) && after === "";
    if (word === "tokens") return TOKENS_FOR.has(before);
    return word === "token" && !TEXT_TOKEN_BEFORE.has(before) &&
      !TEXT_TOKEN_AFTER.has(after);
  });
}

/** The last words of variables that hold secrets, whatever these look like. */
const SECRET_VARIABLE = new Set(["pw", "pass", "pat", "sk"]);
/** The last words of variables that may hold a secret: their value has to look like one. */
const KEY_VARIABLE = new Set(
  "key keys private cookie cookies sid hook webhook salt pepper hmac sas psk"
    .split(" "),
);
/** The same of their last two words. */
const KEY_VARIABLES =
  /(?:^| )(?:service role|(?:t?otp|mfa|wallet|recovery) seed|(?:telegram|tg|discord) bot)$/;

/**
 * Whether the name of a variable of the environment says that its value is a secret. There more names say it than in a
 * record: `GH_PAT`, `MY_PW`, and `KAGGLE_KEY` where the value looks like a key.
 *
 * @param looksSecret Whether the variable's value looks like a secret.
 */
export function variableSaysSecret(
  name: string,
  looksSecret: () => boolean,
): boolean {
  if (saysSecret(name)) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  return SECRET_VARIABLE.has(last) ||
    (KEY_VARIABLE.has(last) || KEY_VARIABLES.test(words.join(" "))) &&
      looksSecret();
}

const CAPITAL = lazyPattern(String.raw`([\p{Ll}\d])(\p{Lu})`, "gu");
const LAST_CAPITAL = lazyPattern(String.raw`(\p{Lu})(\p{Lu}\p{Ll})`, "gu");
const NO_LETTERS = lazyPattern(String.raw`[^\p{L}]+`, "u");

/** The words of a name in lower case, without digits: `myApiKey2` is `my`, `api`, `key`. */
function wordsOf(name: string): string[] {
  // The same as below, without the classes of all scripts.
  const spaced = /^[ -~]*$/.test(name)
    ? name.replace(/([a-z\d])([A-Z])/g, "$1 $2")
      .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
      .toLowerCase().split(/[^a-z]+/)
    : name.normalize("NFKC")
      .replace(CAPITAL(), "$1 $2")
      .replace(LAST_CAPITAL(), "$1 $2")
      .toLowerCase().split(NO_LETTERS());
  return spaced.filter((word) => word !== "");
}

/** What stands instead of something that was taken out, with the reason: `[redacted: secret name]`. */
export function redacted(kind: string): string {
  return `[redacted: ${kind}]`;
}

/** Stands instead of a value whose name says that it is a secret. */
export const REDACTED: string = redacted("secret name");

const URL_IN_TEXT = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>`]+/gi;
/** User and password of a URL; a password may hold `@`, and `/` when it cannot be a port and a path. */
const USER_INFO =
  /^([a-z][a-z\d+.-]*:\/\/)(?:([^/?#@:]*):(?!\d+[/?#])[^?#@]*(?:@[^/?#@]*)*@|([^/?#]*)@)/i;
const QUERY_VALUE = /([?&;#])([^=&;#?]+)=([^&;#]*)/g;
/** Names of query parameters that hold a secret although the name alone would not say so elsewhere. */
const SECRET_QUERY =
  /^(?:sig|key|code|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature)$/i;

/**
 * A text whose URLs carry no credentials: user and password are taken out (the user of a URL that is not
 * http stays, as in `ssh://git@host`), and so are the values of query parameters whose names say secret.
 */
export function stripUrlCredentials(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(URL_IN_TEXT, (url) =>
    url.replace(
      USER_INFO,
      (_, scheme: string, user?: string, all?: string) => {
        const name = user ?? (all ?? "").split(":")[0] ?? "";
        return /^https?:/i.test(scheme) || name === ""
          ? scheme
          : `${scheme}${name}@`;
      },
    ).replace(
      QUERY_VALUE,
      (pair, mark: string, name: string) =>
        saysSecret(name) || SECRET_QUERY.test(name)
          ? `${mark}${name}=${REDACTED}`
          : pair,
    ));
}
