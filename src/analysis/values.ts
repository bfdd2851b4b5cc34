/**
 * Reading the expressions of a cell: what they read, bind, change and call, and what their values may share.
 *
 * @module
 */
import {
  globalMember,
  keyOf,
  memberName,
  memberPath,
  opensRun,
} from "./members.ts";
import { handsOut } from "./methods.ts";
import { isWholeModule, originsInside, originsOf } from "./origins.ts";
import { type FunctionBody, ITERATOR, type Share } from "./operations.ts";
import { copied, insideOf, joined, type Scope, throughCall } from "./scope.ts";
import { StepReader } from "./steps.ts";
import {
  bare,
  childrenOf,
  memberText,
  type Node,
  nodeOf,
  nodesOf,
} from "./syntax.ts";

const NOTHING: readonly Share[] = [];

/** Reads expressions. */
export abstract class ValueReader extends StepReader {
  /** Reads a call. */
  protected abstract call(
    node: Node,
    scope: Scope,
    use: { statement: boolean; shown: boolean; into: FunctionBody[] | null },
  ): readonly Share[];
  /** Reads a class. */
  protected abstract classValue(
    node: Node,
    scope: Scope,
    into: FunctionBody[] | null,
  ): readonly Share[];

  protected override value(
    given: Node | null,
    scope: Scope,
    into: FunctionBody[] | null = null,
  ): readonly Share[] {
    if (given === null) return NOTHING;
    const node = bare(given);
    const of = (member: string) => this.value(nodeOf(node, member), scope);
    switch (node.type) {
      case "Identifier":
      case "JSXIdentifier":
        return this.read(memberText(node, "name") ?? "", scope);
      case "ThisExpression":
        return this.self;
      case "MemberExpression":
      case "OptionalMemberExpression":
      case "JSXMemberExpression": {
        const shares = this.holder(node, scope);
        return globalMember(node) === null ? insideOf(shares) : shares;
      }
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
      case "TaggedTemplateExpression":
      case "ImportExpression":
        return this.call(node, scope, {
          statement: false,
          shown: false,
          into,
        });
      case "AssignmentExpression":
        return this.#assignment(node, scope);
      case "UpdateExpression":
        this.assign(bare(nodeOf(node, "argument") ?? node), scope, {
          shares: NOTHING,
          declares: false,
        }, true);
        return NOTHING;
      case "UnaryExpression":
        return this.#unary(node, scope);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return this.functionValue(node, scope, into);
      case "ClassExpression":
        return this.classValue(node, scope, into);
      case "ObjectExpression":
        return this.#object(node, scope, into);
      case "ArrayExpression":
        return joined(
          ...nodesOf(node["elements"]).map((n) =>
            n.type === "SpreadElement"
              ? copied(this.#spread(n, scope))
              : throughCall(this.value(n, scope, into))
          ),
        );
      case "SpreadElement":
        return throughCall(this.#spread(node, scope));
      case "ConditionalExpression":
        of("test");
        return this.maybe(() =>
          joined(
            this.value(nodeOf(node, "consequent"), scope, into),
            this.value(nodeOf(node, "alternate"), scope, into),
          )
        );
      case "LogicalExpression": {
        const left = this.value(nodeOf(node, "left"), scope, into);
        return this.maybe(() =>
          joined(left, this.value(nodeOf(node, "right"), scope, into))
        );
      }
      case "BinaryExpression":
      case "TemplateLiteral":
        for (const child of childrenOf(node)) this.value(child, scope);
        return NOTHING;
      case "AwaitExpression": {
        const argument = nodeOf(node, "argument");
        const shares = this.value(argument, scope, into);
        const callee = bare(nodeOf(argument ?? node, "callee") ?? node);
        // Such a method that is waited for has fetched what it gives.
        return handsOut(memberPath(callee).at(-1) ?? null)
          ? throughCall(shares)
          : shares;
      }
      case "YieldExpression":
        return this.value(nodeOf(node, "argument"), scope, into);
      case "SequenceExpression":
        return nodesOf(node["expressions"]).map((n) =>
          this.value(n, scope, into)
        ).at(-1) ?? NOTHING;
      case "JSXElement":
        return this.#element(node, scope);
      case "MetaProperty":
      case "PrivateName":
      case "JSXNamespacedName":
        return NOTHING;
      default:
        if (node.type.startsWith("TS")) return NOTHING;
        return throughCall(
          joined(...childrenOf(node).map((child) => this.value(child, scope))),
        );
    }
  }

  /** Reads a member expression. @returns What the object that holds the member may share */
  protected holder(node: Node, scope: Scope): readonly Share[] {
    const member = memberName(node);
    const shares = this.member(node, scope, member);
    if (node["computed"] === true) this.value(nodeOf(node, "property"), scope);
    this.access(shares, `get ${member}`);
    return shares;
  }

  #spread(node: Node, scope: Scope): readonly Share[] {
    const shares = this.value(nodeOf(node, "argument"), scope);
    this.access(shares, ITERATOR);
    return shares;
  }

  #assignment(node: Node, scope: Scope): readonly Share[] {
    const target = bare(nodeOf(node, "left") ?? node);
    const bodies: FunctionBody[] = [];
    const compound = node["operator"] !== "=";
    const optional = /^(?:\|\||&&|\?\?)=$/.test(String(node["operator"]));
    const right = () => this.value(nodeOf(node, "right"), scope, bodies);
    const shares = optional ? this.maybe(right) : right();
    const given = nodeOf(node, "right");
    const assign = () =>
      this.assign(
        target,
        scope,
        {
          shares: optional || !compound ? shares : NOTHING,
          bodies,
          declares: false,
          handle: given !== null && opensRun(given),
          origins: originsOf(given),
          inside: originsInside(given),
          library: given !== null && isWholeModule(given),
        },
        compound,
      );
    if (optional) this.maybe(assign);
    else assign();
    return shares;
  }

