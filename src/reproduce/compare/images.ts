/**
 * Pictures compared by their pixels.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { pictureDifference } from "./pictures/isolated.ts";

/** Largest picture that is decoded, bytes of its file. */
const MAX_PICTURE_BYTES = 32 << 20;

const PICTURES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/jpg",
  "image/gif",
  "image/webp",
]);

/** Whether pictures of a media type are compared by their pixels. */
export function isPicture(type: string): boolean {
  return PICTURES.has(type);
}

/** Compares two files of one kind of picture. @returns null when every pixel is the same, else what differs */
export async function comparePictures(
  type: string,
  recorded: Uint8Array,
  reproduced: Uint8Array,
): Promise<string | null> {
  if (Math.max(recorded.length, reproduced.length) > MAX_PICTURE_BYTES) {
    return "the bytes differ; too large to compare the pixels";
  }
  try {
    return await pictureDifference(type, recorded, reproduced);
  } catch (error) {
    return `the bytes differ, and the pixels cannot be read: ${
      messageOf(error)
    }`;
  }
}
