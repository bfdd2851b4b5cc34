import { assert, assertEquals, assertRejects } from "@std/assert";
import { byAge } from "../../src/delivery/copies.ts";
import {
  type Dividing,
  isOfPart,
  isPageOfFirewall,
  MOST_REFUSALS,
  sendDivided,
} from "../../src/delivery/divide.ts";
import { someAtOnce } from "../../src/delivery/sending.ts";
import { withReproduction } from "../../src/delivery/verdicts.ts";
import {
  AnswerError,
  AuthenticationError,
  NetworkError,
  NotFoundError,
  RefusedError,
  ServerError,
} from "../../src/gitlab/errors.ts";
import type { ServerRun } from "../../src/gitlab/schemas.ts";

const about = {
  method: "POST",
  url: "http://127.0.0.1/",
  attempted: "log",
  retry: "never" as const,
};
const refused = (status: number) =>
  new RefusedError("no", { ...about, status });

/** Sends numbers to a server that refuses some; what was sent, and what was left out. */
async function divided(
  count: number,
  refuses: (n: number) => boolean,
  refusals = { count: 0 },
) {
  const sent: number[] = [];
  const left: number[] = [];
  let requests = 0;
  const how: Dividing<number> = {
    send: (items) => {
      requests++;
      if (items.some(refuses)) return Promise.reject(refused(400));
      sent.push(...items);
      return Promise.resolve();
    },
    refused: (items) => Promise.resolve(void left.push(...items)),
    refusals,
  };
  await sendDivided(Array.from({ length: count }, (_, i) => i), how);
  return { sent: sent.toSorted((a, b) => a - b), left, requests };
}

Deno.test("of many parts just those that are refused are left out, found in few requests", async () => {
  const { sent, left, requests } = await divided(100, (n) => n === 17);
  assertEquals([sent.length, left], [99, [17]]);
  assert(requests < 20, `${requests}`);
  assertEquals((await divided(1, () => true)).left, [0]);
  assertEquals((await divided(0, () => true)).left, []);
});

Deno.test("a server that refuses every part is not asked about each of a thousand", async () => {
  const { sent, left, requests } = await divided(1000, () => true);
  assertEquals([sent.length, left.length], [0, 1000]);
  assert(requests < 20 * MOST_REFUSALS, `${requests}`);
});

Deno.test("an error that is not of what was sent ends the sending", async () => {
  const error = new ServerError("away", { ...about, retry: "later" });
  await assertRejects(
    () =>
      sendDivided([1, 2], {
        send: () => Promise.reject(error),
        refused: () => Promise.reject(new Error("nothing is left out")),
        refusals: { count: 0 },
      }),
    ServerError,
  );
});

Deno.test("what is refused may be of a part, what cannot be asked is not", () => {
  const page = (status: number) =>
    new AnswerError("a page", { ...about, status, fault: "html" });
  for (const status of [400, 403, 406, 413, 418, 451]) {
    assert(isOfPart(refused(status)), `${status}`);
    assert(isPageOfFirewall(page(status)), `${status}`);
  }
  for (const status of [401, 404, 405, 407]) {
    assert(!isOfPart(refused(status)), `${status}`);
    assert(!isPageOfFirewall(page(status)), `${status}`);
  }
  assert(!isPageOfFirewall(page(200)), "a sign-in page");
  assert(!isOfPart(new AuthenticationError("no", about)));
  assert(!isOfPart(new NotFoundError("no", { ...about, missing: "resource" })));
  const file = new NetworkError("no", { ...about, failure: "file" });
  const reset = new NetworkError("no", { ...about, failure: "reset" });
  assertEquals([isOfPart(file), isOfPart(reset)], [true, false]);
});

Deno.test("after a failure no further work is begun, and what was begun is waited for", async () => {
  const begun: number[] = [];
  let ended = 0;
  await assertRejects(
    () =>
      someAtOnce([1, 2, 3, 4, 5, 6], 2, async (n) => {
        begun.push(n);
        if (n === 2) throw new Error("two");
        await Promise.resolve();
        ended++;
      }),
    Error,
    "two",
  );
  assert(begun.length < 6, begun.join(" "));
  assertEquals(ended, begun.length - 1);
});

Deno.test("of two runs the one that GitLab counted first is the older, elsewhere the id decides", () => {
  const run = (run_id: string, artifact_uri: string) =>
    ({ info: { run_id, artifact_uri } }) as ServerRun;
  const older = run("b", "mlflow-artifacts:/candidate:9");
  const younger = run(
    "a",
    "https://host/api/v4/projects/1/packages/ml_models/candidate:10/files/",
  );
  assert(byAge(older, younger) < 0 && byAge(younger, older) > 0);
  const [x, y] = [run("a", "file:///x"), run("b", "file:///y")];
  assert(byAge(x, y) < 0 && byAge(y, x) > 0);
  assertEquals(byAge(x, run("a", "file:///x")), 0);
});

Deno.test("a card says the newest verdict once, whatever stands around it", () => {
  const text = (verdict: string) =>
    `### Reproduction\n\n**${verdict}** $& on x.`;
  const first = withReproduction("Mine.\n\n### Make it again\n\nso", text("A"));
  const second = withReproduction(first, text("B"));
  assertEquals(second.match(/### Reproduction/g)?.length, 1);
  assert(second.includes("**B** $& on x.") && !second.includes("**A**"));
  assert(second.startsWith("Mine.") && second.includes("Make it again\n\nso"));
  assertEquals(withReproduction("", text("A")), text("A"));
});
