import { mended } from "../points/cells.ts";
import { changedOnly, finished, logged } from "../points/runs.ts";
import { type RunOptions, someRun } from "../points/select.ts";
import { type Exercise, HOLDS, notYet, type Point } from "../points/types.ts";

const experiment = "income-and-life";
const params = { scale: "log" };
/** The shortest card that can say something, characters. */
const CARD_CHARS = 60;

/** Lesson 10: a run on a server, and a model with a card. */
export const share: Exercise = {
  title: "Lesson 10",
  points: [
    mended("mend", {
      text: "the first model has a card",
      keeps: /card\.length < 60[^]*throw/,
    }),
    logged("wrong_by", {
      experiment,
      params,
      between: [1, 8],
      text: 'the "wrong_by" of the doubled income was computed and logged',
    }),
    changedOnly("scale", {
      experiment,
      text: "the two runs differ in the scale, and in nothing else",
    }),
    registered({
      experiment,
      params,
      text: "the run registers a model with a file and a card",
    }),
    finished({ experiment, params, text: "it was ended" }),
    delivered({ experiment, params, text: "it has arrived on the server" }),
  ],
  hints: [
    "A card answers: made from what, for what, and not for what?",
    "...there is what leads a run to the server; look at how the first run was opened.",
    "Delivery goes on while you read. run.url is there once the run is.",
  ],
  notLookedAt: "what the card says, and the page on the server",
};

function registered(options: RunOptions & { text: string }): Point {
  return {
    text: options.text,
    find: (record) =>
      someRun(record, options, ({ models, name }) => {
        const [model] = models;
        if (model === undefined) return notYet(`${name} registers no model`);
        if (model.files === 0) return notYet(`its "${model.name}" has no file`);
        const length = (model.description ?? "").trim().length;
        return length >= CARD_CHARS ? HOLDS : notYet(
          `the card of "${model.name}" has ${length} of ${CARD_CHARS} characters`,
        );
      }),
  };
}

function delivered(options: RunOptions & { text: string }): Point {
  return {
    text: options.text,
    find: (record) =>
      someRun(record, options, ({ delivery, name, status }) => {
        if (delivery === "delivered") return HOLDS;
        if (status === "RUNNING") {
          return notYet(`${name} is still open, and arrives once it has ended`);
        }
        return notYet(
          delivery === "local"
            ? `${name} is kept on this machine: it was given no server`
            : `${name} is ${
              delivery === "pending" ? "on its way" : "refused"
            }: look at its card`,
        );
      }),
  };
}
