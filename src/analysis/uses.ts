/**
 * Which executions an execution uses. Who changed a value is a list that only grows: whoever uses the value keeps how
 * long the list was, not what is in it, as each of many cells may use what all before it did.
 *
 * @module
 */
import type { Certainty } from "./operations.ts";
import { isAtLeast, surer } from "./certainty.ts";

/** Who changed a value. */
export interface Changer {
  by: number;
  certainty: Certainty;
  /** Whether it used the value, and with that what was done to it before. */
  reads: boolean;
}

/** The front of a list. */
interface Front {
  length: number;
  /** How sure it is that the value was used. */
  certainty: Certainty;
}

/** The executions that one uses. */
export class Uses {
  readonly single = new Map<number, Certainty>();
  readonly lists = new Map<readonly Changer[], Front>();

  /** Adds one execution. */
  add(index: number, certainty: Certainty): void {
    this.single.set(index, surer(this.single.get(index), certainty));
  }

  /** Adds those who changed a value before an execution that uses it. */
  addBefore(
    user: number,
    changers: readonly Changer[],
    certainty: Certainty,
  ): void {
    // Its own change is the last one.
    const length = changers.length - (changers.at(-1)?.by === user ? 1 : 0);
    if (length === 0) return;
    const known = this.lists.get(changers)?.certainty;
    this.lists.set(changers, { length, certainty: surer(known, certainty) });
  }
}

/**
 * Executions that others need, with themselves, in order. Each list is gone through once.
 *
 * @param least How sure a use must be to count
 * @param among The executions that are looked at; all when left out
 */
export function reachable(
  usesOf: (index: number) => Uses | undefined,
  targets: Iterable<number>,
  { least, among }: {
    least: Certainty;
    among: ReadonlySet<number> | undefined;
  },
): Set<number> {
  const needed = new Set(targets);
  const done = new Map<readonly Changer[], number>();
  const add = (index: number, certainty: Certainty) => {
    if (isAtLeast(certainty, least) && among?.has(index) !== false) {
      needed.add(index);
    }
  };
  for (const index of needed) {
    const uses = usesOf(index);
    if (uses === undefined) continue;
    for (const [used, certainty] of uses.single) add(used, certainty);
    for (const [list, { length, certainty }] of uses.lists) {
      if (!isAtLeast(certainty, least)) continue;
      const from = done.get(list) ?? 0;
      for (const changer of list.slice(from, length)) {
        add(changer.by, changer.certainty);
      }
      done.set(list, Math.max(from, length));
    }
  }
  return new Set([...needed].toSorted((a, b) => a - b));
}

/**
 * Executions that use one of some others, aside from others that most use.
 *
 * @param all What each execution uses, in their order
 */
export function usersOfFew(
  all: readonly Uses[],
  among: Iterable<number>,
): Set<number> {
  const single = new Map<number, number[]>();
  const lists = new Map<
    readonly Changer[],
    { user: number; length: number }[]
  >();
  for (const [user, uses] of all.entries()) {
    for (const used of uses.single.keys()) entryOf(single, used).push(user);
    for (const [list, { length }] of uses.lists) {
      entryOf(lists, list).push({ user, length });
    }
  }
  const places = new Map<number, [readonly Changer[], number][]>();
  for (const [list, users] of lists) {
    const most = users.at(-1)?.length ?? 0;
    for (const [at, { by }] of list.slice(0, most).entries()) {
      entryOf(places, by).push([list, at]);
    }
  }
  const found = new Set<number>();
  const counted = new Uint32Array(all.length);
  for (const [n, index] of [...among].entries()) {
    const users: number[] = [];
    const count = (user: number) => {
      if (counted[user] === n + 1) return;
      counted[user] = n + 1;
      users.push(user);
    };
    single.get(index)?.forEach(count);
    for (const [list, at] of places.get(index) ?? []) {
      const fronts = lists.get(list) ?? [];
      // Later users saw more of the list.
      for (let i = fronts.length - 1; i >= 0; i--) {
        const front = fronts[i];
        if (
          front === undefined || front.length <= at ||
          users.length > all.length / 2
        ) break;
        count(front.user);
      }
    }
    if (users.length <= all.length / 2) { for (const u of users) found.add(u); }
  }
  return found;
}

function entryOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made: V[] = [];
  map.set(key, made);
  return made;
}
