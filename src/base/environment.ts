/**
 * The machine and the programs a session runs with.
 *
 * @module
 */
import { VERSION } from "./version.ts";

/** What a run was executed with. */
export interface Environment {
  /** Deno's version, `2.9.6`. */
  deno: string;
  /** V8's version. */
  v8: string;
  /** TypeScript's version. */
  typescript: string;
  /** `linux`, `darwin`, `windows`, … */
  os: string;
  /** The kernel version of the operating system; null where it cannot be read. */
  os_release: string | null;
  /** `x86_64` or `aarch64`. */
  arch: string;
  /** Logical processors that this process may use. */
  cpus: number;
  /** IANA name of the time zone. */
  timezone: string;
  /** BCP 47 tag that numbers and dates are formatted by. */
  locale: string;
  /** What `LC_ALL`, else `LANG` says; null when neither is set. */
  lang: string | null;
  /** Whether values are shown in colours: `NO_COLOR` decides it, and they are part of an output. */
  colours: boolean;
  /** nbtrack's version. */
  nbtrack: string;
}

/** The environment of this process. A recorder that its kernel started shares the kernel's. */
export function captureEnvironment(): Environment {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    ...Deno.version,
    os: Deno.build.os,
    os_release: osRelease(),
    arch: Deno.build.arch,
    cpus: navigator.hardwareConcurrency,
    timezone: timeZone,
    locale,
    lang: Deno.env.get("LC_ALL") || Deno.env.get("LANG") || null,
    colours: !Deno.noColor,
    nbtrack: VERSION,
  };
}

/** The release, or null under permissions that hide it, as in a sandbox. */
function osRelease(): string | null {
  try {
    return Deno.osRelease();
  } catch (e) {
    if (e instanceof Deno.errors.NotCapable) return null;
    throw e;
  }
}
