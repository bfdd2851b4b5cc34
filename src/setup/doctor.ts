/**
 * What is well and what is not, from Deno to the server: each check one sentence, and what to do.
 *
 * @module
 */
import type { Check } from "../gitlab/access.ts";
import { type DoctorOptions, failed } from "./checks.ts";
import { serverChecks } from "./doctor_server.ts";
import { journalChecks } from "./doctor_journal.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { diskCheck, machineChecks } from "./doctor_machine.ts";

export type { Check, DoctorOptions };

/** Makes every check. Nothing is thrown: what keeps a check from being made is its finding. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const checks: Check[] = [];
  const parts: [string, () => AsyncIterable<Check>][] = [
    ["machine", () => machineChecks(options)],
    ["disk", () => diskCheck(options.home)],
    ["journal", () => journalChecks(options.home)],
    ["server", () => serverChecks(options)],
  ];
  for (const [name, part] of parts) {
    try {
      for await (const check of part()) {
        checks.push(withoutSecrets(check, options.home));
      }
    } catch (error) {
      checks.push(withoutSecrets(failed(name, error), options.home));
    }
  }
  return checks;
}

/** A finding may quote what a server says, and that may be the token in another form. */
function withoutSecrets(check: Check, home: string): Check {
  const clean = (text: string) => standardRedaction(home).text(text).text;
  return {
    ...check,
    message: clean(check.message),
    hint: check.hint === null ? null : clean(check.hint),
  };
}
