/**
 * What becomes of a clock's reading: which operators and calls keep it a time, and which let it choose.
 *
 * @module
 */
import { CLOCKED, TIMED } from "./clock_values.ts";
import { bare, type Node, nodeOf } from "./syntax.ts";

const { reading, elapsed, test, chosen, unknown } = CLOCKED;

const COMPARES = /^(?:[<>]=?|[!=]==?)$/;
const BITS = /^(?:[&|^]|<<|>>>?)$/;
/** So many of one unit of time are one of the next, or of that after it. */
const OF_NEXT_UNIT = new Set(
  [10, 12, 24, 60, 100, 1000, 3600, 60_000, 86_400, 3_600_000, 86_400_000],
);
/** Divided by these, milliseconds since 1970 are still no time that a run can have taken. */
const TO_OTHER_UNIT = new Set([1000, 60_000]);
/** From here on a number is no time to wait, but a moment that is written down, milliseconds. */
const LONGEST_WAIT = 1e10;

/** The number that an expression is which consists of numbers alone; null of any other. */
export function writtenNumber(given: Node): number | null {
  const node = bare(given);
  if (node.type === "NumericLiteral" || node.type === "BigIntLiteral") {
    return Number(node["value"]);
  }
  const [left, right] = ["left", "right"].map((side) => {
    const inner = nodeOf(node, side);
    return inner === null ? null : writtenNumber(inner);
  });
  if (left === null || left === undefined) return null;
  if (right === null || right === undefined) return null;
  const { operator } = node;
  return operator === "*"
    ? left * right
    : operator === "+"
    ? left + right
    : operator === "**"
    ? left ** right
    : operator === "/"
    ? left / right
    : null;
}

/** An operand: its kinds, and the number that it is written as. */
export interface ClockedOperand {
  kinds: number;
  number: number | null;
}

/** The kinds of an operation's value. @param strict Whether all is known of what the operands may be */
export function clockedOperation(
  operator: string,
  left: ClockedOperand,
  right: ClockedOperand,
  strict: boolean,
): number {
  const both = left.kinds | right.kinds;
  if ((both & chosen) !== 0) return chosen;
  if (operator === "in" || operator === "instanceof") return 0;
  if ((both & TIMED) === 0) return both & unknown;
  if (COMPARES.test(operator)) return test;
  const reads = (both & reading) !== 0;
  const by = right.number;
  switch (operator) {
    case "-":
      return difference(left, right, strict);
    case "+":
      return (both & test) !== 0 && !reads ? elapsed : both & ~(unknown | test);
    case "*":
      return reads && !isPowerOfTen(by ?? left.number) ? chosen : both & TIMED;
    case "/":
      return reads && !TO_OTHER_UNIT.has(by ?? 0) ? chosen : both & TIMED;
    case "**":
      return reads ? chosen : elapsed;
    case "%":
      return reads || by === null || !OF_NEXT_UNIT.has(by) ? chosen : elapsed;
    default:
      return BITS.test(operator) && !reads && by === 0 ? elapsed : chosen;
  }
}

function isPowerOfTen(number: number | null): boolean {
  return number !== null && number > 0 && Number.isInteger(Math.log10(number));
}

/** Two readings give a time that passed; a reading and anything that is none, a number that the clock chose. */
function difference(
  left: ClockedOperand,
  right: ClockedOperand,
  strict: boolean,
): number {
  const other = strict ? chosen : elapsed;
  const [a, b] = [left.kinds, right.kinds];
  if (((a | b) & reading) === 0) return elapsed;
  if ((a & reading) !== 0) {
    if ((b & (reading | unknown)) !== 0) {
      return elapsed | ((b & elapsed) === 0 ? 0 : reading);
    }
    if ((b & (elapsed | test)) !== 0) return reading;
    const wait = right.number;
    return wait !== null && wait <= LONGEST_WAIT ? reading : other;
  }
  return (a & (elapsed | unknown)) !== 0 ? elapsed : other;
}

