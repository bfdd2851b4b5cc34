/**
 * The gate of the journal: every text that is stored passes through here once, on its way in.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import type { Redacted, Redactor } from "./redaction.ts";
import { redacted, saysSecret, stripUrlCredentials } from "./secret_names.ts";

const NOTHING: readonly string[] = [];

/** Variables that hold nbtrack's own token. */
const TOKEN_VARIABLES = [
  ENV.trackingToken,
  ENV.trackingPassword,
  ENV.gitlabToken,
  ENV.ciJobToken,
];
/** Shorter values are no tokens of GitLab's, and might stand in a text by chance. */
const SHORTEST_TOKEN = 16;

/**
 * Redacts values whose name says that they are secret, credentials in URLs that are values, and nbtrack's own token
 * wherever it stands; other texts pass as they are.
 */
export const standardRedaction: Redactor = {
  named(name: string, value: string): Redacted {
    if (saysSecret(name)) {
      return { text: redacted("secret name"), kinds: ["secret name"] };
    }
    const stripped = stripUrlCredentials(value);
    const { text, kinds } = standardRedaction.text(stripped);
    return {
      text,
      kinds: stripped === value ? kinds : [...kinds, "URL credentials"],
    };
  },
  text(text: string): Redacted {
    const found = ownTokens().filter((token) => text.includes(token));
    if (found.length === 0) return { text, kinds: NOTHING };
    const placeholder = redacted("token");
    return {
      text: found.reduce((t, token) => t.replaceAll(token, placeholder), text),
      kinds: ["token"],
    };
  },
};

function ownTokens(): string[] {
  return TOKEN_VARIABLES.flatMap((name) => {
    try {
      const token = readEnv(name)?.trim() ?? "";
      return token.length < SHORTEST_TOKEN ? [] : [token];
    } catch {
      return []; // a variable that this process may not read
    }
  });
}
