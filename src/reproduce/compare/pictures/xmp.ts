/**
 * What XMP says of how a picture is shown: by which side it is up. Times, places and cameras are not shown.
 *
 * @module
 */
import { UPRIGHT } from "./exif.ts";

/** The orientation as an attribute or an element of XMP, whatever the prefix of its namespace is. */
const ORIENTATION =
  /[\s<][\w.-]+:Orientation(?:\s*=\s*["']\s*|\s*>\s*)([^"'<\s]+)/;

/** What JPEG, PNG and GIF put before it. */
export const XMP = {
  jpeg: "http://ns.adobe.com/xap/1.0/\0",
  png: "XML:com.adobe.xmp\0",
  gif: "XMP DataXMP",
} as const;

/** Puts the orientation that XMP names beside a picture's pixels, unless the picture is upright. */
export function putXmp(besides: Map<string, string>, xmp: Uint8Array): void {
  const [, said = UPRIGHT] = ORIENTATION.exec(
    new TextDecoder("latin1").decode(xmp),
  ) ?? [];
  if (said !== UPRIGHT) besides.set("orientation in XMP", said);
}

/** Whether bytes begin with a text. */
export function startsWith(data: Uint8Array, text: string): boolean {
  return [...text].every((char, i) => data[i] === char.charCodeAt(0));
}
