import { assertEquals, assertThrows } from "@std/assert";
import { AddressError } from "../../src/gitlab/errors.ts";
import { parseAddress, readings } from "../../src/record/address.ts";

const ID = "3f2a9c01-0000-4000-8000-000000000000";

Deno.test("pages and API addresses of GitLab and MLflow are distinguished", () => {
  const gitlab = "https://host/api/v4/projects/42/ml/mlflow";
  const cases: [string, ReturnType<typeof parseAddress>][] = [
    ["https://host/a/b/-/ml/candidates/17", {
      type: "page",
      project_url: "https://host/a/b",
      of: "run",
      iid: 17,
    }],
    ["https://host/a/b/c/-/ml/experiments/3?x=1", {
      type: "page",
      project_url: "https://host/a/b/c",
      of: "experiment",
      iid: 3,
    }],
    [`${gitlab}/api/2.0/mlflow/runs/get?run_id=${ID}`, {
      type: "tracking",
      tracking_uri: gitlab,
      of: "run",
      id: ID,
    }],
    [`${gitlab}?run_id=${ID}`, {
      type: "tracking",
      tracking_uri: gitlab,
      of: "run",
      id: ID,
    }],
    [`${gitlab}/runs/${ID}`, {
      type: "tracking",
      tracking_uri: gitlab,
      of: "run",
      id: ID,
    }],
    [`${gitlab}#/experiments/1/runs/${ID}`, {
      type: "tracking",
      tracking_uri: gitlab,
      of: "run",
      id: ID,
    }],
    ["http://mlflow:5000/#/experiments/1/runs/0123abcd", {
      type: "tracking",
      tracking_uri: "http://mlflow:5000",
      of: "run",
      id: "0123abcd",
    }],
    ["http://mlflow:5000/#/experiments/12", {
      type: "tracking",
      tracking_uri: "http://mlflow:5000",
      of: "experiment",
      id: "12",
    }],
    ["http://m/sub/api/2.0/mlflow/runs/get?run_uuid=0123", {
      type: "tracking",
      tracking_uri: "http://m/sub",
      of: "run",
      id: "0123",
    }],
  ];
  for (const [text, address] of cases) {
    assertEquals(parseAddress(text), address, text);
  }
  for (
    const text of [
      "https://host/a/b",
      "https://host",
      "https://host/a/b/-/issues/1",
      gitlab,
    ]
  ) {
    assertThrows(() => parseAddress(text), AddressError);
  }
});

Deno.test("a page's path is read with every relative root, the shortest first", () => {
  assertEquals(readings("https://host/gitlab/group/name"), [
    { root: "https://host", project: "gitlab/group/name" },
    { root: "https://host/gitlab", project: "group/name" },
  ]);
  assertEquals(readings("https://host/name"), []);
});
