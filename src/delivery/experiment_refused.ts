/**
 * An experiment whose name its server does not take.
 *
 * @module
 */
import { NbtrackError, recogniser } from "../base/errors.ts";
import { sentenceOf } from "./sending.ts";

/** The server, or a firewall before it, takes no experiment of that name. */
export class ExperimentRefusedError extends NbtrackError {
  /** The experiment's name there. */
  readonly experiment: string;

  constructor(run_id: string, of: { name: string; cause: Error }) {
    const { name, cause } = of;
    super(
      `The experiment ${JSON.stringify(name)} could not be used there. ${
        sentenceOf(cause)
      }`,
      {
        hint:
          `If that is due to its name, give it another one there: nbtrack sync ${
            run_id.slice(0, 8)
          } --experiment NAME. Nothing is lost, and the run keeps its experiment here.`,
        cause,
      },
    );
    this.experiment = name;
  }
}

/** Whether a value is an {@linkcode ExperimentRefusedError}. */
export const isExperimentRefusedError = recogniser(ExperimentRefusedError);
