import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { askSecret } from "../../src/cli/secret_prompt.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { CommandLine, practice, tokenOf } from "./command_line.ts";

type Tokens = ServerConfig["tokens"];

const TOKENS: Tokens = [
  ["write", {
    scopes: ["api"],
    roles: { "lab/penguins": "developer", "lab/off": "developer" },
  }],
  ["reader", { scopes: ["read_api"], roles: { "lab/penguins": "developer" } }],
  ["userscope", {
    scopes: ["read_user"],
    roles: { "lab/penguins": "developer" },
  }],
  ["guest", { scopes: ["api"], roles: { "lab/penguins": "guest" } }],
  ["expired", {
    scopes: ["api"],
    roles: { "lab/penguins": "developer" },
    expired: true,
  }],
  ["revoked", {
    scopes: ["api"],
    roles: { "lab/penguins": "developer" },
    revoked: true,
  }],
].map(([name, rest]) => ({
  token: tokenOf(name as string),
  user: { id: (name as string).length, username: name as string },
  ...(rest as Omit<Tokens[number], "token" | "user">),
}));

function server() {
  return practice({
    projects: [
      { id: 42, path: "lab/penguins", former_paths: ["lab/birds"] },
      { id: 43, path: "lab/off", experiments: false },
    ],
    tokens: TOKENS,
  });
}

function login(
  nbtrack: CommandLine,
  url: string,
  token: string,
  project = "lab/penguins",
  options: string[] = [],
) {
  return nbtrack.call([
    "login",
    "--url",
    url,
    "--project",
    project,
    "--token-stdin",
    ...options,
  ], {
    stdin: `${token}\n`,
  });
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args, cwd })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test("login stores a checked token for its owner alone and prints it nowhere", async () => {
  await using gitlab = await server();
  await using nbtrack = new CommandLine();

  const { code, json, stdout, stderr } = await login(
    nbtrack,
    gitlab.url,
    tokenOf("write"),
  );

  assertEquals([code, json], [0, {
    url: gitlab.url,
    project: "lab/penguins",
    user: "write",
  }], stderr);
  assert(!(stdout + stderr).includes(tokenOf("write")));
  const file = `${nbtrack.home}/credentials.json`;
  assertStringIncludes(await Deno.readTextFile(file), tokenOf("write"));
  const { mode } = await Deno.stat(file);
  if (mode !== null) assertEquals(mode & 0o777, 0o600);
});

Deno.test("a token that cannot log runs is not stored, and one sentence says why", async (t) => {
  await using gitlab = await server();
  await using nbtrack = new CommandLine();
  const cases: [what: string, token: string, project: string, says: string][] =
    [
      ["expired", tokenOf("expired"), "lab/penguins", "has expired"],
      ["revoked", tokenOf("revoked"), "lab/penguins", "was revoked"],
      ["unknown", tokenOf("nobody"), "lab/penguins", "not accepted"],
      ["read-only scope", tokenOf("reader"), "lab/penguins", "only `read_api`"],
      [
        "too small a scope",
        tokenOf("userscope"),
        "lab/penguins",
        "scopes are too small",
      ],
      ["Guest", tokenOf("guest"), "lab/penguins", "Guest"],
      [
        "feature off",
        tokenOf("write"),
        "lab/off",
        "Model experiments is switched off",
      ],
      ["no such project", tokenOf("write"), "lab/gone", "no such project"],
    ];
  for (const [what, token, project, says] of cases) {
    await t.step(what, async () => {
      const { code, json, stdout, stderr } = await login(
        nbtrack,
        gitlab.url,
        token,
        project,
      );
      assertEquals(code, 2);
      assertStringIncludes(json.error.message, "The token was not stored.");
      assertStringIncludes(json.error.message, says);
      assert(json.error.hint !== "");
      assert(!(stdout + stderr).includes(token));
      assert(stderr.trimEnd().split("\n").length <= 3, stderr);
    });
  }
  await t.step("nothing was stored", async () => {
    const names = await Array.fromAsync(
      Deno.readDir(nbtrack.dir),
      (e) => e.name,
    );
    assert(
      !names.includes("home") ||
        !(await Array.fromAsync(Deno.readDir(nbtrack.home))).some((e) =>
          e.name === "credentials.json"
        ),
    );
  });
});

