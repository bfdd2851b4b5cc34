import { mended } from "../points/cells.ts";
import { changedOnly, finished, logged } from "../points/runs.ts";
import { type RunOptions, someRun } from "../points/select.ts";
import {
  type Exercise,
  HOLDS,
  notTried,
  notYet,
  type Point,
} from "../points/types.ts";

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
    noted({
      experiment,
      params,
      text: "the comparison of the two is a note on merge request !1",
    }),
  ],
  hints: [
    "A card answers: made from what, for what, and not for what?",
    "...there is what leads a run to the server; look at how the first run was opened.",
    "Delivery goes on while you read. run.url is there once the run is.",
    "A command in a cell is shown, and recorded, as the cell's last value: a line without a semicolon.",
  ],
  notLookedAt: "what the card says, and the pages on the server",
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

/** A cell has run `compare` for the merge request, with the run and another of its experiment. */
function noted(options: RunOptions & { text: string }): Point {
  return {
    text: options.text,
    find: (record) =>
      someRun(record, options, ({ run_id, experiment }) => {
        const calls = record.cells.flatMap(({ commands }) => commands).filter((
          { command },
        ) => command[0] === "compare" && command.includes("--merge-request"));
        const last = calls.at(-1);
        if (last === undefined) {
          return notTried("no cell has put a comparison on a merge request");
        }
        const others = record.runs.filter((run) =>
          run.experiment === experiment && run.run_id !== run_id
        );
        const meant = calls.filter(({ command }) =>
          command.includes(run_id) &&
          others.some((other) => command.includes(other.run_id))
        );
        if (meant.length === 0) {
          return notYet("what was compared are not the two runs: name both");
        }
        return meant.some(({ code }) => code === 0) ? HOLDS : notYet(
          "the comparison could not be put there: see what it printed",
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
