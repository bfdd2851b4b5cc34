import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Credential,
  CredentialsError,
  credentialsPath,
  findCredential,
  readCredentials,
  storeCredential,
} from "../../src/gitlab/credentials.ts";
import { everything, token } from "./scripted_server.ts";

function login(change: Partial<Credential> = {}): Credential {
  return {
    url: "https://gitlab.example",
    project: "g/p",
    project_id: 12,
    token: token(),
    username: "ann",
    stored: 1,
    ...change,
  };
}

async function withHome(test: (home: string) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  try {
    await test(`${dir}/deep/home`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const posix = Deno.build.os !== "windows";

Deno.test("a stored login is read back, and its file is its owner's only", async () => {
  await withHome(async (home) => {
    assertEquals(await readCredentials(home), []);
    const one = login();
    await storeCredential({ ...one, url: "https://gitlab.example/" }, home);
    assertEquals(await readCredentials(home), [one]);
    const { mode } = await Deno.stat(credentialsPath(home));
    if (posix) assertEquals((mode ?? 0) & 0o777, 0o600);
    const names = [...Deno.readDirSync(home)].map((e) => e.name);
    assertEquals(names, ["credentials.json"]);
  });
});

Deno.test({
  name: "a credentials file that others can read is closed to them",
  ignore: !posix,
  fn: async () => {
    await withHome(async (home) => {
      await storeCredential(login(), home);
      await Deno.chmod(credentialsPath(home), 0o644);
      await readCredentials(home);
      const { mode } = await Deno.stat(credentialsPath(home));
      assertEquals((mode ?? 0) & 0o777, 0o600);
    });
  },
});

Deno.test("storing again replaces the login of the same host and project only", async () => {
  await withHome(async (home) => {
    await storeCredential(login(), home);
    await storeCredential(login({ project: "g/q", stored: 2 }), home);
    const again = login({ stored: 3 });
    await storeCredential(again, home);
    const all = await readCredentials(home);
    assertEquals(all.map((c) => c.project), ["g/p", "g/q"]);
    assertEquals(all[0]?.token, again.token);
  });
});

Deno.test("the project's login comes first, then the host's, then any of the host", () => {
  const project = login({ project: "g/p" });
  const host = login({ project: null, project_id: null });
  const other = login({ project: "g/other", project_id: 13 });
  const url = "https://gitlab.example/";
  const find = (all: Credential[], path: string | null) =>
    findCredential(all, { url, project: path });
  assertEquals(find([other, host, project], "G/P"), project);
  assertEquals(find([other, host, project], "12"), project);
  assertEquals(find([other, host, project], "g/x"), host);
  assertEquals(find([other], "g/x"), other);
  assertEquals(find([], "g/x"), null);
  assertEquals(
    findCredential([project], { url: "https://else.example", project: "g/p" }),
    null,
  );
});

Deno.test("a damaged file is named, and what is in it is not shown", async () => {
  await withHome(async (home) => {
    const secret = token();
    await storeCredential(login({ token: secret }), home);
    const text = await Deno.readTextFile(credentialsPath(home));
    for (
      const damaged of [
        text.slice(0, -10),
        text.replace(`"schema_version": 1`, `"schema_version": 9`),
        text.replace(`"url"`, `"${secret}"`),
      ]
    ) {
      await Deno.writeTextFile(credentialsPath(home), damaged);
      const error = await assertRejects(() => readCredentials(home));
      assert(error instanceof CredentialsError);
      assertEquals(error.path, credentialsPath(home));
      assertEquals(everything(error).includes(secret), false);
    }
  });
});

Deno.test("a folder in the file's place is one clear error for reading and writing", async () => {
  await withHome(async (home) => {
    await Deno.mkdir(credentialsPath(home), { recursive: true });
    assert(
      (await assertRejects(() => readCredentials(home))) instanceof
        CredentialsError,
    );
    assert(
      (await assertRejects(() => storeCredential(login(), home))) instanceof
        CredentialsError,
    );
  });
});
