/**
 * Starting a process with further open pipes besides the three that every process has, which Deno's own way to start one
 * does not offer. `process.ts` is loaded inside cells and stays without it, because node's module is slow to load.
 *
 * @module
 */
export { type ChildProcess, spawn as spawnPiped } from "node:child_process";
