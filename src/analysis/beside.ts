/**
 * What calls share with other cells besides names: files, variables of the environment, chance.
 *
 * @module
 */
import { keyOf } from "./members.ts";
import { fileUse } from "./methods.ts";
import {
  type Certainty,
  type Share,
  SHARED,
  unknownValue,
} from "./operations.ts";
import type { Scope } from "./scope.ts";
import { bare, memberText, type Node, nodeOf, nodesOf } from "./syntax.ts";
import { ValueReader } from "./values.ts";

/** Reads what calls do besides. */
export abstract class SharedReader extends ValueReader {
  /**
   * What a call of something that is no variable of the notebook does.
   *
   * @returns What its value may share: a file that was opened
   */
  protected beside(
    path: readonly string[],
    given: readonly Node[],
    scope: Scope,
  ): readonly Share[] {
    const name = path.join(".");
    if (name === "Math.random") {
      this.read(SHARED.random, scope, true);
      this.#shared(SHARED.random, "sure");
    }
    if (/^(?:Deno\.env|process\.env)/.test(name)) {
      const variable = `${SHARED.env}${
        memberText(given[0] ?? null, "value") ?? ""
      }`;
      if (/\.(?:set|delete)$/.test(name)) this.#shared(variable, "sure");
      else this.read(variable, scope, true);
    }
    if (/^(?:Deno|process)\.chdir$/.test(name)) {
      const folder = this.#fileOf(given[0] ?? null, scope);
      if (folder !== null) this.read(folder, scope, true);
      this.#shared(SHARED.cwd, "sure");
    }
    if (/^(?:eval|Function)$/.test(name)) {
      this.#shared(SHARED.ambient, "likely");
    }
    if (/^(?:track|load)$/.test(name)) this.#dataOf(given, scope);
    const runs = /^(?:Deno\.Command|exec|execSync|spawn|spawnSync|execFile|\$)$/
      .test(name);
    const last = path.at(-1) ?? null;
    const { reads, writes } = fileUse(
      path.length > 1 ? path[0] ?? null : null,
      last,
    );
    if (!reads && !writes && !runs) return [];
    const many = /^(?:copy|rename|cp|link|symlink|move)/.test(last ?? "");
    const named = given.filter((argument, i) =>
      i === 0 || i === 1 &&
        (many || /^log/.test(last ?? "") && isText(argument))
    );
    const opened: Share[] = [];
    const anew = /^write(?:TextFile|File)/.test(last ?? "") &&
      !nodesOf(given[2]?.["properties"]).some((property) =>
        /^(?:append|flag)$/.test(keyOf(property) ?? "")
      );
    // What a program reads and writes, nobody sees.
    for (const argument of named.length === 0 || runs ? [null] : named) {
      const file = this.#fileOf(argument, scope);
      if (file === null) continue;
      if (/^(?:open|create|Database)/.test(last ?? "")) {
        opened.push({ name: file, direct: true });
      }
      this.read(SHARED.cwd, scope, true);
      if (reads || runs) this.read(file, scope, true);
      if (anew && file !== SHARED.file) this.#written(file);
      else if (writes || runs) this.#shared(file, writes ? "sure" : "possible");
    }
    return opened;
  }

  /** The files that options name as data. */
  #dataOf(given: readonly Node[], scope: Scope): void {
    const data = nodesOf(given[1]?.["properties"]).find((property) =>
      keyOf(property) === "data"
    );
    const value = data === undefined ? null : nodeOf(data, "value");
    if (value === null) return;
    const files = isText(value)
      ? [value]
      : nodesOf(value["properties"]).flatMap((p) => nodeOf(p, "value") ?? []);
    for (const file of files.filter(isText)) {
      const name = this.#fileOf(file, scope);
      if (name !== null) this.read(name, scope, true);
    }
  }

  /** The file that an argument names, as what cells share; null when it names none. */
  #fileOf(argument: Node | null, scope: Scope): string | null {
    if (argument === null) return SHARED.file;
    const node = bare(argument);
    const text = node.type === "TemplateLiteral" &&
        nodesOf(node["expressions"]).length === 0
      ? String(
        (nodesOf(node["quasis"])[0]?.["value"] as { cooked?: string })?.cooked,
      )
      : memberText(node, "value");
    if (text !== null) return `${SHARED.file}${plainPath(text)}`;
    if (
      node.type === "Identifier" && scope.find(String(node["name"])) === null
    ) {
      return `${SHARED.file}=${String(node["name"])}`; // the name's text, once it is known
    }
    return /Literal$|^Object|^Array/.test(node.type) ? null : SHARED.file;
  }

  /** Notes that a file is written anew. */
  #written(name: string): void {
    this.operations.push(unknownValue(name, this.uncertain === 0));
  }

  /** Notes that something is changed that is no variable. */
  #shared(name: string, certainty: Certainty): void {
    this.operations.push({
      type: "change",
      name,
      depth: 0,
      certainty,
      argument: false,
      member: null,
    });
  }
}

function isText(node: Node): boolean {
  return /^(?:StringLiteral|TemplateLiteral)$/.test(bare(node).type);
}

/** A path as it is compared. */
function plainPath(path: string): string {
  return path.replace(/^file:\/\//, "").replace(/^(?:\.\/)+/, "").replace(
    /\/{2,}/g,
    "/",
  );
}
