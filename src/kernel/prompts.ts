/**
 * What cells ask on a front end's stdin channel, and what is answered.
 *
 * @module
 */
import { secretAnswer } from "../redaction/secret_answer.ts";
import type { LineOptions } from "./line.ts";
import { peek, type Peeked } from "./peek.ts";

/** Has secrets that cells ask for on one connection known before a cell gets them. */
export function watchPrompts(
  onSecrets: (variables: Record<string, string>) => Promise<void>,
): Pick<LineOptions, "fromFrontEnd" | "fromKernel"> {
  const prompts = new Prompts();
  return {
    fromKernel: async (parts, pass) => {
      const message = peek(parts);
      if (message !== null) prompts.ask(message);
      await pass();
    },
    fromFrontEnd: async (parts, pass) => {
      const message = peek(parts);
      const secrets = message === null ? null : prompts.answer(message);
      if (secrets !== null) await onSecrets(secrets);
      await pass();
    },
  };
}

/** The prompts of one connection. */
class Prompts {
  #prompt = "";
  #hidden = false;

  /** The kernel asks. */
  ask(message: Peeked): void {
    if (message.msg_type !== "input_request") return;
    const { prompt, password } = message.content();
    this.#prompt = typeof prompt === "string" ? prompt : "";
    this.#hidden = password === true;
  }

  /** The front end answers. @returns the secret that the answer is, under a name that says so; null where it is none */
  answer(message: Peeked): Record<string, string> | null {
    if (message.msg_type !== "input_reply") return null;
    const { value } = message.content();
    return typeof value === "string"
      ? secretAnswer(this.#prompt, value, this.#hidden)
      : null;
  }
}
