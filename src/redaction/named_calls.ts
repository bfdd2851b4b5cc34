/**
 * Secrets in calls of which a name or an argument says secret: what an option falls back to, what a function gives,
 * what a field of a form is filled with.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isBehindUser } from "./calls.ts";
import { isGiven, isGivenPassword, type Surrounding } from "./commands.ts";
import { namesAlgorithm } from "./named_in_code.ts";
import { looksRandom } from "./plausible.ts";

/** What stands for a value under a name: a word under a token may say which one. */
function isNamedValue(value: string, { groups }: RegExpExecArray): boolean {
  return isGivenPassword(value) && !/^[A-Z][A-Z\d_]*$/.test(value) &&
    (/^(?:pass|pwd|kennwort)/i.test(groups?.["n"] ?? "") || looksRandom(value));
}

let made: readonly Surrounding[] | null = null;

/** Secrets in calls, of texts in which a name says secret: made when the first of those is examined. */
export function inNamedCalls(): readonly Surrounding[] {
  return made ??= [
    {
      // `add_argument("--password", default="…")`, `.option("password", { default: "…" })`
      kind: "password",
      words: ["default"],
      hint:
        /["'`](?:-\w,\s?)?-{0,2}[\w-]{0,30}(?:password|passwd|token|secret|api-?key)/i,
      pattern:
        /["'`](?:-\w,\s?)?-{0,2}[\w-]{0,30}(?<n>password|passwd|token|secret|api-?key)(?![\w-])[^"'`\n]{0,40}["'`],[^)]{0,160}?\bdefault\s{0,3}[=:]\s{0,3}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      // `.option("--password <value>", "what it is", "…")`
      kind: "password",
      words: ["ption("],
      hint: /option\(/i,
      pattern:
        /\boption\(\s{0,12}["'`][^"'`\n]{0,30}--[\w-]{0,30}(?<n>password|passwd|token|secret|api-?key)(?![\w-])[^"'`\n]{0,40}["'`]\s{0,3},\s{0,20}["'`][^"'`\n]{0,200}["'`]\s{0,3},\s{0,20}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      kind: "password",
      words: ["SecretStr(", "SecretBytes("],
      hint: /Secret/,
      pattern: /\bSecret(?:Str|Bytes)\(\s{0,8}b?["'](?<s>[^"'\n]{4,200})["']/gd,
      holds: isGiven,
    },
    {
      // `function getPassword() { return "…"; }`, `password: () => "…"`
      kind: "password",
      words: [") =>", "){", ") {", "):", ") ->"],
      hint:
        /(?:password|passwd|pwd|token|secret|api_?key)\w{0,10}\s{0,3}[=:]?\s?(?:async\s?)?\(\s{0,3}\)/i,
      pattern:
        /(?<n>password|passwd|pwd|token|secret|api_?key)\w{0,10}\s{0,3}(?:[=:]\s{0,3}(?:async\s{0,3})?)?\(\s{0,3}\)\s{0,3}(?::\s{0,3}[\w<>]{1,30}\s{0,3}|->\s{0,3}\w{1,20}\s{0,3})?(?:=>|\{|:)\s{0,20}(?:return\s{1,3})?["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      // `password.set("…")`, `passwordInput.value = "…"`
      kind: "password",
      words: [".set(", ".next(", ".value =", ".value="],
      hint:
        /(?:password|passwd|pwd|token|secret|api_?key)\w{0,20}\$?\.(?:set|next|value)\b/i,
      pattern:
        /(?<n>password|passwd|pwd|token|secret|api_?key)\w{0,20}\$?\.(?:(?:set|next)\(\s{0,8}|value\s{0,3}=\s{0,3})["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      // `keyring.set_password("service", "ana", "…")`
      kind: "password",
      words: ["set_password(", "setPassword("],
      hint: /set_?password/i,
      pattern:
        /\bset_?[pP]assword\(\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gd,
      holds: isGiven,
    },
    {
      // `page.fill("#password", "…")`
      kind: "password",
      words: [".fill(", ".type("],
      hint: /pass/i,
      pattern:
        /\.(?:fill|type)\(\s{0,8}["'`][^"'`\n]{0,60}passw?(?:or)?d?[^"'`\n]{0,20}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isGivenPassword,
    },
    {
      // `{ key: ["users", "ana", "password"], value: "…" }`, `kv.set([…, "password"], "…")`
      kind: "password",
      words: ['"]', '" ]', "']", "' ]"],
      hint: /(?:password|passwd|token|secret|api_?key)["'`]\s?\],/i,
      pattern:
        /["'`]\w{0,20}(?<n>password|passwd|token|secret|api_?key)["'`]\s{0,3}\]\s{0,3},\s{0,12}(?:value\s{0,3}:\s{0,3})?["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      // `print("password:", "…")`
      kind: "password",
      words: ['",', "',", "`,"],
      hint:
        /(?:password|passwd|pwd|passphrase|kennwort|token|api[ _-]?key)[\s:=]{0,4}(?:is)?\s?["'`],/i,
      pattern:
        /\b(?<n>password|passwd|pwd|passphrase|passwort|kennwort|token|api[ _-]?key)(?:\s{1,2}is|\s{0,2}[:=])\s{0,2}["'`],\s{0,8}["'`](?<s>[^"'`\s]{4,200})["'`]/gid,
      holds: isNamedValue,
    },
    {
      // `signInWithEmailAndPassword(auth, "ada@lan", "…")`, `authWithPassword("ada", "…")`
      kind: "password",
      words: ["Password(", "_password("],
      hint: /with\w{0,20}password\(/i,
      pattern:
        /with_?\w{0,20}password\(\s{0,8}(?:[\w.]{1,40}\s{0,3},\s{0,8})?["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isGiven,
    },
    {
      // `user.setPassword("ada", "…")`, `hashPassword("…")`
      kind: "password",
      words: ["Password(", "_password("],
      hint: /(?:set|hash|encrypt|change|reset)_?password\(/i,
      pattern:
        /(?:set|hash|encrypt|change|reset)_?password\(\s{0,8}(?:["'`][^"'`\n]{1,80}["'`]\s{0,3},\s{0,8})?["'`](?<s>[^"'`\n]{4,200})["'`]\s{0,3}[,)]/gid,
      holds: isGivenPassword,
    },
    {
      // `page.getByLabel("Password").fill("…")`
      kind: "password",
      words: [").fill(", ").type(", ").sendKeys(", ").pressSequentially("],
      hint: /pass/i,
      pattern:
        /["'`][^"'`\n]{0,60}passw?(?:or)?d?[^"'`\n]{0,30}["'`](?:\s{0,3},[^()\n]{0,60})?\)\.(?:fill|type|sendKeys|pressSequentially)\(\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isGivenPassword,
    },
    {
      // `form.append("password", "…")`
      kind: "password",
      words: ["append(", "put(", "setItem("],
      hint: /\((?:\s{0,8})["'`][\w.-]{0,30}(?:passw|passphrase|pwd|kennwort)/i,
      pattern:
        /\b(?:append|put|setItem)\(\s{0,8}["'`][\w.-]{0,30}(?:password|passwd|passphrase|passwort|pwd|kennwort)["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isGivenPassword,
    },
    {
      // `[["password", "…"]]`
      kind: "password",
      words: ["[[", "[ ["],
      hint: /\[\s{0,8}["'`][\w.-]{0,30}(?:passw|passphrase|pwd|kennwort)/i,
      pattern:
        /\[\s{0,8}["'`][\w.-]{0,30}(?:password|passwd|passphrase|passwort|pwd|kennwort)["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\s]{6,200})["'`]\s{0,3}\]/gid,
      holds: (value) =>
        isBehindUser(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) &&
        /\d/.test(value) && !namesAlgorithm(value),
    },
    {
      // `prompt("Database password", "…")`
      kind: "password",
      words: ["prompt("],
      hint: /prompt\(/i,
      pattern:
        /\bprompt\(\s{0,8}["'`][^"'`\n]{0,60}(?:password|passphrase|kennwort|passwort)[^"'`\n]{0,30}["'`]\s{0,3},\s{0,8}["'`](?<s>[^"'`\n]{4,200})["'`]/gid,
      holds: isGivenPassword,
    },
  ];
}
