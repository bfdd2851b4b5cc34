/**
 * Pictures compared by their pixels.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";

/** What a comparison of two pictures found. */
export interface PictureComparison {
  same: boolean;
  /** Why they are not the same, or could not be compared. */
  why: string | null;
}

interface Picture {
  width: number;
  height: number;
  channels: number;
  depth: number;
  data: ArrayLike<number>;
}

/** Largest picture that is decoded, bytes of its file. */
const MAX_PICTURE_BYTES = 32 << 20;

/** Compares two PNG files by their pixels. */
export async function comparePng(
  recorded: Uint8Array,
  reproduced: Uint8Array,
): Promise<PictureComparison> {
  if (Math.max(recorded.length, reproduced.length) > MAX_PICTURE_BYTES) {
    return {
      same: false,
      why: "the bytes differ; too large for a look at the pixels",
    };
  }
  const { convertIndexedToRgb, decode } = await import("npm:fast-png@^8.0.0");
  const pictureOf = (bytes: Uint8Array): Picture => {
    const picture = decode(bytes);
    return picture.palette === undefined
      ? picture
      : { ...picture, data: convertIndexedToRgb(picture) };
  };
  try {
    const [then, now] = [pictureOf(recorded), pictureOf(reproduced)];
    if (then.width !== now.width || then.height !== now.height) {
      return {
        same: false,
        why: `size ${then.width}×${then.height} → ${now.width}×${now.height}`,
      };
    }
    if (then.channels !== now.channels || then.depth !== now.depth) {
      return { same: false, why: "the kind of pixel differs" };
    }
    const pixels = then.width * then.height;
    const step = then.data.length / pixels;
    let differ = 0;
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < step; c++) {
        if (then.data[p * step + c] === now.data[p * step + c]) continue;
        differ++;
        break;
      }
    }
    return differ === 0
      ? { same: true, why: null }
      : { same: false, why: `${differ} of ${pixels} pixels differ` };
  } catch (error) {
    return {
      same: false,
      why: `the bytes differ, and the pixels cannot be read: ${
        messageOf(error)
      }`,
    };
  }
}
