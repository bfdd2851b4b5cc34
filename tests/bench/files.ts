/**
 * Fingerprints of a large file.
 *
 * @module
 */
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { fingerprint } from "../../src/datasets/dataset.ts";
import type { FileReader } from "../../src/datasets/types.ts";
import { Journal } from "../../src/journal/journal.ts";
import { journalCache } from "../../src/recorder/data/digest_cache.ts";
import { type Figure, median } from "./report.ts";

const GIB = 2 ** 30;

/** 1 GiB against openssl, and once more unchanged. */
export async function largeFile(
  home: string,
  folder: string,
): Promise<Figure[]> {
  const path = `${folder}/large.bin`;
  const file = await Deno.create(path);
  const block = new Uint8Array(1 << 20);
  for (let i = 0; i < 1024; i++) {
    crypto.getRandomValues(block.subarray(0, 65536));
    for (let at = 0; at < block.length;) {
      at += await file.write(block.subarray(at));
    }
  }
  file.close();
  // A file that was changed this moment is read again: it could still change within the clock's step.
  await Deno.utime(
    path,
    new Date(Date.now() - 60_000),
    new Date(Date.now() - 60_000),
  );
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < 3; i++) {
    let began = performance.now();
    await fingerprint(path);
    ours.push(GIB / 1e6 / ((performance.now() - began) / 1000));
    began = performance.now();
    await new Deno.Command("openssl", {
      args: ["dgst", "-sha256", path],
      stdout: "null",
    }).output();
    theirs.push(GIB / 1e6 / ((performance.now() - began) / 1000));
  }
  const journal = Journal.open({ redactor: standardRedaction, home });
  const cache = journalCache(journal.datasets);
  await fingerprint(path, { cache });
  let read = 0;
  const open = async (path: string): Promise<FileReader> => {
    const file = await Deno.open(path);
    return {
      read: async (into) => {
        const n = await file.read(into);
        read += n ?? 0;
        return n;
      },
      close: () => file.close(),
    };
  };
  const again: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    await fingerprint(path, { cache, open });
    again.push(performance.now() - began);
  }
  journal.close();
  await Deno.remove(path);
  return [
    {
      what: "fingerprint of 1 GiB (median of 3)",
      value: median(ours),
      unit: "MB/s",
      peer: { what: "openssl dgst -sha256", value: median(theirs) },
      bar: { limit: 0.9, of: "ratio", side: "above" },
    },
    {
      what: "fingerprint of 1 GiB again, unchanged (median of 20)",
      value: median(again),
      unit: "ms",
      bar: { limit: 1, of: "value", side: "below" },
    },
    {
      what: "bytes read for it",
      value: read,
      unit: "bytes",
      bar: { limit: 0, of: "value", side: "below" },
    },
  ];
}
