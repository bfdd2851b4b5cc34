/**
 * Digests of unchanged files, remembered in memory.
 *
 * @module
 */
import type { CachedFingerprint, DigestCache, FileKey } from "./types.ts";

/** A cache that lives as long as the process. */
export class MemoryDigestCache implements DigestCache {
  readonly #known = new Map<
    string,
    { key: FileKey; fingerprint: CachedFingerprint }
  >();

  get(key: FileKey): CachedFingerprint | null {
    const known = this.#known.get(key.path);
    const same = known !== undefined && known.key.size === key.size &&
      known.key.mtime_ms === key.mtime_ms &&
      known.key.ctime_ms === key.ctime_ms &&
      known.key.inode === key.inode && known.key.dev === key.dev;
    return same ? known.fingerprint : null;
  }

  set(key: FileKey, fingerprint: CachedFingerprint): void {
    this.#known.set(key.path, { key, fingerprint });
  }
}
