/** What students of a class try on each other and on their teacher. */
import { assert, assertEquals } from "@std/assert";
import { Home, newDelivery, record, targetOf } from "../delivery/support.ts";
import type { WayIn } from "../practice/class_load.ts";
import { openPage, serve, wayIn, write } from "../practice/class_server.ts";
import { ask } from "./raw_request.ts";

const MLFLOW = "ml/mlflow/api/2.0/mlflow";
const ARTIFACTS = "ml/mlflow/api/2.0/mlflow-artifacts/artifacts";

/** The files of the first run of a project. */
const PACKAGE = "ml_experiment_1/candidate_1";

/** Requests below a project, with the run, experiment and artifact of somebody else in them. */
function requests(
  { run_id, experiment_id, name }: {
    run_id: string;
    experiment_id: string;
    name: string;
  },
): [method: string, path: string, body?: unknown][] {
  const now = Date.now();
  return [
    ["GET", ""],
    ["GET", `${MLFLOW}/experiments/list`],
    ["GET", `${MLFLOW}/experiments/get?experiment_id=${experiment_id}`],
    ["GET", `${MLFLOW}/experiments/get-by-name?experiment_name=${name}`],
    ["POST", `${MLFLOW}/experiments/search`, { max_results: 100 }],
    ["POST", `${MLFLOW}/experiments/set-experiment-tag`, {
      experiment_id,
      key: "k",
      value: "taken",
    }],
    ["POST", `${MLFLOW}/experiments/delete`, { experiment_id }],
    ["GET", `${MLFLOW}/runs/get?run_id=${run_id}`],
    ["POST", `${MLFLOW}/runs/search`, { experiment_ids: [experiment_id] }],
    ["POST", `${MLFLOW}/runs/update`, { run_id, status: "FAILED" }],
    ["POST", `${MLFLOW}/runs/log-metric`, {
      run_id,
      key: "accuracy",
      value: 0,
      timestamp: now,
      step: 9,
    }],
    ["POST", `${MLFLOW}/runs/log-parameter`, { run_id, key: "q", value: "1" }],
    ["POST", `${MLFLOW}/runs/set-tag`, { run_id, key: "q", value: "1" }],
    ["POST", `${MLFLOW}/runs/log-batch`, {
      run_id,
      metrics: [{ key: "accuracy", value: 0, timestamp: now, step: 9 }],
      params: [{ key: "p", value: "1" }],
      tags: [],
    }],
    ["POST", `${MLFLOW}/runs/delete`, { run_id }],
    [
      "GET",
      `${MLFLOW}/metrics/get-history?run_id=${run_id}&metric_key=accuracy`,
    ],
    ["GET", `${ARTIFACTS}?path=candidate:1`],
    ["GET", `${ARTIFACTS}/candidate:1/page.html`],
    ["GET", "packages"],
    ["GET", "packages/1"],
    ["GET", "packages/1/package_files"],
    ["DELETE", "packages/1/package_files/1"],
    ["DELETE", "packages/1"],
    ["GET", `packages/generic/${PACKAGE}/page.html`],
    ["PUT", `packages/generic/${PACKAGE}/page.html`, "x"],
    ["GET", "packages/ml_models/candidate:1/files/page.html"],
    ["PUT", "packages/ml_models/candidate:1/files/page.html", "x"],
    ["GET", `${MLFLOW}/registered-models/search`],
  ];
}

