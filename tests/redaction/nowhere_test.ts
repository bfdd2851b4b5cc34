import { assert, assertEquals } from "@std/assert";
import { practice } from "../cli/command_line.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { gitlabToken, placesOf, random } from "./support.ts";

/** Cells in which `t` is a secret: they put it everywhere that a notebook can, in every form. */
function everywhere(t: string): string[] {
  return [
    `const t = ${t};
     const utf8 = new TextEncoder().encode(t);
     const b64 = (text) => new TextEncoder().encode(text).toBase64();
     const forms = {
       plain: t, sentence: "use " + t + ", please", json: JSON.stringify({ inner: JSON.stringify({ t }) }),
       base64: b64(t), shifted1: b64("x" + t + "y"), shifted2: b64("xy" + t + "z"),
       url64: utf8.toBase64({ alphabet: "base64url" }), hex: utf8.toHex(), HEX: utf8.toHex().toUpperCase(),
       url: "https://host/?x=" + [...t].map((c) => "%" + c.charCodeAt(0).toString(16)).join(""),
       u: [...t].map((c) => "\\\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")).join(""),
       html: [...t].map((c) => "&#" + c.charCodeAt(0) + ";").join(""),
       utf16: [...t].join("\\0"), ansi: t.slice(0, 9) + "\\x1b[31m" + t.slice(9) + "\\x1b[0m",
       lines: t.slice(0, 11) + "\\n" + t.slice(11),
     };`,
    `const many = await track("about " + t, {
       name: "run " + t, description: "for " + forms.base64, quiet: true,
       params: { ["key " + t]: 1, plain: t, deep: { a: [forms.hex] } },
       tags: { ["tag " + t]: "x", value: forms.url },
     });
     for (const [name, form] of Object.entries(forms)) {
       many.logParam("form " + name, form);
       many.setTag("form " + name, form);
       await many.logArtifact(name + ".txt", "before\\n" + form + "\\nafter\\n");
     }
     many.logMetric("metric " + t, 1);`,
    `for (const form of Object.values(forms)) console.log(form);
     console.error(t); console.log({ deep: { t } });
     await Deno.jupyter.broadcast("stream", { name: "stdout", text: "cut " + t.slice(0, 8) });
     await new Promise((resolve) => setTimeout(resolve, 400));
     await Deno.jupyter.broadcast("stream", { name: "stdout", text: t.slice(8) + "\\n" });
     await Deno.jupyter.display({
       "text/html": "<b title='" + forms.html + "'>" + t + "</b>", "application/json": { t, list: [t] },
       "text/plain": forms.u,
     }, { raw: true });
     forms`,
    `const wide = new Uint8Array(2 * t.length + 2).fill(0);
     wide.set([0xff, 0xfe]);
     [...t].forEach((c, i) => wide[2 + 2 * i] = c.charCodeAt(0));
     await many.logArtifact("wide.txt", wide);
     await many.logArtifact("name " + t + ".txt", "harmless");
     const zipped = new Response(new Blob(["a\\n" + t]).stream().pipeThrough(new CompressionStream("gzip")));
     await many.logArtifact("packed.gz", new Uint8Array(await zipped.arrayBuffer()));
     await many.logArtifact("bytes.bin", new Uint8Array([0, 1, 2, 255, 254, ...utf8, 0, 200, 3]));
     await many.logDataset("data " + t, [{ a: t, b: 1 }, { a: "x", b: 2 }]);
     await many.registerModel("knn", { description: "with " + t, files: { "m.txt": "weights " + t } });`,
    `await many.end();`,
    `const failing = await track("failing", { quiet: true });
     throw new Error("could not sign in with " + t);`,
  ];
}

