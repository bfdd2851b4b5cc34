/**
 * What an execution changes: of one value, and with it of those that share objects with it.
 *
 * @module
 */
import { changesGiven } from "./library_functions.ts";
import { isStateless } from "./methods.ts";
import { NameTable } from "./names.ts";
import {
  type Certainty,
  isShared,
  type Operation,
  type Share,
  SHARED,
} from "./operations.ts";
import type { Version } from "./version.ts";

/** The values of names, and who changes them. */
export class ChangeTable extends NameTable {
  /** Notes that the execution changes what a share is of. @param member The one member that is assigned; null when it may be any */
  protected change(
    { name: given, direct, depth = 0 }: Share,
    wanted: Certainty,
    argument: boolean,
    member: string | null = null,
  ): void {
    const name = this.named(given);
    const certainty = direct ? wanted : "possible";
    const first = isShared(name) ? this.shared(name) : this.current(name);
    if (first === undefined) {
      // A built-in object was given something: whoever uses it has that.
      if (certainty !== "sure" || !this.options.globals.has(name)) return;
      return this.changed(this.shared(SHARED.ambient), "sure", false);
    }
    if (first.handle) return;
    if (!direct) this.#changeOfResult(first);
    if (argument) this.changeTogether(first, "possible");
    // What is only possible matters to uses alone.
    if (certainty === "possible" && this.options.uses === false) return;
    for (const [version, { sure }] of first.related(depth)) {
      if (version.handle) continue;
      const how = sure ? certainty : "possible";
      this.changed(
        version,
        how,
        !isShared(name) || name === SHARED.random,
      );
      if (how === "sure" || how === "likely" && !argument) {
        // It may have got members that know of others.
        if (member === null) version.plain = false;
        this.trace.writes.push({
          by: this.index,
          name: version.name,
          version,
          binds: false,
          constant: false,
          member: version === first ? member : null,
        });
      }
    }
  }

  /** A function may change what the same call made. */
  protected changeTogether(version: Version, certainty: Certainty): void {
    for (const other of version.together) {
      if (other !== version && !other.handle) {
        this.changed(other, certainty, true);
      }
    }
  }

  /** What a function gave may be what it reads. */
  #changeOfResult(version: Version): void {
    if (this.options.uses === false) return;
    for (const body of version.bodies.filter((b) => b.method === null)) {
      for (const operation of body.operations) {
        if (operation.type !== "read") continue;
        for (
          const read of this.current(operation.name)?.related().keys() ?? []
        ) {
          if (!read.handle) this.changed(read, "possible", true);
        }
      }
    }
  }

  /** Whether a call of a library's function of that name, or of a library of that name, changes its first argument. */
  protected changesFirst(
    name: string,
    { method, statement, shown }: Operation & { type: "call" },
  ): boolean {
    const version = this.current(name);
    if (method !== null && version?.library !== true) return false;
    return changesGiven(
      [...version?.modules ?? []].map((module) =>
        module.name.slice(SHARED.module.length)
      ),
      method ?? name,
      { statement, shown },
    );
  }

  /** Whether a name stands for a module whose functions leave nothing behind in it. */
  protected isStateless(name: string): boolean {
    const modules = [...this.current(name)?.modules ?? []];
    return modules.length > 0 &&
      modules.every((module) =>
        isStateless(module.name.slice(SHARED.module.length))
      );
  }
}