  #unary(node: Node, scope: Scope): readonly Share[] {
    const argument = bare(nodeOf(node, "argument") ?? node);
    if (node["operator"] === "typeof" && argument.type === "Identifier") {
      this.read(memberText(argument, "name") ?? "", scope, true);
    } else if (node["operator"] === "delete") {
      const shares = /MemberExpression$/.test(argument.type)
        ? this.holder(argument, scope)
        : this.value(argument, scope);
      this.change(shares, "sure");
    } else this.value(argument, scope);
    return NOTHING;
  }

  #object(
    node: Node,
    scope: Scope,
    into: FunctionBody[] | null,
  ): readonly Share[] {
    const [only, ...others] = nodesOf(node["properties"]);
    // `{ ...settings }` holds what the settings hold.
    if (only?.type === "SpreadElement" && others.length === 0) {
      return copied(this.#spread(only, scope));
    }
    const shares = nodesOf(node["properties"]).map((property) => {
      if (property["computed"] === true) {
        this.value(nodeOf(property, "key"), scope);
      }
      if (property.type === "ObjectMethod") {
        if (into === null) {
          return this.functionValue(property, scope, null);
        }
        into.push(this.body(property, scope, keyOf(property)));
        return NOTHING;
      }
      if (property.type === "SpreadElement") return this.value(property, scope);
      const value = bare(nodeOf(property, "value") ?? property);
      if (into !== null && /Function/.test(value.type)) {
        into.push(this.body(value, scope, keyOf(property)));
        return NOTHING;
      }
      return this.value(value, scope, into);
    });
    return throughCall(joined(...shares));
  }

  #element(node: Node, scope: Scope): readonly Share[] {
    const opening = nodeOf(node, "openingElement");
    const name = opening === null ? null : nodeOf(opening, "name");
    const plain = name?.type === "JSXIdentifier" &&
      /^[a-z]/.test(memberText(name, "name") ?? "");
    if (!plain) this.value(name, scope);
    for (const attribute of nodesOf(opening?.["attributes"])) {
      this.value(
        nodeOf(attribute, "value") ?? nodeOf(attribute, "argument"),
        scope,
      );
    }
    for (const child of nodesOf(node["children"])) this.value(child, scope);
    return NOTHING;
  }
}
