/**
 * What code in a sandbox asked Deno for, whether it said so or went another way where it was refused. Deno writes it into
 * a file that the code cannot reach.
 *
 * @module
 */
import { parsedJson } from "../../base/values.ts";
import { z } from "../../base/zod.ts";
import type { SandboxGrants } from "../replay/types.ts";
import { isGranted, refusal, SYSTEM_RIGHTS } from "./permissions.ts";

/** Of what one cell asks for so much is read, bytes. */
const MAX_BYTES = 4 << 20;
/** So many rights of one cell are named. */
const MAX_NAMED = 3;

const askedSchema = z.looseObject({
  permission: z.string(),
  value: z.string().nullish(),
});

/** The file in which Deno notes what is asked for, read cell by cell. */
export class AskedRights {
  /** The variable of Deno that names the file. */
  readonly env: Readonly<Record<string, string>>;
  readonly #path: string;
  readonly #grants: SandboxGrants;
  #read = 0;

  constructor(folder: string, grants: SandboxGrants) {
    this.#path = `${folder}/asked.jsonl`;
    this.#grants = grants;
    this.env = { DENO_AUDIT_PERMISSIONS: this.#path };
  }

  /** What was asked for since the last call and is none of the sandbox's rights, in sentences. */
  refused(): string[] {
    const said = new Set<string>();
    for (const line of this.#next().split("\n")) {
      const asked = askedSchema.safeParse(parsedJson(line));
      if (!asked.success) continue;
      const { permission, value } = asked.data;
      if (value === null || value === undefined) continue;
      if (!this.#isRefused(permission, value)) continue;
      said.add(
        refusal(`Requires ${permission} access to "${value}", run again with`),
      );
    }
    return [...said].slice(0, MAX_NAMED);
  }

  #isRefused(permission: string, value: string): boolean {
    switch (permission) {
      case "ffi":
      case "run":
        return true;
      case "sys":
        return !SYSTEM_RIGHTS.includes(value);
      case "net":
        // An address is asked for besides, and then its host.
        return !value.includes("/") && !isGranted(value, this.#grants.net);
      default:
        return false;
    }
  }

  #next(): string {
    let file;
    try {
      file = Deno.openSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return ""; // nothing was asked for
      throw error;
    }
    using open = file;
    const { size } = open.statSync();
    open.seekSync(this.#read, Deno.SeekMode.Start);
    const bytes = new Uint8Array(Math.min(size - this.#read, MAX_BYTES));
    const n = open.readSync(bytes) ?? 0;
    this.#read = size;
    return new TextDecoder().decode(bytes.subarray(0, n));
  }
}
