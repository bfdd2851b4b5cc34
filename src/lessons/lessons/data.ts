/**
 * Digests of the data that lies beside the lessons, as `nbtrack fingerprint` prints them.
 *
 * @module
 */
/** `penguins.csv` */
export const PENGUINS =
  "sha256:e07636bd8af74260099ea2f8678e2eabbf35def579940cc76f67061ee16c06c1";
