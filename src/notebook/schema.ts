/**
 * The schema of notebook files: as much of nbformat 4 as is relied on. Members it does not name are kept.
 *
 * @module
 */
import { z } from "../base/zod.ts";

/** A text, or its lines. */
const textSchema = z.union([z.string(), z.array(z.string())], {
  error: "it must be a text or a list of lines",
});

/** An output of any kind. */
export const outputSchema = z.looseObject({ output_type: z.string() });

/** A cell of any kind. */
const cellSchema = z.looseObject({
  cell_type: z.string(),
  id: z.string().optional(),
  source: textSchema,
  execution_count: z.number().nullish(),
  outputs: z.array(outputSchema).optional(),
  metadata: z.looseObject({}).optional(),
});

/** A notebook, whoever wrote it: a logged, saved or foreign one. */
export const notebookSchema = z.looseObject({
  cells: z.array(cellSchema),
  metadata: z.looseObject({}).optional(),
});

/** A notebook that Jupyter opens: nothing that nbformat requires is missing. */
export const wholeNotebookSchema = notebookSchema.extend({
  cells: z.array(cellSchema.extend({ metadata: z.looseObject({}) })),
  metadata: z.looseObject({}),
  nbformat_minor: z.number().int(),
});
