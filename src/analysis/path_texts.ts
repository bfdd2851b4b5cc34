/**
 * What is known of the texts that expressions give: literals, and what is put together of them and of names.
 *
 * @module
 */
import { dirname } from "node:path";
import { toFileUrl } from "../base/file_urls.ts";
import { memberPath } from "./members.ts";
import { BoundNames, type BoundTo, TEMPORARY } from "./bound_names.ts";
import {
  between,
  capped,
  inEveryWay,
  listedTexts,
  merged,
  products,
  resolved,
  type Texts,
  UNKNOWN,
} from "./texts.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";

/** What is known of a path. */
export interface PathText {
  /** Its parts in their order; null for one that nobody knows before it is computed. */
  parts: readonly (string | null)[];
  /** It is made of the path of a temporary file or folder. */
  temporary: boolean;
}

const JOINING = /^(?:join|resolve|normalize)$/;
/** Calls that give the files which a folder has, or a pattern finds. */
const LISTING = /^(?:walk|expandGlob|glob)(?:Sync)?$/;
/** Calls that give the items of what they are given. */
const SAME_ITEMS =
  /^(?:Object\.(?:entries|values|keys)|Array\.from(?:Async)?|Promise\.all)$/;
/** Methods that give some items of a list, as they are. */
const SOME_ITEMS = /^(?:slice|filter|toSorted|toReversed|values|at|find)$/;
/** Stands for the path of a temporary file or folder. */
const SOME_TEMPORARY = "\0temporary";
/** Names that are made of names are followed so far. */
const MAX_DEPTH = 8;
/** And so many expressions for one path. */
const MAX_STEPS = 3000;

/** The paths that expressions of some sources give. */
export class Paths {
  readonly #names: BoundNames;
  readonly #cwd: string;
  /** Expressions that were looked at for the path at hand. */
  #steps = 0;

  constructor(nodes: readonly Node[], cwd: string) {
    this.#cwd = cwd;
    this.#names = new BoundNames(nodes);
  }

  /** All paths that an expression may give. @param file The file that `import.meta` speaks of */
  of(node: Node, file: string): PathText[] {
    return this.#read({ node }, file, node);
  }

  /** All paths that the items of a list may give. */
  ofItems(node: Node, file: string): PathText[] {
    return this.#read({ itemsOf: node }, file, node);
  }

