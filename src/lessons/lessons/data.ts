/**
 * Digests of the data that lies beside the lessons, as `nbtrack fingerprint` prints them.
 *
 * @module
 */
/** `penguins.csv` */
export const PENGUINS =
  "sha256:e07636bd8af74260099ea2f8678e2eabbf35def579940cc76f67061ee16c06c1";
/** `co2.csv` */
export const CO2 =
  "sha256:c1a4a970864145940a28225cae288618b156cb32f9a2a1b6606ba7124134febb";
/** `seattle-weather.csv` */
export const SEATTLE =
  "sha256:0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be";
/** `countries.csv` */
export const COUNTRIES =
  "sha256:27366350362387628fa50ad9db85358e60bb31c3b7a3523e4e11e9561ca64eda";
/** The run in `stranger.zip` */
export const STRANGER = "b50f7022-133e-46a8-993b-a2f956ec5d02";
/** The run in `stranger-again.zip` */
export const STRANGER_AGAIN = "7adf3276-1c77-4f5a-bf68-945f83d175b8";
