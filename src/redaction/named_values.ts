/**
 * Secrets that stand beside their names: a member `value` beside a member `name`, an attribute, an element, a bold word.
 * Loaded inside cells: it imports nothing but its like.
 *
 * @module
 */
import { isMemberSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import {
  IN_CODE,
  isPrinted,
  isSurelyDrawn,
  type NamedPair,
} from "./named_in_code.ts";
import { isFigure, isRandomKey } from "./named_kinds.ts";
import { isSecretName, kindOf, namePattern, PASSWORD } from "./naming.ts";
import { isPublicId, isSample, looksRandom } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";
import { hasSign } from "./words_in_text.ts";

/** A way in which a name and a value stand beside each other: the groups `n` and `v`, or `q` in quotation marks. */
const PAIRS: readonly NamedPair[] = [
  ...IN_CODE,
  {
    // {"name": "DB_PASSWORD", "value": "…"}, and as YAML.
    hint: /\bval(?:ue)?\b/i,
    pattern:
      /(?<![\w$])(?:name|key|variable|field|setting|type)["']?\s{0,3}[:=]\s{0,3}["']?(?<n>[\w.-]{2,80})["']?[\s,;]{1,60}["']?val(?:ue)?["']?\s{0,3}[:=]\s{0,3}(?:(?<m>["'])(?<q>(?:(?!\k<m>)[^\\\n]|\\.){1,400})\k<m>|(?<v>[^\s"'`,;(){}[\]<>]{3,400}))/gid,
  },
  {
    hint: /\bval(?:ue)?["']?\s{0,3}:/i,
    pattern:
      /(?<![\w$])val(?:ue)?["']?\s{0,3}:\s{0,3}(?<m>["'])(?<q>(?:(?!\k<m>)[^\\\n]|\\.){1,400})\k<m>\s{0,20},\s{0,20}["']?(?:name|key|variable|field|setting)["']?\s{0,3}:\s{0,3}["'](?<n>[\w.-]{2,80})["']/gid,
  },
  {
    // [{ k: "password", v: "…" }]
    hint: /\bv["']?\s{0,3}:/,
    pattern:
      /(?<![\w$])["']?k["']?\s{0,3}:\s{0,3}["'](?<n>[\w.-]{2,80})["']\s{0,3},\s{0,12}["']?v["']?\s{0,3}:\s{0,3}(?<m>["'])(?<q>(?:(?!\k<m>)[^\\\n]|\\.){1,400})\k<m>/gd,
  },
  {
    // A text of TOML of one line.
    hint: /"""|'''/,
    pattern:
      /(?<![\w$])(?<n>[\w.-]{2,80})\s{0,3}=\s{0,3}(?<m>"""|''')[ \t]{0,3}\r?\n(?<q>[^\s"'`\\]{4,400})\r?\n?\k<m>/gd,
  },
  {
    // <add key="DbPassword" value="…"/>, <input name="password" value="…">
    hint: /\svalue\s?=/i,
    pattern:
      /\s(?:name|key|id)\s?=\s?["'](?<n>[\w.:-]{2,80})["'](?:\s[^<>]{0,200}?)?\svalue\s?=\s?(?<m>["'])(?<q>[^"'<>]{1,400})\k<m>/gid,
  },
  {
    hint: /\svalue\s?=/i,
    pattern:
      /\svalue\s?=\s?(?<m>["'])(?<q>[^"'<>]{1,400})\k<m>(?:\s[^<>]{0,200}?)?\s(?:name|key|id)\s?=\s?["'](?<n>[\w.:-]{2,80})["']/gid,
  },
  {
    // <password value="…"/>
    hint: /<[\w.-]{2,60}\s[^<>]{0,200}value\s?=/i,
    pattern:
      /<(?<n>[a-z][\w.-]{1,60})\s(?:[^<>]{0,200}?\s)?value\s?=\s?(?<m>["'])(?<q>[^"'<>]{1,400})\k<m>/gid,
  },
  {
    // <entry key="password">…</entry>
    hint: /<[a-z]+\s[^<>]{0,120}(?:name|key)\s?=/i,
    pattern:
      /<[a-z]\w{0,20}\s(?:[^<>]{0,120}?\s)?(?:name|key)\s?=\s?["'](?<n>[\w.:-]{2,80})["'][^<>/]{0,120}>\s{0,20}(?:<value>\s{0,20})?(?<q>[^<>\s]{1,400})\s{0,20}<\//gid,
  },
  {
    // <key>password</key><string>…</string>
    hint: /<(?:name|key|string)>/i,
    pattern:
      /<(?<t>name|key|string)>\s{0,20}(?<n>[\w.-]{2,80})\s{0,20}<\/\k<t>>\s{0,60}<(?:value|string|val)>\s{0,20}(?<q>[^<>\s]{1,400})\s{0,20}<\//gid,
  },
  {
    // <input type="password" value="…">
    hint: /\btype\s?=\s?["']?password/i,
    pattern:
      /<input\b(?=[^<>]{0,300}?\stype\s?=\s?["']?(?<n>password)\b)[^<>]{0,300}?\svalue\s?=\s?(?<m>["'])(?<q>[^"'<>]{1,400})\k<m>/gid,
  },
  {
    // <meta name="csrf-token" content="…">
    hint: /<meta\b/i,
    pattern:
      /<meta\b(?=[^<>]{0,300}?\sname\s?=\s?["'](?<n>[\w.:-]{2,80})["'])[^<>]{0,300}?\scontent\s?=\s?(?<m>["'])(?<q>[^"'<>]{1,400})\k<m>/gid,
  },
  {
    // "db_password": { "value": "…" }
    hint: /[{,]\s{0,20}["']?value["']?\s{0,3}:/,
    pattern:
      /(?<![\w$])["']?(?<n>[\w.-]{2,80})["']?\s{0,3}:\s{0,3}\{\s{0,20}(?:["']?(?:type|sensitive)["']?\s{0,3}:\s{0,3}["']?\w{1,20}["']?,\s{0,20}){0,2}["']?value["']?\s{0,3}:\s{0,3}(?<m>["'])(?<q>(?:(?!\k<m>)[^\\\n]|\\.){1,400})\k<m>/gd,
  },
  {
    // A block of YAML of one line.
    hint: /:[ \t]{0,3}[|>][-+]?[ \t]{0,3}\r?\n/,
    pattern:
      /(?<![\w$])["']?(?<n>[\w.-]{2,80})["']?:[ \t]{0,3}[|>][-+]?[ \t]{0,3}\r?\n[ \t]{1,20}(?<v>[^\s"'`{}]{4,400})[ \t]{0,3}(?=\r?\n|$)/gd,
  },
  {
    // A value of YAML with an anchor or a tag before it: `password: !!str …`.
    hint: /:[ \t]{1,8}(?:&|!!)/,
    pattern:
      /(?<![\w$])(?<n>[\w.-]{2,80})["']?:[ \t]{1,8}(?:(?:&|!!)[\w-]{1,40}[ \t]{1,4}){1,2}(?:(?<m>["'])(?<q>[^"'\\\n]{1,400})\k<m>|(?<v>[^\s"'`,;{}[\]]{4,400}))(?=[ \t]*(?:#.*)?\r?$)/gdm,
  },
  {
    // <password><![CDATA[…]]></password>, also over lines and with attributes.
    hint:
      /<\/[\w.:-]{0,60}(?:pass|pwd|kennwort|secret|token|key|credential)[\w.-]{0,30}>/i,
    pattern:
      /<(?<n>[a-z][\w.:-]{1,60})(?:\s[^<>]{0,200})?>\s{0,80}(?:<!\[CDATA\[\s{0,20})?(?<q>[^\s<>{}[\]]{4,400})\s{0,80}(?:\]\]>\s{0,80})?<\/\k<n>>/gid,
  },
  {
    // variable "db_password" { default = "…" }
    hint: /\b(?:variable|output)\s{1,3}"/,
    pattern:
      /\b(?:variable|output)\s{1,3}"(?<n>[\w-]{2,80})"\s{0,3}\{[^{}]{0,600}?\b(?:default|value)\s{0,20}=\s{0,3}(?<m>")(?<q>[^"\\\n]{1,400})\k<m>/gd,
  },
  {
    // What Kubernetes keeps as secrets.
    hint: /^kind:\s{0,3}Secret\b/m,
    pattern:
      /(?<=^(?:data|stringData):[ \t]{0,3}\r?\n(?:[ \t][^\n]{0,4000}\n){0,60})[ \t]{1,8}(?<n>[\w.-]{1,80}):[ \t]{1,8}(?<k>[^\s|>]\S{3,4000})/gdm,
  },
  {
    // A part of a form that is sent.
    hint: /form-data;/,
    pattern:
      /\bform-data;\s{0,3}name="(?<n>[\w.[\]-]{2,80})"[^\n]{0,200}\n(?:[\w-]{1,60}:[^\n]{0,200}\n){0,5}\r?\n(?<q>[^\s"'`]{4,400})(?=\r?\n|$)/gid,
  },
  {
    // A series, as pandas shows it.
    hint: /\bdtype: (?:object|str|string|category)\b/,
    pattern:
      /^(?<n>[A-Za-z][\w.-]{1,80})[ \t]{2,80}(?!(?:u?int|float|complex|bool|datetime|timedelta|period|interval|string|categ|large|dictionary|list|struct|decimal|date|double|null|object)[\w[\], ]*\r?$)(?<q>\S{4,400})[ \t]*\r?$/gmd,
  },
  {
    // What Kaggle gives its users.
    hint: /\busername\b/,
    pattern:
      /\busername["']?\s{0,4}:\s{0,4}["'`][^"'`\n]{1,80}["'`]\s{0,8},\s{0,8}["']?(?<n>key)["']?\s{0,4}:\s{0,4}["'`](?<k>[\da-f]{32})["'`]/gid,
  },
];

/** Each of them has one of these signs. */
const IN_PAIRS = "=:<,[";

/** A password behind its name in a page, with elements between them. */
const MARKED = namePattern(
  "gid",
  ({ labels }) =>
    `(?<n>${labels})\\s{0,2}[:：=]?\\s{0,2}<\\/[a-z]\\w{0,10}>(?<between>(?:\\s|&nbsp;|[:：=]|<(?!th\\b)[^<>]{0,200}>){0,8})(?<v>[^\\s<>"'\`&]{4,200})`,
);

/** A password behind its name in Markdown, or in a page behind a sign: `**Password:** …`, `Password: <code>…`. */
const EMPHASISED = namePattern(
  "gid",
  ({ labels }) =>
    `(?<n>${labels})(?<between>[*_\`]{0,3}\\s{0,2}[:：=](?:[*_\`\\s]|&nbsp;|<(?!th\\b)[a-z][^<>]{0,200}>){1,8})(?<v>[^\\s<>"'\`&*]{4,200})`,
);

/** A key or a token behind its name in a sentence: `Your API key is …`. */
const SAID = namePattern(
  "gid",
  ({ labels }) =>
    `(?<n>${labels})\\s{1,2}(?:is|was|ist|lautet|est|es)[:：]?\\s{1,2}["'\`“]?(?<v>[\\w+/~-]{12,200})`,
);

/** A password or a token at the end of a line behind its name: `Password for ada: …`, `password …`. */
const PRINTED = namePattern(
  "gimd",
  ({ labels }) =>
    `(?<n>${labels})["'\`]?(?:[ \\t]{1,3}(?:for|of|für)[ \\t]{1,2}(?:user[ \\t]{1,2})?["'\`]?[\\w.@-]{1,60}["'\`]?)?(?:[ \\t]{1,3}\\([^()\\n]{1,30}\\))?(?:[ \\t.]{0,40}(?:[:：=]|[=-]>|→|[ \\t][-–—][ \\t])[ \\t]{0,8}|[ \\t]{1,8})["'\`]?(?<v>[^\\s"'\`]{7,63}[^\\s"'\`.,;:])["'\`]?[.,;]?(?=[ \\t]{0,8}\\r?$)`,
);

/** In which texts such values stand, between which signs, and which of them are secrets. */
const SHOWN = [
  { pattern: MARKED, signs: "<", hint: /<\//, holds: isShown },
  { pattern: EMPHASISED, signs: ":：=", hint: /[*_`<]/, holds: isShown },
  {
    pattern: SAID,
    signs: null,
    hint: /\s(?:is|was|ist|lautet|est?)[:：\s]/,
    holds: (value: string) => looksRandom(value) && isDrawn(value),
  },
  { pattern: PRINTED, signs: " \t:：=>→", hint: /\d/, holds: isPrinted },
] as const;

/** Whether a value that stands out behind a name is a secret. */
function isShown(value: string, name: string): boolean {
  return PASSWORD.test(name)
    ? /\d/.test(value) && /[a-z]/i.test(value)
    : looksRandom(value);
}

/** Values beside names that say secret. */
export function findNamedValues(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  const pairs = hasSign(text, IN_PAIRS) ? PAIRS : [];
  for (const { hint, pattern, isSure } of pairs) {
    if (!hint.test(text)) continue;
    for (const { 0: all, groups = {}, indices } of text.matchAll(pattern)) {
      const name = groups["n"] ?? "";
      const group = ["k", "q", "v"].find((one) => groups[one] !== undefined) ??
        "v";
      const value = groups[group] ?? "";
      const range = indices?.groups?.[group];
      if (range === undefined) continue;
      if (isSure === true && !isSurelyDrawn(value)) continue;
      // Without commas and quotation marks it is YAML, in which a word is a text.
      const isCode = group === "v" && /[,;"'=]/.test(all);
      if (
        group !== "k" && !isValueOf(name, value, isCode) &&
        !isRandomKey(name, value)
      ) continue;
      if (group === "v" && isFigure(name, value, false)) continue;
      const [start, end] = range;
      found.push({ start, end, kind: kindOf(name), name });
    }
  }
  for (const { pattern, signs, hint, holds } of SHOWN) {
    if (signs !== null && !hasSign(text, signs) || !hint.test(text)) continue;
    for (const { groups = {}, indices } of text.matchAll(pattern(text))) {
      const { n: name = "", v: value = "", between = "" } = groups;
      const range = indices?.groups?.["v"];
      if (range === undefined || isSample(value) || isPublicId(value)) continue;
      if (pattern === EMPHASISED && !/[*_`<]/.test(between)) continue;
      if (!holds(value, name)) continue;
      const [start, end] = range;
      const kind = kindOf(name);
      // A token that is known by its own form keeps the kind of that.
      found.push(
        pattern === PRINTED ? { start, end, kind } : { start, end, kind, name },
      );
    }
  }
  return found;
}

function isValueOf(name: string, value: string, isCode: boolean): boolean {
  if (!isSecretName(name)) return false;
  // An expression: `value: state.password`.
  if (isCode && /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(value)) {
    if (!/\d/.test(value)) return false;
  }
  return isMemberSecret(name, value);
}
