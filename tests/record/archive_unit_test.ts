import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { BundleError } from "../../src/record/bundle/errors.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { LIMITS, openZip } from "../../src/record/bundle/zip_read.ts";
import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipWriter,
} from "../../src/record/bundle/zip.ts";

interface Entry {
  name: string;
  content?: Uint8Array | string;
  attributes?: number;
}

/** An archive as a stranger could make it. */
async function archive(entries: readonly Entry[]): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    level: 9,
  });
  for (const { name, content = "x", attributes } of entries) {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    await writer.add(name, new Uint8ArrayReader(bytes), {
      ...attributes === undefined ? {} : {
        externalFileAttributes: (attributes << 16) >>> 0,
        versionMadeBy: 0x0314,
      },
    });
  }
  return await writer.close();
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error = await assertRejects(async () => {
    const opened = await openZip(bytes);
    for (const path of opened.sizes.keys()) await opened.read(path);
  });
  assert(error instanceof BundleError, String(error));
  return error.message;
}

Deno.test("an archive's files are unpacked one by one", async () => {
  const opened = await openZip(
    await archive([{ name: "a.txt", content: "one" }, { name: "b/c.txt" }]),
  );
  assertEquals([...opened.sizes], [["a.txt", 3], ["b/c.txt", 1]]);
  assertEquals(new TextDecoder().decode(await opened.read("a.txt")), "one");
});

for (
  const name of [
    "../a",
    "a/../../b",
    "/etc/x",
    "C:/x",
    "c:x",
    "a\\..\\b",
    "a//b",
    "./a",
    "a\0b",
  ]
) {
  Deno.test(`an entry named ${JSON.stringify(name)} is refused`, async () => {
    const bytes = rename(
      await archive([{ name: "n".repeat(name.length) }]),
      name,
    );
    const message = await refusal(bytes);
    assert(/leave its folder|zip/.test(message), message);
  });
}

Deno.test("a symbolic link in an archive is refused", async () => {
  const bytes = await archive([{
    name: "data/link",
    content: "/etc/passwd",
    attributes: 0o120777,
  }]);
  assertStringIncludes(await refusal(bytes), "is a link");
});

Deno.test("a device in an archive is refused", async () => {
  const bytes = await archive([{ name: "data/null", attributes: 0o020666 }]);
  assertStringIncludes(await refusal(bytes), "is no file");
});

Deno.test("more than 10,000 entries are refused", async () => {
  const entries = Array.from(
    { length: LIMITS.entries + 1 },
    (_, i) => ({ name: `f${i}`, content: "" }),
  );
  assertStringIncludes(
    await refusal(await archive(entries)),
    "more than 10000 entries",
  );
});

Deno.test("an archive of zeros is refused by its ratio before it is unpacked", async () => {
  const bytes = await archive([{
    name: "zeros",
    content: new Uint8Array(64 << 20),
  }]);
  assertStringIncludes(await refusal(bytes), "times its size");
});

Deno.test("an archive that says it unpacks to more than 4 GiB is refused", async () => {
  const bytes = await archive([{ name: "big", content: "small" }]);
  setSize(bytes, 0xfffffff0);
  const message = await refusal(bytes);
  assert(/times its size|more than/.test(message), message);
});

Deno.test("a file that is larger than its entry says is refused", async () => {
  const bytes = await archive([{ name: "liar", content: "x".repeat(5000) }]);
  setSize(bytes, 10);
  assert((await refusal(bytes)).length > 0);
});

Deno.test("a file whose bytes were changed in the archive is refused", async () => {
  const content = crypto.getRandomValues(new Uint8Array(4096));
  const bytes = await archive([{ name: "noise", content }]);
  const at = 30 + "noise".length + 2000;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  assertStringIncludes(await refusal(bytes), "noise");
});

Deno.test("names that are one file on some systems are named, and a file that is a folder too is refused", async () => {
  const names = async (...all: string[]) =>
    await archive(all.map((name) => ({ name })));
  const { alike } = await openZip(
    await names(
      "manifest.json",
      "data/é.csv",
      "Manifest.json",
      "data/e\u0301.csv",
    ),
  );
  assertEquals(alike, [
    ["manifest.json", "Manifest.json"],
    ["data/é.csv", "data/e\u0301.csv"],
  ]);
  assertStringIncludes(
    await refusal(await names("data", "DATA/a.csv")),
    "is a file, and the folder of DATA/a.csv",
  );
});

/** Gives the only entry another name of the same length, in both of its headers. */
function rename(bytes: Uint8Array, name: string): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  const placeholder = "n".charCodeAt(0);
  for (let at = 0; at + encoded.length <= bytes.length; at++) {
    if (encoded.every((_, i) => bytes[at + i] === placeholder)) {
      bytes.set(encoded, at);
    }
  }
  return bytes;
}

/** Declares another unpacked size in the headers of the only entry. */
function setSize(bytes: Uint8Array, size: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    const signature = view.getUint32(at, true);
    if (signature === 0x04034b50) view.setUint32(at + 22, size, true);
    if (signature === 0x02014b50) view.setUint32(at + 24, size, true);
  }
}

Deno.test("a file that is neither a bundle nor a notebook is said to be neither", async () => {
  for (const text of ["xyz", "", "\u0000\u0001", "[1]"]) {
    await assertRejects(
      () => readBundle(new TextEncoder().encode(text)),
      BundleError,
      "neither a bundle, which is a zip archive, nor a notebook",
    );
  }
});
