/**
 * Roles in a GitLab project.
 *
 * @module
 */

/** Developer: who may log runs. */
export const DEVELOPER = 30;

const ROLES: readonly [number, string][] = [
  [50, "Owner"],
  [40, "Maintainer"],
  [30, "Developer"],
  [20, "Reporter"],
  [15, "Planner"],
  [10, "Guest"],
];

/** The role, where the project says it; that of an invited group stands nowhere. */
export function roleOf(level: number | null): string | null {
  return level === null
    ? null
    : ROLES.find(([least]) => level >= least)?.[1] ?? "no member";
}
