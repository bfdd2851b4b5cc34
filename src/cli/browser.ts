/**
 * The user's browser.
 *
 * @module
 */
import { readEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { spawnProcess } from "../base/process.ts";

/**
 * Opens an address in the browser, where there is a terminal with somebody at it and a desktop.
 *
 * @returns why it was not opened; null when it was, or nobody is there
 */
export function openInBrowser(url: string): string | null {
  if (!Deno.stdout.isTerminal()) return null;
  const { os } = Deno.build;
  const desktop = os === "windows" || os === "darwin" ||
    ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => readEnv(name) !== undefined);
  if (!desktop) return null;
  const [program, ...args] = os === "darwin"
    ? ["open"]
    : os === "windows"
    ? ["rundll32", "url.dll,FileProtocolHandler"]
    : ["xdg-open"];
  try {
    spawnProcess(program, { args: [...args, url], detached: true }).unref();
    return null;
  } catch (error) {
    return `${program}: ${messageOf(error)}`;
  }
}
