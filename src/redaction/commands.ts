/**
 * Secrets that commands of a shell and calls of well-known functions are given.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  isPublicId,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { saysSecret, variableSaysSecret } from "./secret_names.ts";
import { isDrawn } from "./spoken.ts";

/** A pattern, or one for each text. */
export type Pattern = RegExp | ((text: string) => RegExp);

/** A way in which secrets are written: the group `s` is the secret. */
export interface Surrounding {
  kind: string;
  /** Texts of which one has to be there: to find them costs the least. */
  words?: readonly string[];
  /** Words of which one has to be there too, as `mayHave` takes them: in a long text they cost nothing. */
  near?: readonly string[];
  /** Of so many letters and signs without a break it consists at least. */
  least?: number;
  /** A text without which the pattern cannot match, in small letters. */
  hint: Pattern;
  pattern: Pattern;
  /** Whether what was matched is one. */
  holds: (value: string, match: RegExpExecArray, text: string) => boolean;
}

/** What an option for a password is given. */
export function isGiven(value: string): boolean {
  return !isSample(value) && !/^[-$({]/.test(value) &&
    !/^(?:[a-z]{1,5}|\d{1,5}(?::\d{1,5})?)$/.test(value) &&
    !/^(?:options?|arguments?|flags?|parameters?|values?|instead|prompts?|switch|which)[.,;:)]*$/i
      .test(value);
}

/** What is given beside a user, where a word may be something else. */
export function isGivenPassword(value: string): boolean {
  return isGiven(value) && (/\d/.test(value) || isDrawn(value));
}

/** Secrets in commands and calls. */
export const IN_COMMANDS: readonly Surrounding[] = [
  {
    kind: "password",
    near:
      "-u |-u=|-user|curl |curl-|curl\n|password|sshpass|-passwd|-pass |-pass=|-pw |-pw=|mysql|mariadb|identified"
        .split(
          "|",
        ),
    hint: /-u|--user|login|pass|-p|identified/i,
    pattern:
      /(?:(?:\bcurl\b[^\n]{0,200}?\s-u|(?:\bcurl\b[^\n]{0,200}?|\s)(?:-u|--user)[ =])["']?[\w.@-]{1,60}:|\blogin\s+\S{1,80}\s+password\s+|\bsshpass\s+-p\s*["']?|\b(?:mysql|mysqldump|mariadb)\b[^\n]{0,80}?\s-p["']?|\s--?(?:password|passwd|pass|pw)[ =]["']?|\bidentified\s+by\s+["']|\bpassword\s+["'](?=[^"'\n]{4,60}["'])|\bpassword\s{0,3}=\s{0,3}N'(?=[^'\n]{4,60}')|\bset\s{1,3}password\b[^\n]{0,120}?=\s{0,3}password\s{0,2}\(\s{0,2}["'])(?<s>[^\s"'`;,<>|]{4,200})/gid,
    holds: isGiven,
  },
  {
    // The address of a database without a scheme: `ada:password@tcp(db:3306)/x`, `ada:password@db:5432`.
    kind: "password",
    words: ["@"],
    hint: /:[^\s@/"'`]{4,200}@(?:[a-z]{2,8}\(|[\w.-]{1,200}:\d)/,
    pattern:
      /(?<![\w.+/-])[\w.+-]{1,64}:(?<s>[^\s@/"'`]{4,200})@(?:(?:tcp|unix|udp)\(|(?!sha\d)[\w.-]{1,200}:\d{2,5}(?![\w.]))/gd,
    holds: (value) => isGiven(value) && !/^[a-z-]+$/.test(value),
  },
  {
    kind: "W&B key",
    near: ["wandb"],
    hint: /wandb/i,
    pattern:
      /\bwandb(?:\.login\(|\s+login\b)[^\n]{0,80}?(?<![\da-f])(?<s>[\da-f]{40})(?![\da-f])/gid,
    holds: () => true,
  },
  {
    kind: "password",
    near:
      "-p|redis-cli|-a |-a=|--auth|ssh-keygen|ldapsearch|ldapadd|ldapmodify|ldapwhoami|smbclient|htpasswd|rabbitmqctl|/user:|storepass|keypass|--proxy-user|requirepass|masterauth|auth |auth\n|:thin:|sqlplus"
        .split("|"),
    hint:
      /\s-[a-zNPU-]|:thin:|sqlplus|rabbitmqctl|net use|requirepass|masterauth|AUTH /,
    pattern:
      /(?:\b(?:docker|podman|nerdctl|buildah|skopeo|crane|oras|helm|az|oc|cf)\s[^\n|;&]{0,40}?\blogin\b[^\n|;&]{0,200}?\s-p[ =]["']?|\bmongo(?:sh|dump|restore|import|export)?\s[^\n|;&]{0,200}?\s-p[ =]?["']?|\bredis-cli\b[^\n|;&]{0,120}?\s-a[ =]["']?|\b(?:https?|xh)\s[^\n|;&]{0,120}?(?:-a|--auth)[ =]["']?[\w.@-]{1,60}:|\bssh-keygen\b[^\n|;&]{0,200}?\s-N\s{1,3}["']?|\bldap(?:search|add|modify|whoami)\b[^\n|;&]{0,200}?\s-w\s{1,3}["']?|\bmosquitto_\w+\s[^\n|;&]{0,200}?\s-P\s{1,3}["']?|\b(?:un)?zip\s[^\n|;&]{0,120}?-P\s{0,3}["']?|\bsqlcmd\s[^\n|;&]{0,120}?\s-P\s{0,3}["']?|\bcqlsh\s[^\n|;&]{0,120}?\s-p\s{1,3}["']?|\b7za?\s[^\n|;&]{0,120}?\s-p(?!ath)["']?|\bsmbclient\s[^\n|;&]{0,120}?\s-U\s{1,3}["']?\w{1,40}%|\bhtpasswd\s{1,3}-\w{0,4}b\w{0,4}\s{1,3}\S{1,100}\s{1,3}\S{1,60}\s{1,3}|\brabbitmqctl\s{1,3}(?:add_user|change_password)\s{1,3}\S{1,60}\s{1,3}|\bnet\s{1,3}use\s[^\n|;&]{0,120}?\/user:\S{1,60}\s{1,3}|\s-(?:store|key)pass\s{1,3}["']?|\s--proxy-user[ =]["']?[\w.@-]{1,60}:|(?<=^|\n)(?:requirepass|masterauth|AUTH)\s{1,3}|\b(?:jdbc:oracle:thin:|sqlplus\s{1,3})\w{1,40}\/(?=[^\s@]{4,100}@))(?<s>[^\s"'`;,<>|@]{4,200})/gd,
    holds: isGiven,
  },
  {
    kind: "password",
    near: ["stdin", "sudo", "-token"],
    hint: /echo /,
    pattern:
      /\becho\s{1,3}(?:-n\s{1,3})?["']?(?<s>[^\s"'`|$][^\s"'`|]{3,400})["']?\s{0,3}\|[^\n|]{0,160}?(?:password-stdin|--stdin|sudo\s{1,3}-S|--with-token|token-stdin)/gid,
    holds: isGiven,
  },
  {
    // A name and its value beside each other: `setx NAME value`, `ENV NAME value` of a Dockerfile.
    kind: "secret",
    near: ["setx", "setenv", "env", "arg", "config", "secret"],
    hint: /(?:set|setx|setenv|ENV|env|ARG)[ \t]/,
    pattern:
      /\b(?:setx|setenv|env|arg|(?:config|configure|secrets?)\s+set)[ \t]{1,3}["']?(?<n>[\w.:/@-]{2,80})["']?[ \t]{1,3}(?:(?:-b|--body|--value)[ \t=])?["']?(?<s>[^\s"'`;|$=][^\s"'`;|=]{5,400})/gid,
    holds: (value, match) => {
      const isKey = () => looksRandom(value) || looksLikeKey(value);
      const name = match.groups?.["n"] ?? "";
      return !isSample(value) && variableSaysSecret(name, isKey) &&
        (isKey() || saysSecret(name) && /[_A-Z]/.test(name) &&
            /\d/.test(value) && /[a-z]/i.test(value));
    },
  },
  {
    kind: "cookie",
    near: ["curl"],
    hint: /curl /,
    pattern:
      /\bcurl\b[^\n]{0,200}?\s(?:-b|--cookie)[ =]["']?[\w.-]{1,60}=(?<s>[^\s"'`;]{12,1000})/gid,
    holds: (value) => looksRandom(value),
  },
  {
    kind: "private key",
    near: ["wallet(", "privatekey", "fromsecretkey("],
    hint: /Wallet\(|rivateKey|ecretKey/,
    pattern:
      /\b(?:Wallet|privateKeyTo(?:Account|Address)|from(?:PrivateKey|SecretKey))\(\s{0,8}["'`](?<s>(?:0x)?[\da-f]{64})["'`]/gid,
    holds: (value) => !isSample(value),
  },
  {
    kind: "secret",
    near: ["createhmac(", "jwt.sign(", "jwt.verify("],
    hint: /createHmac\(|jwt\./,
    pattern:
      /\b(?:createHmac\(\s{0,8}["'`][\w-]{1,20}["'`]|jwt\.(?:sign|verify)\([^\n"'`]{1,200}?),\s{0,8}["'`](?<s>[^"'`\n]{8,400})["'`]/gid,
    holds: (value) => looksRandom(value),
  },
  {
    // `client.setToken("…")`, `setApiKey("…")`
    kind: "key",
    near: ["apikey(", "token(", "secret(", "accesskey("],
    hint: /(?:ApiKey|APIKey|Token|Secret|AccessKey)\(\s?["'`]/,
    pattern:
      /(?:set|with|use)\w{0,20}(?:ApiKey|APIKey|Token|Secret|AccessKey)\(\s{0,8}["'`](?<s>[^"'`\n]{12,400})["'`]/gd,
    holds: (value) => looksRandom(value),
  },
  {
    // `db.auth("user", "…")`
    kind: "password",
    near: ["auth(", "login(", "signin", "authenticate("],
    hint: /(?:auth|login|signIn|uthenticate|basicAuth)\w*\(/,
    pattern:
      /\b(?:basicAuth|(?:\w{1,40}\.)(?:auth|login|signIn\w{0,20}|authenticate))\(\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{6,100})["'`]/gd,
    holds: (value) => isGiven(value) && /\d/.test(value),
  },
  {
    kind: "token",
    near: ["authorization"],
    hint: /authorization/i,
    pattern:
      /\bauthorization["'`]?\s{0,3}[:=,]\s{0,3}["'`]?(?:(?!basic\b|digest\b)[A-Z][\w-]{1,30}\s{1,3})?(?<s>[\w.~+/=-]{12,4000})/gid,
    holds: (value) => looksRandom(value),
  },
  {
    kind: "token",
    near: ["signature="],
    hint: /Signature=/,
    pattern: /\bSignedHeaders=[^\n]{1,200}?\bSignature=(?<s>[\da-f]{64})/gd,
    holds: () => true,
  },
  {
    kind: "token",
    near: ["deno_auth_tokens"],
    hint: /DENO_AUTH_TOKENS/,
    pattern:
      /\bDENO_AUTH_TOKENS["'`]?\s{0,3}[:=,]\s{0,3}["'`]?(?<s>[^\s"'`]{12,1000})/gd,
    holds: (value) => !isSample(value.replace(/@.*$/, "")),
  },
  {
    // A cookie in a list of them.
    kind: "cookie",
    words: ["value"],
    near: ["sess", "sid"],
    hint: /sess|\bsid\b/i,
    pattern:
      /\bname["']?\s{0,3}:\s{0,3}["'](?:session_?id|(?:[\w.-]{1,40}[_.-])?(?:session|sess|sid)|(?:PHP|J)SESS(?:ION)?ID)["']\s{0,3},\s{0,20}["']?value["']?\s{0,3}:\s{0,3}["'](?<s>[\w%.+/=-]{16,2000})["']/gid,
    holds: () => true,
  },
  {
    kind: "cookie",
    near: ["sess=", "session=", "-token=", "sessid=", "sessionid=", "sid="],
    hint: /(?:sess|session|session-token|SESSID|SESSIONID|sid)=/i,
    pattern:
      /(?<![\w.-])(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|sessionid|[\w.-]{1,40}[_.-](?:session|sess|session-token|sid))=(?<s>[\w%.+/-]{16,2000})/gid,
    holds: (value, match) =>
      looksRandom(value) &&
      (!isPublicId(value) || /^(?:PHP|J)/.test(match[0])),
  },
];
