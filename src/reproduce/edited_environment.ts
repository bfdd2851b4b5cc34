/**
 * What of a recorded environment was changed afterwards: the digest tells which value it had, where it is one of those
 * that there are.
 *
 * @module
 */
import { captureEnvironment } from "../base/environment.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import { environmentDigest } from "../record/bundle/second_digests.ts";

type RecordedEnvironment = Manifest["environment"];

/** Locales that are tried, beside that of this machine. */
const LOCALES = [
  ..."ar-EG cs-CZ da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-IE en-IN"
    .split(" "),
  ..."en-US es-ES es-MX fi-FI fr-CA fr-CH fr-FR he-IL hi-IN hu-HU it-IT ja-JP"
    .split(" "),
  ..."ko-KR nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sv-SE th-TH tr-TR"
    .split(" "),
  ..."uk-UA vi-VN zh-CN zh-TW".split(" "),
];

/** Says what was changed of an environment that does not fit its second digest. */
export function editedEnvironment(
  environment: RecordedEnvironment,
  digest: string,
): string {
  for (const [key, name, values] of candidates(environment)) {
    for (const value of values) {
      if (environmentDigest({ ...environment, [key]: value }) !== digest) {
        continue;
      }
      return `the recorded ${name} was changed afterwards: ${
        value ?? "none"
      } → ${environment[key] ?? "none"}`;
    }
  }
  return `the recorded environment was changed afterwards: it says ${
    environmentText(environment)
  }`;
}

/** What each value may have been, for those of which there are few. */
function* candidates(
  { locale }: RecordedEnvironment,
): Generator<["timezone" | "locale" | "lang", string, Set<string | null>]> {
  const here = captureEnvironment();
  const locales = new Set([here.locale, ...LOCALES]);
  if (typeof locale === "string") locales.add(locale);
  const zones = ["UTC", here.timezone, ...Intl.supportedValuesOf("timeZone")];
  yield ["timezone", "time zone", new Set(zones)];
  yield ["locale", "locale", locales];
  const langs = [...locales].map((tag) => tag.replace("-", "_"));
  yield [
    "lang",
    "locale",
    new Set([
      here.lang,
      null,
      "C",
      "C.UTF-8",
      "POSIX",
      ...langs.flatMap((lang) => [lang, `${lang}.UTF-8`, `${lang}.utf8`]),
    ]),
  ];
}

/** Deno, machine, zone and locale of a record, as it names them. */
function environmentText(environment: RecordedEnvironment): string {
  const { deno, os, arch, timezone, locale, lang } = environment;
  const machine = [os, arch].filter((part) => part !== null).join(" ");
  const language = lang ?? locale;
  return [
    `Deno ${deno ?? "unknown"}${machine === "" ? "" : ` on ${machine}`}`,
    ...typeof timezone === "string" ? [`time zone ${timezone}`] : [],
    ...typeof language === "string" ? [`locale ${language}`] : [],
  ].join(", ");
}
