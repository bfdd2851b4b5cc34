import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { addRun } from "../record/filled.ts";
import { CommandLine, practice, tokenOf, tracking } from "./command_line.ts";

interface Check {
  name: string;
  state: "ok" | "warn" | "fail";
  message: string;
  hint: string | null;
}

/** Calls doctor and gives its checks by name. */
async function doctor(
  nbtrack: CommandLine,
  args: string[] = [],
  env: Record<string, string> = {},
) {
  const { code, json, stderr } = await nbtrack.call(["doctor", ...args], {
    env,
  });
  assert(json?.checks !== undefined, stderr);
  const checks = json.checks as Check[];
  assertEquals(code, checks.some((c) => c.state === "fail") ? 1 : 0);
  const named = (name: string) => {
    const found = checks.find((c) => c.name === name);
    assert(
      found !== undefined,
      `no check ${name} in ${JSON.stringify(checks)}`,
    );
    return found;
  };
  return { code, checks, named };
}

function notebook(kernel: string): string {
  return notebookJson(["1 + 1"], kernel);
}

Deno.test("doctor finds nothing wrong with a fresh machine, a notebook and a server that takes runs", async () => {
  await using gitlab = await practice();
  await using nbtrack = new CommandLine(tracking(gitlab));
  await Deno.writeTextFile(`${nbtrack.dir}/lesson.ipynb`, notebook("deno"));

  const { code, checks, named } = await doctor(nbtrack, ["lesson.ipynb"]);

  assertEquals(code, 0, JSON.stringify(checks));
  assertEquals(
    new Set(checks.map((c) => c.name)),
    new Set([
      ..."deno kernel kernelspec tracked-kernel notebook packages disk journal recorder delivery target"
        .split(" "),
      ..."server token scope experiments registry packages role clock".split(
        " ",
      ),
    ]),
  );
  assertStringIncludes(named("kernel").message, "starts and answers");
  assertStringIncludes(named("target").message, "MLFLOW_TRACKING_URI");
  assertStringIncludes(named("token").message, "dev");
});

Deno.test("without a server doctor says that runs stay here, and that is nothing wrong", async () => {
  await using nbtrack = new CommandLine();
  const { code, named } = await doctor(nbtrack);
  assertEquals(code, 0);
  assertEquals(named("target").state, "ok");
  assertStringIncludes(named("target").hint ?? "", "nbtrack login");
});

Deno.test("doctor tells what is wrong with a notebook", async (t) => {
  await using nbtrack = new CommandLine();
  await Deno.writeTextFile(
    `${nbtrack.dir}/python.ipynb`,
    notebook("python3").replace('"typescript"', '"python"'),
  );
  await Deno.writeTextFile(`${nbtrack.dir}/broken.ipynb`, "{");
  for (
    const [file, says] of [["python.ipynb", "python3"], [
      "broken.ipynb",
      "broken",
    ], ["gone.ipynb", "no notebook"]] as const
  ) {
    await t.step(file, async () => {
      const { named } = await doctor(nbtrack, [file]);
      assertEquals(named("notebook").state, "fail");
      assertStringIncludes(named("notebook").message, says);
    });
  }
});

