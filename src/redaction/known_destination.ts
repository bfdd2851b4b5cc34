/**
 * The tokens by which a run is delivered: wherever they come from, they are known before anything is stored.
 *
 * @module
 */
import type { Destination } from "../base/destination.ts";
import type { Redactor } from "./redaction.ts";
import { saysSecret } from "./secret_names.ts";
import { secretsOfVariable } from "./variable_secrets.ts";

/** Knows the tokens and passwords of a destination. @returns whether one was not known before */
export function knowDestination(
  redactor: Redactor,
  { options, env }: Destination,
): boolean {
  let isNew = false;
  const know = (name: string, value: string) => {
    if (redactor.know?.(name, value) === true) isNew = true;
  };
  for (const [name, value] of Object.entries({ ...env, ...options })) {
    if (!(name in options)) {
      for (const one of secretsOfVariable(name, value)) know(name, one);
    } else if (saysSecret(name)) know(name, value);
    const user = /^[a-z]+:\/\/([^/?#\s]*)@/i.exec(value)?.[1];
    if (user === undefined) continue;
    const password = user.slice(user.indexOf(":") + 1);
    know(name, password);
    try {
      know(name, decodeURIComponent(password));
    } catch {
      // not escaped: it is known as it is
    }
  }
  return isNew;
}
