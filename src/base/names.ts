/**
 * Names of runs that nobody has named, and the name under which copies of the module share their state.
 *
 * @module
 */
const FIRST =
  "amber bold brisk calm clear crisp deft eager early fair fleet fresh gentle glad keen light lively lucid mellow merry mild neat nimble quick quiet rapid ready sharp sleek smooth snug spry steady still sunny swift tidy vivid warm wise"
    .split(" ");
const SECOND =
  "adelie auk avocet bittern bunting chinstrap crake curlew dipper dunlin eider finch gannet gentoo godwit grebe heron ibis jay kestrel kite lark linnet martin merlin osprey petrel pipit plover puffin rail redwing shrike siskin skua snipe stilt swift tern wren"
    .split(" ");

/** Two words and a number, such as `quiet-heron-417`; it does not touch `Math.random`, which a seed may rule. */
export function newRunName(): string {
  const [a = 0, b = 0, c = 0] = crypto.getRandomValues(new Uint16Array(3));
  return `${FIRST[a % FIRST.length]}-${SECOND[b % SECOND.length]}-${
    100 + c % 900
  }`;
}

/** Whether {@linkcode newRunName} may have made a name: it says nothing of what its run is. */
export function isNewRunName(name: string): boolean {
  const [first = "", second = "", number = "", ...more] = name.split("-");
  return FIRST.includes(first) && SECOND.includes(second) &&
    /^[1-9]\d\d$/.test(number) && more.length === 0;
}

/** Under this the process keeps what `track()` knows: all copies of the module share it. Its number is that of its shape. */
export const TRACKING_STATE = Symbol.for("nbtrack.state.3");
