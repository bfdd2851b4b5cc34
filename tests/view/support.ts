/**
 * What the tests of the displays share with those of the recorder.
 *
 * @module
 */
export { IMPORT as CHECKOUT_IMPORT, Workspace } from "../recorder/support.ts";