Deno.test("doctor tells a token that cannot log runs from a project that cannot take them", async (t) => {
  await using gitlab = await practice({
    projects: [{ id: 42, path: "lab/penguins" }, {
      id: 43,
      path: "lab/off",
      registry: false,
      packages: false,
    }],
    tokens: [
      {
        token: tokenOf("reader"),
        user: { id: 1, username: "reader" },
        scopes: ["read_api"],
        roles: { "lab/penguins": "developer" },
      },
      {
        token: tokenOf("guest"),
        user: { id: 2, username: "guest" },
        scopes: ["api"],
        roles: { "lab/penguins": "guest" },
      },
      {
        token: tokenOf("write"),
        user: { id: 3, username: "dev" },
        scopes: ["api"],
        roles: { "lab/off": "developer" },
      },
      {
        token: tokenOf("ending"),
        user: { id: 4, username: "ending" },
        scopes: ["api"],
        roles: { "lab/penguins": "developer" },
        expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(
          0,
          10,
        ),
      },
    ],
  });
  await using nbtrack = new CommandLine();
  const at = (project: number, token: string) => ({
    MLFLOW_TRACKING_URI: `${gitlab.url}/api/v4/projects/${project}/ml/mlflow`,
    MLFLOW_TRACKING_TOKEN: tokenOf(token),
  });
  const cases: [number, string, string, Check["state"]][] = [
    [42, "reader", "scope", "fail"],
    [42, "guest", "role", "fail"],
    [43, "write", "registry", "fail"],
    [43, "write", "packages", "fail"],
    [42, "ending", "token", "warn"],
    [42, "write", "project", "fail"],
    [42, "unknown", "token", "fail"],
  ];
  for (const [project, token, name, state] of cases) {
    await t.step(`${token}: ${name}`, async () => {
      const { checks } = await doctor(nbtrack, [], at(project, token));
      const found = checks.filter((c) => c.name === name);
      assert(found.some((c) => c.state === state), JSON.stringify(checks));
      assert(!JSON.stringify(checks).includes(tokenOf(token)));
    });
  }
});

Deno.test("doctor tells a clock that is two days off", async () => {
  const old = new Date(Date.now() - 2 * 86_400_000).toUTCString();
  await using mlflow = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) =>
      new Response(
        new URL(request.url).pathname === "/version" ? "3.17.2" : "",
        { headers: { date: old } },
      ),
  );
  await using nbtrack = new CommandLine({
    MLFLOW_TRACKING_URI: `http://127.0.0.1:${mlflow.addr.port}`,
  });

  const { named } = await doctor(nbtrack);

  assertEquals(named("clock").state, "warn");
  assertStringIncludes(named("clock").message, "48 hours ahead");
  assertStringIncludes(
    named("server").message,
    "plain MLflow server, version 3.17.2",
  );
});

Deno.test("doctor tells the trap of a package.json, and its cure", async (t) => {
  await using nbtrack = new CommandLine();
  await Deno.writeTextFile(
    `${nbtrack.dir}/package.json`,
    '{"dependencies": {"zod": "^4"}}',
  );
  await t.step("a package.json alone", async () => {
    const { named } = await doctor(nbtrack);
    assertEquals(named("packages").state, "fail");
    assertStringIncludes(
      named("packages").hint ?? "",
      '"nodeModulesDir": "none"',
    );
  });
  await t.step("cured", async () => {
    await Deno.writeTextFile(
      `${nbtrack.dir}/deno.json`,
      '{"nodeModulesDir": "none"}',
    );
    const { named } = await doctor(nbtrack);
    assertEquals(named("packages").state, "ok");
  });
});

Deno.test("doctor tells a kernelspec under which an interrupt ends the kernel", async (t) => {
  await using nbtrack = new CommandLine();
  const jupyter = { JUPYTER_PATH: `${nbtrack.dir}/jupyter` };
  const spec = (more: Record<string, unknown>) =>
    Deno.writeTextFile(
      `${nbtrack.dir}/jupyter/kernels/deno/kernel.json`,
      JSON.stringify({
        argv: [Deno.execPath(), "jupyter"],
        display_name: "Deno",
        language: "typescript",
        ...more,
      }),
    );
  await Deno.mkdir(`${nbtrack.dir}/jupyter/kernels/deno`, { recursive: true });
  await t.step("no interrupt_mode", async () => {
    await spec({});
    const { named } = await doctor(nbtrack, [], jupyter);
    assertEquals(named("kernelspec").state, "warn");
    assertStringIncludes(named("kernelspec").message, "interrupt_mode");
  });
  await t.step("interrupt_mode message", async () => {
    await spec({ interrupt_mode: "message" });
    assertEquals(
      (await doctor(nbtrack, [], jupyter)).named("kernelspec").state,
      "ok",
    );
  });
  await t.step("a Deno that is gone", async () => {
    await spec({
      argv: [`${nbtrack.dir}/gone/deno`],
      interrupt_mode: "message",
    });
    assertEquals(
      (await doctor(nbtrack, [], jupyter)).named("kernelspec").state,
      "fail",
    );
  });
});