/** Reads a clock when it is called. */
const READS =
  /^(?:performance\.(?:now|mark)|Date\.now|Date|Temporal\.Now\.\w+|(?:process\.)?hrtime(?:\.bigint)?|dayjs|moment|DateTime\.(?:now|local|utc)|(?:performance\.)?timeOrigin)$/;
/** Says how long something took. */
const MEASURES = /^(?:performance\.measure|process\.uptime|Deno\.osUptime)$/;

/** What calling something, or reading it, gives of a clock. @param args How many arguments it is given */
export function readsOfClock(path: string, args: number): number {
  const name = path.replace(/^(?:globalThis|window|self)\./, "");
  if (MEASURES.test(name)) return elapsed;
  if (!READS.test(name)) return 0;
  if (args > 0 && name.endsWith("hrtime")) return elapsed;
  return args > 0 && /^(?:Date|dayjs|moment)$/.test(name) ? 0 : reading;
}

/** Shows or writes down what it is given, or waits for it: its value is none of that. */
const SHOWS =
  /^(?:log|print|report|show|display|render|write|save|record|emit|note|say|trace|debug|info|warn|error|track|table|assert|check|expect|deepEqual|equal|set(?:Tag|Param|Metric|Description|Timeout|Interval|Item)|clear|sleep|delay|wait|timeout|resolve|reject|done|callback|cb|end|send|post|fetch|mkdir|remove|exists|l?stat|copy|rename|notify|progress|tick)(?![a-z])/;
/** Gives the same time in another form, or another moment that it is told by. */
const FORMS =
  /^(?:format|fmt|pretty|human|stringify|inspect|string|number|bigInt|date|parse|to|from|of|valueOf|clone|structuredClone|add|sub|startOf|endOf|is|html|md|svg|round|floor|ceil|trunc|abs|max|min|error|promise|set|map|list|url|event|interval|duration|zonedDateTime|instant|compare|utc|now|get(?:Time|UnixTime))(?![a-z])/;
/** Reckons how long it was between two moments. */
const BETWEEN = /diff|since|until|elapsed|duration|distance|between|ago|took/i;
/** Draws, or takes one of many, by a number. */
const CHOOSES =
  /seed|rand|rng|prng|shuffle|sample(?![A-Z]\w*(?:iation|ance|ness|osis|ation|[Mm]ean)|[A-Z]ize)|pick|choose|choice|select|hash|lcg|mulberry|xorshift|twister|fold|split(?!s)|^(?:slice|at|splice|toSpliced|subarray|charAt|charCodeAt|codePointAt|substring|substr|nth|item|row|get|with|take|drop|skip|limit|head|tail|copyWithin|Array|imul|clz32|sin|cos|tan|repeat|rotate)$/i;
/** Goes over a list, and takes by the answers some of what is in it. */
export const TAKES_SOME =
  /^(?:filter|find\w*|sort|toSorted|sortBy|orderBy|partition|groupBy|takeWhile|dropWhile)$/;

/** Kinds of what a call gives whose function is not seen. @param given Those of its arguments @param object Those of the object whose method it is */
export function clockedCall(
  name: string,
  given: number,
  object: number,
): number {
  if (((given | object) & chosen) !== 0) {
    return SHOWS.test(name) ? unknown : chosen;
  }
  if ((given & TIMED) === 0) {
    const own = object & (TIMED | unknown);
    return (object & reading) !== 0 && BETWEEN.test(name) ? elapsed : own;
  }
  if (SHOWS.test(name)) return unknown;
  if (BETWEEN.test(name)) return elapsed;
  if (CHOOSES.test(name)) return chosen;
  if ((given & reading) === 0) return elapsed | (object & reading);
  return FORMS.test(name.charAt(0).toLowerCase() + name.slice(1)) ||
      (object & reading) !== 0
    ? given & TIMED | object & TIMED
    : chosen;
}