  #read(bound: BoundTo, file: string, node: Node): PathText[] {
    const temporary = this.#names.isTemporary(node);
    this.#steps = 0;
    const texts = this.#bound(bound, file, 0).map(merged);
    return [...new Map(texts.map((parts) => [JSON.stringify(parts), parts]))]
      .map(([, parts]) => ({
        parts,
        temporary: temporary ||
          parts.some((part) => part?.includes(SOME_TEMPORARY)),
      }));
  }

  #bound(bound: BoundTo, file: string, depth: number): Texts {
    if (bound === null || depth > MAX_DEPTH) return UNKNOWN;
    return "node" in bound
      ? this.#texts(bare(bound.node), file, depth + 1)
      : this.#items(bare(bound.itemsOf), file, depth + 1);
  }

  #name(node: Node, file: string, depth: number): Texts {
    const bound = this.#names.of(memberText(node, "name") ?? "");
    return capped(bound.flatMap((one) => this.#bound(one, file, depth)));
  }

  #texts(node: Node, file: string, depth: number): Texts {
    if (depth > MAX_DEPTH || this.#steps++ > MAX_STEPS) return UNKNOWN;
    const inner = (one: Node | null | undefined): Texts =>
      one === null || one === undefined
        ? UNKNOWN
        : this.#texts(bare(one), file, depth + 1);
    switch (node.type) {
      case "StringLiteral":
        return [[memberText(node, "value") ?? ""]];
      case "NumericLiteral":
        return [[String(node["value"])]];
      case "TemplateLiteral": {
        const values = nodesOf(node["expressions"]);
        return products(
          nodesOf(node["quasis"]).flatMap((quasi, i) => [
            [[cooked(quasi)]],
            ...values[i] === undefined ? [] : [inner(values[i])],
          ]),
        );
      }
      case "BinaryExpression":
        return node["operator"] === "+"
          ? products([
            inner(nodeOf(node, "left")),
            inner(nodeOf(node, "right")),
          ])
          : UNKNOWN;
      case "ConditionalExpression":
      case "LogicalExpression":
        return capped(
          ["consequent", "alternate", "left", "right"].flatMap((member) => {
            const one = nodeOf(node, member);
            return one === null ? [] : inner(one);
          }),
        );
      case "Identifier":
        return this.#name(node, file, depth);
      case "MemberExpression":
      case "OptionalMemberExpression":
        return this.#member(node, file, depth);
      case "AwaitExpression":
        return inner(nodeOf(node, "argument"));
      case "NewExpression":
        return this.#url(node, inner);
      case "CallExpression":
        return this.#call(node, inner, depth);
      default:
        return UNKNOWN;
    }
  }

  /** All that a list or an object holds, however deep; names of members too. */
  #items(node: Node, file: string, depth: number): Texts {
    if (depth > MAX_DEPTH || this.#steps++ > MAX_STEPS) return UNKNOWN;
    const inner = (one: Node | null | undefined): Texts =>
      one === null || one === undefined
        ? UNKNOWN
        : this.#items(bare(one), file, depth + 1);
    switch (node.type) {
      case "ArrayExpression":
        return capped(
          nodesOf(node["elements"]).flatMap((item) =>
            inner(
              item.type === "SpreadElement" ? nodeOf(item, "argument") : item,
            )
          ),
          [],
        );
      case "ObjectExpression":
        return capped(
          nodesOf(node["properties"]).flatMap((item): Texts => {
            const key = nodeOf(item, "key");
            const name = memberText(key, "name") ?? memberText(key, "value");
            return item.type === "ObjectProperty" && name !== null &&
                item["computed"] !== true
              ? [[name], ...inner(nodeOf(item, "value"))]
              : UNKNOWN;
          }),
          [],
        );
      case "AwaitExpression":
        return inner(nodeOf(node, "argument"));
      case "Identifier": {
        const name = memberText(node, "name") ?? "";
        return this.#names.isChanged(name) ? UNKNOWN : capped(
          this.#names.of(name).flatMap((one) =>
            one === null
              ? UNKNOWN
              : inner("node" in one ? one.node : one.itemsOf)
          ),
        );
      }
      case "CallExpression": {
        const callee = bare(nodeOf(node, "callee") ?? node);
        const path = memberPath(callee);
        const name = path.at(-1) ??
          memberText(nodeOf(callee, "property"), "name") ?? "";
        const [given] = nodesOf(node["arguments"]);
        if (LISTING.test(name)) {
          return given === undefined ? UNKNOWN : listedTexts(
            this.#texts(bare(given), file, depth + 1),
            name.startsWith("walk"),
          );
        }
        if (SAME_ITEMS.test(path.join("."))) {
          return nodesOf(node["arguments"]).length === 1
            ? inner(given)
            : UNKNOWN;
        }
        const body = given === undefined ? null : nodeOf(given, "body");
        if (name === "map" && body !== null && body.type !== "BlockStatement") {
          return this.#texts(bare(body), file, depth + 1);
        }
        return SOME_ITEMS.test(name) && nodeOf(callee, "object") !== null
          ? inner(nodeOf(callee, "object"))
          : this.#texts(node, file, depth);
      }
      default:
        return this.#texts(node, file, depth);
    }
  }

  #member(node: Node, file: string, depth: number): Texts {
    const object = nodeOf(node, "object");
    const name = memberText(nodeOf(node, "property"), "name");
    if (object?.type !== "MetaProperty") {
      return object?.type === "Identifier" && name !== "name" &&
          name !== "length"
        ? this.#items(object, file, depth + 1)
        : UNKNOWN;
    }
    if (name === "url") return [[toFileUrl(file).href]];
    if (name === "dirname") return [[dirname(file)]];
    return name === "filename" ? [[file]] : UNKNOWN;
  }

  #url(node: Node, inner: (one: Node | undefined) => Texts): Texts {
    if (memberText(nodeOf(node, "callee"), "name") !== "URL") return UNKNOWN;
    const [path, base] = nodesOf(node["arguments"]);
    const paths = inner(path).map(merged);
    if (base === undefined) return paths;
    const bases = inner(base).map(merged);
    return capped(
      paths.flatMap(([first, ...rest]) =>
        bases.flatMap(([from]): Texts => {
          const url = typeof from === "string" && typeof first === "string"
            ? URL.parse(first, from)?.href
            : undefined;
          return url === undefined ? UNKNOWN : [[url, ...rest]];
        })
      ),
    );
  }

  #call(
    node: Node,
    inner: (one: Node | undefined) => Texts,
    depth: number,
  ): Texts {
    const callee = bare(nodeOf(node, "callee") ?? node);
    const path = memberPath(callee);
    const given = nodesOf(node["arguments"]);
    const name = path.at(-1) ?? "";
    if (path.join(".") === "Deno.cwd" || path.join(".") === "process.cwd") {
      return [[this.#cwd]];
    }
    if (TEMPORARY.test(name)) return [[SOME_TEMPORARY]];
    if (given.some(({ type }) => type === "SpreadElement")) return UNKNOWN;
    const joins = this.#names.pathFunction(path);
    if (joins !== null && JOINING.test(joins) && given.length > 0) {
      const lists = given.map(inner);
      return joins === "resolve"
        ? inEveryWay(lists).map(resolved)
        : products(between(lists, [["/"]]));
    }
    if (memberText(nodeOf(callee, "property"), "name") === "join") {
      const list = this.#list(bare(nodeOf(callee, "object") ?? callee), depth);
      return list === null || given.length > 1 ? UNKNOWN : products(between(
        list.map(inner),
        given.length === 0 ? [[","]] : inner(given[0]),
      ));
    }
    return /^(?:fromFileUrl|fileURLToPath|String)$/.test(name)
      ? inner(given[0])
      : UNKNOWN;
  }

  /** The items of a list whose text says all of them. */
  #list(node: Node, depth: number): readonly Node[] | null {
    if (depth > MAX_DEPTH) return null;
    if (node.type === "ArrayExpression") {
      const items = nodesOf(node["elements"]);
      return items.some(({ type }) => type === "SpreadElement") ? null : items;
    }
    const name = memberText(node, "name");
    if (node.type !== "Identifier" || name === null) return null;
    const [bound = null, ...more] = this.#names.of(name);
    return bound === null || !("node" in bound) || more.length > 0 ||
        this.#names.isChanged(name)
      ? null
      : this.#list(bare(bound.node), depth + 1);
  }
}

function cooked(quasi: Node): string {
  const value = quasi["value"];
  return typeof value === "object" && value !== null && "cooked" in value &&
      typeof value.cooked === "string"
    ? value.cooked
    : "";
}