Deno.test("doctor tells a journal that cannot be opened", async () => {
  await using nbtrack = new CommandLine();
  await Deno.mkdir(nbtrack.home);
  await Deno.writeTextFile(
    `${nbtrack.home}/journal.db`,
    "this is no database, however long one looks at it",
  );
  const { named } = await doctor(nbtrack);
  assertEquals(named("journal").state, "fail");
  assertStringIncludes(named("journal").message, "damaged");
});

Deno.test("doctor tells refused and waiting runs with their sentences, and sessions left open", async () => {
  await using nbtrack = new CommandLine();
  {
    using journal = Journal.open({
      redactor: standardRedaction,
      home: nbtrack.home,
    });
    const refused = addRun(journal);
    const waiting = addRun(journal);
    journal.deliveries.set(refused, {
      state: "refused",
      error: "The token has expired.",
    });
    journal.deliveries.set(waiting, {
      state: "pending",
      error: "The server cannot be reached.",
    });
  }

  const { checks } = await doctor(nbtrack);

  const delivery = checks.filter((c) => c.name === "delivery");
  assertEquals(delivery.map((c) => c.state), ["fail", "warn"]);
  assertStringIncludes(delivery[0]?.message ?? "", "The token has expired.");
  assertStringIncludes(delivery[1]?.message ?? "", "cannot be reached");
  const recorder = checks.filter((c) => c.name === "recorder");
  assertEquals(recorder.map((c) => c.state), ["warn", "warn"]);
  assertStringIncludes(recorder[0]?.hint ?? "", "nbtrack sync");
});

Deno.test("in a CI job doctor says what the job lacks", async (t) => {
  await using gitlab = await practice();
  await using nbtrack = new CommandLine();
  const job = {
    CI_JOB_ID: "7",
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_PROJECT_ID: "42",
    CI_JOB_TOKEN: ["glcbt", "64", "job"].join("-"),
  };
  await t.step("only the job's own token", async () => {
    const { named } = await doctor(nbtrack, [], job);
    assertEquals([named("ci").state, named("target").state], ["fail", "fail"]);
    assertStringIncludes(named("ci").hint ?? "", "GITLAB_TOKEN");
    assertStringIncludes(
      named("target").message,
      "CI_JOB_TOKEN cannot log runs",
    );
  });
  await t.step("a token variable", async () => {
    const { code, named } = await doctor(nbtrack, [], {
      ...job,
      GITLAB_TOKEN: tokenOf("write"),
    });
    assertEquals(code, 0);
    assertEquals(named("ci").state, "ok");
  });
});

Deno.test("neither doctor nor login shows a token that a server sends back in another form", async () => {
  const token = ["glpat", crypto.randomUUID().replaceAll("-", "")].join("-");
  const backwards = [...token].reverse().join("");
  const encoded = btoa(`Bearer ${token}`);
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(`you sent ${backwards} ${encoded}`, { status: 400 }),
  );
  const uri =
    `http://127.0.0.1:${server.addr.port}/api/v4/projects/1/ml/mlflow`;
  await using nbtrack = new CommandLine();
  const env = { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token };
  const asked = await nbtrack.call(["doctor"], { env });
  const logged = await nbtrack.call([
    "login",
    "--url",
    new URL(uri).origin,
    "--project",
    "lab/penguins",
    "--token-stdin",
  ], { stdin: token });
  assertEquals([asked.code, logged.code], [1, 2], logged.stderr);
  for (const { stdout, stderr } of [asked, logged]) {
    assertStringIncludes(stdout + stderr, "you sent");
    for (const form of [token, backwards, encoded]) {
      assertEquals((stdout + stderr).includes(form), false, stdout + stderr);
    }
  }
});
