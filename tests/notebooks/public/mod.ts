import type { Kind } from "../kinds.ts";
import { DATA } from "./data.ts";
import { DISPLAYS } from "./displays.ts";
import { LANGUAGE } from "./language.ts";
import { PACKAGES } from "./packages.ts";
import { RANDOMNESS_AND_TIME } from "./randomness_and_time.ts";
import { SYSTEM } from "./system.ts";
import { WEB } from "./web.ts";

/** Notebooks after public ones for Deno's kernel, and for other kernels of TypeScript and JavaScript: ideas of theirs, in cells of our own. */
export const PUBLIC: readonly Kind[] = [
  ...DISPLAYS,
  ...LANGUAGE,
  ...PACKAGES,
  ...DATA,
  ...WEB,
  ...SYSTEM,
  ...RANDOMNESS_AND_TIME,
];
