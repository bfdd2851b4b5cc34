/**
 * The values of names while executions are followed.
 *
 * @module
 */
import {
  type Certainty,
  type ClassOrigin,
  type FunctionBody,
  GLOBAL,
  isShared,
  type Operation,
  type Share,
  SHARED,
} from "./operations.ts";
import { copied, insideOf, throughCall } from "./scope.ts";
import { SharedTable } from "./shared_table.ts";
import { Version } from "./version.ts";
import {
  type Activation,
  type FollowOptions,
  nothing,
  type Trace,
  type Traced,
} from "./followed.ts";

/** Functions within functions are followed so deep. */
export const MAX_DEPTH = 12;

/** The values of names, and what the execution that is followed does with them. */
export class NameTable {
  readonly trace: Trace = { executions: [], writes: [] };
  protected readonly options: FollowOptions;
  readonly #variables = new Map<string, Version>();
  /** What cells share besides variables. */
  readonly #besides = new SharedTable();
  readonly #asked = new Set<string>();
  protected index = -1;
  protected now: Traced = nothing();

  constructor(options: FollowOptions) {
    this.options = options;
  }

  /** The value of a name now. */
  protected current(name: string): Version | undefined {
    return this.#table(name).get(name);
  }

  #table(name: string): SharedTable | Map<string, Version> {
    return isShared(name) ? this.#besides : this.#variables;
  }

  /** What shares are outside of the function that is being followed. */
  protected resolve(
    shares: readonly Share[],
    { values }: Activation,
  ): readonly Share[] {
    return shares.flatMap((share) => {
      const { name, direct, depth = 0, levels } = share;
      const given = values.get(name);
      if (given !== undefined) {
        const part = insideOf(given, depth);
        if (direct) return part;
        return levels === undefined ? throughCall(part) : copied(part, levels);
      }
      return /^(?:parameter|this):/.test(name) ? [] : [share];
    });
  }

  /** The values that a name stands for: for a file also those of any file, and of the folders above it. */
  #versions(name: string): Version[] {
    if (!isShared(name)) {
      const version = this.current(name);
      return version === undefined ? [] : [version];
    }
    return this.#besides.matching(this.named(name));
  }

  /** A file or a name that is named by a variable, by its text if that is known. */
  protected named(name: string): string {
    if (name.startsWith(GLOBAL.of)) {
      return this.current(name.slice(GLOBAL.of.length))?.text ?? GLOBAL.any;
    }
    const prefix = `${SHARED.file}=`;
    if (!name.startsWith(prefix)) return name;
    const text = this.current(name.slice(prefix.length))?.text;
    return `${SHARED.file}${text?.replace(/^(?:\.\/)+/, "") ?? ""}`;
  }

  protected read(
    name: string,
    certainty: Certainty,
    maybe: boolean,
    member: string | null = null,
  ): void {
    if (name === SHARED.random && this.options.seeded === false) return;
    const versions = this.#versions(name);
    if (versions.length === 0 && !isShared(name) && certainty === "sure") {
      this.#undefined(name, maybe);
    }
    for (const version of versions) this.#use(version, certainty);
    if (certainty === "possible") return;
    if (isShared(name)) {
      const file = this.named(name);
      if (file.startsWith(SHARED.file) && file !== SHARED.file) {
        this.now.reads.set(file, new Set(versions));
      }
      if (
        name === SHARED.cwd ||
        name.startsWith(SHARED.env) && name !== SHARED.env
      ) this.now.surroundings.set(name, new Set(versions));
      return;
    }
    const members = this.now.members.get(name);
    if (member === null) this.now.members.set(name, null);
    else if (members === undefined) {
      this.now.members.set(name, new Set([member]));
    } else members?.add(member);
    for (const version of versions) {
      const known = this.now.reads.get(name) ?? new Set();
      this.now.reads.set(name, known.add(version));
      // A function that is only named may be called by whoever gets it.
      for (const body of version.bodies) this.#mention(body, [body]);
    }
  }

  /** A name that `typeof` asks for may as well not be there. */
  #undefined(name: string, maybe: boolean): void {
    if (maybe) this.#asked.add(name);
    else if (!this.#asked.has(name) && !this.options.globals.has(name)) {
      this.now.undefinedNames.add(name);
    }
  }

  /** What a function reads may be used. */
  #mention(body: FunctionBody, active: readonly FunctionBody[]): void {
    for (const operation of body.operations) {
      if (operation.type !== "read") continue;
      this.read(operation.name, "possible", true);
      for (const version of this.#versions(operation.name)) {
        for (const inner of version.bodies) {
          if (active.includes(inner) || active.length > MAX_DEPTH) continue;
          this.#mention(inner, [...active, inner]);
        }
      }
    }
  }

  #use(version: Version, certainty: Certainty): void {
    if (this.options.uses === false) return;
    const { uses } = this.now;
    for (const index of version.makers) {
      if (index !== this.index) uses.add(index, certainty);
    }
    uses.addBefore(this.index, version.changers, certainty);
  }

  /** Notes that the execution changes a value: whoever uses it from then on uses the execution. */
  protected changed(
    version: Version,
    certainty: Certainty,
    reads: boolean,
  ): void {
    if (this.options.uses === false) return;
    version.changed(this.index, certainty, reads);
  }

  protected bind(
    operation: Operation & { type: "bind" },
    frame: Activation,
  ): void {
    const name = this.named(operation.name);
    const { declares, bodies, text, constant, handle, plain } = operation;
    const old = this.current(name);
    const certain = operation.certain && frame.certain;
    for (const index of old?.declarers ?? []) {
      if (!declares && index !== this.index) {
        this.now.uses.add(index, "sure");
      }
    }
    const version = old === undefined || certain ? new Version(name) : old;
    if (version === old) this.changed(version, "sure", false);
    else {
      version.makers.add(this.index);
      for (const index of declares ? [] : old?.declarers ?? []) {
        version.declarers.add(index);
      }
      this.#table(name).set(name, version);
    }
    if (declares) version.declarers.add(this.index);
    version.bodies.push(...bodies);
    version.text = certain ? text : null;
    version.handle ||= handle;
    version.plain = version === old ? version.plain && plain : plain;
    version.library ||= operation.library;
    version.global = certain &&
      operation.origins.some(({ name, part }) =>
        !part && /^(?:globalThis|window|self)$/.test(name)
      );
    version.foreign ||= operation.origins.some((of) => this.#isForeign(of));
    this.link(version, operation.shares, frame);
    const by = this.index;
    this.trace.writes.push({
      by,
      name,
      version,
      binds: true,
      constant,
      member: null,
    });
    if (handle && name !== SHARED.random) this.#seed();
  }

  /** Whether what comes from there may have a class that nobody knows. */
  #isForeign({ name, part }: ClassOrigin): boolean {
    if (name.startsWith(SHARED.module)) return true;
    const version = this.current(name);
    if (version === undefined) return false;
    return version.isForeign(part) ||
      // A function gives what it got from others.
      version.bodies.some(({ method, operations }) =>
        method === null && operations.some((step) =>
          step.type === "read" &&
          this.current(step.name)?.isForeign(false) === true
        )
      );
  }

  /** `track()` makes the numbers of `Math.random` begin anew. */
  #seed(): void {
    const version = new Version(SHARED.random);
    version.makers.add(this.index);
    this.#besides.set(SHARED.random, version);
  }

  protected link(
    version: Version,
    shares: readonly Share[],
    frame: Activation,
  ): void {
    for (const share of this.resolve(shares, frame)) {
      const { name, direct, depth = 0, levels } = share;
      const other = this.current(name) ??
        (isShared(name) ? this.shared(this.named(name)) : undefined);
      if (other === undefined) continue;
      // What methods of an unknown class give, nobody knows.
      const isCopy = levels !== undefined && !other.isForeign(depth > 0);
      if (isCopy) version.linkCopy(other, levels, depth);
      else version.link(other, direct, direct ? depth : 0);
      if (name.startsWith(SHARED.module)) version.modules.add(other);
      if (direct && other.handle) version.handle = true;
      if (direct && depth === 0 && other.library) version.library = true;
      // A copy of a function does what the function does.
      if (direct && version.bodies.length === 0) {
        version.bodies.push(...other.bodies);
      }
    }
  }

  protected shared(name: string): Version {
    const known = this.current(name);
    if (known !== undefined) return known;
    const version = new Version(name);
    this.#table(name).set(name, version);
    return version;
  }
}
