/**
 * yaml, at the one version the project uses.
 *
 * @module
 */
export {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  stringify,
} from "npm:yaml@2.9.1";
