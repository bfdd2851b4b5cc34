import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BundleError } from "../../src/record/bundle/errors.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import {
  refuseManyValues,
  TEXT_LIMITS,
  type TextLimits,
} from "../../src/record/bundle/text_limits.ts";
import { readLogged } from "../../src/record/logged_record.ts";
import { ReproduceError } from "../../src/reproduce/replay/errors.ts";
import { findBundle } from "../../src/reproduce/input.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { printed, writeBundle } from "./bundles.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

async function refusal(
  bytes: Uint8Array,
  limits: Partial<TextLimits>,
): Promise<string> {
  const { message } = await assertRejects(
    () => readBundle(bytes, { ...TEXT_LIMITS, ...limits }),
    BundleError,
  );
  return message;
}

for (const path of Object.keys(TEXT_LIMITS.bytes)) {
  Deno.test(`a bundle whose ${path} is longer than it may be is refused before it is unpacked`, async () => {
    const bytes = await writeBundle({
      cells: ["1"],
      files: { [path]: "{}", "other.txt": "x".repeat(10_000) },
    });
    assertStringIncludes(
      await refusal(bytes, { bytes: { [path]: 1 } }),
      `Cannot read ${path}: it has`,
    );
    await readBundle(bytes);
  });
}

Deno.test("JSON of more values than may be parsed is refused before it is parsed", async () => {
  const bytes = await writeBundle({
    cells: ["1"],
    config: { x: Array.from({ length: 4000 }, () => ({})) },
  });
  assertStringIncludes(
    await refusal(bytes, { values: 3000 }),
    "deno.json: its JSON has more than 3000 values",
  );
  await readBundle(bytes, { ...TEXT_LIMITS, values: 17_000 });
  const notebook = new TextEncoder().encode(
    JSON.stringify({ cells: [], x: Array.from({ length: 4000 }, () => ({})) }),
  );
  assertStringIncludes(
    await refusal(notebook, { values: 3000 }),
    "the notebook: its JSON has more than 3000 values",
  );
  assertStringIncludes(
    await refusal(notebook, { logged: 3000 }),
    "the notebook: it has",
  );
  const manifest = JSON.stringify(Array.from({ length: 4000 }, () => 1));
  const inside = new TextEncoder().encode(
    JSON.stringify({
      cells: [],
      metadata: {
        nbtrack: { manifest, "deno.json": null, "deno.lock": null },
      },
    }),
  );
  assertStringIncludes(
    await refusal(inside, { values: 3000 }),
    "the manifest: its JSON has more than 3000 values",
  );
});

Deno.test("what looks like values inside a text is not counted", () => {
  const limits = { ...TEXT_LIMITS, values: 20 };
  for (const text of ["[{,".repeat(50), '"[,'.repeat(50), '\\"[,'.repeat(50)]) {
    refuseManyValues("it", JSON.stringify([text, "\\", text]), limits);
  }
  assertEquals(
    [`[${"{},".repeat(50)}0]`, `["\\\\",${"0,".repeat(50)}0]`].map((text) => {
      try {
        refuseManyValues("it", text, limits);
        return "taken";
      } catch {
        return "refused";
      }
    }),
    ["refused", "refused"],
  );
});

Deno.test("a manifest full of points is taken as long as it may be", () => {
  const points = (TEXT_LIMITS.bytes["manifest.json"] ?? 0) /
    "[0,1700000000000,0.5],".length;
  // Three commas and a bracket each.
  assertEquals(4 * points < 1.02 * TEXT_LIMITS.values, true, String(points));
});

Deno.test("a notebook of more cells or outputs than can be gone through is refused", async () => {
  const cells = Array.from({ length: 12 }, (_, i) => ({
    source: `${i}`,
    outputs: [printed("a\n"), printed("b\n")],
  }));
  const bytes = await writeBundle({ cells });
  assertStringIncludes(
    await refusal(bytes, { cells: 11 }),
    "the bundle's manifest: it has 12 cells, at most 11 are read",
  );
  assertStringIncludes(
    await refusal(bytes, { outputs: 23 }),
    "session.ipynb: its cells have 24 outputs, at most 23 are read",
  );
  await readBundle(bytes, { ...TEXT_LIMITS, cells: 12, outputs: 24 });
  const notebook = new TextEncoder().encode(
    JSON.stringify({
      cells: cells.map(({ source }) => ({ cell_type: "code", source })),
    }),
  );
  assertStringIncludes(
    await refusal(notebook, { cells: 11 }),
    "the notebook: it has 12 cells",
  );
});

Deno.test("a file that is larger than a bundle may be is refused before it is read", async () => {
  using place = temporary();
  using journal = journalIn(place.path);
  const path = `${place.path}/large.zip`;
  Deno.writeFileSync(path, new Uint8Array(1));
  Deno.truncateSync(path, 3_000_000_000); // with holes: it takes no disk
  const error = await assertRejects(
    () => findBundle(path, journal),
    ReproduceError,
  );
  assertStringIncludes(
    error.message,
    "has 3000000000 bytes: a bundle has at most 1073741824",
  );
});

Deno.test("an address that sends more than a bundle may have is left, whether or not it says so", async () => {
  using place = temporary();
  using journal = journalIn(place.path);
  const bundle = await writeBundle({ cells: ["1"] });
  const most_bytes = bundle.length;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/fits.zip") {
        return new Response(bundle.slice());
      }
      if (pathname === "/says.zip") {
        return new Response(new Uint8Array(most_bytes + 1));
      }
      return new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(100)),
        }),
      );
    },
  );
  const at = `http://127.0.0.1:${server.addr.port}`;
  try {
    for (
      const [name, part] of [["says", `has ${most_bytes + 1} bytes`], [
        "drips",
        `has more than ${most_bytes} bytes`,
      ]]
    ) {
      const error = await assertRejects(
        () => findBundle(`${at}/${name}.zip`, journal, { most_bytes }),
        ReproduceError,
      );
      assertStringIncludes(error.message, part ?? "");
    }
    const found = await findBundle(`${at}/fits.zip`, journal, { most_bytes });
    assertEquals(found.bundle.cells.length, 1);
  } finally {
    await server.shutdown();
  }
});

Deno.test("of a server's run whose notebook cannot be gone through the notebook is missing, in a sentence", async () => {
  const text = JSON.stringify({
    cells: Array.from({ length: 12 }, () => ({
      cell_type: "code",
      source: "1",
    })),
  });
  const read = async (limits: Partial<TextLimits>) => {
    const { missing, cells } = await readLogged(
      [{
        path: "session.ipynb",
        size: text.length,
        digest: null,
        origin: "record",
      }],
      () => Promise.resolve(new Blob([text]).stream()),
      { ...TEXT_LIMITS, ...limits },
    );
    return [cells.length, missing.map(({ why }) => why).join()] as const;
  };
  assertEquals(await read({}), [12, ""]);
  const [, why] = await read({ cells: 11 });
  assertStringIncludes(why, "it has 12 cells, at most 11 are read");
  const [, values] = await read({ values: 20 });
  assertStringIncludes(values, "its JSON has more than 20 values");
});

Deno.test("a run of more cells than a stranger's may have is read where it was recorded", async () => {
  using place = emptyJournal();
  const count = TEXT_LIMITS.cells + 1;
  const run_id = addRun(place.journal, {
    cells: Array.from({ length: count }, (_, i) => `${i}`),
  });
  const { bundle, own } = await findBundle(run_id, place.journal);
  assertEquals([bundle.cells.length, own], [count, true]);
});