Deno.test("a host that does not exist, one without TLS and a sign-in page are told apart", async (t) => {
  await using nbtrack = new CommandLine();
  await using page = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () =>
      new Response("<!doctype html><title>Sign in</title>", {
        headers: { "content-type": "text/html" },
      }),
  );
  const port = page.addr.port;
  const cases: [what: string, url: string, says: string][] = [
    ["sign-in page", `http://127.0.0.1:${port}`, "web page"],
    ["no TLS", `https://127.0.0.1:${port}`, "TLS"],
    [
      "no such host",
      "https://gitlab.invalid",
      "Cannot read the project on gitlab.invalid",
    ],
  ];
  for (const [what, url, says] of cases) {
    await t.step(what, async () => {
      const { code, json } = await login(nbtrack, url, tokenOf("write"));
      assertEquals(code, 2);
      assertStringIncludes(json.error.message, says);
    });
  }
});

Deno.test("server and project come from the git remote, whatever its form", async (t) => {
  await using gitlab = await practice();
  const { host } = new URL(gitlab.url);
  await using nbtrack = new CommandLine();
  await git(nbtrack.dir, "init", "-q");
  await git(
    nbtrack.dir,
    "remote",
    "add",
    "origin",
    `http://${host}/lab/penguins.git`,
  );

  await t.step("http", async () => {
    const { json, stderr } = await nbtrack.call(["login", "--token-stdin"], {
      stdin: tokenOf("write"),
    });
    assertEquals(json, {
      url: `http://${host}`,
      project: "lab/penguins",
      user: "dev",
    }, stderr);
  });
  await t.step("what was stored is where runs go", async () => {
    const { json } = await nbtrack.call(["doctor"]);
    const target = json.checks.find((c: { name: string }) =>
      c.name === "target"
    );
    assertStringIncludes(
      target.message,
      `${gitlab.url}/api/v4/projects/42/ml/mlflow`,
    );
    assertStringIncludes(target.message, "nbtrack login");
  });
  await t.step("ssh, with the address given", async () => {
    await git(
      nbtrack.dir,
      "remote",
      "set-url",
      "origin",
      "git@127.0.0.1:lab/penguins.git",
    );
    const { json, stderr } = await nbtrack.call([
      "login",
      "--url",
      gitlab.url,
      "--token-stdin",
    ], {
      stdin: tokenOf("write"),
    });
    assertEquals(json?.project, "lab/penguins", stderr);
  });
});

Deno.test("login finds a GitLab under a path of its host from the remote alone", async () => {
  const port = freePort();
  await using gitlab = await practice({
    external_url: `http://127.0.0.1:${port}/gitlab`,
  }, port);
  await using nbtrack = new CommandLine();
  await git(nbtrack.dir, "init", "-q");
  await git(
    nbtrack.dir,
    "remote",
    "add",
    "origin",
    `${gitlab.url}/lab/penguins.git`,
  );

  const { json, stderr } = await nbtrack.call(["login", "--token-stdin"], {
    stdin: tokenOf("write"),
  });

  assertEquals(json, {
    url: `http://127.0.0.1:${port}/gitlab`,
    project: "lab/penguins",
    user: "dev",
  }, stderr);
});

Deno.test("a login without a server, a token or a terminal says what is missing", async (t) => {
  await using nbtrack = new CommandLine();
  const url = ["--url", "http://127.0.0.1:1", "--project", "lab/penguins"];
  const cases: [string, string[], string | undefined, string][] = [
    ["no server", ["--token-stdin"], tokenOf("write"), "no server is named"],
    [
      "no project",
      ["--url", "https://gitlab.com", "--token-stdin"],
      tokenOf("write"),
      "no project of https://gitlab.com",
    ],
    ["empty token", [...url, "--token-stdin"], "\n", "the token is empty"],
    ["no terminal", url, undefined, "no terminal"],
    [
      "no address",
      ["--url", "gitlab", "--project", "a/b", "--token-stdin"],
      tokenOf("write"),
      "no http or https address",
    ],
    [
      "a broken token",
      [...url, "--token-stdin"],
      "two words",
      "Cannot use the token",
    ],
  ];
  for (const [what, args, stdin, says] of cases) {
    await t.step(what, async () => {
      const { code, json } = await nbtrack.call(
        ["login", ...args],
        stdin === undefined ? {} : { stdin },
      );
      assertEquals(code, 2);
      assertStringIncludes(json.error.message, says);
      assert(!json.error.message.includes("two words"));
    });
  }
});

