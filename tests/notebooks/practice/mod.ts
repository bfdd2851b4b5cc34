/**
 * Notebooks of the kind that data scientists, students and engineers write in a day.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";
import { HABITS } from "./habits.ts";
import { LANGUAGE } from "./language.ts";
import { MACHINE } from "./machine.ts";
import { MODELS } from "./models.ts";
import { PICTURES } from "./pictures.ts";
import { RUNS } from "./runs.ts";
import { STATISTICS } from "./statistics.ts";
import { STORES } from "./stores.ts";
import { TABLES } from "./tables.ts";
import { TEXTS } from "./text.ts";
import { TIME } from "./time.ts";

export const PRACTICE: readonly Kind[] = [
  ...TABLES,
  ...STORES,
  ...STATISTICS,
  ...MODELS,
  ...TEXTS,
  ...PICTURES,
  ...RUNS,
  ...MACHINE,
  ...TIME,
  ...LANGUAGE,
  ...HABITS,
];
