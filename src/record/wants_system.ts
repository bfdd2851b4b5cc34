/**
 * Whether load and memory of kernel and machine are noted for a run.
 *
 * @module
 */

/** Whether a run's options do not forbid it. */
export function wantsSystem({ options }: { options: string }): boolean {
  const given: { system?: unknown } = JSON.parse(options);
  return given.system !== false;
}
