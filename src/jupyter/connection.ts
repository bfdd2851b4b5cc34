/**
 * Connection files: the addresses a kernel listens on, and the key its messages are signed with.
 *
 * Loaded inside cells and before the recorder subscribes, so it is checked by hand and loads no library.
 *
 * @module
 */
import { DetailedError, messageOf } from "../base/errors.ts";
import { ifThere } from "../base/files.ts";

/** Jupyter's connection info. */
export interface ConnectionInfo {
  ip: string;
  key: string;
  transport: string;
  signature_scheme: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

/** A connection file is missing or is none. */
export class ConnectionFileError extends DetailedError<{
  /** The file. */
  path: string;
}> {}

/** How the folder of a connection file begins that was made for one kernel. */
export const KERNEL_FOLDER = "nbtrack-kernel-";
const IN_OWN_FOLDER = new RegExp(
  `^(.*[\\\\/]${KERNEL_FOLDER}\\w+)[\\\\/]connection\\.json$`,
);

/** Removes the connection file of a kernel that is gone, and its folder, where whoever started it could not. */
export function removeLeftConnection(connectionFile: string | null): void {
  const [file, folder] = IN_OWN_FOLDER.exec(connectionFile ?? "") ?? [];
  for (const path of [file, folder]) {
    if (path !== undefined) ifThere(() => Deno.removeSync(path));
  }
}

const PORTS = [
  "shell_port",
  "iopub_port",
  "stdin_port",
  "control_port",
  "hb_port",
] as const;

const HOST = "127.0.0.1";
const FIRST_PORT = 10_000;
const LAST_PORT = 32_767;
const MAX_TRIES = 100;

/**
 * Reads a connection file.
 *
 * @throws {ConnectionFileError} when it cannot be read or lacks a member
 */
export function readConnectionFile(path: string): ConnectionInfo {
  let value: unknown;
  try {
    value = JSON.parse(Deno.readTextFileSync(path));
  } catch (cause) {
    throw new ConnectionFileError(
      `Cannot read the connection file ${path}: ${messageOf(cause)}`,
      { path, cause, hint: "Is the kernel still running?" },
    );
  }
  return checkConnection(value, path);
}

/** Checks the members of connection info. */
function checkConnection(value: unknown, path: string): ConnectionInfo {
  const info =
    (typeof value === "object" && value !== null ? value : {}) as Record<
      string,
      unknown
    >;
  const wrong = (member: string): never => {
    throw new ConnectionFileError(
      `The connection file ${path} has no usable ${member}: ${
        JSON.stringify(info[member])
      }.`,
      { path },
    );
  };
  for (const member of ["ip", "key"]) {
    if (typeof info[member] !== "string") wrong(member);
  }
  for (const member of PORTS) {
    const port = info[member];
    if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535) {
      wrong(member);
    }
  }
  if ((info["transport"] ?? "tcp") !== "tcp") wrong("transport");
  if ((info["signature_scheme"] ?? "hmac-sha256") !== "hmac-sha256") {
    wrong("signature_scheme");
  }
  return {
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    ...info,
  } as unknown as ConnectionInfo;
}

/**
 * Writes a new connection file with free ports, for this user alone.
 *
 * @param options The key that messages are signed with; a new one when none is given.
 * @throws {ConnectionFileError} when it exists already or cannot be written
 */
export function writeConnectionFile(
  path: string,
  options: { key?: string | undefined } = {},
): ConnectionInfo {
  const listeners = PORTS.map(listenAnywhere);
  const ports = listeners.map((l) => l.addr.port);
  for (const listener of listeners) listener.close();
  const info = {
    ip: HOST,
    key: options.key ?? crypto.randomUUID(),
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    kernel_name: "deno",
    ...Object.fromEntries(PORTS.map((name, i) => [name, ports[i]])),
  };
  try {
    Deno.writeTextFileSync(path, JSON.stringify(info), {
      mode: 0o600,
      createNew: true,
    });
  } catch (cause) {
    throw new ConnectionFileError(
      `Cannot write the connection file ${path}: ${messageOf(cause)}`,
      { path, cause },
    );
  }
  return checkConnection(info, path);
}

/**
 * Listens on a free port below those that systems give to outgoing connections: while a client tries a port nobody
 * listens on yet, its own end may get the same port, and the connection to itself would keep the kernel from it.
 */
function listenAnywhere(): Deno.TcpListener {
  for (let tries = 0;; tries++) {
    const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
    const port = FIRST_PORT + random % (LAST_PORT - FIRST_PORT + 1);
    try {
      return Deno.listen({ hostname: HOST, port });
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
    }
  }
}
