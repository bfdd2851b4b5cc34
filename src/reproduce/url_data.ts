/**
 * Asking the address of a dataset whether its data is as it was.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { fingerprint, isMaskedUrl } from "../datasets/dataset.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import type { DataOptions } from "./find_data.ts";
import type { Cause, Difference } from "./replay/types.ts";

/** Where what was found is written. */
export interface UrlFindings {
  differences: Difference[];
  failures: Cause[];
  warnings: string[];
}

/** Compares what an address answers now with what was recorded. For a sandbox only hosts are asked that it may reach. */
export async function checkUrl(
  { name, uri, digest, rows, found }: BundledDataset,
  { sandbox, hosts }: DataOptions,
  findings: UrlFindings,
): Promise<void> {
  if (uri === null || digest === null) return;
  const notAsked = (why: string) =>
    findings.warnings.push(
      `dataset ${name} comes from ${uri}, which was not asked: ${why}`,
    );
  if (isMaskedUrl(uri)) {
    notAsked("its address holds a secret that was not recorded");
    return;
  }
  if (sandbox && !mayReach(uri, hosts)) {
    notAsked(`a sandbox reaches only hosts named by --allow-net`);
    return;
  }
  try {
    const now = await fingerprint(uri, {
      ...sandbox ? { redirect: "error" as const } : {},
    });
    if (now.digest === digest) return;
    const counted = rows !== null && now.rows !== null && rows !== now.rows;
    const what = counted
      ? `${name}: row count ${rows} → ${now.rows} at ${uri}`
      : `${name}: contents changed at ${uri}`;
    findings.differences.push({
      dimension: "data",
      what,
      contradiction: false,
    });
  } catch (error) {
    // The notebook asks by itself, and perhaps in another way: what becomes of that is seen.
    if (found === "detected") return void notAsked(messageOf(error));
    findings.failures.push({
      dimension: "data",
      what: `${name}: ${messageOf(error)}`,
    });
  }
}

/** Whether an address is one of hosts as `--allow-net` takes them: with or without a port. */
function mayReach(uri: string, hosts: readonly string[]): boolean {
  const url = URL.parse(uri);
  if (url === null) return false;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return hosts.some((host) =>
    host === url.hostname || host === `${url.hostname}:${port}`
  );
}
