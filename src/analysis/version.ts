/**
 * The values that names have had: who made each, who changed it, what it shares with others.
 *
 * @module
 */
import { surer } from "./certainty.ts";
import type { Certainty, FunctionBody } from "./operations.ts";
import type { Changer } from "./uses.ts";

/** So many who changed a value are kept, whether or not they are found through a later one. */
const MAX_CHANGERS = 200;
/** Values that share objects are followed up to so many. */
const MAX_RELATED = 200;

/** What a value shares with another one. */
interface Link {
  /** Whether it is certain. */
  direct: boolean;
  /** What so many members of it lead to is shared, and what these lead to. */
  from: number;
  /** To get there from the other one, it takes so many more. */
  further: number;
}

/** A value that shares objects with another one that is changed. */
export interface Related {
  /** Whether it is certain that what is changed is of it. */
  sure: boolean;
  /** So many members of it lead to what is changed. */
  depth: number;
}

/** One value of a name. Executions are given by their index. */
export class Version {
  readonly name: string;
  /** Who declared the name: an assignment needs it. */
  readonly declarers = new Set<number>();
  /** Who made the value. */
  readonly makers = new Set<number>();
  /**
   * Who changed it, or may have, in order, as far as not found through a later one. Whoever used the value keeps the
   * list: what others added to it stays.
   */
  changers: Changer[] = [];
  /** Values it shares objects with. */
  readonly links = new Map<Version, Link>();
  /** What the call that made it made besides: functions among them may change the others. */
  together: readonly Version[] = [];
  /** What functions in it do when they are called. */
  readonly bodies: FunctionBody[] = [];
  /** Modules that it comes from. */
  readonly modules = new Set<Version>();
  text: string | null = null;
  handle = false;
  /** Whether it is an object of data, of which to assign one member changes no other. */
  plain = false;
  /** Whether nobody knows its class: a module gave it. */
  foreign = false;
  /** Whether it is `globalThis`: its members are names. */
  global = false;
  /** Whether it is a module, or what a library gives by default. */
  library = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Whether nobody knows its class, or that of what it holds. */
  isForeign(part: boolean): boolean {
    return this.foreign || this.modules.size > 0 ||
      part &&
        [...this.related().keys()].some(({ modules }) => modules.size > 0);
  }

  /** Notes that two values share objects. @param depth So many members of the other one lead to this */
  link(other: Version, direct: boolean, depth = 0): void {
    this.#link(other, { direct, from: 0, further: depth });
    other.#link(this, { direct, from: 0, further: -depth });
  }

  /** Notes that it is a new list or the like of what is in another one. @param levels So many members lead to that */
  linkCopy(other: Version, levels: number, depth: number): void {
    const further = depth + 1 - levels;
    this.#link(other, { direct: true, from: levels, further });
    other.#link(this, { direct: true, from: depth + 1, further: -further });
  }

  #link(other: Version, link: Link): void {
    if (other === this) return;
    const known = this.links.get(other);
    const better = known === undefined || link.direct &&
        (!known.direct || link.from < known.from);
    if (better) this.links.set(other, link);
  }

  /** Notes that an execution changed it. @param reads Whether it used the value before for that */
  changed(by: number, certainty: Certainty, reads: boolean): void {
    const known = this.changers.at(-1)?.by === by ? this.changers.pop() : null;
    const changer: Changer = {
      by,
      certainty: surer(known?.certainty, certainty),
      reads: reads && (known?.reads ?? true),
    };
    // It uses what those before it did: of many, they are found through it.
    if (
      changer.reads && changer.certainty === "sure" &&
      this.changers.length > MAX_CHANGERS
    ) {
      this.changers = [];
    }
    this.changers.push(changer);
  }

  /** This value and those that share objects with it. @param depth So many members of it lead to what is changed */
  related(depth = 0): Map<Version, Related> {
    const found = new Map<Version, Related>([[this, { sure: true, depth }]]);
    for (const [version, { sure, depth }] of found) {
      for (const [other, { direct, from, further }] of version.links) {
        const both = sure && direct && depth >= from;
        if (found.size > MAX_RELATED) return found;
        if (found.has(other) && (found.get(other)?.sure || !both)) continue;
        found.delete(other);
        found.set(other, {
          sure: both,
          depth: Math.max(0, depth + further),
        });
      }
    }
    return found;
  }
}
