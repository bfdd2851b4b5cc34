/**
 * A package registry of this test's own: npm and JSR over HTTP, packages made on the spot.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** An npm package to serve. */
export interface NpmPackage {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  source?: string;
}

/** A JSR package to serve: one module. */
export interface JsrPackage {
  name: string;
  version: string;
  source: string;
}

/** A running registry. */
export interface Registry {
  /** For the environment of a Deno that is to use it, with an empty cache of its own. */
  env: Record<string, string>;
  url: string;
  /** Integrity of a package as its lock must name it. */
  integrity(id: string): string;
  close(): Promise<void>;
}

/** Options of {@linkcode startRegistry}. */
export interface RegistryOptions {
  npm?: NpmPackage[];
  jsr?: JsrPackage[];
  /** Paths that are never answered begin with this. */
  silent?: string;
  /** Other files by path. */
  files?: Record<string, string>;
}

/** Starts a registry on a free port. */
export async function startRegistry(
  { npm = [], jsr = [], silent, files = {} }: RegistryOptions,
): Promise<Registry> {
  const packed = new Map<
    string,
    { bytes: Uint8Array<ArrayBuffer>; p: NpmPackage }
  >();
  for (const p of npm) {
    packed.set(`${p.name}@${p.version}`, { bytes: await pack(p), p });
  }
  const integrity = (id: string): string => {
    const bytes = packed.get(id)?.bytes ?? new Uint8Array();
    return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  };
  const held: PromiseWithResolvers<Response>[] = [];
  let url = "";
  const answer = (path: string): BodyInit | null => {
    const file = files[path] ?? jsrFile(jsr, path);
    if (file !== undefined) return file;
    const tarball = /^\/tarballs\/(.+)\.tgz$/.exec(path)?.[1];
    if (tarball !== undefined) return packed.get(tarball)?.bytes ?? null;
    const versions = [...packed.values()].filter(({ p }) =>
      `/${p.name}` === path
    );
    if (versions.length === 0) return null;
    return JSON.stringify({
      name: path.slice(1),
      "dist-tags": { latest: versions.at(-1)?.p.version },
      versions: Object.fromEntries(versions.map(({ p }) => [p.version, {
        name: p.name,
        version: p.version,
        dependencies: p.dependencies ?? {},
        dist: {
          tarball: `${url}tarballs/${p.name}@${p.version}.tgz`,
          integrity: integrity(`${p.name}@${p.version}`),
        },
      }])),
    });
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname);
      if (silent !== undefined && path.startsWith(silent)) {
        const never = Promise.withResolvers<Response>();
        held.push(never);
        return never.promise;
      }
      const body = answer(path);
      return body === null
        ? new Response("not found", { status: 404 })
        : new Response(body, {
          headers: path.endsWith(".ts")
            ? { "content-type": "application/typescript" }
            : {},
        });
    },
  );
  url = `http://127.0.0.1:${server.addr.port}/`;
  const cache = await Deno.makeTempDir();
  return {
    url,
    env: {
      ...Deno.env.toObject(),
      DENO_DIR: cache,
      NPM_CONFIG_REGISTRY: url,
      JSR_URL: url,
    },
    integrity,
    async close() {
      for (const { resolve } of held) {
        resolve(new Response("too late", { status: 503 }));
      }
      await server.shutdown();
      await Deno.remove(cache, { recursive: true });
    },
  };
}

function jsrFile(jsr: JsrPackage[], path: string): string | undefined {
  for (const { name, version, source } of jsr) {
    const [scope, plain] = name.slice(1).split("/");
    const checksum = createHash("sha256").update(source).digest("hex");
    const files: Record<string, string> = {
      [`/${name}/meta.json`]: JSON.stringify({
        scope,
        name: plain,
        latest: version,
        versions: { [version]: {} },
      }),
      [`/${name}/${version}_meta.json`]: JSON.stringify({
        manifest: {
          "/mod.ts": { size: source.length, checksum: `sha256-${checksum}` },
        },
        exports: { ".": "./mod.ts" },
      }),
      [`/${name}/${version}/mod.ts`]: source,
    };
    if (files[path] !== undefined) return files[path];
  }
  return undefined;
}

async function pack(p: NpmPackage): Promise<Uint8Array<ArrayBuffer>> {
  const files: Record<string, string> = {
    "package/package.json": JSON.stringify({
      name: p.name,
      version: p.version,
      type: "module",
      main: "index.js",
      dependencies: p.dependencies ?? {},
    }),
    "package/index.js": p.source ??
      `export const version = ${JSON.stringify(p.version)};\n`,
  };
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, text] of Object.entries(files)) {
    const content = new TextEncoder().encode(text);
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512);
    padded.set(content);
    parts.push(tarHeader(name, content.length), padded);
  }
  parts.push(new Uint8Array(1024));
  const zipped = new Blob(parts).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}

function tarHeader(name: string, size: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(512);
  const write = (text: string, at: number) =>
    header.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) =>
    value.toString(8).padStart(digits, "0");
  write(name, 0);
  write("0000644\0", 100);
  write("0000000\0", 108);
  write("0000000\0", 116);
  write(`${octal(size, 11)}\0`, 124);
  write("00000000000\0", 136);
  write("        ", 148);
  write("0", 156);
  write("ustar\0", 257);
  write("00", 263);
  const sum = header.reduce((a, b) => a + b, 0);
  write(`${octal(sum, 6)}\0 `, 148);
  return header;
}
