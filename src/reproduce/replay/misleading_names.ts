/**
 * Names of files that a shell, a system or a person reads as something else than a name.
 *
 * @module
 */

/** Options of a command, several lines, a text that runs backwards, or of which nothing is seen. */
const UNREADABLE =
  /^-|[\p{Cc}\u00ad\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u2800\u3164\ufeff\uffa0]/u;
/** What shells take for a command, several names, a folder or a variable. */
const EXPANDED = /^~|[`;*|<>\\]|\$[({]/;
/** A name goes on behind white space that hides it, or has some at its end that systems leave out. */
const SPACED =
  /^\p{Zs}|[.\p{Zs}]$|[^\P{Zs} ](?=\.[^.]*$)|\p{Zs}{2}(?=\.[^.]*$)/u;
/** What Windows takes for a device, whatever stands behind the first dot. */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
/** What shells may take for something, and people write. */
const UNUSUAL = /[&$]/;

/** Whether no file should have such a name. */
export function isMisleading(name: string): boolean {
  return UNREADABLE.test(name) || EXPANDED.test(name) || SPACED.test(name) ||
    DEVICE.test(name);
}

/** Whether only a file that the record lists should have such a name. */
export function isUnusual(name: string): boolean {
  return UNUSUAL.test(name);
}
