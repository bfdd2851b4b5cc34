/** Holds the journal locked until it is told to go on, and some milliseconds more. */
import { DatabaseSync } from "node:sqlite";

const db = new DatabaseSync(Deno.args[0] ?? "");
db.exec("BEGIN EXCLUSIVE");
console.log("locked");
Deno.stdin.readSync(new Uint8Array(1));
const more = Number(Deno.args[1] ?? "0");
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, more);
db.exec("ROLLBACK");
db.close();
