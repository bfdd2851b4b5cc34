/**
 * Prints the runs of a sandbox's journal as JSON. It is a process of its own with the sandbox's rights: no code of the
 * notebook has run in it, and the journal that it reads was in reach of one.
 *
 * @module
 */
import { writeAll } from "../../base/bytes.ts";
import { Journal } from "../../journal/journal.ts";
import { standardRedaction } from "../../redaction/standard_redaction.ts";
import { collectRuns } from "./collect.ts";

const [home = "", ...given] = Deno.args;
using journal = Journal.open({ redactor: standardRedaction, home });
const runs = await collectRuns(journal, new Set(given));
writeAll(Deno.stdout, new TextEncoder().encode(JSON.stringify(runs)));
