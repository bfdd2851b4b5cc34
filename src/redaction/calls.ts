/**
 * Secrets that calls are given: a function that sets a password, a client, the arguments of a command as a list.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isGiven, isGivenPassword, type Surrounding } from "./commands.ts";
import {
  isMoment,
  isPublicId,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { isDrawn } from "./spoken.ts";

/** A long random text of small and large letters and digits: no id and no name. */
function isMixedRandom(value: string): boolean {
  return looksRandom(value) && !isPublicId(value) && /\d/.test(value) &&
    /[a-z]/.test(value) && /[A-Z]/.test(value);
}

/** What is given behind a host and a user, where names of other things stand too. */
function isUnlikeName(value: string): boolean {
  return isGiven(value) && isDrawn(value) && /\d/.test(value) &&
    /[a-z]/.test(value) && /[A-Z]/.test(value) &&
    !/^\w+(?:[-_.:/]\w+)+$/.test(value);
}

/** Users that servers have from the start. */
const USERS =
  "root|admin|administrator|postgres|elastic|sa|neo4j|mysql|mongo|guest";
const OF_USERS = new RegExp(`["'\`](?:${USERS})["'\`]\\s{0,3},`);

/** What is given behind a user: no date, address or path, and no number. */
export function isBehindUser(value: string): boolean {
  return isGivenPassword(value) && !isMoment(value) &&
    !/^(?:\d+|\d{4}-\d\d.*|\/.*|\w+:\/\/.*)$/.test(value);
}

/** Small and large letters with digits or signs, as people make passwords of words. */
function isMixed(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);
}

