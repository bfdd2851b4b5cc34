/**
 * The tokens by which a run is delivered: wherever they come from, they are known before anything is stored.
 *
 * @module
 */
import type { Destination } from "../base/destination.ts";
import type { Redactor } from "./redaction.ts";
import { saysSecret } from "./secret_names.ts";

/** Knows the tokens and passwords of a destination. */
export function knowDestination(
  gate: Redactor,
  { options, env }: Destination,
): void {
  for (const [name, value] of Object.entries({ ...env, ...options })) {
    if (saysSecret(name)) gate.know?.(name, value);
    const user = /^[a-z]+:\/\/([^/?#\s]*)@/i.exec(value)?.[1];
    if (user === undefined) continue;
    const password = user.slice(user.indexOf(":") + 1);
    gate.know?.(name, password);
    try {
      gate.know?.(name, decodeURIComponent(password));
    } catch {
      // not escaped: it is known as it is
    }
  }
}
