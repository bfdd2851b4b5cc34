/**
 * commander, at the one version the project uses.
 *
 * @module
 */
export { Command, CommanderError } from "npm:commander@15.1.0";
