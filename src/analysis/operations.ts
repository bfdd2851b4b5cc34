/**
 * What a cell does with names, in the order in which it does it.
 *
 * A name that begins with a letter and a colon's word before it (`file:`, `env:`, `module:`) is no variable but
 * something else that cells share: a file, an environment variable, the state inside a module.
 *
 * @module
 */

/** An object that a value may be, or may be part of. */
export interface Share {
  name: string;
  /** Whether it is reached by names and members alone; through a call it may as well be a copy. */
  direct: boolean;
  /** So many members lead from the name to it. @default {0: it is what the name stands for} */
  depth?: number;
  /** It is a new list or the like, and what so many members lead to is of the name. @default {nobody knows} */
  levels?: number;
}

/** Whose class a value has. */
export interface ClassOrigin {
  name: string;
  /** It is something within that, not that itself. */
  part: boolean;
}

/** How sure it is that an object is changed. */
export type Certainty = "sure" | "likely" | "possible";

/** One step of a cell. */
export type Operation =
  | {
    type: "read";
    name: string;
    /** It may be undefined: `typeof x`. */
    maybe: boolean;
    /** The member of it that is read, and no other; null when all of it may be. */
    member: string | null;
  }
  | {
    type: "bind";
    name: string;
    /** A declaration makes the name anew; an assignment needs it. */
    declares: boolean;
    /** Whether it is carried out whenever the cell is. */
    certain: boolean;
    shares: readonly Share[];
    /** What functions in the value do once they are called. */
    bodies: readonly FunctionBody[];
    /** Whether doing it again from the same source gives an equal value: an import, a function, a literal. */
    constant: boolean;
    /** The text, when the value is one. */
    text: string | null;
    /** Whether it is a run's handle: logging changes nothing that others depend on. */
    handle: boolean;
    /** Whether it is a new object of data, whose members know nothing of each other. */
    plain: boolean;
    /** Whose class it has; none when the language made it. */
    origins: readonly ClassOrigin[];
    /** Whether it is a module, which cannot be changed, or what a library gives by default. */
    library: boolean;
  }
  | {
    /** Something was put into an object: it shares it from now on. */
    type: "join";
    name: string;
    shares: readonly Share[];
    bodies: readonly FunctionBody[];
  }
  | {
    /** Names were given what one call made: to call one of them may change what another one is. */
    type: "together";
    names: readonly string[];
  }
  | {
    type: "change";
    name: string;
    /** As {@linkcode Share.depth}. */
    depth: number;
    certainty: Certainty;
    /** It was an argument, not what a method was called of. */
    argument: boolean;
    /** The member of it that is assigned, and no other; null when all of it may be changed. */
    member: string | null;
  }
  | {
    /** A member is read or assigned, or all elements are gone through: an accessor may answer. */
    type: "access";
    /** Whose member it is. */
    targets: readonly Share[];
    /** What the accessor is called, as {@linkcode FunctionBody.method}. */
    member: string;
  }
  | {
    type: "call";
    /** What is called, or whose method is. */
    targets: readonly Share[];
    method: string | null;
    /** Whether its value is not used: then it is called for what it does. */
    statement: boolean;
    /** Whether that value is what the cell shows. */
    shown: boolean;
    /** What each argument may be. */
    arguments: readonly (readonly Share[])[];
  };

/** A step that gives a name a value of which nothing is known. */
export function unknownValue(
  name: string,
  certain: boolean,
): Operation & { type: "bind" } {
  return {
    type: "bind",
    name,
    declares: true,
    certain,
    shares: [],
    bodies: [],
    constant: false,
    text: null,
    handle: false,
    plain: false,
    origins: [],
    library: false,
  };
}

/** What a function does when it is called. */
export interface FunctionBody {
  /** The name of the method that it is, of an accessor `get x` or `set x`; null for a function. */
  method: string | null;
  operations: readonly Operation[];
  /** The names under which its operations speak of its parameters' values, by position. */
  parameters: readonly string[];
  /** The name under which they speak of `this`. */
  self: string;
}

/** Instead of a method: a function was handed to a call, whose value may call it, as that of `memo(f)` does. */
export const GIVEN_FUNCTION = "(handed on)";

/** The method that goes through the elements of an object. */
export const ITERATOR = "[Symbol.iterator]";

/** What an object does whichever member is read or assigned, as a proxy. */
export const ANY_MEMBER = { get: "get *", set: "set *" } as const;

/** What is shared by cells and is no variable. */
export const SHARED = {
  /** The numbers of `Math.random`. */
  random: "random:",
  /** A file; without a path, any. */
  file: "file:",
  /** An environment variable; without a name, any. */
  env: "env:",
  /** The working directory. */
  cwd: "cwd:",
  /** Whatever a module keeps. */
  module: "module:",
  /** What a built-in object was given. */
  ambient: "ambient:",
} as const;

/** Names of `globalThis` that are not written out. */
export const GLOBAL = {
  /** Behind it the name whose text it is. */
  of: "global:=",
  /** Any. */
  any: "global:*",
} as const;

/** Instead of the member that is read: it is only assigned. */
export const NO_MEMBER = "(none)";

/** Whether a specifier names a file: others' modules keep their state to themselves, mostly. */
export function isLocalSpecifier(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:)/.test(specifier);
}

/** Whether a name is something else that cells share. */
export function isShared(name: string): boolean {
  return name.includes(":") &&
    Object.values(SHARED).some((prefix) => name.startsWith(prefix));
}
