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
  /** Values it shares objects with, and whether that is certain. */
  readonly links = new Map<Version, boolean>();
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

  constructor(name: string) {
    this.name = name;
  }

  /** Notes that two values share objects. */
  link(other: Version, direct: boolean): void {
    if (other === this) return;
    this.links.set(other, direct || (this.links.get(other) ?? false));
    other.links.set(this, direct || (other.links.get(this) ?? false));
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

  /** This value and those that share objects with it, and whether that is certain. */
  related(): Map<Version, boolean> {
    const found = new Map<Version, boolean>([[this, true]]);
    for (const [version, sure] of found) {
      for (const [other, direct] of version.links) {
        const both = sure && direct;
        if (found.size > MAX_RELATED) return found;
        if (found.has(other) && (found.get(other) || !both)) continue;
        found.delete(other);
        found.set(other, both);
      }
    }
    return found;
  }
}
