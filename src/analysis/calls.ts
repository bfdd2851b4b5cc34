/**
 * Reading the calls of a cell, and what they share with other cells besides names: files, variables, chance.
 *
 * @module
 */
import { CHANGES_FIRST, copiedLevels, handsOut, HARMLESS } from "./methods.ts";
import {
  ANY_MEMBER,
  type FunctionBody,
  GIVEN_FUNCTION,
  isLocalSpecifier,
  type Share,
  SHARED,
} from "./operations.ts";
import { copied, insideOf, joined, Scope, throughCall } from "./scope.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";
import { keyOf, memberName, memberPath } from "./members.ts";
import { GlobalReader } from "./globals.ts";

/** How a call stands in its cell. */
interface CallUse {
  /** Its value is not used. */
  statement: boolean;
  /** Its value is what the cell shows. */
  shown: boolean;
  into: FunctionBody[] | null;
}

/** Methods that keep the functions that they are given. */
const KEEPS =
  /^(?:push|unshift|add|set|on|once|add(?:Event)?Listener|subscribe|register|use)$/;

/** Methods that hand to a function what it gave the last time, first what stands behind it. */
const FOLDS = /^reduce(?:Right)?$/;

/** Reads calls and classes. */
export abstract class CallReader extends GlobalReader {
  /** A call whose value is only used to call the same again, as the first one of `set.add(1).add(2)`, and how that stands. */
  #chained: { call: Node; use: CallUse } | null = null;

