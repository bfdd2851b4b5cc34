/**
 * Following names over executions in their order: which executions each one uses.
 *
 * @module
 */
import { ChangeTable } from "./changes.ts";
import { certaintyOf, does } from "./methods.ts";
import {
  type Activation,
  type FollowOptions,
  nothing,
  type Trace,
} from "./followed.ts";
import { MAX_DEPTH } from "./names.ts";
import {
  ANY_MEMBER,
  type FunctionBody,
  GIVEN_FUNCTION,
  isLocalSpecifier,
  type Operation,
  type Share,
  SHARED,
  unknownValue,
} from "./operations.ts";
import { insideOf } from "./scope.ts";

/** An execution, as it is followed. */
export interface TracedExecution {
  /** What it does; null when it did nothing, as its cell does not parse or is not known. */
  operations: readonly Operation[] | null;
  /** It failed: nothing it does is certain. */
  failed: boolean;
}

/** Follows executions in their order. */
export function follow(
  executions: readonly TracedExecution[],
  options: FollowOptions,
): Trace {
  const follower = new Follower(options);
  for (const execution of executions) follower.execute(execution);
  return follower.trace;
}

/** Methods that call the functions that were kept before. */
const CALLS_KEPT =
  /^(?:dispatchEvent|dispatch|emit|fire|trigger|notify|publish|run|flush|next)$/;

class Follower extends ChangeTable {
  /** The names of all accessors: where there are none, a member that is read costs nothing. */
  readonly #accessors = new Set<string>();

  execute({ operations, failed }: TracedExecution): void {
    this.index++;
    this.now = nothing();
    this.trace.executions.push(this.now);
    this.read(SHARED.ambient, "sure", true);
    const frame: Activation = {
      values: new Map(),
      certainty: "sure",
      active: [],
      certain: !failed,
    };
    for (const operation of operations ?? []) this.#step(operation, frame);
    // A function that reads a name before it is declared was called after that.
    for (const name of this.now.undefinedNames) {
      if (this.current(name)?.declarers.has(this.index)) {
        this.now.undefinedNames.delete(name);
      }
    }
  }

