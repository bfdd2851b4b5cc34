/** Compares what the whole machine shares, so it runs when no other test does. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rebuildLock } from "../../src/packages/rebuild_lock.ts";
import { emptyLock } from "../../src/packages/lock_file.ts";
import { type Registry, startRegistry } from "../packages/registry.ts";
import { temporary } from "../reproduce/recorded.ts";
import { printed, reproduceWritten } from "./bundles.ts";
import { digestOf, machineFolders } from "./digest.ts";

const NAME = "@nbtrack-stranger/left-pad";
const ID = `${NAME}@1.0.0`;
const CELL = `import { version } from "npm:${ID}"; console.log(version)`;
const HONEST = [{ source: CELL, outputs: [printed("1.0.0\n")] }];

/** A registry for one scope, in the settings of a user's home; every other name comes from where it always does. */
async function withRegistry(
  work: (registry: Registry) => Promise<void>,
): Promise<void> {
  const registry = await startRegistry({
    npm: [{ name: NAME, version: "1.0.0" }],
  });
  using home = temporary();
  Deno.writeTextFileSync(
    `${home.path}/.npmrc`,
    `@nbtrack-stranger:registry=${registry.url}\n`,
  );
  const [cache] = await machineFolders();
  const before = {
    HOME: Deno.env.get("HOME"),
    DENO_DIR: Deno.env.get("DENO_DIR"),
  };
  Deno.env.set("HOME", home.path);
  Deno.env.set("DENO_DIR", (cache ?? "").replace(/\/npm$/, ""));
  try {
    await work(registry);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await registry.close();
  }
}

function lockOf(
  entry: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  return {
    specifiers: { [`npm:${ID}`]: "1.0.0" },
    npm: { [ID]: entry, ...more },
  };
}

/** A server that notes what it is asked. */
function strangersServer() {
  const asked: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      asked.push(new URL(request.url).pathname);
      return new Response("export const version = 'evil';", {
        headers: { "content-type": "application/typescript" },
      });
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    asked,
    host,
    url: `http://${host}/`,
    close: () => server.shutdown(),
  };
}

Deno.test("packages of a lock come from the machine's registry into the sandbox's own cache", () =>
  withRegistry(async ({ integrity }) => {
    const folders = await machineFolders();
    const before = folders.map((folder) => digestOf(folder));
    const { verdict } = await reproduceWritten({
      cells: HONEST,
      lock: lockOf({ integrity: integrity(ID) }),
    });
    assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
    assertEquals(folders.map((folder) => digestOf(folder)), before);
  }));

Deno.test("an address in a lock is not asked, in a sandbox or without one", () =>
  withRegistry(async ({ integrity }) => {
    const stranger = strangersServer();
    for (const sandbox of [true, false]) {
      const { verdict } = await reproduceWritten({
        cells: HONEST,
        lock: lockOf({
          integrity: integrity(ID),
          tarball: `${stranger.url}evil.tgz`,
        }),
      }, { sandbox });
      assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
    }
    assertEquals(stranger.asked, []);
    await stranger.close();
  }));

Deno.test("a lock whose integrity is not the registry's runs nothing, in a sandbox or without one", () =>
  withRegistry(async () => {
    const other = `sha512-${"A".repeat(86)}==`;
    for (const sandbox of [true, false]) {
      for (const entry of [{ integrity: other }, {}]) {
        const { verdict, outcome } = await reproduceWritten({
          cells: HONEST,
          lock: lockOf(entry),
        }, { sandbox });
        assertEquals(verdict.verdict, "FAILED");
        assertEquals(outcome.replay, null);
        assertStringIncludes(verdict.causes[0]?.what ?? "", "integrity");
        assertEquals(verdict.causes[0]?.dimension, "packages");
      }
    }
  }));

/** Ids that are no npm packages; some would leave a cache's folder. */
const ODD_IDS = [
  "x/../../../../out@1.0.0",
  "../x@1.0.0",
  "..@1.0.0",
  ".@1.0.0",
  "@a/..@1.0.0",
  "@../a@1.0.0",
  "@a/b/c@1.0.0",
  "/etc/x@1.0.0",
  "C:\\x@1.0.0",
  "a\\b@1.0.0",
  "a b@1.0.0",
  "a\0b@1.0.0",
  "a\nb@1.0.0",
  "node_modules@1.0.0",
  "a@1.0.0/../../x",
  "a@../../x",
  "a@latest",
  "a@file:../x",
  "a@1.0.0_b@1.0.0/../../x",
  "a%2f..%2fb@1.0.0",
  `${"a".repeat(300)}@1.0.0`,
  "",
  "@1.0.0",
];

