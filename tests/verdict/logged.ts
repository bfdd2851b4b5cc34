/** What runs log: metrics, params, tags, artifacts, datasets, how they end; and what is known to differ. */
import { outputsDigest } from "../../src/record/bundle/canonical.ts";
import {
  differs,
  edited,
  ofEarlierVersion,
  type Pair,
  withManifest,
} from "./pairs.ts";

const bytes = (...codes: number[]) => new Uint8Array(codes);

/** The same to a reader. */
export const SAME_LOGGED: readonly Pair[] = ([
  {
    about: "the same metrics",
    then: { metrics: { loss: [0.5, 0.3] } },
    now: { metrics: { loss: [0.5, 0.3] } },
  },
  {
    about: "NaN and infinities",
    then: { metrics: { a: ["NaN"], b: ["Infinity", "-Infinity"] } },
    now: { metrics: { a: ["NaN"], b: ["Infinity", "-Infinity"] } },
  },
  {
    about: "a metric within its tolerance",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5000001] } },
    tolerance: { rtol: 1e-6 },
  },
  {
    about: "the same params and tags",
    then: { params: { k: "5" }, tags: { mood: "good" } },
    now: { params: { k: "5" }, tags: { mood: "good" } },
  },
  {
    about: "a param with the work folder",
    then: { params: { folder: "{cwd}" } },
    now: { params: { folder: "{cwd}" } },
    masked: ["folder"],
  },
  {
    about: "a tag with the run's own id",
    then: { tags: { own: "{id}" } },
    now: { tags: { own: "{id}" } },
    masked: ["run"],
  },
  {
    about: "tags that nbtrack sets",
    then: { tags: { "nbtrack.version": "1", "mlflow.source.name": "a" } },
    now: { tags: { "nbtrack.version": "2", "mlflow.source.name": "b" } },
  },
  {
    about: "the version of a model that a server gave",
    then: { tags: { "nbtrack.model.knn": "1.0.0" } },
    now: { tags: { "nbtrack.verdict": "DRIFTED" } },
  },
  {
    about: "the same artifact",
    then: { artifacts: { "a.txt": "a" } },
    now: { artifacts: { "a.txt": "a" } },
  },
  {
    about: "a JSON file with its keys in another order",
    then: { artifacts: { "a.json": '{"a": 1, "b": 2.0}' } },
    now: { artifacts: { "a.json": '{"b":2,"a":1}' } },
    masked: ["writing of JSON"],
  },
  {
    about: "a JSON file with other white space",
    then: { artifacts: { "a.json": '{"a":[1,2]}' } },
    now: { artifacts: { "a.json": '{\n  "a": [1, 2]\n}\n' } },
    masked: ["writing of JSON"],
  },
  {
    about: "a JSON file whose text is written with an escape",
    then: { artifacts: { "a.json": '["é"]' } },
    now: { artifacts: { "a.json": '["\\u00e9"]' } },
    masked: ["writing of JSON"],
  },
  {
    about: "a JSON file with the work folder alone",
    then: { artifacts: { "a.json": '["{cwd}"]' } },
    now: { artifacts: { "a.json": '["{cwd}"]' } },
    masked: ["folder"],
  },
  {
    about: "minus zero",
    then: { metrics: { loss: [1, "-0"] } },
    now: { metrics: { loss: [1, "-0"] } },
  },
  {
    about: "minus zero within a tolerance of zero",
    then: { metrics: { loss: [0] } },
    now: { metrics: { loss: ["-0"] } },
    tolerance: { atol: 1e-9 },
  },
  {
    about: "minus zero, in a bundle of a version that kept no sign of zero",
    then: { metrics: { loss: [0] } },
    now: { metrics: { loss: ["-0"] } },
    edit: ofEarlierVersion,
    masked: ["sign of zero"],
  },
  {
    about: "a tag of nbtrack's name that the cell set",
    then: { ownTags: { "mlflow.source.name": "a" } },
    now: { ownTags: { "mlflow.source.name": "a" } },
  },
  {
    about: "a tag of nbtrack's name, in a record that does not say who set it",
    then: {},
    now: { ownTags: { "nbtrack.version": "a" } },
    edit: ofEarlierVersion,
  },
  {
    about: "a bundle of a version without digests of results",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5] } },
    edit: (bundle) =>
      withManifest(ofEarlierVersion(bundle), {
        metrics: [{
          key: "loss",
          points: [[0, bundle.manifest.run.start_time, 0.5]],
        }],
      }),
  },
  {
    about: "a text file with the work folder",
    then: { artifacts: { "log.txt": "read {cwd}/a.csv\n" } },
    now: { artifacts: { "log.txt": "read {cwd}/a.csv\n" } },
    masked: ["folder"],
  },
  {
    about: "the same derived dataset",
    then: { derived: { clean: "a" } },
    now: { derived: { clean: "a" } },
  },
  {
    about: "the same end",
    then: { end: "FAILED" },
    now: { end: "FAILED" },
  },
  {
    about: "a killed run whose results are all there",
    then: { end: "KILLED", reason: "the process was killed" },
    now: {},
    says: "because it was killed",
  },
  {
    about: "a cell that was cut off in silence, and is again",
    then: {
      end: "KILLED",
      reason: "the process was killed",
      status: "aborted",
    },
    now: { status: "aborted", end: "KILLED", reason: "the process was killed" },
    says: "it did not come to its end now either",
  },
  {
    about: "another Deno that changes nothing",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5] } },
    differences: [differs("environment")],
    says: "environment differs, without changing a result",
  },
  {
    about: "other packages that change nothing",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5] } },
    differences: [differs("packages")],
  },
] satisfies Omit<Pair, "verdict">[]).map((pair) => ({
  ...pair,
  verdict: "REPRODUCED",
}));

