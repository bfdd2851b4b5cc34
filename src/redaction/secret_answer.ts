/**
 * Answers to prompts that are secrets.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { kindOf } from "./naming.ts";
import { looksLikeKey, looksRandom } from "./plausible.ts";
import { saysSecretVariable } from "./variable_secrets.ts";

/** Words that ask for a secret where the answer looks like one. */
const ASKS_FOR_KEY = /\b(?:keys?|cookies?|pin|pat)\b/i;

/** Names for kinds whose own word alone does not say secret. */
const NAMES: Readonly<Record<string, string>> = {
  key: "prompt_secret_key",
  cookie: "prompt_secret",
};

/**
 * What is answered to a prompt that asks for a secret, as a variable whose name says so; null where it asks for
 * something else.
 *
 * @param hidden Whether the front end shows no letter of the answer.
 */
export function secretAnswer(
  prompt: string,
  answer: string,
  hidden = false,
): Record<string, string> | null {
  const value = answer.trim();
  if (value === "") return null;
  const asks = hidden || saysSecretVariable(prompt, value) ||
    ASKS_FOR_KEY.test(prompt) && (looksRandom(value) || looksLikeKey(value));
  if (!asks) return null;
  const kind = hidden ? "password" : kindOf(prompt);
  return { [NAMES[kind] ?? `prompt_${kind}`]: value };
}
