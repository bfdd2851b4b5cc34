/**
 * How long a sandboxed cell may run, and what is said when its process is gone.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { codeFailed } from "../replay/failures.ts";
import type { PlannedCell } from "../replay/plan.ts";
import type { Cause } from "../replay/types.ts";
import { ClosedError, TooLongError } from "./cells.ts";
import { refusalsIn } from "./permissions.ts";
import { ExcessError } from "./usage.ts";

/** A cell may run so long at most, whatever its record says, milliseconds. */
const MAX_LIMIT_MS = 6 * 3_600_000;

/** How long a cell may run in a sandbox, milliseconds. */
export function limitOf({ limit_ms }: Pick<PlannedCell, "limit_ms">): number {
  return Math.min(limit_ms, MAX_LIMIT_MS);
}

/** Why the process is gone; null where the run ended there when the cell was recorded too. @param isLast Whether no cell comes after it */
export function whyEnded(
  cell: PlannedCell,
  error: unknown,
  isLast: boolean,
): Cause | null {
  if (error instanceof TooLongError) {
    // The run ended in it, and does so again.
    if (cell.mayDie || cell.interrupted && isLast) return null;
    if (cell.interrupted) {
      return {
        dimension: "environment",
        what:
          `cell ${cell.name} was interrupted when it was recorded: a sandbox can only be ended, and no option lets it go on after that`,
      };
    }
    return codeFailed(
      `cell ${cell.name} did not end within ${
        Math.round(limitOf(cell) / 1000)
      } s and was ended`,
    );
  }
  if (error instanceof ExcessError) {
    return codeFailed(`cell ${cell.name} ${error.message.replace(/^it /, "")}`);
  }
  if (error instanceof ClosedError) {
    return codeFailed(
      `cell ${cell.name} closed the output by which the sandbox reports, or broke it, and was ended`,
    );
  }
  return cell.mayDie ? null : codeFailed(
    `cell ${cell.name} ended the process: ${refusalsIn(messageOf(error))}`,
  );
}
