/** One word for each thing: the words that were retired for another one stay retired. */
import { assert, assertEquals } from "@std/assert";
import { filesIn, SRC } from "./sources.ts";

const TESTS = new URL("../", import.meta.url);

/** In no name and in no comment of `src/`, in no name of the tests; with what is said instead. */
const EVERYWHERE = new Map([
  ["gate", "redaction"],
  ["heal", "reconcile"],
  ["patience", "idle timeout"],
  ["seal", "finalise, or second digests"],
  ["settle", "finish"],
  ["watchdog", "idle timeout"],
]);
/** In no name of `src/`: elsewhere they are plain English. */
const IN_NAMES = new Map([
  ["ahead", "write-ahead log"],
  ["apart", "subprocess"],
  ["told", "reported"],
]);
/** The whole of no name of `src/`. */
const WHOLE = new Map([
  ["goOn", "resume"],
  ["look", "poll, or read"],
  ["odd", "warning"],
  ["place", "position"],
  ["placeOf", "positionOf"],
  ["tell", "report"],
]);
/**
 * Names that are not ours to choose: the write-ahead log is called so, `Promise.allSettled` is JavaScript's, and the
 * manifest's member `seals` stays what bundles of earlier versions call it.
 */
const KEPT = /write_?ahead\w*|allSettled|\bseals\b/gi;

Deno.test("no name in the code uses a retired word", async () => {
  const found: string[] = [];
  let names = 0;
  for (const { path, text } of await textsIn(SRC)) {
    for (const name of namesIn(text)) {
      names++;
      const whole = WHOLE.get(name) ?? WHOLE.get(name.toLowerCase());
      if (whole !== undefined) found.push(`${path}: ${name}: ${whole}`);
      for (const word of wordsOf(name)) {
        const instead = insteadOf(EVERYWHERE, word) ??
          insteadOf(IN_NAMES, word);
        if (instead !== undefined) found.push(`${path}: ${name}: ${instead}`);
      }
    }
  }
  assert(names > 100_000, `only ${names} names were found`);
  assertEquals(found, []);
});

Deno.test("no name in the tests uses a word that is retired everywhere", async () => {
  const found = (await textsIn(TESTS)).flatMap(({ path, text }) =>
    namesIn(text).filter((name) =>
      wordsOf(name).some((word) => insteadOf(EVERYWHERE, word) !== undefined)
    ).map((name) => `${path}: ${name}`)
  );
  assertEquals(found, []);
});

Deno.test("no comment in the code uses a word that is retired everywhere", async () => {
  const found = (await textsIn(SRC)).flatMap(({ path, text }) =>
    (text.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm) ?? []).flatMap((
      comment,
    ) =>
      wordsOf(comment.replace(KEPT, "")).filter((word) =>
        insteadOf(EVERYWHERE, word) !== undefined
      ).map((word) => `${path}: ${word}`)
    )
  );
  assertEquals(found, []);
});

async function textsIn(
  folder: URL,
): Promise<{ path: string; text: string }[]> {
  return await Promise.all(
    (await Array.fromAsync(filesIn(folder))).map(async (file) => ({
      path: file.href.slice(folder.href.length),
      text: await Deno.readTextFile(file),
    })),
  );
}

/** The names in a file's code: comments and texts are left out, but for what a template inserts. */
function namesIn(text: string): string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm, " ")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replace(/`(?:[^`\\$]|\\.|\$(?!\{))*(?=`|\$\{)/g, "`")
    .replace(/\}(?:[^`\\${}]|\\.|\$(?!\{))*(?=`|\$\{)/g, "}")
    .replace(KEPT, " ")
    .match(/[A-Za-z_]\w*/g) ?? [];
}

/** The words of a name in camel case, snake case or capitals, in lower case. */
function wordsOf(name: string): string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [])
    .map((word) => word.toLowerCase());
}

/** What is said instead of a word or one of its forms. */
function insteadOf(
  retired: ReadonlyMap<string, string>,
  word: string,
): string | undefined {
  return ["", "s", "d", "ed", "es"].values().map((ending) =>
    word.endsWith(ending)
      ? retired.get(word.slice(0, word.length - ending.length))
      : undefined
  ).find((instead) => instead !== undefined);
}
