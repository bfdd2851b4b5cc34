import { assertEquals } from "@std/assert";
import { refusal } from "../../src/reproduce/sandbox/permissions.ts";

const says = (kind: string, what: string) =>
  `Requires ${kind} access to "${what}", run again with the --allow-${kind} flag`;

Deno.test("a refused host is named with the option that gives it, and a port that the system chose is left out of it", () => {
  for (
    const [what, option] of [
      ["example.org:443", "example.org"],
      ["example.org:8080", "example.org:8080"],
      ["127.0.0.1:8931", "127.0.0.1:8931"],
      ["127.0.0.1:38199", "127.0.0.1"],
      ["[::1]:61000", "[::1]"],
      ["localhost:49152", "localhost"],
      ["127.0.0.1:32767", "127.0.0.1:32767"],
      ["127.0.0.1:0", "127.0.0.1"],
      ["0.0.0.0:0", "0.0.0.0:0"],
    ] as const
  ) {
    assertEquals(
      refusal(says("net", what)),
      `the sandbox gives no access to "${what}": add --allow-net ${option} to give it`,
    );
  }
});

Deno.test("a native part that was refused is named by its package", () => {
  for (
    const [path, name] of [
      [
        "/tmp/box/cache/npm/registry.example.org/@duck/parts-linux/1.5.0-r.1/duck.node",
        "@duck/parts-linux/1.5.0-r.1/duck.node",
      ],
      [
        "/c/npm/registry.example.org/canvas/0.1.0/x.node",
        "canvas/0.1.0/x.node",
      ],
      ["/work/parts.node", "/work/parts.node"],
    ] as const
  ) {
    assertEquals(
      refusal(says("ffi", path)),
      `the sandbox gives no ffi access to "${name}", and no option does`,
    );
  }
});

Deno.test("a program that cannot be started is a right that the sandbox lacks, however Deno and Node say it", () => {
  for (
    const message of [
      "Failed to spawn 'wc': entity not found",
      "spawnSync wc ENOENT",
      "spawn wc ENOENT",
      "Command failed: wc",
      says("run", "wc"),
    ]
  ) {
    assertEquals(
      refusal(message),
      'the sandbox gives no run access to "wc", and no option does',
    );
  }
  for (const message of ["wc failed", "entity not found", "to spawn wc"]) {
    assertEquals(refusal(message), message);
  }
});

Deno.test("a module of the lock is missed for want of its host, another one for want of being in the lock", () => {
  const url = "https://example.org/a.ts";
  const message =
    `Specifier not found in cache: "${url}", --cached-only is specified.`;
  assertEquals(
    refusal(message, JSON.stringify({ remote: { [url]: "0" } })),
    `the sandbox has no module "${url}": --allow-net example.org was not given when it began`,
  );
  assertEquals(
    refusal(message, JSON.stringify({ remote: {} })),
    `the sandbox has no module "${url}": it is not in the run's lock, and no option fetches another`,
  );
  const asked =
    'Requires import access to "example.org:443", run again with the --allow-import flag';
  assertEquals(
    refusal(asked, JSON.stringify({ remote: { [url]: "0" } })),
    'the sandbox gives no access to "example.org:443": add --allow-net example.org to give it',
  );
  assertEquals(
    refusal(asked, JSON.stringify({ remote: {} })),
    `the sandbox has no module of "example.org:443": it is not in the run's lock, and no option fetches another`,
  );
});