  protected override call(
    node: Node,
    scope: Scope,
    asked: CallUse,
  ): readonly Share[] {
    const use = this.#chained?.call === node
      ? { ...this.#chained.use, into: asked.into }
      : asked;
    if (node.type === "ImportExpression") {
      const source = nodeOf(node, "source") ?? nodesOf(node["arguments"])[0];
      this.value(source ?? null, scope);
      const from = memberText(source ?? null, "value");
      return from === null
        ? []
        : [{ name: `${SHARED.module}${from}`, direct: isLocalSpecifier(from) }];
    }
    const { callee, path, method } = calleeOf(node);
    const root = path[0] ?? null;
    if (root === "Proxy" && node.type === "NewExpression") {
      return this.#proxy(nodesOf(node["arguments"]), scope, use.into);
    }
    const wanted = nodesOf(node["arguments"]);
    if (this.givesGlobals(path, wanted, scope)) return [];
    if (use.statement && method !== null) {
      const before = bare(nodeOf(callee, "object") ?? callee);
      const isCall = /CallExpression$/.test(before.type);
      if (isCall && calleeOf(before).method === method) {
        this.#chained = { call: before, use };
      }
    }
    const inline = /Function/.test(callee.type);
    const targets = inline
      ? this.functionValue(callee, scope, null)
      : /MemberExpression$/.test(callee.type)
      ? this.holder(callee, scope)
      : this.value(callee, scope);
    const isGlobal = root !== null && scope.find(root) === null;
    const given = nodesOf(
      node.type === "TaggedTemplateExpression"
        ? nodeOf(node, "quasi")?.["expressions"]
        : node["arguments"],
    );
    const read = (argument: Node, first?: readonly Share[]) =>
      this.#argument(bare(argument), scope, {
        // What a method hands to a function is what it is called of.
        receiver: method === null ? [] : insideOf(targets),
        first,
        into: method === null ? use.into : null,
      });
    const [, start] = FOLDS.test(method ?? "") ? given : [];
    const folded = start === undefined ? undefined : read(start);
    const all = given.map((argument) =>
      folded !== undefined && argument === start
        ? folded
        : read(argument, folded)
    );
    const opened = isGlobal ? this.beside(path, given, scope) : [];
    if (path[1] === "prototype" && /^(?:call|apply)$/.test(method ?? "")) {
      // `Array.prototype.push.apply(rows, more)`
      const [targets = [], ...rest] = all;
      this.operations.push({
        type: "call",
        targets,
        method: path.at(-2) ?? null,
        statement: use.statement,
        shown: use.shown,
        arguments: rest,
      });
    } else if (root === "Object" || root === "Reflect") {
      if (CHANGES_FIRST.has(method ?? "")) this.change(all[0] ?? [], "sure");
    } else if (!(isGlobal && HARMLESS.has(root)) && !inline) {
      this.operations.push({
        type: "call",
        targets,
        method: node.type === "NewExpression" ? "constructor" : method,
        statement: use.statement,
        shown: use.shown,
        arguments: all,
      });
    }
    if (KEEPS.test(method ?? "")) this.#keep(targets, given, scope);
    const known = isGlobal && HARMLESS.has(root);
    const element = handsOut(method) && !known
      ? insideOf(targets, method === "get" ? 2 : 1)
      : [];
    return joined(
      opened,
      element,
      throughCall(joined(targets, ...all)),
      this.#contents(targets, all, {
        root: known || isGlobal && root === "Object" ? root : null,
        method,
        made: node.type === "NewExpression",
      }),
    );
  }

  /** Of a call that gives a new list of what is in another one: that. */
  #contents(
    targets: readonly Share[],
    [first = [], ...more]: readonly (readonly Share[])[],
    call: { root: string | null; method: string | null; made: boolean },
  ): readonly Share[] {
    const { ofObject, ofFirst } = copiedLevels({
      ...call,
      mapped: call.method === "from" && more.length > 0,
    });
    return [
      ...ofObject === null ? [] : copied(targets, ofObject),
      ...ofFirst === null ? [] : copied(first, ofFirst),
    ];
  }

  /** Functions that an object is given to be called later. */
  #keep(
    targets: readonly Share[],
    given: readonly Node[],
    scope: Scope,
  ): void {
    const bodies = given.map(bare).filter(isFunction)
      .map((node) => this.body(node, scope, GIVEN_FUNCTION));
    for (const { name, direct } of bodies.length === 0 ? [] : targets) {
      if (!direct) continue;
      this.operations.push({ type: "join", name, shares: [], bodies });
    }
  }

  /** Reads a proxy: it is its target, and asks its traps whatever is done with it. */
  #proxy(
    given: readonly Node[],
    scope: Scope,
    into: FunctionBody[] | null,
  ): readonly Share[] {
    const target = this.value(given[0] ?? null, scope, into);
    const traps: FunctionBody[] = [];
    const handler = this.value(given[1] ?? null, scope, traps);
    for (const trap of traps) {
      const method = trap.method === "apply"
        ? null
        : /^(?:set|deleteProperty|defineProperty)$/.test(trap.method ?? "")
        ? ANY_MEMBER.set
        : ANY_MEMBER.get;
      into?.push({ ...trap, method });
    }
    return joined(target, throughCall(handler));
  }

  /** Reads an argument; a function counts as called. */
  #argument(
    node: Node,
    scope: Scope,
    { receiver, first = receiver, into }: {
      receiver: readonly Share[];
      /** What the function's first parameter is. @default {as all the others} */
      first?: readonly Share[] | undefined;
      into: FunctionBody[] | null;
    },
  ): readonly Share[] {
    if (!isFunction(node)) {
      return this.value(node, scope);
    }
    if (into !== null) into.push(this.body(node, scope, GIVEN_FUNCTION));
    const parameters = nodesOf(node["params"]).map((_, i) =>
      i === 0 ? first : receiver
    );
    return this.functionValue(node, scope, null, parameters);
  }

  protected override classValue(
    node: Node,
    scope: Scope,
    into: FunctionBody[] | null,
  ): readonly Share[] {
    for (const decorator of nodesOf(node["decorators"])) {
      this.value(nodeOf(decorator, "expression"), scope);
    }
    const parent = this.value(nodeOf(node, "superClass"), scope);
    const own = new Scope(scope);
    const name = memberText(nodeOf(node, "id"), "name");
    if (name !== null && node.type === "ClassExpression") own.set(name);
    const { self } = this;
    for (const member of nodesOf(nodeOf(node, "body")?.["body"])) {
      this.#member(member, own, into ?? []);
    }
    this.self = self;
    return throughCall(parent);
  }

  #member(member: Node, scope: Scope, into: FunctionBody[]): void {
    if (member.type.startsWith("TS")) return;
    for (const decorator of nodesOf(member["decorators"])) {
      this.value(nodeOf(decorator, "expression"), scope);
    }
    if (member["computed"] === true) this.value(nodeOf(member, "key"), scope);
    if (/Method$/.test(member.type)) {
      into.push(this.body(member, scope, keyOf(member)));
    } else if (member.type === "StaticBlock") {
      this.statements(nodesOf(member["body"]), new Scope(scope));
    } else if (member["static"] === true) {
      this.value(nodeOf(member, "value"), scope, into);
    } else {
      const value = nodeOf(member, "value");
      if (value === null) return;
      const isFunction = /Function/.test(bare(value).type);
      into.push(
        isFunction ? this.body(bare(value), scope, keyOf(member)) : this.body(
          {
            ...value,
            type: "ArrowFunctionExpression",
            body: value,
            params: [],
          },
          scope,
          "constructor",
        ),
      );
    }
  }
}

function isFunction(node: Node): boolean {
  return /^(?:ArrowFunction|Function)Expression$/.test(node.type);
}

/** What a call calls: the names it goes through, as far as they are written out, and the method. */
function calleeOf(
  node: Node,
): { callee: Node; path: string[]; method: string | null } {
  const member = node.type === "TaggedTemplateExpression" ? "tag" : "callee";
  const callee = bare(nodeOf(node, member) ?? node);
  const path = memberPath(callee);
  const method = /MemberExpression$/.test(callee.type)
    ? memberName(callee)
    : null;
  return { callee, path, method };
}
