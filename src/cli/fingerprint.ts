/**
 * `nbtrack fingerprint`
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import {
  type DigestCache,
  type Fingerprint,
  fingerprint,
} from "../datasets/dataset.ts";
import type { Journal } from "../journal/journal.ts";
import { journalCache } from "../recorder/data/digest_cache.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { userFolder } from "./cwd.ts";
import { sizeText } from "./format.ts";
import { fingerprintText } from "./fingerprint_text.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";
import { progressLine } from "./progress.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).min(1, "nothing was named"),
});

/** Defines `nbtrack fingerprint`. */
export function define(command: Command, done: Done): void {
  command.argument("<path...>", "files, folders, globs or URLs");
  example(command, "nbtrack fingerprint data/penguins.csv");
  act(command, done, {
    schema,
    async work({ args }, out) {
      const journal = openCache(out);
      try {
        const cache = journal === null ? null : journalCache(journal.datasets);
        const found: Fingerprint[] = [];
        for (const path of args) found.push(await read(path, cache));
        out.result(
          { datasets: found.map(shown) },
          () => fingerprintText(found, out.width),
        );
      } finally {
        journal?.close();
      }
      return 0;
    },
  });
}

async function read(
  path: string,
  cache: DigestCache | null,
): Promise<Fingerprint> {
  const bar = progressLine(`Reading ${path}`, sizeText);
  try {
    return await fingerprint(path, {
      cwd: userFolder(),
      onProgress: bar.update,
      ...(cache === null ? {} : { cache }),
    });
  } finally {
    bar.end();
  }
}

/** The journal remembers what was read; without it everything is read. */
function openCache(out: CommandOutput): Journal | null {
  try {
    return openJournal();
  } catch (error) {
    out.note(`Nothing is remembered: ${messageOf(error)}`);
    return null;
  }
}

/** A fingerprint as scripts are given it: where its files lie is the record's business. */
function shown(
  { listing: _, base: __, pattern: ___, absolute: ____, ...fingerprint }:
    Fingerprint,
) {
  return fingerprint;
}