async function notebookRun(
  cells: readonly string[],
  secrets: Record<string, string>,
  env: Record<string, string> = {},
  files: Record<string, string> = {},
): Promise<string[]> {
  await using workspace = Workspace.make();
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${workspace.work}/${name}`, text);
  }
  const data = `${workspace.folder}/server`;
  await using server = await practice({}, 0, { dir: data });
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\n${cells[0]}`,
    ...cells.slice(1),
  ]);
  const { code, stdout, stderr } = await workspace.nbtrack([
    "run",
    path,
    "--allow-errors",
    "--json",
  ], { MLFLOW_TRACKING_URI: server.tracking_uri, ...env });
  assertEquals(code, 0, stdout + stderr);
  const found = await placesOf(secrets, [workspace.home, data]);
  const synced = await workspace.nbtrack(["sync", "--json"], {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    ...env,
  });
  assert(synced.stdout.startsWith("{"), synced.stderr);
  const left = await placesOf(secrets, [data]);
  return [...new Set([...found, ...left])];
}

Deno.test("nbtrack's own token from a variable is nowhere in the home or on the server, whatever a cell does with it", async () => {
  const token = gitlabToken();
  const found = await notebookRun(
    everywhere(`Deno.env.get("MLFLOW_TRACKING_TOKEN")`),
    { token },
    { MLFLOW_TRACKING_TOKEN: token },
  );
  assertEquals(found, []);
});

Deno.test("a variable whose name says secret is nowhere in the home or on the server", async () => {
  const secret = `${random(9)}/${random(9)}+${random(8)}=`;
  const found = await notebookRun(
    everywhere(`Deno.env.get("WEATHER_API_KEY")`),
    { secret },
    { WEATHER_API_KEY: secret, MLFLOW_TRACKING_TOKEN: gitlabToken() },
  );
  assertEquals(found, []);
});

Deno.test("a token that a cell makes is recognised by its form, in every form", async () => {
  const token = gitlabToken();
  const codes = [...token].map((c) => c.charCodeAt(0) + 1);
  const found = await notebookRun(
    everywhere(
      `String.fromCharCode(...${JSON.stringify(codes)}.map((c) => c - 1))`,
    ),
    { token },
    { MLFLOW_TRACKING_TOKEN: gitlabToken() },
  );
  assertEquals(found, []);
});

Deno.test("what a cell puts into the environment, gives to track() or reads from .env is nowhere, nor a half of it that was printed", async () => {
  const [set, option, dotenv, literal] = [
    random(24),
    random(24),
    random(24),
    random(24),
  ];
  const later = (text: string) =>
    `String.fromCharCode(...${
      JSON.stringify([...text].map((c) => c.charCodeAt(0) + 1))
    }.map((c) => c - 1))`;
  const found = await notebookRun(
    [
      `const option = ${later(option)}; console.log("before", option);`,
      `const run = await track("e", { token: option, trackingUri: "http://127.0.0.1:9", quiet: true });`,
      `const set = ${later(set)};
       console.log("early", set); run.setTag("early", set);
       await run.logArtifact("early.txt", "with " + set); null`,
      `process.env.SESSION_SECRET = set;
       console.log("set", set, btoa("x" + set)); run.logParam("a", set);`,
      `const dotenv = ${later(dotenv)};
       for (const part of [dotenv.slice(0, 12), dotenv.slice(12)]) {
         await Deno.jupyter.broadcast("stream", { name: "stdout", text: part });
         await new Promise((resolve) => setTimeout(resolve, 400));
       }
       console.log(""); run.setTag("b", dotenv);`,
      `const apiKey = "${literal}";`,
      `console.log(apiKey); console.log({ value: apiKey.slice(0) });`,
      `await run.end();`,
    ],
    {
      set,
      option,
      dotenv,
      literal,
      half: dotenv.slice(0, 12),
      otherHalf: dotenv.slice(12),
    },
    {},
    { ".env": `# comment\nexport SOME_API_KEY="${dotenv}"\n` },
  );
  assertEquals(found, []);
});

