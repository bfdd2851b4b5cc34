/**
 * Tokens that are known by their own form, but not by what they begin with.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/** Forms whose beginning is not literal. */
export const OPEN_FORMS: readonly {
  kind: string;
  pattern: RegExp;
  hint: string;
  /** So many characters around the hint are read alone, where letters of a digest may be the hint. */
  near?: number;
}[] = [
  {
    kind: "Azure client secret",
    hint: "Q~",
    pattern: /(?<![\w.~-])[\w.~]{3}\dQ~[\w.~-]{31,34}/g,
  },
  {
    kind: "Terraform token",
    hint: ".atlasv1.",
    pattern: /(?<![A-Za-z\d])[A-Za-z\d]{14}\.atlasv1\.[\w-]{60,}/g,
  },
  {
    kind: "W&B key",
    hint: "local-",
    pattern: /(?<![\w-])local-[\da-f]{40}(?![\da-f])/g,
  },
  {
    kind: "Mailchimp key",
    hint: "-us",
    pattern: /(?<![\da-zA-Z])[\da-f]{32}-us\d{1,2}(?!\d)/g,
  },
  {
    kind: "Telegram token",
    hint: ":AA",
    pattern: /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g,
  },
  {
    kind: "Discord token",
    hint: ".",
    pattern: /(?<![\w-])[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,}/g,
  },
  {
    kind: "Azure DevOps token",
    hint: "AZDO",
    near: 90,
    pattern: /\b[A-Za-z\d]{76}AZDO[A-Za-z\d]{4}\b/g,
  },
  {
    kind: "Azure key",
    hint: "JQQJ9",
    near: 90,
    pattern: /\b[A-Za-z\d]{52}JQQJ9[A-Za-z\d]{20,32}(?:==)?/g,
  },
  {
    kind: "Teams webhook",
    hint: "/webhookb2/",
    pattern:
      /(?<=\/webhookb2\/)[\w@-]{30,160}\/IncomingWebhook\/[\w/-]{30,200}/g,
  },
  {
    kind: "webhook",
    hint: "//hook",
    pattern:
      /(?<=\/\/hooks?\.(?:zapier\.com\/hooks\/catch|[a-z\d]{2,8}\.make\.com)\/)[\w/]{12,80}/g,
  },
  {
    kind: "webhook",
    hint: "/with/key/",
    pattern:
      /(?<=\/trigger\/[\w.-]{1,80}\/(?:json\/)?with\/key\/)[\w-]{16,80}/g,
  },
  {
    kind: "Asana token",
    hint: "/1",
    pattern:
      /(?<![\w/])[12]\/1\d{9,19}(?:\/1\d{9,19})?:[\da-f]{32}(?![\da-f])/g,
  },
  {
    kind: "webhook",
    hint: "/webhooks/",
    pattern: /(?<=\/webhooks\/\d{15,20}\/)[\w-]{60,100}/g,
  },
  {
    kind: "webhook",
    hint: "/services/T",
    pattern:
      /(?<=\/services\/)T[A-Z\d]{7,12}\/B[A-Z\d]{7,12}\/[A-Za-z\d]{20,30}/g,
  },
  {
    // Of Mattermost and Rocket.Chat.
    kind: "webhook",
    hint: "/hooks/",
    pattern:
      /(?<=:\/\/[\w.:-]{3,80}\/hooks\/)(?:[a-z\d]{26}|[\da-f]{24}\/[A-Za-z\d]{40,64})(?![A-Za-z\d])/g,
  },
  {
    kind: "password hash",
    hint: "$",
    pattern:
      /\$(?:2[abxy]\$\d\d\$[./A-Za-z\d]{53}|(?:1|5|6|7|y|gy|apr1)\$[\w./=,]{1,60}\$[\w./$]{20,120}|argon2(?:id|i|d)\$[\w=,$+/.-]{40,200}|pbkdf2-sha\d{3}\$[\w=,$+/.-]{40,200})/g,
  },
  {
    kind: "password hash",
    hint: "$",
    pattern:
      /\b(?:pbkdf2(?:_|:)sha\d{1,3}(?::|\$)\d{3,8}|scrypt:\d+:\d+:\d+)\$[\w+/=.-]{4,60}\$[\w+/=.-]{30,200}/g,
  },
];
