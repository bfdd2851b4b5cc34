/**
 * Servers that a notebook starts itself: what they answer is made by its cells, at a port that may be another one each
 * time, and is no data that it was given.
 *
 * @module
 */

/** An address of this machine. */
const THIS_MACHINE =
  /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)(?=[:/])/i;
/** Starts a server, also one of a package. */
const SERVES =
  /\bserve(?:Http|Tls)?\s*\(|\blisten(?:Tls|Datagram)?\s*\(|\bcreateServer\s*\(/;
/** A host that asks the system for a port. */
const ANY_PORT = /:0$/;

/** What is known of a notebook that may start a server. */
export interface MayServe {
  /** Its cells and local modules. */
  sources: Iterable<string>;
  /** The hosts that it had to do with. */
  hosts: readonly string[];
}

/** Whether an address is one at which a notebook serves itself; null where it starts no server. */
export function ownAddresses(
  { sources, hosts }: MayServe,
): ((url: string) => boolean) | null {
  const serves = hosts.some((host) => ANY_PORT.test(host)) ||
    [...sources].some((source) => SERVES.test(source));
  return serves ? (url) => THIS_MACHINE.test(url) : null;
}

/** Whether a dataset is one that its notebook served itself. @param dataset `made` as {@linkcode ownAddresses} told it */
export function isServed(
  { made, uri }: { made: boolean; uri: string | null },
): boolean {
  return made && uri !== null && THIS_MACHINE.test(uri);
}