Deno.test("no student reads, changes or removes anything of another's, by any address and whichever way the token is sent", async () => {
  using home = new Home();
  using journal = home.open();
  await write(home.path, { students: ["Ada", "Ben"] });
  const served = await serve(home.path);
  const [ada, ben] = await Promise.all(served.handouts.map(wayIn));
  assert(ada !== undefined && ben !== undefined && served.teacher !== null);
  const mark = crypto.randomUUID();
  const run_id = record(journal, {
    experiment: `penguins-${mark}`,
    params: { k: mark },
    metrics: { accuracy: [0.97] },
    artifacts: { "page.html": `<script>alert("${mark}")</script>` },
  });
  assert(await newDelivery(journal).deliver(run_id, targetOf(ada)));
  const idOf = (way: WayIn) =>
    /projects\/(\d+)\//.exec(way.tracking_uri)?.[1] ?? "";
  const call = async (
    headers: Record<string, string>,
    [method, path, body]: [string, string, unknown?],
  ) => {
    const answer = await fetch(`${served.url}/api/v4/projects/${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      redirect: "manual",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { status } = answer;
    return { status, text: await answer.text(), headers: answer.headers };
  };
  const asAda = { authorization: `Bearer ${ada.token}` };
  const listed = await call(asAda, [
    "GET",
    `${idOf(ada)}/${MLFLOW}/experiments/list`,
  ]);
  const { experiment_id, name } = JSON.parse(listed.text).experiments[0];
  const found = await call(asAda, [
    "POST",
    `${idOf(ada)}/${MLFLOW}/runs/search`,
    { experiment_ids: [experiment_id] },
  ]);
  const { run_id: remote } = JSON.parse(found.text).runs[0].info;
  const hers = requests({ run_id: remote, experiment_id, name });
  const readable = hers.filter(([method, path]) =>
    method === "GET" || path.endsWith("/search")
  );
  const state = async () => {
    const answers = [];
    for (const [method, path, body] of readable) {
      const { status, text } = await call(asAda, [
        method,
        `${idOf(ada)}/${path}`,
        body,
      ]);
      answers.push([path, status, text]);
    }
    return answers;
  };
  const before = await state();
  assert(before.filter(([, status]) => status === 200).length >= 13);
  const file = before.find(([path]) => String(path).endsWith("page.html"));
  assert(file !== undefined);
  const own = idOf(ben);
  const projects = [
    idOf(ada),
    "class%2Fada",
    `${own}/../${idOf(ada)}`,
    `${own}%2f..%2f${idOf(ada)}`,
    `${own}/%2e%2e/${idOf(ada)}`,
  ];
  const senders: Record<string, string>[] = [
    { authorization: `Bearer ${ben.token}` },
    { "private-token": ben.token },
    { "private-token": ben.token, sudo: "ada" },
    { authorization: `Basic ${btoa(`ada:${ben.token}`)}` },
    { "job-token": ben.token },
    { authorization: `Bearer ${ben.token}`, "private-token": "x" },
    { authorization: `Bearer ${ada.token.slice(0, -1)}` },
    { cookie: "_practice_session=1; nbtrack_class=1" },
    {},
  ];
  for (const sender of senders) {
    for (const project of projects) {
      for (const [method, path, body] of hers) {
        const at = `${project}/${path}`;
        const { status, text } = await call(sender, [method, at, body]);
        assert(
          status >= 400,
          `${method} ${at} as ${Object.keys(sender)}: ${status} ${text}`,
        );
        assert(!text.includes(mark), `${method} ${at}: ${text}`);
      }
    }
  }
  // Her run and experiment by the address of his own project.
  const [asBen = {}] = senders;
  for (const [method, path, body] of hers) {
    const { text } = await call(asBen, [method, `${own}/${path}`, body]);
    assert(!text.includes(`penguins-${mark}"`) || path.includes(name), text);
    assert(!text.includes(`"value":"${mark}"`), `${path}: ${text}`);
    assert(!text.includes(`alert("${mark}")`), `${path}: ${text}`);
  }
  assertEquals(await state(), before);
  for (
    const path of [
      "/class",
      "/class/ada",
      "/class.csv",
      "/class?token=x",
      `/class?token=${ben.token}`,
      "//class",
      "/class/../class",
      "/%63lass",
      "/class/ada/-/ml/experiments",
      "/class/ada/-/nbtrack/",
    ]
  ) {
    for (const headers of senders) {
      const answer = await fetch(`${served.url}${path}`, {
        headers,
        redirect: "manual",
      });
      const text = await answer.text();
      assert(answer.status !== 200, `${path}: ${text}`);
      assert(!text.includes(mark) && !text.includes("Ada"), text);
    }
  }
  await served.stop();
});

Deno.test("what a student calls things is text on the teacher's pages, and a page that was logged is a download", async () => {
  using home = new Home();
  using journal = home.open();
  await write(home.path, { name: "<i>Class", students: ["Ada"] });
  const served = await serve(home.path);
  const [ada] = await Promise.all(served.handouts.map(wayIn));
  assert(ada !== undefined && served.teacher !== null);
  const odd = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  const run_id = record(journal, {
    experiment: `e${odd}`,
    name: `n${odd}`,
    params: { [`p${odd}`]: odd },
    metrics: { [`m${odd}`]: [1] },
    tags: { "mlflow.source.name": `${odd}.ipynb` },
    artifacts: {
      "page.html": "<script>alert(1)</script>",
      "session.ipynb": JSON.stringify({
        cells: [{
          outputs: [{ output_type: "error", ename: odd, evalue: odd }],
        }],
      }),
    },
  });
  assert(await newDelivery(journal).deliver(run_id, targetOf(ada)));
  const page = await openPage(served);
  for (const path of ["/class", "/class/ada", "/class.csv"]) {
    const { status, text } = await page(path);
    assertEquals(status, 200);
    if (path === "/class.csv") continue;
    assert(text.includes("&lt;script&gt;") || path === "/class", path);
    assert(!/<script|<img|<i>/i.test(text), text);
  }
  const api = ada.tracking_uri.replace(/\/ml\/mlflow$/, "");
  const headers = { authorization: `Bearer ${ada.token}` };
  const file = await fetch(`${api}/${ARTIFACTS}/candidate:1/page.html`, {
    headers,
  });
  await file.body?.cancel();
  assertEquals(file.status, 200);
  assert(
    file.headers.get("content-disposition")?.startsWith("attachment") &&
      !file.headers.get("content-type")?.includes("html"),
    JSON.stringify([...file.headers]),
  );
  await served.stop();
});

Deno.test("the teacher's pages open under no other name, for no other page and by no guess, and only read", async () => {
  using home = new Home();
  await write(home.path, { students: ["Ada"] });
  const served = await serve(home.path);
  const page = new URL(served.page);
  const port = Number(page.port);
  const get = (
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ) =>
    ask(port, [
      `${method} ${path} HTTP/1.1`,
      ...Object.entries({ Host: page.host, ...headers }).map(([name, value]) =>
        `${name}: ${value}`
      ),
    ]);
  for (const guess of ["", "0", "undefined", "null", "a".repeat(43)]) {
    assertEquals((await get(`/class?token=${guess}`)).status, 403);
  }
  const first = await get(`${page.pathname}${page.search}`);
  assertEquals(first.status, 200);
  const [, Cookie = ""] = /set-cookie: ([^;\r]*)/i.exec(first.headers) ?? [];
  assertEquals((await get("/class", { Cookie })).status, 200);
  const [name = ""] = Cookie.split("=");
  for (const value of ["", "x", "null", `${Cookie.slice(name.length + 1)}x`]) {
    const { status, body } = await get("/class", {
      Cookie: `${name}=${value}`,
    });
    assertEquals(status, 403);
    assert(!body.includes("Ada"));
  }
  for (
    const other of [
      { Host: `example.org:${port}` },
      { Host: `127.0.0.1.example.org:${port}` },
      { Host: "127.0.0.1" },
      { Origin: "http://example.org" },
      { Origin: "null" },
      { Origin: `http://127.0.0.1:${port + 1}` },
    ]
  ) {
    for (const path of ["/class", "/class/ada", "/class.csv"]) {
      const { status, body } = await get(path, { Cookie, ...other });
      assert([400, 403].includes(status), JSON.stringify(other));
      assert(!body.includes("Ada"), body);
    }
  }
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    const { status } = await get("/class/ada", {
      Cookie,
      Origin: page.origin,
      "Content-Length": "0",
    }, method);
    assertEquals(status, 405, method);
  }
  await served.stop();
});
