/**
 * What a server refuses of many, found by sending halves: one bad part keeps no other from arriving.
 *
 * @module
 */
import {
  isAddressError,
  isAnswerError,
  isForbiddenError,
  isNetworkError,
  isNotFoundError,
  isRefusedError,
  isTooLargeError,
  isUnsupportedError,
} from "../gitlab/errors.ts";

/** Refusals of single parts after which the others of a kind are not tried one by one. */
const MOST_REFUSALS = 20;
/** Statuses that speak of what was sent. */
const OF_CONTENT: ReadonlySet<number | null> = new Set([null, 400, 409, 422]);

/**
 * Whether an error is about what was sent, so that something else may be taken: not about the token, the address,
 * the project or the connection.
 */
export function isOfPart(error: unknown): error is Error {
  if (isTooLargeError(error) || isForbiddenError(error)) return true;
  if (isUnsupportedError(error) || isAddressError(error)) return true;
  // A firewall that answers with a page may have refused what was sent.
  if (isAnswerError(error) && error.fault === "html") {
    return error.status === 400 || error.status === 403;
  }
  if (isRefusedError(error)) return OF_CONTENT.has(error.status);
  if (isNotFoundError(error)) {
    return error.missing !== "project" && error.missing !== "resource";
  }
  return isNetworkError(error) && error.failure === "file";
}

/** How parts are sent. */
export interface Dividing<T> {
  /** Sends some at once. */
  send: (items: readonly T[]) => Promise<void>;
  /** Takes those that the server does not. */
  refused: (items: readonly T[], error: Error) => Promise<void>;
  /** How often the server has refused a single one; counted here. */
  refusals: { count: number };
}

/** Sends parts at once, and where the server refuses them, in halves. */
export async function sendDivided<T>(
  items: readonly T[],
  how: Dividing<T>,
): Promise<void> {
  try {
    return await how.send(items);
  } catch (error) {
    if (!isOfPart(error)) throw error;
    if (items.length === 1 || how.refusals.count >= MOST_REFUSALS) {
      how.refusals.count++;
      return await how.refused(items, error);
    }
  }
  const middle = Math.ceil(items.length / 2);
  await sendDivided(items.slice(0, middle), how);
  await sendDivided(items.slice(middle), how);
}
