import { nextCommands } from "../../src/cli/init.ts";
import { resolvePath } from "../../src/cli/cwd.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { fileURLToPath, pathToFileURL } from "node:url";
import { jupyterFolders } from "../../src/setup/kernelspec.ts";
import {
  cleanEnv,
  nbtrack,
  nbtrackJson,
  type NbtrackOptions,
} from "./nbtrack.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MODULE = pathToFileURL(`${ROOT}src/mod.ts`).href;
const MAIN = pathToFileURL(`${ROOT}src/cli/main.ts`).href;
const LESSONS = pathToFileURL(`${ROOT}src/lessons/mod.ts`).href;
const LESSONS_NAME = "@nbtrack/nbtrack/lessons";

/** A folder with a home for nbtrack, an empty data folder for Jupyter, and a folder to make ready. */
async function newFolder() {
  const root = await Deno.makeTempDir({ prefix: "nbtrack-init-" });
  const jupyter = `${root}/jupyter`;
  await Deno.mkdir(`${root}/home`);
  await Deno.mkdir(`${root}/work`);
  const options: NbtrackOptions = {
    home: `${root}/home`,
    cwd: `${root}/work`,
    env: { JUPYTER_DATA_DIR: jupyter, PATH: `${root}/nothing` },
  };
  return {
    root,
    work: `${root}/work`,
    kernelspec: `${jupyter}/kernels/deno/kernel.json`,
    trackedKernelspec: `${jupyter}/kernels/nbtrack/kernel.json`,
    options,
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

interface Made {
  dir: string;
  created: string[];
  changed: string[];
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("nbtrack init ends with the two commands that lead to a first run, as they can be typed there", () => {
  const dir = resolvePath("my birds");
  const given = {
    dir,
    notebook: "first-run.ipynb",
    nbtrack: "nbtrack",
    task: "deno task nbtrack",
  };
  assertEquals(nextCommands({ ...given, jupyter: true }), [
    'cd "my birds" && jupyter lab first-run.ipynb   # or VS Code; the kernel is Deno (nbtrack)',
    "nbtrack show last   # in a second terminal",
  ]);
  assertEquals(nextCommands({ ...given, jupyter: false }), [
    'nbtrack run "my birds/first-run.ipynb"',
    "nbtrack show last",
  ]);
  const checkout = { ...given, nbtrack: "deno run -A main.ts", jupyter: false };
  assertEquals(nextCommands(checkout), [
    'cd "my birds" && deno task nbtrack run first-run.ipynb',
    "deno task nbtrack show last",
  ]);
  assertEquals(nextCommands({ ...checkout, task: null }), [
    'deno run -A main.ts run "my birds/first-run.ipynb"',
    "deno run -A main.ts show last",
  ]);
});

Deno.test("in a folder that init has made, the task nbtrack is the command line, from below that folder too", async () => {
  await using at = await newFolder();
  const { code } = await nbtrack(["init", "new"], at.options);
  assertEquals(code, 0);
  const dir = `${at.work}/new`;
  await Deno.mkdir(`${dir}/below`);
  await Deno.writeTextFile(`${dir}/below/d.csv`, "a\n1\n");
  const task = async (...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["task", "--quiet", "nbtrack", ...args],
        cwd: `${dir}/below`,
        clearEnv: true,
        env: cleanEnv(at.options),
      },
    ).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { success, stdout: text(stdout), stderr: text(stderr) };
  };
  const printed = await task("fingerprint", "d.csv", "--json");
  assertEquals(JSON.parse(printed.stdout).datasets[0].rows, 1);
  assertEquals(printed.stderr, "");
  const { success, stderr } = await task("show", "last");
  assertEquals(success, false);
  assertStringIncludes(stderr, "deno task nbtrack ");
});

Deno.test("on a machine that has Deno from npx alone, messages call nbtrack as npx is called", async () => {
  await using at = await newFolder();
  const bin = `${at.root}/_npx/0123/node_modules/.bin`;
  await Deno.mkdir(bin, { recursive: true });
  const deno = `${bin}/deno`;
  await Deno.copyFile(Deno.execPath(), deno);
  const call = async (path: string) => {
    const { code, stdout, stderr } = await new Deno.Command(deno, {
      args: ["run", "-A", "--no-check", "--quiet", MAIN, "init", "new"],
      cwd: at.work,
      clearEnv: true,
      env: { ...cleanEnv(at.options), PATH: path },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return text.split("\n").filter((line) => line.includes("show last"))
      .map((line) => line.split("   #")[0]);
  };
  assertEquals(await call(bin), ["  npx -y deno task nbtrack show last"]);
  const own = `${at.root}/bin`;
  await Deno.mkdir(own);
  await Deno.writeTextFile(`${own}/deno`, "");
  assertEquals(await call(`${bin}:${own}`), [
    "  deno task nbtrack show last",
  ]);
});

Deno.test("init --binder writes what Binder needs, and keeps what is there", async () => {
  await using at = await newFolder();
  await Deno.mkdir(`${at.work}/binder`);
  await Deno.writeTextFile(`${at.work}/binder/postBuild`, "mine\n");
  const { created } = await nbtrackJson(
    ["init", "--binder"],
    at.options,
  ) as Made;
  assert(created.includes(`${at.work}/binder/environment.yml`));
  assertStringIncludes(
    await Deno.readTextFile(`${at.work}/binder/environment.yml`),
    "- deno>=2.9",
  );
  assertEquals(
    await Deno.readTextFile(`${at.work}/binder/postBuild`),
    "mine\n",
  );
});

Deno.test("nbtrack init makes an empty folder ready, and changes nothing the second time", async () => {
  await using at = await newFolder();
  const first = await nbtrackJson(["init", "new"], at.options) as Made;
  const dir = `${at.work}/new`;
  assertEquals(first, {
    dir,
    created: [
      `${dir}/deno.json`,
      `${dir}/.gitignore`,
      `${dir}/first-run.ipynb`,
      at.kernelspec,
      at.trackedKernelspec,
    ],
    changed: [],
  });
  assertEquals(await readJson(`${dir}/deno.json`), {
    tasks: { nbtrack: `deno run -A ${MAIN}` },
    imports: { "@nbtrack/nbtrack": MODULE, [LESSONS_NAME]: LESSONS },
  });
  const spec = await readJson(at.kernelspec);
  assertEquals(spec["argv"], [
    Deno.execPath(),
    "jupyter",
    "--kernel",
    "--conn",
    "{connection_file}",
  ]);
  assertEquals(spec["interrupt_mode"], "message");
  assertEquals(spec["language"], "typescript");
  const files = await Promise.all(
    first.created.map((path) => Deno.readTextFile(path)),
  );
  assertEquals(await nbtrackJson(["init", "new"], at.options), {
    dir,
    created: [],
    changed: [],
  });
  assertEquals(
    await Promise.all(first.created.map((path) => Deno.readTextFile(path))),
    files,
  );
});

Deno.test("the first notebook of a new folder runs as it is and records itself", async () => {
  await using at = await newFolder();
  await nbtrackJson(["init", "."], at.options);
  const ran = await nbtrackJson(["run", "first-run.ipynb"], at.options) as {
    status: string;
    runs: string[];
  };
  assertEquals([ran.status, ran.runs.length], ["ok", 1]);
  const run = await nbtrackJson(["show", "last"], at.options) as {
    status: string;
    metrics: Record<string, number>;
    artifacts: { path: string }[];
    datasets: { rows: number }[];
  };
  assertEquals(run.status, "FINISHED");
  // The least-squares line of these 50 cars, as statistics books print it: -17.579 + 3.932 speed.
  assertEquals(run.metrics["feet_per_mph"]?.toFixed(3), "3.932");
  assertEquals(
    run.metrics["feet_at_20_mph"]?.toFixed(2),
    (-17.5791 + 20 * 3.9324).toFixed(2),
  );
  assertEquals(run.datasets.map((d) => d.rows), [50]);
  assert(run.artifacts.some((a) => a.path === "line.svg"));
});

Deno.test("an existing deno.json is extended and keeps its comments, order and form", async () => {
  await using at = await newFolder();
  const before =
    '{\n    // how we work here\n    "tasks": { "x": "echo hi" }, // a task\n    "imports": {\n        "d3": "npm:d3@7", // charts\n    },\n    "fmt": {"lineWidth": 120}\n}\n';
  await Deno.writeTextFile(`${at.work}/deno.jsonc`, before);
  const made = await nbtrackJson(["init"], at.options) as Made;
  assertEquals(made.changed, [`${at.work}/deno.jsonc`]);
  assertEquals(made.created, [at.kernelspec, at.trackedKernelspec]);
  const after = await Deno.readTextFile(`${at.work}/deno.jsonc`);
  const added =
    `        "@nbtrack/nbtrack": "${MODULE}",\n        "${LESSONS_NAME}": "${LESSONS}",\n`;
  assertStringIncludes(after, added);
  assertEquals(after.replace(added, ""), before);
});

Deno.test("what a deno.json says of nbtrack, and a folder with files, stay as they are", async () => {
  await using at = await newFolder();
  const text =
    '{ "imports": { "@nbtrack/nbtrack": "jsr:@nbtrack/nbtrack@0.0.1" } }';
  await Deno.writeTextFile(`${at.work}/deno.json`, text);
  const made = await nbtrackJson(["init"], at.options) as Made;
  assertEquals([made.changed, made.created], [
    [],
    [at.kernelspec, at.trackedKernelspec],
  ]);
  assertEquals(await Deno.readTextFile(`${at.work}/deno.json`), text);
});

Deno.test("a deno.json that was copied away from the files it names is said to be so by doctor, and mended by init", async () => {
  await using at = await newFolder();
  const copied = {
    imports: {
      "@nbtrack/nbtrack": "../mod.ts",
      "@nbtrack/nbtrack/lessons": "../src/lessons/mod.ts",
    },
    nodeModulesDir: "none",
  };
  const path = `${at.work}/deno.json`;
  await Deno.writeTextFile(path, JSON.stringify(copied));
  const lesson = `${at.work}/lesson.ipynb`;
  await Deno.writeTextFile(
    lesson,
    notebookJson([
      'import { track } from "@nbtrack/nbtrack";\nconst run = await track("copied", { quiet: true });',
      "await run.end();",
    ]),
  );
  const checked = async () => {
    const { stdout } = await nbtrack(["doctor", lesson, "--json"], at.options);
    const { checks } = JSON.parse(stdout) as {
      checks: { name: string; state: string; message: string }[];
    };
    return checks.find(({ name }) => name === "notebook");
  };
  assertEquals(
    (await checked())?.message,
    `${lesson} imports @nbtrack/nbtrack, and ${path} says that it is ../mod.ts, which is not there.`,
  );
  const failed = await nbtrack(["run", lesson], at.options);
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stdout, "no cell had called track() before that");
  const made = await nbtrackJson(["init"], at.options) as Made;
  assertEquals(made.changed, [path]);
  assertEquals((await readJson(path))["imports"], {
    "@nbtrack/nbtrack": MODULE,
    [LESSONS_NAME]: LESSONS,
  });
  assertEquals((await checked())?.state, "ok");
  assertEquals((await nbtrack(["run", lesson], at.options)).code, 0);
});

Deno.test("beside a package.json every line of a deno.json stays as it was", async () => {
  await using at = await newFolder();
  const before = '{\n  // tasks\n  "tasks": {"x": "echo"}, // last\n}\n';
  await Deno.writeTextFile(`${at.work}/deno.json`, before);
  await Deno.writeTextFile(`${at.work}/package.json`, "{}");
  await nbtrackJson(["init"], at.options);
  const after = (await Deno.readTextFile(`${at.work}/deno.json`)).split("\n");
  assertEquals(before.split("\n").filter((l) => !after.includes(l)), []);
  assert(after.includes('  "nodeModulesDir": "none",'), after.join("\n"));
});

Deno.test("beside a package.json npm imports are kept out of node_modules", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.work}/package.json`, "{}");
  await nbtrackJson(["init"], at.options);
  assertEquals(
    (await readJson(`${at.work}/deno.json`))["nodeModulesDir"],
    "none",
  );
  await Deno.writeTextFile(
    `${at.work}/deno.json`,
    '{ "nodeModulesDir": "auto" }',
  );
  await nbtrackJson(["init"], at.options);
  assertEquals(
    (await readJson(`${at.work}/deno.json`))["nodeModulesDir"],
    "auto",
  );
});

Deno.test("an import map of its own is extended in place of deno.json", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(
    `${at.work}/deno.json`,
    '{ "importMap": "./map.json" }\n',
  );
  await Deno.writeTextFile(`${at.work}/map.json`, '{ "imports": {} }\n');
  const made = await nbtrackJson(["init"], at.options) as Made;
  assertEquals(made.changed, [`${at.work}/map.json`]);
  assertStringIncludes(await Deno.readTextFile(`${at.work}/map.json`), MODULE);
});

Deno.test("a deno.json that cannot be read is named with its line and left alone", async () => {
  await using at = await newFolder();
  const text = '{\n  "imports": {\n    "a": \n  }\n}\n';
  await Deno.writeTextFile(`${at.work}/deno.json`, text);
  const { code, stderr } = await nbtrack(["init"], at.options);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "line 4");
  assertEquals(await Deno.readTextFile(`${at.work}/deno.json`), text);
  assertEquals((await Array.fromAsync(Deno.readDir(at.work))).length, 1);
});

Deno.test("a kernelspec without interrupt_mode is extended and keeps what it says", async () => {
  await using at = await newFolder();
  await Deno.mkdir(at.kernelspec.replace("/kernel.json", ""), {
    recursive: true,
  });
  await Deno.writeTextFile(
    at.kernelspec,
    '{"argv":["/somewhere/deno","jupyter"],"display_name":"My Deno","env":{"A":"1"}}',
  );
  const made = await nbtrackJson(["init"], at.options) as Made;
  assertEquals(made.changed, [at.kernelspec]);
  assertEquals(await readJson(at.kernelspec), {
    argv: ["/somewhere/deno", "jupyter"],
    display_name: "My Deno",
    env: { A: "1" },
    interrupt_mode: "message",
  });
  assertEquals((await nbtrackJson(["init"], at.options) as Made).changed, []);
});

Deno.test("a kernelspec of the whole system is not touched, and nothing is written twice for one of a venv", async () => {
  await using at = await newFolder();
  const venv = `${at.root}/venv`;
  const spec = `${venv}/share/jupyter/kernels/deno`;
  await Deno.mkdir(`${venv}/bin`, { recursive: true });
  await Deno.mkdir(spec, { recursive: true });
  await Deno.writeTextFile(`${venv}/bin/jupyter`, "");
  await Deno.writeTextFile(`${spec}/kernel.json`, '{"argv":["deno"]}');
  const env = { ...at.options.env, PATH: `${venv}/bin` };
  const made = await nbtrackJson(["init"], { ...at.options, env }) as Made;
  assertEquals(made.changed, [`${spec}/kernel.json`]);
  assert(!made.created.includes(at.kernelspec));
  const folders = await jupyterFolders(
    (name) => ({ PATH: "/usr/bin", HOME: "/h" })[name],
    "linux",
  );
  assertEquals(folders.own, ["/h/.local/share/jupyter"]);
});

Deno.test("without Jupyter no kernelspec is written, and it is said", async () => {
  await using at = await newFolder();
  const env = {
    PATH: `${at.root}/nothing`,
    HOME: `${at.root}/nobody`,
    XDG_DATA_HOME: `${at.root}/nobody`,
  };
  const folders = await jupyterFolders(
    (name) => (env as Record<string, string>)[name],
    "linux",
  );
  const { stdout, stderr } = await nbtrack(["init", "--json"], {
    ...at.options,
    env,
  });
  const made = JSON.parse(stdout) as Made;
  assertEquals(
    made.created.some((path) => path.endsWith("kernel.json")),
    folders.found,
  );
  if (!folders.found) assertStringIncludes(stderr, "Jupyter was not found");
});

Deno.test("Jupyter's folders are searched in its own order on every system", async () => {
  await using at = await newFolder();
  await Deno.mkdir(`${at.root}/venv/bin`, { recursive: true });
  await Deno.writeTextFile(`${at.root}/venv/bin/jupyter`, "");
  const env: Record<string, string> = {
    HOME: "/home/someone",
    PATH: `${at.root}/venv/bin`,
    JUPYTER_PATH: "/first",
  };
  const read = (name: string) => env[name];
  const linux = await jupyterFolders(read, "linux");
  assertEquals(linux.search, [
    "/first",
    "/home/someone/.local/share/jupyter",
    `${at.root}/venv/share/jupyter`,
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ]);
  assertEquals([linux.found, linux.user], [
    true,
    "/home/someone/.local/share/jupyter",
  ]);
  assertEquals(
    (await jupyterFolders(read, "darwin")).user,
    "/home/someone/Library/Jupyter",
  );
  env["JUPYTER_DATA_DIR"] = "/data";
  assertEquals((await jupyterFolders(read, "linux")).user, "/data");
});

Deno.test("a folder that cannot be written is refused in one sentence", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.work}/file`, "");
  const { code, stdout, stderr } = await nbtrack(
    ["init", "file/below"],
    at.options,
  );
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "file/below");
});

Deno.test("a file instead of the folder is refused by what it is", async () => {
  await using at = await newFolder();
  await Deno.writeTextFile(`${at.work}/taken`, "mine");
  const { error } = await nbtrackJson(["init", "taken"], {
    ...at.options,
    code: 2,
  }) as { error: { message: string } };
  assertEquals(
    error.message,
    `Cannot make ${at.work}/taken ready: it is a file.`,
  );
});

Deno.test("folders of the PATH that cannot be read do not keep a folder from being made ready", async () => {
  await using at = await newFolder();
  await Deno.symlink("closed", `${at.root}/closed`);
  const closed = `${at.root}/closed`;
  const env = { JUPYTER_PATH: closed, PATH: closed, HOME: at.root };
  const made = await nbtrackJson(["init", "."], { ...at.options, env }) as Made;
  assertEquals(made.created.includes(`${at.work}/deno.json`), true);
});