/** Not the same. */
export const OTHER_LOGGED: readonly Pair[] = ([
  {
    about: "the last value of a metric",
    then: { metrics: { loss: [0.5, 0.3] } },
    now: { metrics: { loss: [0.5, 0.31] } },
  },
  {
    about: "a value in the middle of a metric",
    then: { metrics: { loss: [0.5, 0.4, 0.3] } },
    now: { metrics: { loss: [0.5, 0.41, 0.3] } },
  },
  {
    about: "a point more",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5, 0.5] } },
  },
  {
    about: "the steps of a metric",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5] }, step: 1 },
  },
  {
    about: "a metric that is gone",
    then: { metrics: { loss: [0.5], extra: [1] } },
    now: { metrics: { loss: [0.5] } },
  },
  {
    about: "a metric that is new",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.5], extra: [1] } },
  },
  {
    about: "NaN for a number",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: ["NaN"] } },
  },
  {
    about: "one infinity for the other",
    then: { metrics: { loss: ["Infinity"] } },
    now: { metrics: { loss: ["-Infinity"] } },
    tolerance: { rtol: 1 },
  },
  {
    about: "a metric beyond its tolerance",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.51] } },
    tolerance: { rtol: 1e-6 },
  },
  {
    about: "a param",
    then: { params: { k: "5" } },
    now: { params: { k: "7" } },
    says: "param k 5 → 7",
  },
  {
    about: "a param that is new",
    then: {},
    now: { params: { k: "7" } },
    says: "param k none → 7",
  },
  {
    about: "a param that names a folder",
    then: { params: { from: "/data/cat" } },
    now: { params: { from: "/data/dog" } },
  },
  {
    about: "a tag",
    then: { tags: { best: "adelie" } },
    now: { tags: { best: "gentoo" } },
    says: "tag best adelie → gentoo",
  },
  {
    about: "the user that the notebook names",
    then: { tags: { "mlflow.user": "ann" } },
    now: { tags: { "mlflow.user": "bob" } },
    says: "tag mlflow.user ann → bob",
  },
  {
    about: "an artifact of the record that was edited, and one of its digests",
    then: { artifacts: { "a.txt": "a" } },
    now: { artifacts: { "a.txt": "a" } },
    edit: (bundle) => edited(bundle, "artifacts/0/a.txt", "b"),
    causes: ["code"],
    says: "the recorded artifact a.txt was changed afterwards",
  },
  {
    about: "a key of a JSON file that is there twice",
    then: { artifacts: { "a.json": '{"a":1,"a":2}' } },
    now: { artifacts: { "a.json": '{"a":3,"a":2}' } },
  },
  {
    about: "minus zero in a JSON file",
    then: { artifacts: { "a.json": "[0]" } },
    now: { artifacts: { "a.json": "[-0]" } },
  },
  {
    about: "minus zero for zero",
    then: { metrics: { loss: [0] } },
    now: { metrics: { loss: ["-0"] } },
  },
  {
    about: "a tag of nbtrack's name that the cell set",
    then: { ownTags: { "nbtrack.version": "a" } },
    now: { ownTags: { "nbtrack.version": "b" } },
    says: "tag nbtrack.version a → b",
  },
  {
    about: "a tag for a model that the cell set",
    then: { ownTags: { "nbtrack.model.knn": "a" } },
    now: {},
    says: "tag nbtrack.model.knn a → none",
  },
  {
    about: "metrics of the record that were edited to what comes out",
    then: { metrics: { loss: [0.5] } },
    now: { metrics: { loss: [0.4] } },
    edit: (bundle) =>
      withManifest(bundle, {
        metrics: bundle.manifest.metrics.map(({ key, points }) => ({
          key,
          points: points.map(([step, time]) => [step, time, 0.4]),
        })),
      }),
    causes: ["code"],
    says: "the recorded metrics were changed afterwards",
  },
  {
    about: "params of the record that were edited to what comes out",
    then: { params: { k: "5" } },
    now: { params: { k: "7" } },
    edit: (bundle) => withManifest(bundle, { params: { k: "7" } }),
    causes: ["code"],
    says: "params",
  },
  {
    about: "tags of the record that were edited to what comes out",
    then: { tags: { best: "adelie" } },
    now: { tags: { best: "gentoo" } },
    edit: (bundle) => withManifest(bundle, { tags: { best: "gentoo" } }),
    causes: ["code"],
    says: "recorded tags",
  },
  {
    about: "the list of artifacts, from which one was taken out",
    then: { artifacts: { "a.txt": "a" } },
    now: {},
    edit: (bundle) => withManifest(bundle, { artifacts: [] }),
    causes: ["code"],
    says: "the list of recorded artifacts was changed afterwards",
  },
  {
    about: "outputs of the record that were edited, with their digests",
    then: "a",
    now: "b",
    edit: (bundle) => {
      const outputs = [{ output_type: "stream", name: "stdout", text: "b" }];
      return withManifest(
        {
          ...bundle,
          cells: bundle.cells.map((cell) => ({ ...cell, outputs })),
        },
        {
          cells: bundle.manifest.cells.map((cell) => ({
            ...cell,
            outputs: outputsDigest(outputs),
          })),
        },
      );
    },
    causes: ["code"],
    says: "the recorded outputs and their digests were changed afterwards",
  },
  {
    about: "how the run ended, which was edited to what comes out",
    then: { end: "FINISHED" },
    now: { end: "FAILED" },
    edit: (bundle) =>
      withManifest(bundle, {
        run: { ...bundle.manifest.run, status: "FAILED" },
      }),
    causes: ["code"],
    says: "end of the run were changed afterwards",
  },
  {
    about: "what the record said is missing, which was taken out",
    then: { missing: [["data", "it was not read"]] },
    now: { missing: [["data", "it was not read"]] },
    edit: (bundle) => withManifest(bundle, { missing: [] }),
    causes: ["code"],
    says: "what the record says of itself",
  },
  {
    about: "the order of items in a JSON file",
    then: { artifacts: { "a.json": "[1, 2]" } },
    now: { artifacts: { "a.json": "[2,1]" } },
  },
  {
    about: "a tag in nbtrack's name",
    then: { tags: { "nbtrack.mine": "adelie" } },
    now: { tags: { "nbtrack.mine": "gentoo" } },
  },
  {
    about: "an empty tag for none",
    then: { tags: { best: "" } },
    now: {},
  },
  {
    about: "the end of a long param",
    then: { params: { notes: `${"x".repeat(7000)}a` } },
    now: { params: { notes: `${"x".repeat(7000)}b` } },
  },
  {
    about: "points of one step in another order",
    then: { metrics: { loss: [0.5, 0.4] } },
    now: { metrics: { loss: [0.4, 0.5] } },
  },
  {
    about: "a metric to its last digit",
    then: { metrics: { loss: [0.1] } },
    now: { metrics: { loss: [0.10000000000000002] } },
  },
  {
    about: "a derived dataset under another name",
    then: { derived: { clean: "a" } },
    now: { derived: { tidy: "a" } },
    says: "dataset tidy",
  },
  {
    about: "a file under another name",
    then: { artifacts: { "a.bin": new Uint8Array([1]) } },
    now: { artifacts: { "b.bin": new Uint8Array([1]) } },
  },
  {
    about: "a number of a CSV file in another writing",
    then: { artifacts: { "a.csv": "a\n1\n" } },
    now: { artifacts: { "a.csv": "a\n1.0\n" } },
  },
  {
    about: "a tag that is gone",
    then: { tags: { best: "adelie" } },
    now: {},
    says: "tag best adelie → none",
  },
  {
    about: "a metric of a clock",
    source: 'run.logMetric("seconds", performance.now())',
    then: { metrics: { seconds: [0.12] } },
    now: { metrics: { seconds: [0.13] } },
    says: "metric seconds depends on the time",
  },
  {
    about: "a file that is named after the time",
    source: "await run.logArtifact(`m-${Date.now()}.txt`, text)",
    then: { artifacts: { "m-1795882774802.txt": "a" } },
    now: { artifacts: { "m-1795882786443.txt": "a" } },
    says:
      "artifact m-1795882774802.txt, artifact m-1795882786443.txt may depend on the time",
  },
  {
    about: "a Deno of the record that was edited",
    then: "a",
    now: "a",
    edit: (bundle) =>
      withManifest(bundle, {
        environment: { ...bundle.manifest.environment, deno: "2.1.0" },
      }),
    causes: ["environment"],
    says: "the recorded environment was changed afterwards: it says Deno 2.1.0",
  },
  {
    about: "a derived dataset, of other data",
    then: { derived: { clean: "a" } },
    now: { derived: { clean: "b" } },
    differences: [differs("data")],
    causes: ["data"],
    says: "dataset clean",
  },
  {
    about: "a derived dataset that is gone",
    then: { derived: { clean: "a" } },
    now: {},
    says: "dataset clean 2 rows → none",
  },
  {
    about: "how it was ended",
    then: { end: "FINISHED" },
    now: { end: "FAILED" },
    says: "status FINISHED → FAILED",
  },
  {
    about: "a file that is gone",
    then: { artifacts: { "a.txt": "a" } },
    now: {},
    says: "it was not made again",
  },
  {
    about: "a file that is new",
    then: {},
    now: { artifacts: { "a.txt": "a" } },
    says: "it is new",
  },
  {
    about: "a numbered folder in a file",
    then: { artifacts: { "log.txt": "saved to /out/run-17/model.json" } },
    now: { artifacts: { "log.txt": "saved to /out/run-18/model.json" } },
  },
  {
    about: "a whole number beyond a double",
    then: { artifacts: { "a.json": "[9007199254740993]" } },
    now: { artifacts: { "a.json": "[9007199254740992]" } },
  },
  {
    about: "letters in Latin-1",
    then: { artifacts: { "a.csv": bytes(97, 0xe9) } },
    now: { artifacts: { "a.csv": bytes(97, 0xe8) } },
  },
  {
    about: "line ends of a file",
    then: { artifacts: { "a.csv": "a\r\nb\r\n" } },
    now: { artifacts: { "a.csv": "a\nb\n" } },
  },
  {
    about: "a byte of a file of an unknown kind",
    then: { artifacts: { "a.bin": bytes(1, 2) } },
    now: { artifacts: { "a.bin": bytes(1, 3) } },
  },
  {
    about: "a killed run whose reproduction went further",
    then: {
      metrics: { loss: [3, 2] },
      end: "KILLED",
      reason: "the process was killed",
      status: "aborted",
    },
    now: { metrics: { loss: [3, 2, 1] } },
    says: "metric loss: it ended after 2 of 3 points because it was killed",
  },
  {
    about: "a cell that was cut off in silence, and ran to its end now",
    then: {
      end: "KILLED",
      reason: "the process was killed",
      status: "aborted",
    },
    now: {},
    says: "cell [1] was cut off when it was recorded because it was killed",
  },
  {
    about: "another seed",
    then: { metrics: { drawn: [0.1] } },
    now: { metrics: { drawn: [0.2] } },
    differences: [differs("seed", true)],
    causes: ["seed"],
  },
  {
    about: "another seed that changes no result: the record contradicts itself",
    then: { metrics: { loss: [0.1] } },
    now: { metrics: { loss: [0.1] } },
    differences: [differs("seed", true)],
    causes: ["seed"],
  },
  {
    about: "code that was changed afterwards",
    then: "a",
    now: "a",
    differences: [differs("code", true)],
    causes: ["code"],
  },
  {
    about: "order that was changed afterwards, and a result",
    then: "a",
    now: "b",
    differences: [differs("order", true)],
    causes: ["order"],
  },
] satisfies Omit<Pair, "verdict">[]).map((pair): Pair => ({
  ...pair,
  verdict: "DRIFTED",
})).concat([
  {
    about: "a file that is not there",
    then: "a",
    now: { status: "error" },
    failure: { dimension: "data", what: "cell 0 failed: NotFound: a.csv" },
    causes: ["data"],
    verdict: "FAILED",
  },
  {
    about: "something that the code does",
    then: "a",
    now: { status: "error" },
    failure: { dimension: "code", what: "cell 0 failed: TypeError: x" },
    causes: ["code"],
    verdict: "FAILED",
  },
]);
