import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  lockedVersion,
  locks,
  mergeLocks,
  packagesOf,
  sliceLock,
} from "../../src/packages/lock.ts";
import {
  formatLock,
  isLockError,
  type Lock,
  LockError,
  parseLock,
} from "../../src/packages/lock_file.ts";
import { parseSpecifier } from "../../src/packages/specifiers.ts";

/** As Deno 2.9 writes it: peers in ids, aliases, optional packages, JSR with npm below it. */
const RECORDED = `{
  "version": "5",
  "specifiers": {
    "jsr:@std/csv@1": "1.0.6",
    "jsr:@std/streams@^1.0.9": "1.0.12",
    "npm:@scope/tool@2": "2.1.0_react@18.3.1",
    "npm:chalk@*": "5.6.0",
    "npm:react@18": "18.3.1",
    "npm:wrap-ansi@9": "9.0.0"
  },
  "jsr": {
    "@std/csv@1.0.6": {
      "integrity": "52ef0e62799a0028d278fa04762f17f9bd263fad9a8e7f98c14fbd371d62d9fd",
      "dependencies": [
        "jsr:@std/streams",
        "npm:chalk"
      ]
    },
    "@std/streams@1.0.12": {
      "integrity": "ae925fa1dc459b1abf5cbaa28cc5c7b0485853af3b2a384b0dc22d86e59dfbf4"
    }
  },
  "npm": {
    "@esbuild/linux-x64@0.25.0": {
      "integrity": "sha512-aaaa",
      "os": ["linux"],
      "cpu": ["x64"]
    },
    "@scope/tool@2.1.0_react@18.3.1": {
      "integrity": "sha512-bbbb",
      "dependencies": [
        "ansi-old@npm:ansi-styles@4.3.0",
        "react"
      ],
      "optionalDependencies": [
        "@esbuild/linux-x64"
      ]
    },
    "ansi-styles@4.3.0": {
      "integrity": "sha512-cccc"
    },
    "ansi-styles@6.2.1": {
      "integrity": "sha512-dddd"
    },
    "chalk@5.6.0": {
      "integrity": "sha512-eeee"
    },
    "react@18.3.1": {
      "integrity": "sha512-ffff"
    },
    "wrap-ansi@9.0.0": {
      "integrity": "sha512-gggg",
      "dependencies": [
        "ansi-styles@6.2.1"
      ]
    }
  },
  "redirects": {
    "https://host.example/x": "https://host.example/x@1.4.0/mod.ts"
  },
  "remote": {
    "https://host.example/other.ts": "1111111111111111111111111111111111111111111111111111111111111111",
    "https://host.example/x@1.4.0/mod.ts": "2222222222222222222222222222222222222222222222222222222222222222"
  }
}
`;

const lock = (): Lock => parseLock(RECORDED);

Deno.test("a lock comes out of reading and writing as Deno wrote it", () => {
  assertEquals(formatLock(lock()), RECORDED);
});

Deno.test("a slice follows peers, aliases and optional packages", () => {
  const slice = sliceLock(lock(), ["npm:@scope/tool@^2/sub/path.js"]);
  assertEquals(Object.keys(slice.npm).sort(), [
    "@esbuild/linux-x64@0.25.0",
    "@scope/tool@2.1.0_react@18.3.1",
    "ansi-styles@4.3.0",
    "react@18.3.1",
  ]);
  assertEquals(slice.specifiers, { "npm:@scope/tool@2": "2.1.0_react@18.3.1" });
});

Deno.test("a slice follows JSR packages to what they depend on", () => {
  const slice = sliceLock(lock(), ["jsr:@std/csv@1/parse"]);
  assertEquals(Object.keys(slice.jsr), [
    "@std/csv@1.0.6",
    "@std/streams@1.0.12",
  ]);
  assertEquals(Object.keys(slice.npm), ["chalk@5.6.0"]);
  assertEquals(Object.keys(slice.specifiers).sort(), [
    "jsr:@std/csv@1",
    "jsr:@std/streams@^1.0.9",
    "npm:chalk@*",
  ]);
});

