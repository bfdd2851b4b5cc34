import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  isAuthenticationError,
  isForbiddenError,
  isNotFoundError,
  isScopeError,
} from "../../src/gitlab/errors.ts";
import { newRun, tokenOf, withGitLab } from "./practice_gitlab.ts";
import { token } from "./scripted_server.ts";

Deno.test("what a token lacks is told by the error: scope, role, membership, validity", async () => {
  const [read, reporter, user] = [token(), token(), token()];
  await withGitLab({
    tokens: [
      tokenOf(read, "developer", "read_api"),
      tokenOf(reporter, "reporter", "api"),
      tokenOf(user, "developer", "read_user"),
    ],
  }, async (client, _, connect) => {
    const { run, experiment_id } = await newRun(client);
    const creating = (secret: string) =>
      assertRejects(() => connect(secret).createExperiment("y"));
    assert(isScopeError(await creating(read)));
    assert(isScopeError(await creating(user)));
    assert(isAuthenticationError(await creating(reporter)));
    assert(isAuthenticationError(await creating(token())));
    const sending = await assertRejects(() =>
      connect(reporter).uploadArtifact({
        run: run.info,
        path: "x",
        body: new Uint8Array(1),
      })
    );
    assert(isForbiddenError(sending) || isNotFoundError(sending));
    const who = await client.whoami();
    assertEquals([who.access_level, who.token?.scopes], [30, ["api"]]);
    assertEquals(
      (await connect(read).getExperiment(experiment_id)).name,
      "penguins",
    );
  });
});

Deno.test("features that are off are told by the error", async () => {
  await withGitLab(
    { projects: [{ id: 7, path: "g/p", experiments: false }] },
    async (client) => {
      const error = await assertRejects(() =>
        client.findOrCreateExperiment("x")
      );
      assert(isNotFoundError(error));
      assertEquals(error.missing, "hidden");
    },
  );
  await withGitLab(
    { projects: [{ id: 7, path: "g/p", registry: false }] },
    async (client) => {
      const { run } = await newRun(client);
      const error = await assertRejects(() =>
        client.uploadArtifact({
          run: run.info,
          path: "x",
          body: new Uint8Array(1),
        })
      );
      assert(isNotFoundError(error));
      assertEquals(error.missing, "hidden");
    },
  );
});
