/**
 * Notebooks that chance makes: cells that define, change, share and use a few names, again and again.
 *
 * @module
 */

const NAMES = ["a", "b", "c", "rows", "model"];

/** A generator of numbers from 0 to 1 that repeats (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let t = Math.imul(state ^ state >>> 15, state | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

/** The executions of one notebook. */
export function randomNotebook(
  seed: number,
  cells: number,
): { source: string; status: string }[] {
  const next = numbers(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const name = () => one(NAMES);
  const line = (): string =>
    one([
      () => `const ${name()} = [${name()}, 1];`,
      () => `let ${name()} = ${Math.floor(next() * 9)};`,
      () => `${name()} = ${name()}.map((x) => x + 1);`,
      () => `${name()}.push(${name()});`,
      () => `${name()}.push(1);`,
      () => `if (Date.now() > 0) ${name()} = ${name()};`,
      () => `function ${name()}(x) { ${name()}.push(x); return ${name()}; }`,
      () => `${name()}(${name()});`,
      () => `show(${name()}, ${name()});`,
      () => `const { ${name()} } = ${name()};`,
      () => `class ${name()} { run(x) { ${name()}.set(x, 1); } }`,
      () => `${name()}.update(${name()});`,
      () => `${name()}["${name()}"] = ${name()};`,
      () => `Deno.writeTextFileSync("${name()}.txt", String(${name()}));`,
      () => `const ${name()} = Deno.readTextFileSync("${name()}.txt");`,
      () => `Math.random() + ${name()}`,
      () => `${name()}`,
    ])();
  return Array.from({ length: cells }, () => ({
    source: Array.from({ length: 1 + Math.floor(next() * 3) }, line).join("\n"),
    status: next() < 0.1 ? "error" : "ok",
  }));
}
