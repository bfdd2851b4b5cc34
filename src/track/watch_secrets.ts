/**
 * Secrets that cells put into the environment while they run: they are known at once, here and to the recorder.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { saysSecretVariable } from "../redaction/secret_sources.ts";

const WATCHED = Symbol.for("nbtrack.env.1");

/** Tells of each variable that is set from here on, if its name says secret or it may hold a password. */
export function watchSecrets(
  onSecret: (variables: Record<string, string>) => void,
): void {
  const env = Deno.env as typeof Deno.env & { [WATCHED]?: true };
  if (env[WATCHED] === true || Object.isFrozen(env)) return;
  env[WATCHED] = true;
  const { set } = env;
  env.set = (name, value) => {
    set.call(env, name, value);
    if (
      saysSecretVariable(name, String(value)) || String(value).includes("://")
    ) {
      onSecret({ [name]: String(value) });
    }
  };
}