/** Words of a phrase that restores a wallet: their number is one of five. */
function isRecoveryPhrase(value: string): boolean {
  const words = value.split(/[\s"'`,]+/);
  return words.length % 3 === 0 && words.length >= 12 && words.length <= 24;
}

/** A text as an argument. What begins with a sign is found the fastest. */
const IN_CALL = ['("', "('", "(`", "(\n", "( "];

/** Secrets in calls, in lists of arguments and in statements. */
export const IN_CALLS: readonly Surrounding[] = [
  {
    // `builder.withPassword("…")`
    kind: "password",
    words: IN_CALL,
    near: ["password(", "passwd(", "passphrase("],
    hint: /Pass(?:word|wd|phrase)\(\s{0,8}["'`]/,
    pattern:
      /\b(?:set|with|use)\w{0,20}Pass(?:word|wd|phrase)\(\s{0,8}["'`](?<s>[^"'`\n]{4,100})["'`]/gd,
    holds: isGiven,
  },
  {
    // `login("ana", "…")`, `neo4j.auth.basic("neo4j", "…")`
    kind: "password",
    words: IN_CALL,
    near: ["login(", "signin(", "authenticate(", "basic("],
    hint: /(?:login|logIn|signIn|authenticate|basic)\(\s{0,8}["'`]/,
    pattern:
      /(?<![\w.$])(?:login|logIn|signIn|authenticate|(?:\w{1,40}\.)?auth\.basic)\(\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{6,100})["'`]/gd,
    holds: isGivenPassword,
  },
  {
    // `mysql.createConnection("db.lan", "root", "…")`, `new Client("https://db.lan", "elastic", "…")`
    kind: "password",
    words: IN_CALL,
    near: ["connect", "login(", "auth", "client(", "sequelize(", "bind("],
    hint: OF_USERS,
    pattern: new RegExp(
      `\\b\\w{0,30}(?:[cC]onnect(?:ion)?|[lL]ogin|[aA]uth\\w{0,12}|[cC]lient|Sequelize|bind)\\((?:[^()\\n]{0,160},)?\\s{0,8}["'\`](?:${USERS})["'\`]\\s{0,3},\\s{0,8}["'\`](?<s>[^"'\`\\s]{6,100})["'\`]`,
      "gd",
    ),
    // The name of a database stands there too.
    holds: (value) =>
      isBehindUser(value) && !/^[a-z\d]+(?:[-_.:/][a-z\d]+)+$/.test(value),
  },
  {
    // `new Sequelize("shop", "ana", "…")`
    kind: "password",
    words: ["Sequelize("],
    hint: /Sequelize\(/,
    pattern:
      /\bSequelize\(\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,100})["'`]/gd,
    holds: isBehindUser,
  },
  {
    // `{ auth: ["ana", "…"] }`, `const creds = ["ana", "…"]`
    kind: "password",
    words: ["["],
    near: ["auth", "cred", "login"],
    hint: /(?:auth|creds?|credentials?|login)["']?\s{0,3}[:=]\s{0,3}\[/i,
    pattern:
      /\b(?:\w{1,20}_)?(?:auth|creds?|credentials?|login)["']?\s{0,3}[:=]\s{0,3}\[\s{0,8}["'`][\w.@+-]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\s]{6,100})["'`]\s{0,3}\]/gid,
    holds: isBehindUser,
  },
  {
    // `const login = "ana:…"`
    kind: "password",
    near: ["auth", "cred", "login"],
    words: [":"],
    hint: /(?:auth|creds?|credentials?|login)["']?\s{0,3}[:=]/i,
    pattern:
      /\b(?:\w{1,20}_)?(?:auth|creds?|credentials?|login|userpass)["']?\s{0,3}[:=]\s{0,3}["'`]?[\w.@+-]{1,60}:(?<s>[^"'`\s,;{}]{6,100})(?=["'`\s,;]|$)/gid,
    holds: (value) => isBehindUser(value) && (isDrawn(value) || isMixed(value)),
  },
  {
    // `["AUTH", "…"]`
    kind: "password",
    words: ['"AUTH"', "'AUTH'"],
    hint: /AUTH/,
    pattern:
      /["']AUTH["']\s{0,3},\s{0,8}(?:["'`][\w.-]{1,40}["'`]\s{0,3},\s{0,8})?["'`](?<s>[^"'`\s]{6,200})["'`]/gd,
    holds: isBehindUser,
  },
  {
    // `ldap.bind("cn=admin,dc=lan", "…")`
    kind: "password",
    words: ["bind("],
    hint: /bind\(/,
    pattern:
      /\bbind\(\s{0,8}["'`](?:cn|uid|dn)=[^"'`\n]{1,120}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,100})["'`]/gid,
    holds: isGiven,
  },
  {
    // `HTTPBasicAuth("ana", "…")`, `new AWS.Credentials("…", "…")`
    kind: "password",
    words: IN_CALL,
    near: ["auth(", "authentication(", "credential", "provider("],
    hint: /(?:Auth(?:entication)?|Credentials?|AuthProvider)\(/,
    pattern:
      /\b\w{0,40}(?:(?:Basic|Digest|Proxy)Auth(?:entication)?|Credentials?|AuthProvider)\(\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{6,100})["'`]/gd,
    holds: (value, [all]) =>
      isGivenPassword(value) &&
      (/(?:Basic|Digest)Auth/.test(all) || isDrawn(value) ||
        /[A-Z]/.test(value)),
  },
  {
    // `new Client("db.lan", 5432, "ana", "…")`
    kind: "password",
    words: IN_CALL,
    near: ["client(", "connection(", "pool(", "sequelize(", "database("],
    hint: /(?:Client|Connection|Pool|Sequelize|Database)\(/,
    pattern:
      /\bnew\s{1,3}(?:\w{1,40}\.)?\w{0,40}(?:Client|Connection|Pool|Sequelize|Database)\(\s{0,8}(?:["'`][^"'`\n]{1,100}["'`]|[\w.]{1,40})(?:\s{0,3},\s{0,8}(?:["'`][^"'`\n]{1,100}["'`]|[\w.]{1,40})){1,3}\s{0,3},\s{0,8}["'`](?<s>[^"'`\s]{6,100})["'`]/gd,
    holds: isUnlikeName,
  },
  {
    // `new AzureKeyCredential("…")`
    kind: "key",
    words: IN_CALL,
    near: ["credential("],
    hint: /Credential\(/,
    pattern:
      /\b\w{0,40}(?:Key|Token|Secret)Credential\(\s{0,8}["'`](?<s>[\w.~+/=-]{16,400})["'`]/gd,
    holds: (value) => looksRandom(value) || looksLikeKey(value),
  },
  {
    // `new HmacSHA256(text, "…")`, `crypto.subtle.importKey("raw", encode("…"), …)`
    kind: "key",
    words: ["Hmac", "HMAC", "hmac", "importKey"],
    hint: /hmac\w{0,20}\(|importKey\(/i,
    pattern:
      /(?:\bhmac\w{0,20}\([^\n"'`]{1,100},|\bimportKey\(\s{0,20}["'`]raw["'`],[^"'`;]{1,160}\()\s{0,20}["'`](?<s>[^"'`\n]{12,400})["'`]/gid,
    holds: (value) => looksRandom(value),
  },
  {
    // `bcrypt.hash("…", 10)`, `pbkdf2Sync("…", salt)`
    kind: "password",
    words: IN_CALL,
    near: ["bcrypt", "argon2", "scrypt", "pbkdf2"],
    hint: /(?:bcrypt|argon2|scrypt|pbkdf2)\w{0,10}(?:\.\w{1,12})?\(/i,
    pattern:
      /\b(?:bcrypt\w{0,4}\.(?:hash|hashSync|compare|compareSync)|argon2\.hash|(?:scrypt|pbkdf2)(?:Sync)?)\(\s{0,8}b?["'`](?<s>[^"'`\n]{6,200})["'`]/gd,
    holds: isGivenPassword,
  },
  {
    // `btoa(user + ":" + "…")`
    kind: "password",
    words: ["btoa(", "Buffer.from(", "encodeBase64(", "b64encode("],
    hint: /btoa|Buffer|Base64|64encode/,
    pattern:
      /\b(?:btoa|Buffer\.from|encodeBase64|b64encode)\([^\n()]{1,80}?["'`]:["'`]\s{0,3}\+\s{0,3}["'`](?<s>[^"'`\n]{4,200})["'`]/gd,
    holds: isGivenPassword,
  },
  {
    // What a client says to a server for files or mail.
    kind: "password",
    words: ["PASS "],
    hint: /^[^\n]{0,8}\bPASS /m,
    pattern:
      /^[^\n]{0,8}\bUSER\s{1,3}\S{1,100}\r?\n(?:[^\n]{0,200}\n){0,3}[^\n]{0,8}\bPASS\s{1,3}(?<s>\S{4,200})/gmd,
    holds: isGiven,
  },
  {
    // Invalid API key: …
    kind: "key",
    words: ["key", "Key", "KEY"],
    least: 32,
    hint: /key\W[^\n]{0,20}[\da-f]{32}/i,
    pattern:
      /(?<!public |of |digest )\b(?:api|secret)[ _-]?key(?:\s{1,2}(?:provided|given|supplied|used|is|was))?\s{0,2}(?:[:=]|->)?\s{0,2}["'`“(]?(?<s>[\da-f]{32}|[\da-f]{40}|[\da-f]{64})(?![\da-f])/gid,
    holds: (value) => !isSample(value),
  },
  {
    kind: "Twilio key",
    words: IN_CALL,
    near: ["twilio("],
    hint: /twilio\(/i,
    pattern:
      /\btwilio\(\s{0,8}["'`]AC[\da-f]{32}["'`]\s{0,3},\s{0,8}["'`](?<s>[\da-f]{32})["'`]/gid,
    holds: (value) => !isSample(value),
  },
  {
    // `["-u", "ana:…"]`
    kind: "password",
    words: ["-u"],
    near: [`"-u"`, "'-u'", "`-u`", "-user"],
    hint: /["'`]-(?:u|-user|-proxy-user)["'`]/,
    pattern:
      /["'`]-(?:u|-user|-proxy-user)["'`]\s{0,3},\s{0,12}["'`][\w.@-]{1,60}:(?<s>[^"'`\s]{4,200})["'`]/gd,
    holds: isGiven,
  },
  {
    // `["--password", "…"]`
    kind: "password",
    words: ["-pass", "-token", "-secret", "-api"],
    hint: /["'`]--?(?:password|passwd|pass|token|secret|api-?key)["'`]/i,
    pattern:
      /["'`]--?(?:password|passwd|pass|token|secret|api-?key)["'`]\s{0,3},\s{0,12}["'`](?<s>[^"'`\s]{6,200})["'`]/gid,
    holds: (value) => isGiven(value) && isDrawn(value),
  },
  {
    // `"mysql", ["-uroot", "-p…"]`
    kind: "password",
    words: ["mysql", "mariadb"],
    hint: /["'`]-p[^"'`\s]/,
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{0,200}?["'`]-p(?<s>[^"'`\s]{6,100})["'`]/gd,
    holds: isGiven,
  },
  {
    kind: "password",
    words: ["chpasswd"],
    hint: /chpasswd/,
    pattern:
      /\becho\s{1,3}(?:-[ne]\s{1,3})?["']?[\w.-]{1,40}:(?<s>[^\s"'`|$]{4,200})["']?\s{0,3}\|\s{0,3}(?:sudo\s{1,3})?chpasswd/gd,
    holds: isGiven,
  },
  {
    // SQLCipher
    kind: "key",
    words: ["PRAGMA", "pragma key", "pragma rekey"],
    hint: /pragma/i,
    pattern:
      /\bpragma\s{1,3}(?:hex)?(?:re)?key\s{0,3}=\s{0,3}\\?["'`](?<s>[^"'`\n\\]{4,200})\\?["'`]/gid,
    holds: isGiven,
  },
  {
    // `.pgpass`: host, port, database, user and password
    kind: "password",
    words: [":5432:", ":5433:", ":6432:", ":*:"],
    hint: /:(?:\d{2,5}|\*):/,
    pattern:
      /^[\w.*-]{1,100}:(?:\d{2,5}|\*):[A-Za-z*][\w*-]{0,60}:[A-Za-z*][\w.*-]{0,60}:(?<s>[^\s:]{8,200})$/gdm,
    holds: (value) => isDrawn(value),
  },
  {
    // `new Client("…")`
    kind: "key",
    words: IN_CALL,
    near: ["client(", "api(", "bot(", "sdk(", "connection("],
    hint: /(?:Client|Api|API|Bot|Sdk|SDK|Connection)\(/,
    pattern:
      /\bnew\s{1,3}(?:\w{1,40}\.)?\w{0,40}(?:Client|Api|API|Bot|Sdk|SDK|Connection)\(\s{0,8}["'`](?<s>[\w-]{20,200})["'`]\s{0,3}[,)]/gd,
    holds: isMixedRandom,
  },
  {
    kind: "token",
    words: ["Id", "_id", "_ID", "ID"],
    near: ["session_id", "sessionid"],
    hint: /session_?id/i,
    pattern:
      /\bsession_?id["'`]?\s{0,3}[:=]\s{0,3}["'`]?(?<s>[\w.-]{20,200})/gid,
    holds: isMixedRandom,
  },
  {
    kind: "token",
    words: ["otp", "OTP"],
    hint: /otp/i,
    pattern:
      /(?<![A-Za-z\d])(?:t?otp|otp_?code)["'`]?\s{0,3}[:=]\s{0,3}["'`](?<s>\d{6,8})["'`]/gid,
    holds: () => true,
  },
  {
    // `seed phrase: …`, `Mnemonic.fromPhrase("…")`, `{ mnemonic: { phrase: "…" } }`
    kind: "credential",
    words: ["nemonic", "hrase", "NEMONIC", "HRASE"],
    hint: /mnemonic|phrase/i,
    pattern:
      /(?:mnemonic\w{0,20}|(?:seed|recovery|backup|secret|wallet)[ _-]?phrase|\bphrase|fromPhrase)["'`]?\s{0,3}(?:[:=,(]|\sis\s)[\s"'`,[{(]{0,12}(?:phrase["']?\s{0,3}:\s{0,3}["'`]?)?(?<s>[a-z]{3,8}(?:(?:\s|["'`]\s{0,3},\s{0,12}["'`])[a-z]{3,8}){11,23})(?![\w ])/gid,
    holds: isRecoveryPhrase,
  },
  {
    // The password for the database is `…`.
    kind: "password",
    words: ["assw", "assphrase", "pwd "],
    hint: /pass|pwd/i,
    pattern:
      /\b(?:password|passwd|pwd|passphrase)\s{1,2}(?:for|of|to|on)\s[^\n"'`.;:]{1,40}?\s(?:is|was)\s{1,2}["'`“]?(?<s>[^\s"'`”;,<>|]{6,100})/gid,
    holds: (value) => !isSample(value) && !isPublicId(value) && isDrawn(value),
  },
];
