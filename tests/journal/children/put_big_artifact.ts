/** Stores a big file as an artifact, and says by how many bytes its memory grew at most. */
import { Journal } from "../../../src/journal/journal.ts";
import { passAll } from "../support.ts";

const [home = "", run_id = "", file = ""] = Deno.args;
const journal = Journal.open({ redactor: passAll, home });
const put = (path: string, content: Uint8Array | { file: string }) =>
  journal.artifacts.put(run_id, path, content, {
    content_type: "application/octet-stream",
    origin: "user",
  });
put("small.bin", new Uint8Array(1000));
const before = Deno.memoryUsage();
const stored = put("big.bin", { file });
if (stored === undefined) throw new Error("it was not stored");
const { digest, size } = stored;
const after = Deno.memoryUsage();
const grown = after.rss - before.rss;
console.log(JSON.stringify({ digest, size, grown }));
journal.close();
