/**
 * Secrets that cells put into the environment while they run, or ask for: they are known at once, here and to the
 * recorder.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { asObject } from "../base/values.ts";
import { secretAnswer } from "../redaction/secret_answer.ts";
import { environment } from "../redaction/secret_sources.ts";
import { secretsOfVariable } from "../redaction/variable_secrets.ts";

const WATCHED = Symbol.for("nbtrack.env.1");

/** What Node's `process` has to read variables from a file. */
type Loads = (path?: string | URL | Uint8Array) => void;

/**
 * Tells of each variable that is set from here on, if its name says secret or it may hold a password, and of answers to
 * prompts that ask for one.
 */
export function watchSecrets(
  onSecret: (variables: Record<string, string>) => void,
): void {
  const env = Deno.env as typeof Deno.env & { [WATCHED]?: true };
  if (env[WATCHED] === true || Object.isFrozen(env)) return;
  env[WATCHED] = true;
  const { set } = env;
  env.set = (name, value) => {
    set.call(env, name, value);
    if (maySecret(name, String(value))) onSecret({ [name]: String(value) });
  };
  const { prompt } = globalThis;
  if (typeof prompt === "function") {
    globalThis.prompt = new Proxy(prompt, {
      apply(target, self, asked: Parameters<typeof prompt>) {
        const answer = Reflect.apply(target, self, asked);
        const secret = secretAnswer(String(asked[0] ?? ""), answer ?? "");
        if (secret !== null) onSecret(secret);
        return answer;
      },
    });
  }
  whenLoaded(() => watchProcess(onSecret));
}

/** Tells of what `process.loadEnvFile` sets: it does so beside `Deno.env.set`. */
function watchProcess(
  onSecret: (variables: Record<string, string>) => void,
): void {
  const { process } = globalThis as { process?: { loadEnvFile?: Loads } };
  const load = process?.loadEnvFile;
  if (process === undefined || load === undefined) return;
  process.loadEnvFile = (...path) => {
    const before = environment();
    load.apply(process, path);
    const changed = Object.entries(environment()).filter(([name, value]) =>
      before[name] !== value && maySecret(name, value)
    );
    if (changed.length > 0) onSecret(Object.fromEntries(changed));
  };
}

/**
 * Calls back once Node's `process` is loaded: now if it is, else when somebody asks for it. Loading it takes 25 ms, which
 * a notebook that does not need it should not wait for.
 */
function whenLoaded(onLoaded: () => void): void {
  let called = false;
  const loaded = () => {
    if (!called) onLoaded();
    called = true;
  };
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "process");
  const { get } = descriptor ?? {};
  if (get === undefined || !descriptor?.configurable || isProcessLoaded()) {
    loaded();
    return;
  }
  Object.defineProperty(globalThis, "process", {
    ...descriptor,
    get() {
      Object.defineProperty(globalThis, "process", descriptor);
      // `node:process` asks while it is being loaded itself, and is told that it is not there yet.
      queueMicrotask(loaded);
      const process = get.call(globalThis);
      loaded();
      return process;
    },
  });
}

/** Whether Node's `process` was loaded, as Deno notes it for itself; true when that is not known. */
function isProcessLoaded(): boolean {
  const internals: unknown = Reflect.get(
    Deno,
    Reflect.get(Deno, "internal") ?? "",
  );
  const noted = asObject(internals);
  return !("__nodeBootstrapArgs" in noted) ||
    noted["__nodeProcessBootstrapped"] === true;
}

function maySecret(name: string, value: string): boolean {
  return value.includes("://") || secretsOfVariable(name, value).length > 0;
}
