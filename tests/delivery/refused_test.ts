import { assert, assertEquals } from "@std/assert";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { startServer } from "../../src/practice/server.ts";
import { assertAllThere, assertSays, recordAll } from "./assertions.ts";
import { configOf, newToken } from "./practice.ts";
import { deliver, Home } from "./support.ts";

const developer = { user: { id: 1, username: "heron" }, scopes: ["api"] };
const roles = { "g/p": "developer" as const };

/** What is wrong with a server, and what is said of it. */
const WRONG: [
  what: string,
  change: (token: string) => Partial<ServerConfig>,
  says: RegExp,
][] = [
  [
    "a token that nobody knows",
    () => ({ tokens: [] }),
    /token is not accepted.*at least Developer/,
  ],
  [
    "an expired token",
    (token) => ({ tokens: [{ ...developer, token, roles, expired: true }] }),
    /token has expired.*nbtrack login/,
  ],
  [
    "a revoked token",
    (token) => ({ tokens: [{ ...developer, token, roles, revoked: true }] }),
    /token was revoked.*nbtrack login/,
  ],
  [
    "a token that may only read",
    (token) => ({
      tokens: [{ ...developer, token, roles, scopes: ["read_api"] }],
    }),
    /scopes are too small.*scope `api`/,
  ],
  [
    "a token of a guest",
    (token) => ({
      tokens: [{ ...developer, token, roles: { "g/p": "guest" } }],
    }),
    /may not write there.*at least Developer/,
  ],
  [
    "a token of somebody who is no member",
    (token) => ({ tokens: [{ ...developer, token, roles: {} }] }),
    /no such project.*user is a member/,
  ],
  [
    "a blocked user",
    (token) => ({
      tokens: [{
        ...developer,
        token,
        roles,
        user: { id: 1, username: "heron", blocked: true },
      }],
    }),
    /may not do that \(403\)/,
  ],
  [
    "experiments that are off",
    () => ({ projects: [{ id: 7, path: "g/p", experiments: false }] }),
    /switched off.*switch on Model experiments/,
  ],
];

/** What keeps the files alone from arriving. */
const WITHOUT_FILES: typeof WRONG = [
  [
    "a registry that is off",
    () => ({ projects: [{ id: 7, path: "g/p", registry: false }] }),
    /switch on .*Model registry/,
  ],
  [
    "packages that are off",
    () => ({ projects: [{ id: 7, path: "g/p", packages: false }] }),
    /Package registry|may not do that/,
  ],
];

for (const [what, change, says] of WRONG) {
  Deno.test(`${what}: the run is refused with what to do, and arrives whole once it is mended`, async () => {
    using home = new Home();
    using journal = home.open();
    const token = newToken();
    const run_id = recordAll(journal);
    const data = { dir: `${home.path}/server` };
    const wrong = await startServer({
      data,
      config: configOf(token, change(token)),
    });
    try {
      const { tracking_uri } = wrong;
      await deliver(journal, run_id, { tracking_uri, token });
    } finally {
      await wrong.close();
    }
    assertSays(journal, run_id, { state: "refused", says });
    const mended = await startServer({ data, config: configOf(token) });
    try {
      const place = { tracking_uri: mended.tracking_uri, token };
      assertEquals(await deliver(journal, run_id, place), true);
      await assertAllThere(place, run_id);
    } finally {
      await mended.close();
    }
  });
}

for (const [what, change, says] of WITHOUT_FILES) {
  Deno.test(`${what}: the run arrives without its files, which are named, and they follow once it is mended`, async () => {
    using home = new Home();
    using journal = home.open();
    const token = newToken();
    const run_id = recordAll(journal);
    const data = { dir: `${home.path}/server` };
    const wrong = await startServer({
      data,
      config: configOf(token, change(token)),
    });
    try {
      const { tracking_uri } = wrong;
      assert(await deliver(journal, run_id, { tracking_uri, token }));
    } finally {
      await wrong.close();
    }
    const [part, ...others] = journal.deliveries.leftOut(run_id);
    assertEquals([part?.what, others], ["artifacts", []]);
    assert(says.test(part?.why ?? ""), part?.why);
    const mended = await startServer({ data, config: configOf(token) });
    try {
      const place = { tracking_uri: mended.tracking_uri, token };
      assert(journal.deliveries.retryLeftOut(run_id));
      assert(await deliver(journal, run_id, place));
      await assertAllThere(place, run_id);
      assertEquals(journal.deliveries.leftOut(run_id), []);
    } finally {
      await mended.close();
    }
  });
}