  #step(operation: Operation, frame: Activation): void {
    switch (operation.type) {
      case "read":
        return this.read(
          operation.name,
          frame.certainty,
          operation.maybe,
          operation.member,
        );
      case "bind":
        this.#noteAccessors(operation.bodies);
        return this.bind(operation, frame);
      case "access":
        return this.#access(operation, frame);
      case "join": {
        this.#noteAccessors(operation.bodies);
        const { name } = operation;
        for (const share of this.resolve([{ name, direct: true }], frame)) {
          const version = this.current(share.name);
          if (version === undefined) continue;
          version.bodies.push(...operation.bodies);
          this.link(version, operation.shares, frame);
        }
        return;
      }
      case "together": {
        const made = operation.names.flatMap((name) =>
          this.current(name) ?? []
        );
        for (const version of made) version.together = made;
        return;
      }
      case "change": {
        const { name, depth } = operation;
        for (
          const share of this.resolve([{ name, direct: true, depth }], frame)
        ) {
          // Another name may stand for a part of the object.
          const member = share.name === name ? operation.member : null;
          if (member !== null && this.current(name)?.global === true) {
            this.bind(unknownValue(member, false), frame);
          }
          this.change(share, operation.certainty, operation.argument, member);
        }
        return;
      }
      case "call":
        return this.#call(operation, frame);
    }
  }

  #noteAccessors(bodies: readonly FunctionBody[]): void {
    for (const { method } of bodies) {
      if (method !== null && /^(?:[gs]et |\[)/.test(method)) {
        this.#accessors.add(method);
      }
    }
  }

  /** What an accessor does that answers for a member. */
  #access(
    { targets: given, member }: Operation & { type: "access" },
    frame: Activation,
  ): void {
    const any = member.startsWith("set ") ? ANY_MEMBER.set : ANY_MEMBER.get;
    if (!this.#accessors.has(member) && !this.#accessors.has(any)) return;
    const targets = this.resolve(given, frame);
    const bodies = new Set(
      targets.flatMap(({ name }) => this.current(name) ?? [])
        .flatMap((version) => [...version.related().keys()])
        .flatMap((version) => version.bodies)
        .filter(({ method }) => method === member || method === any),
    );
    for (const body of bodies) this.#run(body, [], targets, frame);
  }

  #call(operation: Operation & { type: "call" }, frame: Activation): void {
    const targets = this.resolve(operation.targets, frame);
    const given = operation.arguments.map((a) => this.resolve(a, frame));
    const versions = targets.flatMap(({ name }) => this.current(name) ?? []);
    if (versions.some((version) => version.handle)) return;
    const { method, statement } = operation;
    const wanted = method === null || /^(?:call|apply)$/.test(method)
      ? null
      : method;
    const bodies = [
      ...new Set(
        versions.flatMap((version) =>
          wanted === null
            ? version.bodies
            : [...version.related().keys()].flatMap((v) => v.bodies)
        ).filter((body) =>
          body.method === wanted ||
          body.method === GIVEN_FUNCTION &&
            (wanted === null || CALLS_KEPT.test(wanted))
        ),
      ),
    ];
    // A constructor's `this` is a new object.
    const self = method === "constructor" ? [] : targets;
    for (const body of bodies) this.#run(body, given, self, frame);
    const isKnown = versions.some((version) => version.bodies.length > 0);
    if (bodies.length > 0 || method === "constructor" && isKnown) return;
    for (const version of method === null ? versions : []) {
      this.changeTogether(version, statement ? "likely" : "possible");
    }
    for (const target of targets) {
      if (method !== null) {
        const keepsNothing = this.isStateless(target.name) ||
          this.changesFirst(target.name, operation);
        const version = this.current(target.name);
        const certainty = certaintyOf(method, operation, {
          library: version?.library ?? false,
          isForeign: () => version?.isForeign((target.depth ?? 0) > 0) ?? false,
        });
        this.change(target, keepsNothing ? "possible" : certainty, false);
      }
      // `db.prepare(…).run()` is called for what it does to `db`; a function may keep a state of its own.
      const kept = method === null &&
        this.current(target.name)?.modules.size === 0;
      if (statement && (kept || !target.direct && does(method))) {
        this.change({ name: target.name, direct: true }, "likely", true);
      }
    }
    for (const version of versions) {
      for (const { name } of version.modules) {
        this.change(
          { name, direct: true },
          statement && isLocalSpecifier(name.slice(SHARED.module.length))
            ? "likely"
            : "possible",
          true,
        );
      }
    }
    if (targets.some(({ name }) => this.changesFirst(name, operation))) {
      for (const share of given[0] ?? []) this.change(share, "likely", false);
    }
    // What a method hands to a function is what it is called of; a function hands on no part of itself.
    const receiver = method === null ? [] : targets;
    for (const share of given.flat()) {
      const functions = this.current(share.name)?.bodies
        .filter(({ method }) => method !== GIVEN_FUNCTION) ?? [];
      for (const body of functions.filter((b) => b.method === null)) {
        this.#run(
          body,
          body.parameters.map(() => insideOf(receiver)),
          receiver,
          frame,
        );
      }
      if (functions.length > 0) continue;
      this.change(share, statement ? "likely" : "possible", true);
    }
  }

  #run(
    body: FunctionBody,
    given: readonly (readonly Share[])[],
    self: readonly Share[],
    frame: Activation,
  ): void {
    if (frame.active.includes(body) || frame.active.length > MAX_DEPTH) return;
    const values = new Map<string, readonly Share[]>([[body.self, self]]);
    for (const [i, name] of body.parameters.entries()) {
      values.set(name, given[i] ?? []);
    }
    const inner: Activation = {
      values,
      certainty: frame.certainty,
      active: [...frame.active, body],
      certain: false,
    };
    for (const operation of body.operations) this.#step(operation, inner);
  }
}
