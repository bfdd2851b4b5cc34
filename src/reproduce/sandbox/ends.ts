/**
 * How long a sandboxed cell may run, and what is said when its process is gone.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { codeFailed } from "../replay/failures.ts";
import type { PlannedCell } from "../replay/plan.ts";
import type { Cause } from "../replay/types.ts";
import { ExcessError, TooLongError } from "./cells.ts";
import { refusalsIn } from "./permissions.ts";

/** A cell may run so long at most, whatever its record says, milliseconds. */
const MAX_LIMIT_MS = 6 * 3_600_000;

/** How long a cell may run in a sandbox, milliseconds. */
export function limitOf({ limit_ms }: Pick<PlannedCell, "limit_ms">): number {
  return Math.min(limit_ms, MAX_LIMIT_MS);
}

/** Why the process is gone; null where it was gone when the cell was recorded too. */
export function whyEnded(
  cell: PlannedCell,
  error: unknown,
): Cause | null {
  if (error instanceof TooLongError) {
    // The run ended in it, and does so again.
    return cell.mayDie ? null : codeFailed(
      `cell ${cell.name} did not end within ${
        Math.round(limitOf(cell) / 1000)
      } s and was ended`,
    );
  }
  if (error instanceof ExcessError) {
    return codeFailed(`cell ${cell.name} ${error.message.replace(/^it /, "")}`);
  }
  return cell.mayDie ? null : codeFailed(
    `cell ${cell.name} ended the process: ${refusalsIn(messageOf(error))}`,
  );
}