Deno.test("what nbtrack run prints of params, errors and steps holds no secret, as a job's log is read by others", async () => {
  await using workspace = Workspace.make();
  const [token, key, ...passwords] = [
    gitlabToken(),
    random(24),
    `z${random(9)}7`,
    `y${random(9)}7`,
  ];
  const env = { WEATHER_API_KEY: key };
  const path = workspace.notebook("n.ipynb", [
    `${IMPORT}\nconst password = "none", k = "1";`,
    `await track("e", { quiet: true }); throw new Error("signed in with " + password + k + Deno.env.get("WEATHER_API_KEY"));`,
  ]);
  for (
    const args of [
      ["--param", `k=${token}`],
      ["--param", `k=${token}`, "--json"],
      ["--grid", `password=${passwords.join(",")}`],
    ]
  ) {
    const { stdout, stderr } = await workspace.nbtrack(
      ["run", path, ...args],
      env,
    );
    const printed = stdout + stderr;
    for (const secret of [token, key, ...passwords]) {
      assert(!printed.includes(secret), printed);
    }
    assert(printed.includes("signed in with"), printed);
  }
  const good = workspace.notebook("good.ipynb", [
    `${IMPORT}\nconst password = "none";`,
    `const run = await track("e", { params: { password }, quiet: true }); run.logMetric("a", 1); await run.end();`,
  ]);
  for (const json of [[], ["--json"]]) {
    const grid = ["--grid", `password=${passwords.join(",")}`, "--max", "a"];
    const { code, stdout, stderr } = await workspace.nbtrack(
      ["run", good, ...grid, ...json],
      env,
    );
    assertEquals(code, 0, stderr);
    for (const secret of passwords) {
      assert(!`${stdout}${stderr}`.includes(secret), stdout + stderr);
    }
  }
});

Deno.test("the value of a param or tag whose name says secret is nowhere, also where a cell prints it under no name", async () => {
  const [param, member, tag] = [
    `z${random(9)}7`,
    `z${random(9)}7`,
    `z${random(9)}7`,
  ];
  const made = (text: string) =>
    `String.fromCharCode(...${
      JSON.stringify([...text].map((c) => c.charCodeAt(0) + 1))
    }.map((c) => c - 1))`;
  const found = await notebookRun(
    [
      `const [one, two, three] = [${made(param)}, ${made(member)}, ${
        made(tag)
      }];
       const run = await track("e", { quiet: true, params: { password: one, db: { password: two, host: "h" } }, tags: { client_secret: three } });`,
      `for (const text of [one, two, three]) console.log("printed", text);`,
      `console.log([one, { two }]); three`,
      `await run.logArtifact("a.txt", [one, two, three].join(" and ")); await run.end();`,
    ],
    { param, member, tag },
    { MLFLOW_TRACKING_TOKEN: gitlabToken() },
  );
  assertEquals(found, []);
});

Deno.test("a token in the path of a notebook is nowhere, also in what commands print, and what lies beside it is still captured", async () => {
  await using workspace = Workspace.make();
  const token = gitlabToken();
  const folder = `${workspace.work}/clone-${token}`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/rows.csv`, "a,b\n1,2\n");
  await Deno.writeTextFile(`${folder}/lib.ts`, "export const two = 2;\n");
  const data = `${workspace.folder}/server`;
  await using server = await practice({}, 0, { dir: data });
  const path = workspace.notebook(`clone-${token}/n-${token}.ipynb`, [
    `${IMPORT}\nimport { two } from "./lib.ts";\nconst run = await track("e", { data: "rows.csv", quiet: true });`,
    `console.log(Deno.cwd(), two); run.logMetric("a", two);`,
    `await run.end();`,
  ]);
  const env = {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: gitlabToken(),
  };
  const { code, stderr } = await workspace.nbtrack(["run", path], env);
  assertEquals(code, 0, stderr);
  assertEquals(await placesOf({ token }, [workspace.home, data]), []);
  const [run] = workspace.runs();
  const record = await workspace.record(run?.run_id ?? "");
  assertEquals(record.metrics, { a: 2 });
  assertEquals(record.datasets.map(({ rows }) => rows), [1]);
  assertEquals(record.missing, []);
  const site = `${workspace.folder}/site`;
  for (
    const args of [
      ["sessions", "--json"],
      ["runs", "--json"],
      ["show", "last", "--json"],
      ["show", "last", "--preview"],
      ["sync", "--json"],
      ["site", site],
    ]
  ) {
    const { stdout, stderr } = await workspace.nbtrack(args, env);
    assert(!`${stdout}${stderr}`.includes(token), args.join(" "));
  }
  assertEquals(await placesOf({ token }, [site, workspace.home, data]), []);
});