Deno.test("a slice follows redirects to remote modules", () => {
  const slice = sliceLock(lock(), ["https://host.example/x"]);
  assertEquals(Object.keys(slice.redirects), ["https://host.example/x"]);
  assertEquals(Object.keys(slice.remote), [
    "https://host.example/x@1.4.0/mod.ts",
  ]);
  assertEquals(packagesOf(slice), [{
    name: "https://host.example/x@1.4.0/mod.ts",
    version: "1.4.0",
    registry: "https",
    integrity: "2".repeat(64),
  }]);
});

Deno.test("a slice writes a dependency short when only one version is left", () => {
  const text = formatLock(sliceLock(lock(), ["npm:wrap-ansi@9"]));
  assertEquals(JSON.parse(text).npm["wrap-ansi@9.0.0"].dependencies, [
    "ansi-styles",
  ]);
});

Deno.test("roots that a lock does not know give an empty slice", () => {
  const slice = sliceLock(lock(), [
    "npm:unknown@1",
    "jsr:@no/one",
    "https://elsewhere.example/",
  ]);
  assertEquals(formatLock(slice), '{\n  "version": "5"\n}\n');
});

Deno.test("packages are listed by registry and name, with versions free of peers", () => {
  assertEquals(
    packagesOf(lock()).map((p) => `${p.registry} ${p.name} ${p.version}`),
    [
      "https https://host.example/other.ts ",
      "https https://host.example/x@1.4.0/mod.ts 1.4.0",
      "jsr @std/csv 1.0.6",
      "jsr @std/streams 1.0.12",
      "npm @esbuild/linux-x64 0.25.0",
      "npm @scope/tool 2.1.0",
      "npm ansi-styles 4.3.0",
      "npm ansi-styles 6.2.1",
      "npm chalk 5.6.0",
      "npm react 18.3.1",
      "npm wrap-ansi 9.0.0",
    ],
  );
});

Deno.test("a specifier's version is found however its range is written", () => {
  assertEquals(lockedVersion(lock(), "npm:react@^18"), "18.3.1");
  assertEquals(lockedVersion(lock(), "npm:/chalk"), "5.6.0");
  assertEquals(lockedVersion(lock(), "npm:@scope/tool@2/x"), "2.1.0");
  assertEquals(lockedVersion(lock(), "npm:ansi-styles"), null);
  assert(locks(lock(), "npm:react@18"));
  assert(!locks(lock(), "npm:react@17"));
});

Deno.test("what an earlier lock decided stays when a later one is joined to it", () => {
  const part = (npm: Lock["npm"], specifiers: Lock["specifiers"]): Lock => ({
    ...parseLock('{"version": "5"}'),
    npm,
    specifiers,
  });
  const merged = mergeLocks(
    part({ "a@1.0.0": { dependencies: ["b"] }, "b@1.2.0": {} }, {
      "npm:a@1": "1.0.0",
    }),
    part(
      { "a@1.0.0": { dependencies: ["b"] }, "b@1.0.0": {} },
      { "npm:a@1": "1.0.0", "npm:b@1.0.0": "1.0.0" },
    ),
  );
  assertEquals(merged.npm["a@1.0.0"]?.dependencies, ["b@1.2.0"]);
  assertEquals(Object.keys(merged.npm).sort(), [
    "a@1.0.0",
    "b@1.0.0",
    "b@1.2.0",
  ]);
  assertEquals(Object.keys(merged.specifiers).sort(), [
    "npm:a@1",
    "npm:b@1.0.0",
  ]);
});

Deno.test("a text that is no lock is refused with what is wrong", () => {
  for (
    const [text, says] of [
      ["{", "not JSON"],
      ["[]", "Cannot read the lock"],
      ['{"version": "4"}', "version is 4"],
      ['{"version": "5", "npm": []}', "Cannot read the lock"],
    ] as const
  ) {
    const error = assertThrows(() => parseLock(text), LockError);
    assert(isLockError(error));
    assert(error.message.includes(says), error.message);
  }
});

Deno.test("specifiers are taken apart", () => {
  assertEquals(parseSpecifier("npm:@a/b@^1.0/c/d.js"), {
    registry: "npm",
    name: "@a/b",
    range: "^1.0",
    subpath: "/c/d.js",
  });
  assertEquals(parseSpecifier("jsr:/@a/b"), {
    registry: "jsr",
    name: "@a/b",
    range: "*",
    subpath: "",
  });
  assertEquals(parseSpecifier("https://a.example/"), null);
});