Deno.test("a token goes over plain http to another machine only when that is allowed, also where the name begins like this machine's", async () => {
  const asked: string[] = [];
  await using gitlab = await server();
  await using proxy = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      asked.push(request.url);
      const { pathname, search } = new URL(request.url);
      return fetch(`${gitlab.url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        body: request.body,
      });
    },
  );
  await using nbtrack = new CommandLine({
    HTTP_PROXY: `http://127.0.0.1:${proxy.addr.port}`,
  });
  const url = "http://127.lab.example";
  const refused = await login(nbtrack, url, tokenOf("write"));
  assertEquals([refused.code, asked], [2, []]);
  assertStringIncludes(refused.json.error.message, "is not encrypted");
  assertStringIncludes(refused.json.error.hint, "--allow-http");

  const allowed = await login(
    nbtrack,
    url,
    tokenOf("write"),
    "lab/penguins",
    ["--allow-http"],
  );
  assertEquals(allowed.code, 0, allowed.stderr);
  assert(asked.length > 0);
  assertStringIncludes(allowed.stderr, "is not encrypted");
});

Deno.test("a token that is given as an argument is not repeated, nor where it happened is shown", async (t) => {
  await using nbtrack = new CommandLine({ NBTRACK_DEBUG: "1" });
  const custom = ["acme", crypto.randomUUID()].join("-");
  const token = ["glpat", crypto.randomUUID()].join("-");
  const cases = [
    ["login", custom],
    ["login", token],
    ["login", `--token=${custom}`],
    ["login", "--project", `https://x.example/${token}`],
    ["login", "--url", token],
    ["sync", token],
    [token],
  ];
  for (const args of cases) {
    await t.step(
      args[0] === "login" ? args.slice(0, -1).join(" ") : "elsewhere",
      async () => {
        const { code, stdout, stderr } = await nbtrack.call(args);
        assertEquals(code, 2);
        for (const secret of [custom, token]) {
          assert(!(stdout + stderr).includes(secret), stdout + stderr);
        }
      },
    );
  }
});

Deno.test("a token that is pasted is read without what the terminal puts around it", async () => {
  const pasted = typing("\x1b[200~glp", "at-1234\x1b[201~", "\r");
  assertEquals(await askSecret("Token: ", pasted), "glpat-1234");
  const lines = typing("\x1b[200~glpat-1234\r\x1b[201~");
  assertEquals(await askSecret("Token: ", lines), "glpat-1234");
});

Deno.test("a certificate file that is not there is named, not the connection", async () => {
  await using nbtrack = new CommandLine({ DENO_CERT: "no-such.pem" });
  const { code, json } = await login(
    nbtrack,
    `https://localhost:${freePort()}`,
    tokenOf("write"),
  );
  assertEquals(code, 2);
  assertStringIncludes(
    json.error.message,
    "the certificate file of DENO_CERT cannot be read",
  );
  assertStringIncludes(json.error.hint, "whole path");
});

/** Keys pressed one after the other, and what the terminal was told. */
function typing(...keys: string[]) {
  const told: (string | boolean)[] = [];
  return {
    told,
    setRaw: (raw: boolean) => void told.push(raw),
    write: (text: string) => void told.push(text),
    read(into: Uint8Array): Promise<number | null> {
      const key = keys.shift();
      if (key === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(key, into).written);
    },
  };
}

Deno.test("the prompt echoes nothing, takes pasted text and backspace, and gives the terminal back", async () => {
  const terminal = typing("secrets", "\u007f", "-and-more", "\r");
  assertEquals(await askSecret("Token: ", terminal), "secret-and-more");
  assertEquals(terminal.told, ["Token: ", true, false, "\n"]);
});

Deno.test("Ctrl-C gives the prompt up and Ctrl-U starts it over", async () => {
  assertEquals(await askSecret("", typing("abc", "\u0003")), null);
  assertEquals(await askSecret("", typing("abc\u0015xyz\n")), "xyz");
});

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
