/** Holds the journal locked until it is told to go on. */
import { DatabaseSync } from "node:sqlite";

const db = new DatabaseSync(Deno.args[0] ?? "");
db.exec("BEGIN EXCLUSIVE");
console.log("locked");
Deno.stdin.readSync(new Uint8Array(1));
db.exec("ROLLBACK");
db.close();
