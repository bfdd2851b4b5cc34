/**
 * Finding out which of many parts a server refuses, by sending them in halves: a bad one keeps no other from arriving.
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
  isScopeError,
  isTooLargeError,
  isUnsupportedError,
  type TrackingError,
} from "../gitlab/errors.ts";

/** Refusals of single parts after which the others of a kind are not tried one by one. */
export const MOST_REFUSALS = 20;
/**
 * Statuses that speak of the address, the sender or the method. Any other refusal may be of what was sent: a
 * firewall answers with whatever its owner has chosen (403, 406, 418, 451).
 */
const NOT_OF_CONTENT: ReadonlySet<number | null> = new Set([
  401,
  402,
  404,
  405,
  407,
  421,
  426,
]);

/**
 * Whether an error is about what was sent, so that something else may be taken: not about the token, the address,
 * the project or the connection.
 */
export function isOfPart(error: unknown): error is Error {
  if (isTooLargeError(error) || isForbiddenError(error)) return true;
  if (isUnsupportedError(error) || isAddressError(error)) return true;
  if (isPageOfFirewall(error)) return true;
  if (isRefusedError(error)) return !NOT_OF_CONTENT.has(error.status);
  if (isNotFoundError(error)) {
    return error.missing !== "project" && error.missing !== "resource";
  }
  return isNetworkError(error) && error.failure === "file";
}

/** Whether an error is about a kind of parts: of what was sent, or of a right for it that a fine-grained token lacks. */
export function isOfKind(error: unknown): error is Error {
  return isOfPart(error) || (isScopeError(error) && error.fine_grained);
}

/** Whether a page came that a firewall may have answered with because of what was sent. */
export function isPageOfFirewall(error: unknown): error is TrackingError {
  return isAnswerError(error) && error.fault === "html" &&
    error.status !== null && error.status >= 400 &&
    !NOT_OF_CONTENT.has(error.status);
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