Deno.test("an odd id in a lock is refused wherever it stands", () => {
  const integrity = `sha512-${"A".repeat(86)}==`;
  for (const id of ODD_IDS) {
    const npm = { [id]: { integrity } };
    assertEquals(rebuildLock({ ...emptyLock(), npm }).refused.length, 1, id);
    for (
      const kind of ["dependencies", "optionalDependencies", "optionalPeers"]
    ) {
      const from = { "a@1.0.0": { integrity, [kind]: [id] } };
      assertEquals(
        rebuildLock({ ...emptyLock(), npm: from }).refused.length,
        1,
        `${kind}: ${id}`,
      );
      const alias = { "a@1.0.0": { integrity, [kind]: [`b@npm:${id}`] } };
      assertEquals(
        rebuildLock({ ...emptyLock(), npm: alias }).refused.length,
        1,
        `${kind}: b@npm:${id}`,
      );
    }
    const jsr = { [id]: { integrity: "a".repeat(64) } };
    assertEquals(rebuildLock({ ...emptyLock(), jsr }).refused.length, 1, id);
  }
  for (
    const key of [
      "npm:../x@1",
      "npm:a@file:/etc",
      "npm:a@1/../..",
      "file:///x",
      "npm:a@http://x/y.tgz",
      "npm:a@git+ssh://x",
      "jsr:a@1",
      "jsr:@a/../b@1",
      "",
    ]
  ) {
    const specifiers = { [key]: "1.0.0" };
    assertEquals(
      rebuildLock({ ...emptyLock(), specifiers }).refused.length,
      1,
      key,
    );
  }
  for (
    const url of ["file:///etc/passwd", "data:text/javascript,1", "x", "npm:a"]
  ) {
    const remote = { [url]: "a".repeat(64) };
    assertEquals(
      rebuildLock({ ...emptyLock(), remote }).refused.length,
      1,
      url,
    );
    const redirects = { "https://a.org/": url };
    assertEquals(
      rebuildLock({ ...emptyLock(), redirects }).refused.length,
      1,
      url,
    );
  }
});

Deno.test("a lock as Deno writes it is kept whole, but for addresses", () => {
  const integrity = `sha512-${"A".repeat(86)}==`;
  const lock = {
    ...emptyLock(),
    specifiers: {
      "npm:react-dom@18": "18.2.0_react@18.2.0",
      "npm:@types/node@*": "22.5.4",
      "npm:a@>=1.0.0 <2 || ~3.1": "1.0.0",
      "jsr:@std/assert@1": "1.0.0",
      "npm:JSONStream@latest": "1.3.5",
    },
    npm: {
      "react-dom@18.2.0_react@18.2.0": {
        integrity,
        dependencies: ["react", "alias@npm:other@1.0.0"],
      },
      "@types/node@22.5.4": {
        integrity,
        os: ["linux"],
        cpu: ["!arm"],
        bin: true,
      },
      "a@1.0.0-beta.1+build": { integrity, optionalPeers: ["b@2.0.0"] },
    },
    jsr: {
      "@std/assert@1.0.0": {
        integrity: "a".repeat(64),
        dependencies: ["jsr:@std/internal@^1.0.0"],
      },
    },
    redirects: { "https://esm.sh/d3": "https://esm.sh/d3@7.9.0" },
    remote: { "https://esm.sh/d3@7.9.0": "b".repeat(64) },
  };
  assertEquals(rebuildLock(lock), { lock, refused: [] });
  const addressed = { "a@1.0.0": { integrity, tarball: "http://x/y.tgz" } };
  assertEquals(rebuildLock({ ...emptyLock(), npm: addressed }).lock.npm, {
    "a@1.0.0": { integrity },
  });
});

Deno.test("a lock with an odd id runs nothing and writes nothing", async () => {
  const { verdict, outcome } = await reproduceWritten({
    cells: ["1"],
    lock: lockOf({
      integrity: `sha512-${"A".repeat(86)}==`,
      dependencies: ["x/../../../../out@1.0.0"],
    }, {
      "x/../../../../out@1.0.0": { integrity: `sha512-${"A".repeat(86)}==` },
    }),
  });
  assertEquals(verdict.verdict, "FAILED");
  assertEquals(outcome.replay, null);
  assertStringIncludes(JSON.stringify(verdict.causes), "x/../../../../out");
});

Deno.test("modules of the web are fetched from hosts that the user names alone", async () => {
  const stranger = strangersServer();
  const url = `${stranger.url}m.ts`;
  const written = {
    cells: [`import { version } from "${url}"; console.log(version)`],
    lock: { remote: { [url]: "a".repeat(64) } },
  };
  const refused = await reproduceWritten(written);
  assertEquals(refused.verdict.verdict, "FAILED");
  assertStringIncludes(
    refused.verdict.causes[0]?.what ?? "",
    `--allow-net ${stranger.host}`,
  );
  assertEquals(stranger.asked, []);
  await reproduceWritten(written, {
    grants: { net: [stranger.host], env: [] },
  });
  assert(stranger.asked.includes("/m.ts"));
  await stranger.close();
});

Deno.test("nothing of a bundle says which registry is asked", () =>
  withRegistry(async ({ integrity }) => {
    const stranger = strangersServer();
    for (const sandbox of [true, false]) {
      const { verdict } = await reproduceWritten({
        cells: HONEST,
        lock: lockOf({ integrity: integrity(ID) }),
        modules: {
          ".npmrc":
            `@nbtrack-stranger:registry=${stranger.url}\nregistry=${stranger.url}\n`,
          "lib/.npmrc": `registry=${stranger.url}\n`,
        },
        config: { npmrc: ".npmrc", registry: stranger.url },
      }, { sandbox });
      assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
      assertStringIncludes(
        verdict.warnings.join("\n"),
        ".npmrc would configure",
      );
    }
    assertEquals(stranger.asked, []);
    await stranger.close();
  }));
